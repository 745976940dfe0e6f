// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Runs from atexit(), registered when the library is loaded: after main's static objects have been
// destroyed, so that handles in them count as closed. Only a nonzero status that was asked for ends
// the process, after flushing what stdio holds.
//
// Suppressions are read at load time: the program may change its directory.
//
// Thread safety: the state is written once, at load time, and read at exit.

#include "lib/leak_check/exit_report.hpp"

#include "lib/base/error.hpp"
#include "lib/leak_check/check.hpp"
#include "lib/leak_check/suppressions.hpp"
#include "lib/leak_check/uncollected.hpp"
#include "platform/port.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace handrail::leak_check {

namespace {

struct exit_state {
    settings wanted;
    std::vector<suppression> suppressions;
};
union undying {
    exit_state values;
    undying() : values() {}
    ~undying() {}
};
exit_state& state() noexcept {
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
void write_to_file(std::string const& text) {
    boost::system::error_code ec;
    std::string const path = expanded(state().wanted.out);
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

bool is_set(char const* name) noexcept {
    char const* const value = port::environment_variable(name);
    return value != nullptr && *value != '\0';
}

// Colour is for terminals, and not for those who do not want it (https://no-color.org).
text_style style_of_stderr() noexcept {
    text_style style;
    auto const columns = port::terminal_columns(port::standard_error());
    if (columns != 0) {
        char const* const terminal = port::environment_variable("TERM");
        style.colour =
            !is_set("NO_COLOR") && terminal != nullptr && std::string_view(terminal) != "dumb";
        style.width = std::min(style.width, columns);
    }
    return style;
}

// Without findings a file says so, and stderr stays as the program leaves it.
void write(report const& r) {
    settings const& wanted = state().wanted;
    if (wanted.out.empty() && r.findings.empty()) {
        return;
    }
    text_style const style = wanted.out.empty() ? style_of_stderr() : text_style();
    std::string const text = wanted.format == report_format::json ? to_json(r) : to_text(r, style);
    wanted.out.empty() ? write_to_stderr(text) : write_to_file(text);
}

constexpr std::size_t most_suppressions = std::size_t{1} << 20;  // bytes

// Returns: the contents of a file; ec: file_too_large for endless ones.
std::string contents(std::string const& path, boost::system::error_code& ec) {
    std::string text;
    auto const h = port::open_file(path, {}, ec);
    std::size_t size = 0;
    while (!ec.failed() && text.size() == size) {
        text.resize(size + 4096);
        auto const got = port::read_some(h, text.data() + size, 4096, ec);
        text.resize(size + got);
        if (got == 0) {
            break;
        }
        size += got;
        if (size > most_suppressions) {
            ec = make_error_code(boost::system::errc::file_too_large);
        }
    }
    if (h != port::invalid_handle) {
        static_cast<void>(port::close_handle(h));
    }
    return text;
}

std::string suppressions_text() {
    return "suppressions \"" + detail::escaped(state().wanted.suppressions) + "\"";
}

std::vector<suppression> read_suppressions() {
    boost::system::error_code ec;
    std::string const text = contents(state().wanted.suppressions, ec);
    if (ec.failed()) {
        warn("cannot read the " + suppressions_text() + ": " + ec.message());
        return {};
    }
    auto parsed = parse_suppressions(text);
    for (auto const& warning : parsed.warnings) {
        warn(suppressions_text() + ", " + warning);
    }
    return parsed.rules;
}

void apply_suppressions(report& r) {
    auto& rules = state().suppressions;
    suppress(r, rules);
    for (suppression const& rule : rules) {
        if (rule.used == 0) {
            warn(suppressions_text() + ", line " + std::to_string(rule.line) + ": \"" +
                 detail::escaped(rule.id + ":" + rule.glob) + "\" hid nothing");
        }
    }
}

bool fails(report const& r) {
    auto const& limit = state().wanted.fail_on;
    return limit && std::any_of(r.findings.begin(), r.findings.end(),
                                [&](finding const& f) { return f.grade >= *limit; });
}

void report_now() {
    report r = look(0, {.open_handles = true});
    auto const cycles = uncollected_cycles();
    r.findings.insert(r.findings.begin(), cycles.begin(), cycles.end());  // certain ones come first
    apply_suppressions(r);
    write(r);
    if (auto const code = state().wanted.exit_code; code && fails(r)) {
        std::fflush(nullptr);
        port::exit_now(*code);
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
    state().wanted = wanted;
    keep_frames(wanted.trackback);
    tell_slow_cleanups(wanted.slow);
    level const initial = wanted.level.value_or(level::off);
    if (initial == level::off) {
        return;
    }
    enable(initial);
    if (wanted.at_exit) {
        if (!wanted.suppressions.empty()) {
            state().suppressions = read_suppressions();
        }
        reporter.store(port::process_id());
        if (std::atexit(&at_exit) != 0) {
            warn("out of memory: there will be no leak report");
        }
    }
}

void forget_exit_report() noexcept { reporter.store(0); }

}  // namespace handrail::leak_check
