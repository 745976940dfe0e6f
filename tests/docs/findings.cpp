// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The examples of docs/leak-check.md, each with its finding. The document shows the code between
// "example" and "end"; tests/docs/guide.py compares the two.

#include "lib/leak_check/registry/registry_observer.hpp"
#include "lib/leak_check/report/uncollected_cycles.hpp"
#include "tests/support/owners.hpp"
#include "tests/support/temporary_directory.hpp"

#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <boost/system/error_code.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <unistd.h>

using handrail::file;
namespace leak_check = handrail::leak_check;
using leak_check::grade;

namespace {

file open_null() { return file::open("/dev/null", file::read_only); }

// example HR003
struct job {
    handrail::file log;
    std::string name;  // destroyed before the log
};
// end

// example HR005
struct chapter {
    handrail::edge<chapter> next;
    handrail::edge<chapter> previous;  // not named below
    using managed_edges = handrail::edges<&chapter::next>;
};
// end

// example HR005
struct connection : std::enable_shared_from_this<connection> {
    handrail::file log = open_null();
    std::function<void()> on_close;

    void start() {
        on_close = [self = shared_from_this()] {
            self->log.close();
        };  // a member that holds its object
    }
};
// end

struct ring {
    handrail::edge<ring> next;
    using managed_edges = handrail::edges<&ring::next>;
};

struct session {
    int number = 0;
    file socket = open_null();
};

bool found(leak_check::report const& r, std::string const& id, grade g) {
    return std::any_of(r.findings.begin(), r.findings.end(),
                       [&](auto const& f) { return f.id == id && f.grade == g; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(examples)

BOOST_AUTO_TEST_CASE(hr001) {
    leak_check::scoped_check check;
    // example HR001
    auto file = handrail::make<handrail::file>(handrail::file::open("/dev/null", file::read_only));
    auto token = handrail::add_cleanup(file, handrail::capturing([file] {
                                           std::cout << "closed " << file->native_handle()
                                                     << '\n';  // never: it waits for itself
                                       }));
    // end
    BOOST_TEST(found(check.finish(), "HR001", grade::certain));
    token.stop();
}

BOOST_AUTO_TEST_CASE(hr001_remedy) {
    leak_check::scoped_check check;
    {
        // example HR001
        auto file =
            handrail::make<handrail::file>(handrail::file::open("/dev/null", file::read_only));
        handrail::add_cleanup(
            file, [](auto number) { std::cout << "closed " << number << '\n'; },
            file->native_handle());
        // end
    }
    BOOST_TEST(check.finish().findings.empty());
}

BOOST_AUTO_TEST_CASE(hr002) {
    leak_check::scoped_check check;
    // example HR002
    auto request = handrail::make<session>();
    auto response = handrail::make<session>();
    auto token = handrail::add_cleanup(request, handrail::capturing([response] {}));
    handrail::add_cleanup(response, handrail::capturing([request] {}));
    // end
    BOOST_TEST(found(check.finish(), "HR002", grade::certain));
    token.stop();
}

BOOST_AUTO_TEST_CASE(hr003) {
    leak_check::scoped_check check;
    // example HR003
    auto nightly = handrail::make<job>(open_null(), "nightly");
    auto token = handrail::add_cleanup(
        nightly->log, [](std::string const* name) { std::cout << *name << " is done\n"; },
        &nightly->name);
    // end
    BOOST_TEST(found(check.finish(), "HR003", grade::possible));
    token.stop();
}

BOOST_AUTO_TEST_CASE(hr003_refused) {
    leak_check::scoped_check check;
    auto nightly = handrail::make<job>(open_null(), "nightly");
    BOOST_CHECK_THROW(handrail::add_cleanup(
                          nightly, [](std::string const*) {}, &nightly->name),
                      handrail::self_capture);
    BOOST_TEST(found(check.finish(), "HR003", grade::certain));
}

BOOST_AUTO_TEST_CASE(hr004) {
    leak_check::scoped_check check;
    // example HR004
    auto owner = handrail::make<session>();
    handrail::add_cleanup(
        owner,
        [](handrail::weak<session> self) {
            if (auto alive = self.lock()) {  // never
                std::cout << alive->number << '\n';
            }
        },
        handrail::weak<session>(owner));
    // end
    BOOST_TEST(found(check.finish(), "HR004", grade::note));
}

BOOST_AUTO_TEST_CASE(hr005) {
    leak_check::scoped_check check;
    static_cast<void>(handrail::make<chapter>());
    BOOST_TEST(found(check.finish(), "HR005", grade::possible));
}

BOOST_AUTO_TEST_CASE(hr005_callback) {
    leak_check::set_level(leak_check::level::full);
    leak_check::scoped_check check;
    auto const leaking = std::make_shared<connection>();
    leaking->start();
    auto const report = check.finish();
    leak_check::set_level(leak_check::level::off);
    leaking->on_close = nullptr;
    BOOST_TEST(found(report, "HR005", grade::possible));
}

BOOST_AUTO_TEST_CASE(hr010) {
    handrail_test::failure_recorder failures;
    leak_check::scoped_check check;
    {
        // example HR010
        handrail::file config = handrail::file::open("/dev/null", file::read_only);
        ::close(config.native_handle());  // and the guard closes it again
        // end
    }
    BOOST_TEST(found(check.finish(), "HR010", grade::certain));
}

BOOST_AUTO_TEST_CASE(hr011) {
    leak_check::scoped_check check;
    boost::system::error_code ec;
    // example HR011
    handrail::file config = handrail::file::open("/dev/null", file::read_only);
    config.close();
    config.size(ec);
    // end
    BOOST_TEST(found(check.finish(), "HR011", grade::certain));
}

BOOST_AUTO_TEST_CASE(hr012) {
    leak_check::set_level(leak_check::level::full);
    leak_check::scoped_check check;
    // example HR012
    handrail::file log = handrail::file::open("/dev/null", file::write_only);
    ::dup2(STDERR_FILENO, log.native_handle());  // what is written to the log goes to the terminal
    // end
    auto const report = check.finish();
    leak_check::set_level(leak_check::level::off);
    BOOST_TEST(found(report, "HR012", grade::possible));
}

BOOST_AUTO_TEST_CASE(hr020) {
    leak_check::scoped_check check;
    // example HR020
    auto* config = new handrail::file(handrail::file::open("/dev/null", file::read_only));
    // end
    BOOST_TEST(found(check.finish(), "HR020", grade::possible));
    delete config;
}

BOOST_AUTO_TEST_CASE(hr021) {
    {
        // example HR021
        auto first = handrail::make<ring>();
        first->next = handrail::make<ring>();
        first->next->next = first;
        first.reset();
        // end
    }
    leak_check::report at_exit{};
    at_exit.findings = leak_check::uncollected_cycles();
    BOOST_TEST(found(at_exit, "HR021", grade::certain));
    handrail::heap::global().collect();
}

BOOST_AUTO_TEST_CASE(hr030) {
    handrail_test::temporary_directory const directory;
    auto const cache = directory / "cache";
    leak_check::scoped_check check;
    leak_check::set_slow_limit(std::chrono::nanoseconds(1));
    {
        handrail::file config = open_null();
        // example HR030
        handrail::add_cleanup(
            config, [](std::filesystem::path const& tree) { std::filesystem::remove_all(tree); },
            cache);
        // end
    }
    leak_check::set_slow_limit(std::chrono::nanoseconds(0));
    BOOST_TEST(found(check.finish(), "HR030", grade::note));
}

BOOST_AUTO_TEST_CASE(hr031) {
    handrail_test::failure_recorder failures;
    leak_check::scoped_check check;
    {
        // example HR031
        handrail::file config = handrail::file::open("/dev/null", file::read_only);
        handrail::add_cleanup(config, [] { throw std::runtime_error("the log is full"); });
        // end
    }
    BOOST_TEST(found(check.finish(), "HR031", grade::note));
}

BOOST_AUTO_TEST_SUITE_END()
