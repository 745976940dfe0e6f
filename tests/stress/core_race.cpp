// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Races for cleanups between stop, run and the end of the owner, of which exactly one must win, and
// races of drain, fork and the counters with threads that work. Also for the thread sanitizer.

#include "tests/support/owners.hpp"
#include "tests/support/repetitions.hpp"

#include <handrail/shared.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

using namespace handrail_test;
using handrail::add_cleanup;

namespace {

constexpr int rounds = repetitions(1'000'000);
constexpr std::size_t group = 50;  // cleanups of one round

// A barrier for two threads that spins: after a barrier that sleeps, the threads would start too
// far apart to race.
class spinning_barrier {
public:
    void arrive_and_wait() {
        int const round = round_.load();
        if (arrived_.fetch_add(1) == 1) {
            arrived_ = 0;
            ++round_;
            return;
        }
        for (int i = 0; round_.load() == round; ++i) {
            if (i > 2'000) {
                std::this_thread::yield();
            }
        }
    }

private:
    std::atomic<int> arrived_{0};
    std::atomic<int> round_{0};
};

// One cleanup for which two threads race. The first thread reads both results between two barriers.
struct duel {
    quiet_handle owner;
    handrail::cleanup token;
    std::atomic<int> ran{0};
    bool won[2] = {};

    void prepare() {
        ran = 0;
        owner.reset(1);
        token = add_cleanup(owner, [](std::atomic<int>* count) { ++*count; }, &ran);
    }
};

// Delays a thread by a few instructions, by another number of them in each round.
void delay(int round, int who) {
    for (int volatile i = (round * (who + 3)) % 40; i > 0;) {
        i = i - 1;
    }
}

// Returns: the number of rounds after which right() does not hold.
template <class A, class B, class Right>
int count_wrong_rounds(A first, B second, Right right) {
    duel d;
    spinning_barrier meeting;
    std::thread other([&] {
        for (int i = 0; i != rounds / 5; ++i) {
            meeting.arrive_and_wait();
            delay(i, 1);
            d.won[1] = second(d);
            meeting.arrive_and_wait();
        }
    });
    int wrong = 0;
    for (int i = 0; i != rounds / 5; ++i) {
        d.prepare();
        meeting.arrive_and_wait();
        delay(i, 0);
        d.won[0] = first(d);
        meeting.arrive_and_wait();
        wrong += !right(d);
    }
    other.join();
    return wrong;
}

bool stop_it(duel& d) { return d.token.stop(); }
bool run_it(duel& d) { return d.token.run(); }
bool end_it(duel& d) {
    d.owner.reset();
    return true;
}

}  // namespace

BOOST_AUTO_TEST_CASE(of_two_stops_one_wins) {
    BOOST_TEST(count_wrong_rounds(stop_it, stop_it,
                                  [](duel& d) { return d.won[0] != d.won[1] && d.ran == 0; }) == 0);
}
BOOST_AUTO_TEST_CASE(of_two_runs_one_wins) {
    BOOST_TEST(count_wrong_rounds(run_it, run_it,
                                  [](duel& d) { return d.won[0] != d.won[1] && d.ran == 1; }) == 0);
}
BOOST_AUTO_TEST_CASE(of_a_stop_and_a_run_one_wins) {
    BOOST_TEST(count_wrong_rounds(stop_it, run_it, [](duel& d) {
                   return d.won[0] != d.won[1] && d.ran == d.won[1];
               }) == 0);
}
BOOST_AUTO_TEST_CASE(of_the_end_and_a_run_one_wins) {
    BOOST_TEST(count_wrong_rounds(end_it, run_it, [](duel& d) { return d.ran == 1; }) == 0);
}
BOOST_AUTO_TEST_CASE(of_the_end_and_a_stop_one_wins) {
    BOOST_TEST(count_wrong_rounds(end_it, stop_it, [](duel& d) { return d.ran == !d.won[1]; }) ==
               0);
}

