// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Runs from atexit(), registered when the library is loaded: after main's static objects have been
// destroyed, so that handles in them count as closed. Only a nonzero status that was asked for ends
// the process, after flushing what stdio holds.
//
// Thread safety: settings are written once, at load time, and read at exit.

#include "lib/leak_check/exit_report.hpp"

#include "lib/base/error.hpp"
#include "lib/leak_check/check.hpp"
#include "platform/port.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace handrail::leak_check {

namespace {

union undying {
    settings values;
    undying() : values() {}
    ~undying() {}
};
settings& exit_settings() noexcept {
    static undying instance;
    return instance.values;
}

// The process that reports; 0: none. Not only a flag: a child may be made past the fork handlers.
constinit std::atomic<std::uint64_t> reporter{0};

std::string expanded(std::string path) {
    std::string const process = std::to_string(port::process_id());
    for (auto at = path.find("%p"); at != path.npos; at = path.find("%p", at)) {
        path.replace(at, 2, process);
    }
    return path;
}

void write_to_stderr(std::string_view text) noexcept {
    static_cast<void>(port::write_all(port::standard_error(), text.data(), text.size()));
}

// A report that cannot be written where it should be is not lost.
void write(std::string const& text) {
    if (exit_settings().out.empty()) {
        write_to_stderr(text);
        return;
    }
    boost::system::error_code ec;
    std::string const path = expanded(exit_settings().out);
    auto const h = port::create_report_file(path, ec);
    if (!ec.failed()) {
        ec = port::write_all(h, text.data(), text.size());
        static_cast<void>(port::close_handle(h));
    }
    if (ec.failed()) {
        warn("cannot write the report to \"" + detail::escaped(path) + "\": " + ec.message());
        write_to_stderr(text);
    }
}

std::vector<suppression> read_suppressions() {
    std::string const& path = exit_settings().suppressions;
    if (path.empty()) {
        return {};
    }
    std::ifstream file(path);
    std::string const text(std::istreambuf_iterator<char>(file), {});
    if (!file) {
        warn("cannot read the suppressions in \"" + detail::escaped(path) + "\"");
        return {};
    }
    auto parsed = parse_suppressions(text);
    for (auto const& warning : parsed.warnings) {
        warn(warning);
    }
    return std::move(parsed.rules);
}

void apply_suppressions(report& r) {
    auto rules = read_suppressions();
    suppress(r, rules);
    for (suppression const& rule : rules) {
        if (rule.used == 0) {
            warn("suppression not used: " + detail::escaped(rule.id + ":" + rule.glob));
        }
    }
}

bool fails(report const& r) {
    auto const& limit = exit_settings().fail_on;
    return limit && std::any_of(r.findings.begin(), r.findings.end(),
                                [&](finding const& f) { return f.grade >= *limit; });
}

void report_now() {
    settings const& wanted = exit_settings();
    report r = look(0, true);
    apply_suppressions(r);
    if (!r.findings.empty()) {
        write(wanted.format == report_format::json ? to_json(r) : to_text(r));
    }
    if (wanted.exit_code && fails(r)) {
        std::fflush(nullptr);
        port::exit_now(*wanted.exit_code);
    }
}

void at_exit() noexcept {
    if (reporter.load() != port::process_id() || current() == level::off) {
        return;
    }
    try {
        report_now();
    } catch (...) {
        warn("out of memory: no leak report");
    }
}

}  // namespace

void warn(std::string_view text) noexcept {
    for (std::string_view const part :
         {std::string_view("handrail: "), text, std::string_view("\n")}) {
        write_to_stderr(part);
    }
}

void start(settings const& wanted) {
    exit_settings() = wanted;
    keep_frames(wanted.trackback);
    level const initial = wanted.level.value_or(level::off);
    if (initial == level::off) {
        return;
    }
    enable(initial);
    if (wanted.at_exit) {
        reporter.store(port::process_id());
        if (std::atexit(&at_exit) != 0) {
            warn("out of memory: there will be no leak report");
        }
    }
}

void forget_exit_report() noexcept { reporter.store(0); }

}  // namespace handrail::leak_check
