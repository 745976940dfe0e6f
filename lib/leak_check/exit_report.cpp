// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Runs from atexit(), registered when the library is loaded: after main's static objects have been
// destroyed, so that handles in them count as closed. Only a nonzero status that was asked for ends
// the process, after flushing what stdio holds.
//
// Thread safety: the state is written once, at load time, and read at exit.

#include "lib/leak_check/exit_report.hpp"

#include "lib/base/error.hpp"
#include "lib/base/standard_error.hpp"
#include "lib/leak_check/check.hpp"
#include "lib/leak_check/suppression_file.hpp"
#include "lib/leak_check/uncollected.hpp"
#include "platform/port.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace handrail::leak_check {

namespace {

union undying_settings {
    settings values;
    undying_settings() : values() {}
    ~undying_settings() {}
};
settings& wanted() noexcept {
    static undying_settings instance;
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
    if (!detail::may_write_to_standard_error()) {
        return;
    }
    static_cast<void>(port::write_all(port::standard_error(), text.data(), text.size()));
}

// A report that cannot be written where it should be is not lost.
void write_to_file(std::string const& text) {
    boost::system::error_code ec;
    std::string const path = expanded(wanted().out);
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
    bool const to_stderr = wanted().out.empty();
    if (to_stderr && r.findings.empty()) {
        return;
    }
    text_style const style = to_stderr ? style_of_stderr() : text_style();
    std::string const text =
        wanted().format == report_format::json ? to_json(r) : to_text(r, style);
    to_stderr ? write_to_stderr(text) : write_to_file(text);
}

bool fails(report const& r) {
    auto const& limit = wanted().fail_on;
    return limit && std::any_of(r.findings.begin(), r.findings.end(),
                                [&](finding const& f) { return f.grade >= *limit; });
}

void report_now() {
    report r = look(0, {.open_handles = true});
    auto const cycles = uncollected_cycles();
    r.findings.insert(r.findings.begin(), cycles.begin(), cycles.end());  // certain ones come first
    suppress(r);
    write(r);
    tell_unused_suppressions();
    if (auto const code = wanted().exit_code; code && fails(r)) {
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

void start(settings const& given) {
    wanted() = given;
    keep_frames(given.trackback);
    tell_slow_cleanups(given.slow);
    if (!given.suppressions.empty()) {
        read_suppressions(given.suppressions);
    }
    level const initial = given.level.value_or(level::off);
    if (initial == level::off) {
        return;
    }
    enable(initial);
    if (given.at_exit) {
        reporter.store(port::process_id());
        if (std::atexit(&at_exit) != 0) {
            warn("out of memory: there will be no leak report");
        }
    }
}

void forget_exit_report() noexcept { reporter.store(0); }

}  // namespace handrail::leak_check
