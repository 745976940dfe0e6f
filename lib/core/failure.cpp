// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The failure handler, and the default one, which describes a failure in one line. Called while
// handles end: every text is built in memory of fixed size.

#include <handrail/detail/core/failure.hpp>

#include "lib/base/escaping.hpp"
#include "lib/base/process_hooks.hpp"
#include "lib/core/refused_batch.hpp"

#include <handrail/detail/base/errno_guard.hpp>
#include <handrail/detail/track/observer.hpp>
#include <handrail/runner.hpp>

#include <atomic>
#include <string>
#include <utility>

namespace handrail {

namespace {

using object_text = detail::fixed_text<1280>;

void append_object(object_text& to, detail::track::handle_description const& what,
                   std::string_view name) noexcept {
    to.append(what.kind);
    if (what.numbered) {
        to.append(" ");
        to.append_number(what.number);
    }
    if (!name.empty()) {
        to.append(" \"");
        detail::append_escaped(to, name);
        to.append("\"");
    }
}

void append_with_object(detail::text_buffer& to, std::string_view event, std::string_view link,
                        failure const& f) noexcept {
    to.append(event);
    to.append(f.object.empty() ? "" : link);
    to.append(f.object);
}

// "closing file 3 "ledger" failed"
void append_event(detail::text_buffer& to, failure const& f) noexcept {
    switch (f.what) {
        case failure::kind::close:
            to.append("closing ");
            to.append(f.object.empty() ? "a handle" : f.object);
            to.append(" failed");
            break;
        case failure::kind::cleanup_threw: to.append("a cleanup threw"); break;
        case failure::kind::runner_refused:
            append_with_object(to, "a runner refused a batch", " of ", f);
            to.append(", which runs here unless the runner keeps it");
            break;
        case failure::kind::pass_refused:
            to.append(
                "a runner refused an automatic pass, which is left out until a later make posts it "
                "again");
            break;
        case failure::kind::no_batch_reserved:
            append_with_object(to, "no batch could be reserved", " for ", f);
            to.append(", which does without the default runner");
            break;
    }
}

void append_place(detail::text_buffer& to, std::string_view what,
                  std::source_location where) noexcept {
    to.append(what);
    to.append(where.file_name());
    to.append(":");
    to.append_number(where.line());
}

// " (opened at app.cc:38, deferred at app.cc:41)". A failure that names an object is about its
// deferred close, any other about a cleanup.
void append_places(detail::text_buffer& to, failure const& f) noexcept {
    bool const is_opened = f.opened.line() != 0;
    bool const is_placed = f.where.line() != 0;
    if (is_opened) {
        append_place(to, " (opened at ", f.opened);
    }
    if (is_placed) {
        to.append(is_opened ? ", " : " (");
        append_place(to, f.object.empty() ? "registered at " : "deferred at ", f.where);
    }
    to.append(is_opened || is_placed ? ")" : "");
}

void print(failure const& f, std::string_view reason) noexcept {
    detail::fixed_text<4096> line;  // what a pipe takes in one piece
    line.append("handrail: ");
    append_event(line, f);
    line.append(": ");
    detail::append_printable(line, reason);
    append_places(line, f);
    line.end_line();
    detail::process_hooks::say(line.view());
}

void print_to_stderr(failure const& f) noexcept {
    if (f.error) {
        char text[256];
        print(f, f.error.message(text, sizeof text));
        return;
    }
    try {
        if (f.exception) {
            std::rethrow_exception(f.exception);
        }
        print(f, "no reason given");
    } catch (std::exception const& e) {
        print(f, e.what());
    } catch (...) {
        print(f, "an exception of unknown type");
    }
}

constinit std::atomic<failure_handler> current_handler{&print_to_stderr};

void report(failure const& f) noexcept {
    detail::errno_guard keep;
    // acquire: what the handler's installer prepared is visible.
    current_handler.load(std::memory_order_acquire)(f);
}

void report_about(detail::track::handle_description const& what, std::string_view name,
                  failure f) noexcept {
    object_text object;
    append_object(object, what, name);
    f.object = object.view();
    report(f);
}

}  // namespace

failure_handler set_failure_handler(failure_handler handler) noexcept {
    return current_handler.exchange(handler != nullptr ? handler : &print_to_stderr,
                                    std::memory_order_acq_rel);
}

namespace detail {

void report_throw(std::source_location where) noexcept {
    if (leak_check_on()) {
        track::the_observer().cleanup_threw(where);
    }
    report({failure::kind::cleanup_threw, {}, std::current_exception(), where});
}

void report_refused(refused_batch const& batch, std::exception_ptr why) noexcept {
    failure f{batch.kind, {}, std::move(why), batch.where, {}, batch.opened.where};
    if (*batch.closes.kind == '\0') {
        report(f);
    } else {
        report_about(batch.closes, batch.opened.name(), std::move(f));
    }
}

void report_no_batch_reserved(std::exception_ptr why, track::handle_description const& what,
                              std::string_view name, std::source_location opened) noexcept {
    report_about(what, name,
                 {failure::kind::no_batch_reserved, {}, std::move(why), {}, {}, opened});
}

void report_close_failure(boost::system::error_code error, track::handle_description const& what,
                          track::opening const& opened, std::source_location deferred) noexcept {
    report_about(what, opened.name(),
                 {failure::kind::close, error, nullptr, deferred, {}, opened.where});
}

}  // namespace detail

}  // namespace handrail
