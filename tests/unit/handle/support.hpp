// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the tests of handles share: files to work on, and the kinds of owner that they test.

#pragma once

#include "platform/port.hpp"
#include "tests/support/owners.hpp"
#include "tests/support/temporary_directory.hpp"

#include <handrail/file.hpp>
#include <handrail/mapping.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace handle_test {

namespace port = handrail::port;
using boost::system::error_code;
using handrail_test::failure_recorder;
using handrail_test::make_test_runner;
using handrail_test::manual_runner;
using handrail_test::temporary_directory;

inline std::string content_of(std::filesystem::path const& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline bool is_open_descriptor(handrail::detail::native_handle h) {
    error_code ec;
    port::kind_of(h, ec);
    return !ec.failed();
}

inline bool is_mapped(void const* address) {
    std::size_t const page = port::mapping_granularity();
    auto const base = reinterpret_cast<std::uintptr_t>(address) & ~(page - 1);
    return !port::flush(reinterpret_cast<void*>(base), page).failed();
}

inline std::string text_of(std::span<std::byte const> bytes) {
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

// The message of the system_error that an operation throws; its code must equal expected.
template <class Condition, class Operation>
std::string message_of(Condition expected, Operation operation) {
    try {
        operation();
    } catch (boost::system::system_error const& e) {
        BOOST_TEST_INFO("error: " << e.what());
        BOOST_TEST((e.code() == expected));
        return e.what();
    }
    BOOST_ERROR("no system_error was thrown");
    return {};
}

inline bool contains(std::string_view text, std::string_view part) {
    BOOST_TEST_INFO("looking for '" << part << "' in '" << text << "'");
    return text.find(part) != text.npos;
}

// A resource that is nothing but an entry of a table. Its close fails on demand and detects a
// double close.
struct ticket_traits {
    using native_handle_type = int;
    static constexpr char const* kind = "ticket";

    static int invalid() noexcept { return 0; }
    static bool is_valid(int h) noexcept { return h > 0; }
    static error_code close(int h) noexcept {
        errno = ENOSPC;  // whatever the close does to errno
        double_closes += open.erase(h) == 0 ? 1 : 0;
        return failing ? make_error_code(boost::system::errc::io_error) : error_code{};
    }

    static int take() {
        open.insert(++last);
        return last;
    }

    static inline std::set<int> open;
    static inline int last = 0;
    static inline int double_closes = 0;
    static inline bool failing = false;
};
using ticket = handrail::unique_handle<ticket_traits>;

// How the tests of the owner table make an owner and examine its resource.
template <class Owner>
struct subject;

template <>
struct subject<ticket> {
    static ticket open() { return ticket(ticket_traits::take()); }
    static int identity(ticket& t) { return t.native_handle(); }
    static bool alive(int h) { return ticket_traits::open.contains(h); }
};

template <>
struct subject<handrail::file> {
    static handrail::file open() {
        return handrail::file::open("/proc/self/exe", handrail::file::read_only);
    }
    static int identity(handrail::file& f) { return f.native_handle(); }
    static bool alive(int h) { return is_open_descriptor(h); }
};

template <>
struct subject<handrail::descriptor> {
    static handrail::descriptor open() {
        return handrail::descriptor(subject<handrail::file>::open().release());
    }
    static int identity(handrail::descriptor& d) { return d.native_handle(); }
    static bool alive(int h) { return is_open_descriptor(h); }
};

template <>
struct subject<handrail::mapping> {
    static handrail::mapping open() {
        return handrail::mapping::map(subject<handrail::file>::open(),
                                      {.offset = 100, .length = 100});
    }
    // A number: a pointer into the bytes would be refused as an argument of a cleanup.
    static std::uintptr_t identity(handrail::mapping& m) {
        return reinterpret_cast<std::uintptr_t>(m.bytes().data());
    }
    static bool alive(std::uintptr_t at) { return is_mapped(reinterpret_cast<void const*>(at)); }
};

}  // namespace handle_test
