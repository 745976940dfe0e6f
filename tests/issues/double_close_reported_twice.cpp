// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: a double close was reported twice, the second time without name and source location, when
// another guard ended between the library's first report and the failing system call: on another
// thread or, as here, inside the close function itself.
// Correct: it is reported once.

#include <handrail/handle.hpp>
#include <handrail/leak_check.hpp>

#include <boost/system/errc.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>

namespace leak_check = handrail::leak_check;

namespace {

template <class Close>
struct ticket_traits {
    using native_handle_type = int;
    static int invalid() noexcept { return 0; }
    static bool is_valid(int ticket) noexcept { return ticket != 0; }
    static boost::system::error_code close(int ticket) noexcept { return Close()(ticket); }
    static constexpr char const* kind = "ticket";
    static constexpr char const* domain = "tickets";
};

struct succeed {
    boost::system::error_code operator()(int) const noexcept { return {}; }
};
using ticket = handrail::unique_handle<ticket_traits<succeed>>;

std::optional<ticket> another;
bool is_closed = false;

// The first call succeeds. The second one fails, and ends another guard meanwhile.
struct close_once {
    boost::system::error_code operator()(int) const noexcept {
        if (!is_closed) {
            is_closed = true;
            return {};
        }
        another.reset();
        return make_error_code(boost::system::errc::bad_file_descriptor);
    }
};
using shared_ticket = handrail::unique_handle<ticket_traits<close_once>>;

}  // namespace

BOOST_AUTO_TEST_CASE(a_double_close_is_reported_once_even_if_another_guard_ends_meanwhile) {
    leak_check::set_level(leak_check::level::handles);
    {
        another.emplace(1);
        shared_ticket const first(2);
        shared_ticket const second(2);
    }
    BOOST_TEST(!another);
    auto const report = leak_check::check_now();
    BOOST_TEST_REQUIRE(report.findings.size() == 1U, leak_check::to_text(report));
    BOOST_TEST(report.findings[0].id == "HR010");
    BOOST_TEST(report.findings[0].count == 1U);
    leak_check::set_level(leak_check::level::off);
}
