// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A plugin that uses handrail, for a host that does not.

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/handle.hpp>
#include <handrail/shared.hpp>

#include <chrono>

#define PLUGIN extern "C" [[gnu::visibility("default")]] int

namespace {

struct counts_destruction {
    explicit counts_destruction(int& c) : counter(&c) {}
    ~counts_destruction() { ++*counter; }
    int* counter;
};

struct plugin_traits {
    using native_handle_type = int;
    static constexpr char const* kind = "plugin handle";
    static int invalid() noexcept { return -1; }
    static bool is_valid(int h) noexcept { return h >= 0; }
    static boost::system::error_code close(int) noexcept { return {}; }
};
using plugin_handle = handrail::unique_handle<plugin_traits>;

struct session {
    handrail::file log = handrail::file::open("/dev/null", handrail::file::read_only);
};

void close_twice() {
    plugin_handle first(7);
    plugin_handle second(7);
}

void use_after_close() {
    auto file = handrail::file::open("/dev/null", handrail::file::read_only);
    file.close();
    char byte = 0;
    boost::system::error_code ec;
    file.read_some(boost::asio::buffer(&byte, 1), ec);
}

void refuse_pointer() {
    auto const owner = handrail::make<session>();
    try {
        handrail::add_cleanup(owner, [](session*) {}, owner.get());
    } catch (handrail::self_capture const&) {
    }
}

// Longer than the slow=1ns of the test.
void take_two_nanoseconds() {
    using clock = std::chrono::steady_clock;
    auto const begun = clock::now();
    while (clock::now() - begun < std::chrono::nanoseconds(2)) {
    }
}

void run_bad_cleanups() {
    plugin_handle owner(8);
    handrail::add_cleanup(owner, [] { throw 1; });
    handrail::add_cleanup(owner, &take_two_nanoseconds);
}

}  // namespace

PLUGIN leave_open() {
    static_cast<void>(
        (new handrail::file(handrail::file::open("/dev/null", handrail::file::read_only)))
            ->is_open());
    static_cast<void>((new plugin_handle(1000))->is_open());
    return 0;
}

PLUGIN keep_itself() {
    auto const kept = handrail::make<session>();
    handrail::add_cleanup(kept, handrail::capturing([kept] { kept->log.close(); }));
    return 0;
}

PLUGIN misuse() {
    close_twice();
    use_after_close();
    refuse_pointer();
    run_bad_cleanups();
    return 0;
}

// Uses all thread-local state of the library: that of registrations, endings, and destroyed
// objects.
PLUGIN use() {
    int runs = 0;
    {
        auto const object = handrail::make<counts_destruction>(runs);
        auto file = handrail::file::open("/dev/null", handrail::file::read_only);
        handrail::add_cleanup(file, [](int* counter) { ++*counter; }, &runs);
        handrail::add_cleanup(object, [](int* counter) { ++*counter; }, &runs);
    }
    return runs == 3 ? 0 : 1;
}
