// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Bug: with the leak check on, an edge or traced container that a constructor made in the memory of
// its object and destroyed again was reported as one that the class does not declare (HR005).
// Correct: only edges that are there when the constructor has returned are reported. The report's
// step has no comma that belongs to a sentence, and its fingerprint no place where there is none.

#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <memory>
#include <new>
#include <vector>

namespace leak_check = handrail::leak_check;
using handrail::edge;

namespace {

struct node {
    edge<node> next;
    using managed_edges = handrail::edges<&node::next>;
};

using container = handrail::traced<std::vector<edge<node>>>;

// Uses its buffer for a while.
template <class T>
struct builder {
    edge<node> first;
    alignas(T) std::byte buffer[sizeof(T)];
    using managed_edges = handrail::edges<&builder::first>;

    builder() {
        for (int i = 0; i != 20; ++i) {
            std::destroy_at(::new (static_cast<void*>(buffer)) T());
        }
    }
};

struct forgetful {
    edge<node> declared;
    edge<node> forgotten;
    using managed_edges = handrail::edges<&forgetful::declared>;
};

// Its temporary edges are as many as are recorded; the last one stays.
struct forgetful_after_temporaries : builder<edge<node>> {
    edge<node> forgotten;
    using managed_edges = handrail::edges<>::with<builder<edge<node>>>;
};

template <class T>
std::vector<leak_check::finding> findings_when_made() {
    leak_check::set_level(leak_check::level::handles);
    static_cast<void>(handrail::make<T>());
    auto const report = leak_check::check_now();
    leak_check::set_level(leak_check::level::off);
    return report.findings;
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_edge_that_its_constructor_destroyed_is_not_reported) {
    BOOST_TEST(findings_when_made<builder<edge<node>>>().empty());
}

BOOST_AUTO_TEST_CASE(a_container_that_its_constructor_destroyed_is_not_reported) {
    BOOST_TEST(findings_when_made<builder<container>>().empty());
}

BOOST_AUTO_TEST_CASE(an_edge_that_is_still_there_is_reported) {
    BOOST_TEST(findings_when_made<forgetful>().size() == 1U);
    BOOST_TEST(findings_when_made<forgetful_after_temporaries>().size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_report_reads_as_a_sentence_and_has_no_place) {
    auto const findings = findings_when_made<forgetful>();
    BOOST_TEST_REQUIRE(findings.size() == 1U);
    auto const& step = findings[0].path.at(0);
    BOOST_TEST(step.from.ends_with("::forgetful"), step.from);
    BOOST_TEST(leak_check::to_text(step) == step.from + " is not named by its managed_edges");
    BOOST_TEST(findings[0].fingerprint == "HR005 " + leak_check::to_text(step));
}
