// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: if there was no memory to examine a cleanup when it was registered, the check knew nothing
// of it, and the report said that it was complete.
// Correct: the report says that something was not recorded.

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace leak_check = handrail::leak_check;

namespace {

bool memory_is_short = false;  // for those who can do without

}  // namespace

void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
    return memory_is_short ? nullptr : std::malloc(size);
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void* operator new(std::size_t size) {
    void* const p = std::malloc(size);
    return p != nullptr ? p : throw std::bad_alloc();
}

BOOST_AUTO_TEST_CASE(a_report_after_a_registration_without_memory_is_not_complete) {
    leak_check::set_level(leak_check::level::handles);
    auto owner = handrail::file::open("/dev/null", handrail::file::read_only);
    handrail::add_cleanup(owner, [](int) {}, 1);
    BOOST_TEST(leak_check::check_now().complete);
    memory_is_short = true;
    handrail::add_cleanup(owner, [](int) {}, 2);
    memory_is_short = false;
    auto const report = leak_check::check_now();
    owner.close();
    leak_check::set_level(leak_check::level::off);
    BOOST_TEST(report.missing == "something was not recorded: memory was short");
}
