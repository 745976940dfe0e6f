// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A thread that makes or ends an object with edges waits while a pass handles one object, at most.

#include "lib/heap/fork_handlers.hpp"
#include "lib/heap/heap_state.hpp"

#include "tests/support/owners.hpp"

#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

using handrail::shared;
using handrail::detail::pass_hold;
using handrail::detail::shard;
using handrail::detail::shard_mutex;
using handrail_test::event;

namespace {

struct node;

// Calls a function when a pass reads it.
struct observed_edges : std::vector<handrail::edge<node>> {
    std::function<void()> read = [] {};
    auto begin() const {
        read();
        return vector::begin();
    }
};
struct node {
    handrail::traced<observed_edges> kids;
    using managed_edges = handrail::edges<&node::kids>;
};

shard& only_used_shard() {
    for (shard& each : handrail::detail::global_heap().shards) {
        if (!each.members.empty()) {
            return each;
        }
    }
    throw std::logic_error("no object with edges");
}

void wait_until_wanted(shard_mutex const& of) {
    while (!of.is_wanted()) {
        std::this_thread::yield();
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_pass_releases_the_lock_after_the_current_object_when_a_thread_waits) {
    event made;
    event reading;
    event collected;
    std::vector<std::size_t> members_at_reads;
    std::thread maker([&] {
        std::vector<shared<node>> nodes;
        for (int i = 0; i != 3; ++i) {
            nodes.push_back(handrail::make<node>());
            nodes.back()->kids.write()->read = [&] {
                // The pass holds the lock.
                shard& home = only_used_shard();
                members_at_reads.push_back(home.members.size());
                if (members_at_reads.size() == 1) {
                    reading.set();
                    wait_until_wanted(home.mutex);
                }
            };
        }
        made.set();
        reading.wait();
        nodes.push_back(handrail::make<node>());  // waits for the pass
        collected.wait();
    });
    made.wait();
    handrail::heap::global().collect();
    collected.set();
    maker.join();
    std::vector<std::size_t> const gave_way{3, 4, 4};
    BOOST_TEST(members_at_reads == gave_way, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_waiting_thread_gets_the_lock_before_the_pass_gets_it_again) {
    shard_mutex mutex;
    for (int round = 0; round != 100; ++round) {
        std::atomic<bool> had_its_turn = false;
        std::thread waiting;
        {
            pass_hold const hold(mutex);
            waiting = std::thread([&] {
                std::lock_guard const turn(mutex);
                had_its_turn = true;
            });
            wait_until_wanted(mutex);
        }
        {
            pass_hold const hold(mutex);
            BOOST_TEST(had_its_turn);
        }
        waiting.join();
    }
}

BOOST_AUTO_TEST_CASE(a_pass_in_a_forked_child_waits_for_no_thread_of_its_parent) {
    event made;
    event locked;
    std::thread maker([&] {
        auto const first = handrail::make<node>();
        made.set();
        locked.wait();
        auto const second = handrail::make<node>();  // waits for the fork
    });
    made.wait();
    shard const& home = only_used_shard();
    handrail::detail::heap_before_fork();
    locked.set();
    wait_until_wanted(home.mutex);
    pid_t const child = ::_Fork();  // without fork handlers, which the test calls itself
    if (child == 0) {
        ::alarm(30);
        handrail::detail::heap_after_fork_in_child();
        handrail::heap::global().collect();
        ::_exit(0);
    }
    handrail::detail::heap_after_fork_in_parent();
    maker.join();
    int status = -1;
    ::waitpid(child, &status, 0);
    BOOST_TEST(status == 0);
}
