// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Runs from atexit(), registered when the library is loaded: after main's static objects have been destroyed, so that handles in
// them count as closed. Only a nonzero status that was asked for ends the process, after flushing what stdio holds.

#include "lib/leak_check/exit_report.hpp"

#include "lib/leak_check/check.hpp"
#include "platform/port.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

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
constinit std::atomic<bool> wanted_here{false};

std::string expanded(std::string path) {
    for (auto at = path.find("%p"); at != path.npos; at = path.find("%p", at)) {
        path.replace(at, 2, std::to_string(port::process_id()));
    }
    return path;
}

void write(std::string const& text) {
    std::string const& out = exit_settings().out;
    if (out.empty()) {
        static_cast<void>(port::write_all(port::standard_error(), text.data(), text.size()));
        return;
    }
    boost::system::error_code ec;
    std::string const path = expanded(out);
    auto const h = port::create_report_file(path, ec);
    if (!ec.failed()) {
        ec = port::write_all(h, text.data(), text.size());
        static_cast<void>(port::close_handle(h));
    }
    if (ec.failed()) {
        warn("cannot write the report to " + path + ": " + ec.message());
    }
}

std::vector<suppression> read_suppressions() {
    std::string const& path = exit_settings().suppressions;
    if (path.empty()) {
        return {};
    }
    std::ifstream file(path);
    if (!file) {
        warn("cannot read the suppressions in " + path);
        return {};
    }
    auto parsed = parse_suppressions(std::string(std::istreambuf_iterator<char>(file), {}));
    for (auto const& warning : parsed.warnings) {
        warn(warning);
    }
    return std::move(parsed.rules);
}

bool fails(report const& r) {
    auto const& limit = exit_settings().fail_on;
    return limit && std::any_of(r.findings.begin(), r.findings.end(),
                                [&](finding const& f) { return f.grade >= *limit; });
}

void report_now() {
    report r = look(0, true);
    auto rules = read_suppressions();
    suppress(r, rules);
    for (suppression const& rule : rules) {
        if (rule.used == 0) {
            warn("suppression not used: " + rule.id + ":" + rule.glob);
        }
    }
    if (!r.findings.empty()) {
        write(exit_settings().format == report_format::json ? to_json(r) : to_text(r));
    }
    if (exit_settings().exit_code && fails(r)) {
        std::fflush(nullptr);
        port::exit_now(*exit_settings().exit_code);
    }
}

void at_exit() noexcept {
    if (!wanted_here.load() || current() == level::off) {
        return;
    }
    try {
        report_now();
    } catch (...) {
        warn("out of memory: no leak report");
    }
}

}  // namespace

void warn(std::string const& text) {
    std::string const line = "handrail: " + text + "\n";
    static_cast<void>(port::write_all(port::standard_error(), line.data(), line.size()));
}

void start(settings const& wanted) {
    exit_settings() = wanted;
    if (wanted.level.value_or(level::off) == level::off) {
        return;
    }
    enable(*wanted.level);
    if (wanted.at_exit) {
        wanted_here.store(true);
        static_cast<void>(std::atexit(&at_exit));
    }
}

void forget_exit_report() noexcept { wanted_here.store(false); }

}  // namespace handrail::leak_check
