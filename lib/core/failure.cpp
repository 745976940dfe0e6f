// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/core/failure.hpp"

#include "lib/track/hooks.hpp"

#include <handrail/detail/failure.hpp>
#include <handrail/runner.hpp>

#include <atomic>
#include <cstdio>
#include <string>

namespace handrail {

namespace {

char const* describe(failure::kind what) noexcept {
    switch (what) {
        case failure::kind::close: return "closing a handle failed";
        case failure::kind::cleanup_threw: return "a cleanup threw";
        case failure::kind::runner_refused: return "a runner refused a batch, which runs here";
    }
    return "failure";
}

void print(failure const& f, char const* reason) noexcept {
    if (f.where.line() != 0) {
        std::fprintf(stderr, "handrail: %s: %s (%s:%u)\n", describe(f.what), reason,
                     f.where.file_name(), static_cast<unsigned>(f.where.line()));
    } else {
        std::fprintf(stderr, "handrail: %s: %s\n", describe(f.what), reason);
    }
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
    current_handler.load(std::memory_order_acquire)(
        f);  // acquire: what the handler's installer prepared
}

}  // namespace

failure_handler set_failure_handler(failure_handler handler) noexcept {
    return current_handler.exchange(handler != nullptr ? handler : &print_to_stderr,
                                    std::memory_order_acq_rel);
}

namespace detail {

void report_throw(std::source_location where) noexcept {
    if (tracking()) {
        track::cleanup_threw(where);
    }
    report({failure::kind::cleanup_threw, {}, std::current_exception(), where});
}

void report_refused_runner(std::exception_ptr why, std::source_location where) noexcept {
    report({failure::kind::runner_refused, {}, std::move(why), where});
}

void report_close_failure(boost::system::error_code error, std::source_location where) noexcept {
    report({failure::kind::close, error, nullptr, where});
}

}  // namespace detail

}  // namespace handrail