namespace {

// A group of cleanups for which three threads race: one stops them, one runs them, one ends their
// owners.
class three_way_race {
public:
    // Returns: the number of cleanups that were not ended by exactly one of the threads.
    long count_wrong() {
        std::thread stopper([this] { act_in_rounds([](auto& t) { return t.stop(); }, stopped_); });
        std::thread runner([this] { act_in_rounds([](auto& t) { return t.run(); }, won_run_); });
        long wrong = 0;
        for (int round = 0; round != round_count; ++round) {
            prepare();
            meeting_.arrive_and_wait();
            for (std::size_t i = group; i-- != 0;) {
                owners_[i].reset();
            }
            meeting_.arrive_and_wait();
            for (std::size_t i = 0; i != group; ++i) {
                wrong += ran_[i] + stopped_[i] != 1 || (won_run_[i] != 0 && stopped_[i] != 0);
            }
        }
        stopper.join();
        runner.join();
        return wrong;
    }

private:
    static constexpr int round_count = rounds / static_cast<int>(group);
    using results = std::array<int, group>;

    void prepare() {
        for (std::size_t i = 0; i != group; ++i) {
            ran_[i] = 0;
            owners_[i].reset(1);
            tokens_[i] =
                add_cleanup(owners_[i], [](std::atomic<int>* count) { ++*count; }, &ran_[i]);
        }
    }
    template <class Act>
    void act_in_rounds(Act act, results& won) {
        for (int round = 0; round != round_count; ++round) {
            meeting_.arrive_and_wait();
            for (std::size_t i = 0; i != group; ++i) {
                won[i] = act(tokens_[i]);
            }
            meeting_.arrive_and_wait();
        }
    }

    std::array<std::atomic<int>, group> ran_{};
    results stopped_{}, won_run_{};
    std::array<handrail::cleanup, group> tokens_;
    std::array<quiet_handle, group> owners_;
    std::barrier<> meeting_{3};
};

}  // namespace

BOOST_AUTO_TEST_CASE(of_a_stop_a_run_and_the_end_exactly_one_wins) {
    BOOST_TEST(three_way_race().count_wrong() == 0);
}

