// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/heap/allocator.hpp"

#include <boost/test/unit_test.hpp>

#include <span>
#include <string>
#include <utility>
#include <vector>

using handrail::inspect::memory;
using handrail::inspect::other_allocator;
using handrail::inspect::region;

namespace {

class regions_only : public memory {
public:
    explicit regions_only(std::vector<region> all) : memory(std::move(all)) {}

private:
    bool copy(handrail::inspect::address, std::span<std::byte>) const override { return false; }
};

std::string with_module(std::string file) {
    return other_allocator(
        regions_only({{.begin = 0x1000, .end = 0x2000, .file = std::move(file)}}));
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_allocator_that_replaces_that_of_glibc_is_known_by_its_library) {
    BOOST_TEST(with_module("/usr/lib/x86_64-linux-gnu/libjemalloc.so.2") == "libjemalloc.so.2");
    BOOST_TEST(with_module("/usr/lib/libtcmalloc_minimal.so.4") == "libtcmalloc_minimal.so.4");
    BOOST_TEST(with_module("/usr/lib/libasan.so.8") == "libasan.so.8");
}

BOOST_AUTO_TEST_CASE(other_libraries_replace_nothing) {
    BOOST_TEST(with_module("/usr/lib/x86_64-linux-gnu/libc.so.6") == "");
    BOOST_TEST(with_module("[heap]") == "");
    BOOST_TEST(with_module("") == "");
}

BOOST_AUTO_TEST_CASE(a_sanitizer_that_is_linked_statically_is_known_by_its_shadow_memory) {
    BOOST_TEST(other_allocator(regions_only({{.begin = 0x1000, .end = std::uint64_t{1} << 44}})) ==
               "a sanitizer");
}
