// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a native handle that is a struct was identified by its first eight bytes. For assign() and
// the leak check two images of one device were the same resource, and the check reported a double
// close that had not happened. The same applied to integers of more than eight bytes, and to
// handles of two libraries that give their kinds one name.
// Correct: handles are compared with ==, and the leak check identifies a resource by its domain and
// its number; a struct has one only if its traits have number().

#include <handrail/handle.hpp>
#include <handrail/leak_check.hpp>

#include <boost/system/errc.hpp>
#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>

namespace leak_check = handrail::leak_check;

namespace {

struct image {
    void* device = nullptr;
    int id = 0;
    bool operator==(image const&) const = default;
};

template <class Native>
struct closes_nothing {
    using native_handle_type = Native;
    static Native invalid() noexcept { return {}; }
    static bool is_valid(Native h) noexcept { return !(h == Native{}); }
    static boost::system::error_code close(Native) noexcept { return {}; }
};

struct image_traits : closes_nothing<image> {
    static constexpr char const* kind = "image";
};
struct numbered_image_traits : image_traits {
    static int number(image h) noexcept { return h.id; }
};
__extension__ typedef unsigned __int128 wide;
struct wide_traits : closes_nothing<wide> {
    static constexpr char const* kind = "capability";
};
struct texture_traits : closes_nothing<int> {
    static constexpr char const* kind = "texture";
};
struct texture_of_another_library_traits : texture_traits {};

using image_handle = handrail::unique_handle<image_traits>;
using numbered_image = handrail::unique_handle<numbered_image_traits>;
using wide_handle = handrail::unique_handle<wide_traits>;
using texture = handrail::unique_handle<texture_traits>;
using other_texture = handrail::unique_handle<texture_of_another_library_traits>;

static_assert(std::equality_comparable<image_handle>);
static_assert(!std::three_way_comparable<image_handle>);

int device = 0;

struct at_level_handles {
    at_level_handles() { leak_check::set_level(leak_check::level::handles); }
    at_level_handles(at_level_handles const&) = delete;
    at_level_handles& operator=(at_level_handles const&) = delete;
    ~at_level_handles() { leak_check::set_level(leak_check::level::off); }
};

// Returns: the report about two handles that are open at the same time; empty without findings.
template <class A, class B>
std::string report_about(typename A::native_handle_type a, typename B::native_handle_type b) {
    leak_check::scoped_check check;
    {
        A const first(a);
        B const second(b);
    }
    auto const report = check.finish();
    return report.findings.empty() ? "" : leak_check::to_text(report);
}

// Returns: an image whose padding bytes have the given value.
image with_padding(unsigned char filling, int id) {
    alignas(image) std::byte memory[sizeof(image)];
    std::memset(memory, filling, sizeof memory);
    auto* const made = new (memory) image;
    made->device = &device;
    made->id = id;
    image copy;
    std::memcpy(static_cast<void*>(&copy), memory, sizeof copy);
    return copy;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(struct_handles, at_level_handles)

BOOST_AUTO_TEST_CASE(closing_two_structs_that_begin_with_equal_bytes_is_not_a_double_close) {
    BOOST_TEST((report_about<image_handle, image_handle>({&device, 1}, {&device, 2})) == "");
}

BOOST_AUTO_TEST_CASE(closing_two_128_bit_integers_with_equal_low_bits_is_not_a_double_close) {
    wide const high = wide(1) << 64;
    BOOST_TEST((report_about<wide_handle, wide_handle>(high | 7, (high << 1) | 7)) == "");
}

BOOST_AUTO_TEST_CASE(
    closing_equal_numbers_of_two_libraries_with_one_kind_name_is_not_a_double_close) {
    BOOST_TEST((report_about<texture, other_texture>(3, 3)) == "");
}

BOOST_AUTO_TEST_CASE(handles_without_a_number_are_not_checked_for_double_closes) {
    BOOST_TEST((report_about<image_handle, image_handle>({&device, 1}, {&device, 1})) == "");
}

BOOST_AUTO_TEST_CASE(handles_with_a_number_are_checked_for_double_closes) {
    image const one{&device, 1};
    BOOST_TEST((report_about<numbered_image, numbered_image>(one, {&device, 2})) == "");
    std::string const twice = report_about<numbered_image, numbered_image>(one, one);
    BOOST_TEST(twice.find("HR010") != twice.npos);
    BOOST_TEST(twice.find("image 1") != twice.npos);
}

BOOST_AUTO_TEST_CASE(reports_show_a_handle_without_number_by_its_kind) {
    leak_check::scoped_check check;
    image_handle const open({&device, 1});
    auto const report = check.finish();
    BOOST_TEST_REQUIRE(report.findings.size() == 1U);
    BOOST_TEST(report.findings[0].resource == "image");
}

BOOST_AUTO_TEST_CASE(assign_accepts_a_different_struct_that_begins_with_equal_bytes) {
    image_handle guard({&device, 1});
    guard.assign({&device, 2});
    BOOST_TEST(guard.native_handle().id == 2);
}

BOOST_AUTO_TEST_CASE(assign_refuses_the_guards_own_handle_whatever_its_padding_bytes_are) {
    image_handle guard(with_padding(0x55, 1));
    BOOST_CHECK_THROW(guard.assign(with_padding(0xaa, 1)), std::invalid_argument);
    boost::system::error_code ec;
    BOOST_TEST((guard.assign(with_padding(0xaa, 1), ec) == boost::system::errc::invalid_argument));
    BOOST_TEST(guard.is_open());
}

BOOST_AUTO_TEST_CASE(a_failed_close_names_a_handle_without_number_by_its_kind) {
    struct failing_traits : image_traits {
        static boost::system::error_code close(image) noexcept {
            return make_error_code(boost::system::errc::io_error);
        }
    };
    handrail::unique_handle<failing_traits> guard(image{&device, 1});
    BOOST_CHECK_EXCEPTION(guard.close(), boost::system::system_error, [](auto const& e) {
        return std::string(e.what()).starts_with("close \"image\":");
    });
}

BOOST_AUTO_TEST_SUITE_END()