BOOST_AUTO_TEST_CASE(each_cleanup_of_eighty_thousand_objects_on_eight_threads_runs_once) {
    constexpr int objects = 10'000;
    std::vector<std::atomic<int>> runs(8 * objects);  // by object: how often its cleanup ran
    std::vector<std::thread> threads;
    for (int t = 0; t != 8; ++t) {
        threads.emplace_back([mine = &runs[static_cast<std::size_t>(t * objects)]] {
            for (int i = 0; i != objects; ++i) {
                auto const object = handrail::make<int>(i);
                add_cleanup(object, [](std::atomic<int>* count) { ++*count; }, mine + i);
                handrail::shared<int> const copy = object;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    BOOST_TEST(std::count(runs.begin(), runs.end(), 1) == 8 * objects);
}

BOOST_AUTO_TEST_CASE(four_threads_may_register_cleanups_of_one_object_at_once) {
    static std::atomic<long> ran;
    ran = 0;
    auto object = handrail::make<int>(1);
    std::barrier start(4);
    std::vector<std::thread> threads;
    for (int t = 0; t != 4; ++t) {
        threads.emplace_back([&] {
            start.arrive_and_wait();
            for (int i = 0; i != 100'000; ++i) {
                auto token = add_cleanup(object, [] { ++ran; });
                if (i % 2 == 0) {
                    token.stop();
                }
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    object.reset();
    BOOST_TEST(ran == 200'000);
}

BOOST_AUTO_TEST_CASE(drain_waits_for_a_cleanup_that_is_running) {
    static std::atomic<long> ran;
    for (int round = 0; round != 2'000; ++round) {
        ran = 0;
        std::barrier meeting(2);
        std::thread worker([&meeting] {
            quiet_handle owner(1);
            add_cleanup(
                owner,
                [](std::barrier<>* b) {
                    b->arrive_and_wait();
                    ++ran;
                },
                &meeting);
        });
        meeting.arrive_and_wait();
        BOOST_TEST_REQUIRE(handrail::drain(std::chrono::minutes(1)));
        BOOST_TEST_REQUIRE(ran == 1);
        worker.join();
    }
}

// Passes one batch at a time to a thread that polls, so that little time passes between the
// queueing of a batch and the moment when the thread is idle again.
class slot_runner : public handrail::runner_base {
public:
    void execute(handrail::batch queued) override {
        slot_.emplace(std::move(queued));
        full_ = true;
    }
    void run_one() {
        while (!full_) {
            std::this_thread::yield();
        }
        full_ = false;
        slot_->run();
    }

private:
    std::optional<handrail::batch> slot_;
    std::atomic<bool> full_{false};
};

namespace {

// Threads that have used the library and wait. They make the list longer that drain() walks, and
// thereby the time between its visits of two threads that work.
class waiting_threads {
public:
    waiting_threads() {
        for (int i = 0; i != count; ++i) {
            threads_.emplace_back([this] {
                quiet_handle owner(1);
                add_cleanup(owner, [] {}).stop();
                listed_.arrive_and_wait();
                may_end_.arrive_and_wait();
            });
        }
        listed_.arrive_and_wait();
    }
    waiting_threads(waiting_threads const&) = delete;
    waiting_threads& operator=(waiting_threads const&) = delete;
    ~waiting_threads() { may_end_.arrive_and_wait(); }

private:
    static constexpr int count = 60;
    std::barrier<> listed_{count + 1}, may_end_{count + 1};
    std::vector<std::jthread> threads_;
};

// Effects: ends an owner whose cleanup waits at the meeting, and then ends an owner with the
//   runner, whose cleanup counts.
void move_work(handrail::runner const& where, std::barrier<>& meeting, std::atomic<int>& done) {
    auto second = std::make_unique<quiet_handle>(2);
    handrail::set_runner(*second, where);
    add_cleanup(*second, [](std::atomic<int>* count) { ++*count; }, &done);
    quiet_handle owner(1);
    add_cleanup(
        owner,
        [](std::unique_ptr<quiet_handle> next, std::barrier<>* b) {
            b->arrive_and_wait();
            next.reset();
        },
        std::move(second), &meeting);
    owner.reset();
}

}  // namespace

// A cleanup on one thread queues a batch for another. There is no moment without work between the
// two.
BOOST_AUTO_TEST_CASE(drain_never_misses_work_that_moves_between_threads) {
    constexpr int rounds_of_moving = 20'000;
    std::atomic<int> done = 0;
    auto const [runner, queue] = make_test_runner<slot_runner>();
    std::barrier meeting(2);
    std::thread worker([q = queue] {
        for (int i = 0; i != rounds_of_moving; ++i) {
            q->run_one();
        }
    });
    std::thread first([&meeting, &done, where = runner] {
        for (int i = 0; i != rounds_of_moving; ++i) {
            move_work(where, meeting, done);
            meeting.arrive_and_wait();
        }
    });
    int missed = 0;
    {
        waiting_threads const others;
        for (int i = 1; i <= rounds_of_moving; ++i) {
            meeting.arrive_and_wait();
            if (i % 2 == 0) {
                missed += !handrail::drain(std::chrono::minutes(1));
            } else {
                while (!handrail::drain(std::chrono::nanoseconds(0))) {
                }
            }
            missed += done != i;
            meeting.arrive_and_wait();
        }
    }
    first.join();
    worker.join();
    BOOST_TEST(missed == 0);
}

// In the child no lock is held that another thread of the parent had locked.
// Not under sanitizers: they do not hold the locks of their allocators across a fork.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
BOOST_AUTO_TEST_CASE(a_child_forked_while_owners_are_created_can_create_owners) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handrail::set_default_runner(runner);
    std::atomic<bool> done = false;
    std::thread creator([&done] {
        while (!done) {
            quiet_handle const owner(1);
            static_cast<void>(handrail::cleanup_stats());
        }
    });
    int broken = 0;
    for (int i = 0; i != 500 && broken == 0; ++i) {
        pid_t const child = ::fork();
        if (child == 0) {
            ::alarm(30);  // ends the child if it waits for a lock that is never released
            quiet_handle const owner(1);
            handrail::set_default_runner({});
            static_cast<void>(handrail::cleanup_stats());
            ::_exit(0);
        }
        int status = 1;
        broken += ::waitpid(child, &status, 0) != child || status != 0;
    }
    done = true;
    creator.join();
    handrail::set_default_runner({});
    BOOST_TEST(broken == 0);
}
#endif
