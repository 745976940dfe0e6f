// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The report is written by a function that was registered with atexit() when the library was
// loaded. So it runs after the program's static objects were destroyed, and handles in them count
// as closed. An exit status that HANDRAIL_DEBUG asks for is recorded then, and replaces the
// program's status at the very end: functions that other libraries registered with atexit(), and
// their destructors, run in between, so that nothing that they buffer is lost.
//
// The file for the report is created, or emptied, at load time. Whatever ends the process, the file
// is about this run, and an empty file says that no report was written.
//
// LeakSanitizer checks when the loader finalises it, and ends the process if it finds a leak. The
// loader finalises libraries in their order in the program, whatever they registered with atexit(),
// so LeakSanitizer comes before this library. The report is then written by LeakSanitizer's death
// callback.
//
// Thread safety: the settings are written once, at load time, and read at exit; everything else is
//   atomic.

#include "lib/leak_check/exit_report.hpp"

#include "lib/base/escaping.hpp"
#include "lib/base/mutex.hpp"
#include "lib/base/no_destroy.hpp"
#include "lib/heap/pass_lock.hpp"
#include "lib/leak_check/registry/registry.hpp"
#include "lib/leak_check/report/report_file_name.hpp"
#include "lib/leak_check/report/suppression_file.hpp"
#include "lib/leak_check/report/uncollected_cycles.hpp"
#include "lib/leak_check/report/warning.hpp"
#include "lib/leak_check/report/write_out.hpp"
#include "lib/leak_check/run_check.hpp"
#include "platform/port.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>

// Null unless the program has AddressSanitizer or LeakSanitizer.
extern "C" [[gnu::weak]] void __sanitizer_set_death_callback(void (*callback)());

