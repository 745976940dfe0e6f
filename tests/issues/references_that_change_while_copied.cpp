// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bugs: while a cleanup was registered, the leak check did not notice that an argument's
// constructor moved, reset or exchanged references, or that an edge ended. It counted references
// twice, called cleanups certain leaks that held nothing, and read an object that had ended.
// Correct: it counts the references that an argument has when its constructor has returned.

#include <handrail/cleanup.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

namespace leak_check = handrail::leak_check;
using handrail::edge;
using handrail::shared;

namespace {

struct session {
    int number = 1;
};

struct at_handles {
    at_handles() { leak_check::set_level(leak_check::level::handles); }
    at_handles(at_handles const&) = delete;
    at_handles& operator=(at_handles const&) = delete;
    ~at_handles() { leak_check::set_level(leak_check::level::off); }
};

// Registers what is made as the argument of a cleanup. Returns: what a check reports then.
template <class Make>
leak_check::report report_with(shared<session> const& owner, Make make) {
    auto token = add_cleanup(owner, [](decltype(make()) const&) {}, make());
    leak_check::report report = leak_check::check_now();
    token.stop();
    return report;
}

// Refers to the session until it is moved.
struct dropped_when_moved {
    shared<session> held;
    explicit dropped_when_moved(shared<session> of) : held(std::move(of)) {}
    dropped_when_moved(dropped_when_moved&& other) noexcept : held(std::move(other.held)) {
        held.reset();
    }
};
}  // namespace

BOOST_FIXTURE_TEST_CASE(a_reference_dropped_while_its_argument_is_moved, at_handles) {
    auto const owner = handrail::make<session>();
    auto const report = report_with(owner, [&] { return dropped_when_moved(owner); });
    BOOST_TEST(report.findings.empty(), leak_check::to_text(report));
    // The last reference: the object has ended when the registration looks at what it has seen.
    auto const other =
        report_with(owner, [] { return dropped_when_moved(handrail::make<session>()); });
    BOOST_TEST(other.findings.empty(), leak_check::to_text(other));
}

namespace {
shared<session> source;  // of the references that are made while an argument is copied

// Runs Copying::copy() when it is copied, and holds nothing.
template <class Copying>
struct copying {
    copying() = default;
    copying(copying&&) = default;
    copying(copying const&) { Copying::copy(); }
};

struct of_an_edge {
    static void copy() { edge<session> const local(source); }
};
struct of_an_assigned_edge {
    static void copy() {
        edge<session> local;
        local = source;
    }
};
struct of_a_moved_edge {
    static void copy() {
        edge<session> local(source);
        edge<session> const other(std::move(local));
    }
};
struct of_a_reset_reference {
    static void copy() {
        static shared<session> kept;  // does not end before the copy is complete
        kept = source;
        kept.reset();
    }
};
struct of_exchanged_references {
    static void copy() {
        static shared<session> kept;
        shared<session> local(source);
        kept.swap(local);
        local.swap(kept);
    }
};
struct of_a_reset_weak_reference {
    static void copy() {
        static handrail::weak<session> kept;
        kept = source;
        kept.reset();
    }
};
}  // namespace
using copies =
    boost::mpl::list<of_an_edge, of_an_assigned_edge, of_a_moved_edge, of_a_reset_reference,
                     of_exchanged_references, of_a_reset_weak_reference>;
BOOST_FIXTURE_TEST_CASE_TEMPLATE(references_that_end_while_an_argument_is_copied, Copying, copies,
                                 at_handles) {
    source = handrail::make<session>();
    auto const report = report_with(source, [] { return copying<Copying>(); });
    source.reset();
    BOOST_TEST(report.findings.empty(), leak_check::to_text(report));
}

namespace {
// Its copies grow step by step, so that references move.
struct growing {
    std::vector<shared<session>> all;
    growing(shared<session> const& one, std::size_t number) : all(number, one) {}
    growing(growing&&) = default;
    growing(growing const& other) {
        for (auto const& each : other.all) {
            all.push_back(each);
        }
    }
};
}  // namespace
BOOST_FIXTURE_TEST_CASE(references_that_move_while_their_argument_is_copied, at_handles) {
    auto const owner = handrail::make<session>();
    for (std::size_t const number : {1U, 2U, 5U, 100U}) {
        auto const report = report_with(owner, [&] { return growing(owner, number); });
        BOOST_TEST_REQUIRE(report.findings.size() == 1U, leak_check::to_text(report));
        BOOST_TEST(report.findings[0].references_inside == number);
        BOOST_TEST(!report.findings[0].leaked_now, leak_check::to_text(report));
    }
}
