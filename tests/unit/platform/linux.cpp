// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the port does not guarantee on all systems, but provides on Linux.

#include "support.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <thread>
#include <vector>

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

using namespace handrail;
using namespace handrail::test;

namespace {

using frames = std::vector<void const*>;

[[gnu::noinline]] frames capture(std::size_t max) {
    frames found(64);
    found.resize(port::capture_frames(found.data(), std::min(max, found.size())));
    return found;
}

// Every level has a frame of its own: there is work to do after the call, so that it is not a tail
// call.
[[gnu::noinline]] frames nested(int levels) {  // NOLINT(misc-no-recursion)
    frames found = levels == 0 ? capture(64) : nested(levels - 1);
    asm volatile("" ::: "memory");
    return found;
}

bool lies_in_this_program(void const* address) {
    Dl_info here{}, there{};
    return ::dladdr(reinterpret_cast<void const*>(&capture), &here) != 0 &&
           ::dladdr(address, &there) != 0 && here.dli_fbase == there.dli_fbase;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(names, clean_test)

BOOST_AUTO_TEST_CASE(a_file_has_its_path) {
    auto const path = std::filesystem::canonical(files.write("with space", "x")).string();
    auto const h = open(path);
    BOOST_TEST(port::handle_name(h) == path);
    port::close_handle(h);
}

BOOST_AUTO_TEST_CASE(a_pipe_has_a_number) {
    auto const [reader, writer] = port::open_pipe(ec);
    BOOST_TEST(port::handle_name(reader).starts_with("pipe:["));
    port::close_handle(reader);
    port::close_handle(writer);
}

BOOST_AUTO_TEST_CASE(a_handle_that_is_not_open_has_no_name) {
    BOOST_TEST(port::handle_name(port::invalid_handle).empty());
}

BOOST_AUTO_TEST_CASE(a_mapping_has_the_path_of_its_file) {
    auto const path = std::filesystem::canonical(files.write("with space", "x")).string();
    auto const h = open(path);
    void* const mapped = port::map(h, 0, port::mapping_granularity(), port::map_access::read, ec);
    port::close_handle(h);
    BOOST_TEST(port::mapping_name(mapped) == path);
    port::unmap(mapped, port::mapping_granularity());
    BOOST_TEST(port::mapping_name(nullptr).empty());
}

// Examines the next descriptor number while names are looked up.
BOOST_AUTO_TEST_CASE(the_file_read_for_the_name_of_a_mapping_is_close_on_exec) {
    int const next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(next);
    std::atomic<bool> done = false, inherited = false;
    std::thread watcher([&] {
        while (!done.load()) {
            int const flags = ::fcntl(next, F_GETFD);
            inherited = inherited || (flags != -1 && (flags & FD_CLOEXEC) == 0);
        }
    });
    for (int i = 0; i != 500; ++i) {
        BOOST_TEST_REQUIRE(!port::mapping_name(reinterpret_cast<void const*>(&capture)).empty());
    }
    done = true;
    watcher.join();
    BOOST_TEST(!inherited);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(reading_memory)

BOOST_AUTO_TEST_CASE(mapped_memory_is_copied) {
    std::array<int, 4> const from{1, 2, 3, 4};
    std::array<int, 4> to{};
    BOOST_TEST(port::read_memory(from.data(), to.data(), sizeof from));
    BOOST_TEST(to == from, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(unmapped_memory_is_reported) {
    port::error_code ec;
    void* const pages = port::allocate_pages(4096, ec);
    BOOST_TEST_REQUIRE(!ec);
    port::free_pages(pages, 4096);
    int to = 7;
    errno = 77;
    BOOST_TEST(!port::read_memory(pages, &to, sizeof to));
    BOOST_TEST(errno == 77);
    BOOST_TEST(to == 7);
}

BOOST_AUTO_TEST_CASE(memory_that_is_mapped_in_part_is_reported) {
    port::error_code ec;
    auto* const pages = static_cast<char*>(port::allocate_pages(8192, ec));
    BOOST_TEST_REQUIRE(!ec);
    port::free_pages(pages + 4096, 4096);
    std::array<char, 16> to{};
    BOOST_TEST(!port::read_memory(pages + 4088, to.data(), to.size()));
    port::free_pages(pages, 4096);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(frame_walk)

BOOST_AUTO_TEST_CASE(every_caller_is_stored_innermost_first) {
    auto const found = nested(5);
    BOOST_REQUIRE(found.size() >= 7U);  // capture, nested six times
    for (std::size_t i = 0; i != 7; ++i) {
        BOOST_TEST(lies_in_this_program(found[i]));
    }
    // Five return addresses after nested's recursive call, and one after its call of capture.
    BOOST_TEST(std::count(found.begin(), found.end(), found[2]) == 5);
}

BOOST_AUTO_TEST_CASE(no_more_than_max_are_stored) {
    BOOST_TEST(capture(2).size() == 2U);
    BOOST_TEST(capture(0).empty());
}

BOOST_AUTO_TEST_CASE(frames_of_another_thread_are_captured_too) {
    frames found;
    std::thread([&] { found = nested(3); }).join();
    BOOST_TEST(found.size() >= 5U);
}

BOOST_AUTO_TEST_CASE(errno_is_kept) {
    int seen = 0;
    std::thread([&] {
        errno = 77;
        capture(8);
        seen = errno;
    }).join();
    BOOST_TEST(seen == 77);
}

// A walk that ignored the limits of the stack would follow these words to memory that is not
// mapped.
BOOST_AUTO_TEST_CASE(a_stack_that_the_program_made_is_not_walked) {
    static std::size_t count;
    static ucontext_t back, there;
    count = 99;
    std::vector<char> stack(64 * 1024);
    ::getcontext(&there);
    there.uc_stack.ss_sp = stack.data();
    there.uc_stack.ss_size = stack.size();
    there.uc_link = &back;
    ::makecontext(&there, [] { count = capture(64).size(); }, 0);
    ::swapcontext(&back, &there);
    BOOST_TEST(count == 0U);
}

#if defined(__x86_64__)

// Effects: captures frames while the frame pointer register has the given value.
[[gnu::noinline]] static std::size_t captured_with_caller_frame(std::uintptr_t planted,
                                                                void const** out) {
    // A frame record with the register's value of a function that uses no frame pointers.
    auto* const frame = static_cast<std::uintptr_t volatile*>(__builtin_frame_address(0));
    std::uintptr_t const saved = frame[0];
    frame[0] = planted;
    std::size_t const count = port::capture_frames(out, 64);
    frame[0] = saved;
    return count;
}

BOOST_AUTO_TEST_CASE(planted_frame_pointers_end_the_walk) {
    std::array<void const*, 64> out;
    int local = 0;
    auto const here = reinterpret_cast<std::uintptr_t>(&local);
    pthread_attr_t attributes;
    ::pthread_getattr_np(::pthread_self(), &attributes);
    void* low = nullptr;
    std::size_t size = 0;
    ::pthread_attr_getstack(&attributes, &low, &size);
    ::pthread_attr_destroy(&attributes);
    std::uintptr_t const top = reinterpret_cast<std::uintptr_t>(low) + size;
    for (std::uintptr_t const planted :
         {std::uintptr_t{0}, std::uintptr_t{8}, ~std::uintptr_t{0}, ~std::uintptr_t{7}, top,
          top - 8, top + 4096, (here & ~std::uintptr_t{7}) + 1, std::uintptr_t{0xdeadbeef000}}) {
        BOOST_TEST(captured_with_caller_frame(planted, out.data()) <= 3U);
    }
}

#endif

BOOST_AUTO_TEST_SUITE_END()