namespace handrail::leak_check {

namespace {

settings& wanted() noexcept {
    static detail::no_destroy<settings> instance;
    return *instance;
}

// The id of the process that reports; 0: none. A flag would not do: a child may be created without
// the fork handlers.
constinit std::atomic<std::uint64_t> reporter{0};
// Set by an atexit function. If a sanitizer ends the process before, it has found an error.
constinit std::atomic<bool> exiting{false};

// The exit status for the process; 0: its own.
constinit std::atomic<int> status{0};
constinit std::atomic<bool> status_is_changed{false};

// A truncated report says so. Not with warn(), which waits longer.
void report_to_stderr(std::string const& text) {
    if (auto const ec = write_to_stderr(text); ec.failed()) {
        std::string const note =
            "\nhandrail: the report ends here, its rest cannot be written: " + ec.message() + "\n";
        static_cast<void>(port::write_all(port::standard_error(), note.data(), note.size(),
                                          std::chrono::seconds(1)));
    }
}

boost::system::error_code replace_content(std::string const& path, std::string const& text) {
    boost::system::error_code ec;
    auto const h = port::create_report_file(path, ec);
    if (!ec.failed()) {
        ec = port::write_all(h, text.data(), text.size());
        auto const closed = port::close_handle(h);
        ec = ec.failed() ? ec : closed;
    }
    return ec;
}

// A report that cannot be written to its file goes to stderr, and the file is left empty: half a
// report would be misleading.
void write_to_file(std::string const& text) {
    std::string const& path = wanted().out;
    if (auto const ec = replace_content(path, text); ec.failed()) {
        static_cast<void>(replace_content(path, {}));
        warn("cannot write the report to \"" + detail::escaped(path) + "\": " + ec.message());
        report_to_stderr(text);
    }
}

bool is_set(char const* name) noexcept {
    char const* const value = port::environment_variable(name);
    return value != nullptr && *value != '\0';
}

// Colour is for terminals, unless the user does not want it (https://no-color.org).
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

// Without findings, nothing is written to stderr, unless the check failed; a file says that there
// are none.
void write(report const& r) {
    bool const to_stderr = wanted().out.empty();
    if (to_stderr && r.findings.empty() && !r.inconclusive) {
        return;
    }
    text_style const style = to_stderr ? style_of_stderr() : text_style();
    std::string const text =
        wanted().format == report_format::json ? to_json(r) : to_text(r, style);
    to_stderr ? report_to_stderr(text) : write_to_file(text);
}

bool fails(report const& r) {
    auto const& limit = wanted().fail_on;
    return limit &&
           (r.inconclusive || std::any_of(r.findings.begin(), r.findings.end(),
                                          [&](finding const& f) { return f.grade >= *limit; }));
}

// What the report has already stays if memory is short now.
void add_uncollected_cycles(report& r) {
    try {
        auto const cycles = uncollected_cycles();  // certain: they come first
        r.findings.insert(r.findings.begin(), cycles.begin(), cycles.end());
        suppress(r);
    } catch (std::bad_alloc const&) {
        r.complete = false;
        r.missing += r.missing.empty() ? "" : "; ";
        r.missing += "cycles that were not collected were not looked for: out of memory";
    }
}

void report_now(bool with_cycles) {
    report r = run_check(0, {.open_handles = true});
    if (with_cycles) {
        add_uncollected_cycles(r);
    }
    write(r);
    warn_of_unused_suppressions();
    if (fails(r)) {
        status.store(wanted().exit_code.value_or(0));
    }
}

void report_once(bool with_cycles) noexcept {
    if (reporter.exchange(0) != port::process_id() || current_level() == level::off) {
        return;
    }
    try {
        report_now(with_cycles);
    } catch (...) {
        warn("out of memory: no leak report");
    }
}

void at_exit() noexcept { report_once(true); }

void at_very_end(void*) noexcept {
    if (int const code = status.load(); code != 0 && !status_is_changed.exchange(true)) {
        port::change_exit_status(code);
    }
}

// at_exit_last() first: what is registered first runs last.
void register_functions() {
    bool const status_can_change =
        !wanted().exit_code || !port::at_exit_last(&at_very_end).failed();
    if (!status_can_change) {
        warn("out of memory: findings will not change the exit status");
    }
    if (std::atexit(&at_exit) != 0) {
        warn("out of memory: there will be no leak report");
    }
}

void prepare_file() {
    if (wanted().out.empty()) {
        return;
    }
    auto const now = std::chrono::system_clock::now().time_since_epoch();
    auto const start = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
    wanted().out = report_file_name(
        wanted().out,
        {port::process_id(), static_cast<std::uint64_t>(start), port::working_directory()});
    static_cast<void>(replace_content(wanted().out, {}));  // reported at exit, if it still fails
}

// A sanitizer may also end the process on a thread that is inside the observer or inside a pass,
// which keeps their locks.
void at_death() {
    if (exiting.load() && detail::is_soon_free(registry_mutex)) {
        report_once(detail::can_begin_pass());
        if (int const code = status.load(); code != 0) {
            std::_Exit(code);  // at once, as the sanitizer would
        }
    }
}

// Registers with atexit() while the program runs: the loader registered its finalisation of
// libraries when the program started, so this function runs before it.
void watch_exit() noexcept {
    static_cast<void>(std::atexit([] { exiting.store(true); }));
}

void report_when_a_sanitizer_ends_the_process() noexcept {
    if (__sanitizer_set_death_callback != nullptr) {
        watch_early_ids(&watch_exit);
        __sanitizer_set_death_callback(&at_death);
    }
}

}  // namespace

void start(settings const& given) {
    wanted() = given;
    set_frame_count(given.trackback);
    set_slow_limit(given.slow);
    if (!given.suppressions.empty()) {
        read_suppressions(given.suppressions);
    }
    level const initial = given.level.value_or(level::off);
    if (initial == level::off) {
        return;
    }
    set_level(initial);
    if (given.at_exit) {
        prepare_file();
        reporter.store(port::process_id());
        register_functions();
        report_when_a_sanitizer_ends_the_process();
    }
}

void forget_exit_report() noexcept { reporter.store(0); }

}  // namespace handrail::leak_check
