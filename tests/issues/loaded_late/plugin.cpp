// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A plugin that uses handrail, for hosts that do not.

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/handle.hpp>
#include <handrail/shared.hpp>

#include <chrono>
#include <thread>

#define PLUGIN extern "C" [[gnu::visibility("default")]] int

namespace {

struct with_destructor {
    explicit with_destructor(int& to) : told(&to) {}
    ~with_destructor() { ++*told; }
    int* told;
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

void run_badly() {
    plugin_handle owner(8);
    handrail::add_cleanup(owner, [] { throw 1; });
    handrail::add_cleanup(owner, [] { std::this_thread::sleep_for(std::chrono::milliseconds(3)); });
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
    run_badly();
    return 0;
}

// Every kind of thread-local state: registering, ending, destroying objects.
PLUGIN use() {
    int runs = 0;
    {
        auto const object = handrail::make<with_destructor>(runs);
        auto file = handrail::file::open("/dev/null", handrail::file::read_only);
        handrail::add_cleanup(file, [](int* told) { ++*told; }, &runs);
        handrail::add_cleanup(object, [](int* told) { ++*told; }, &runs);
    }
    return runs == 3 ? 0 : 1;
}
