// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// stop(), run() and the owner's end of life race for the claim to a cleanup: exactly one of them
// wins, a million times.

#include "tests/support/owners.hpp"

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

constexpr int rounds = 1'000'000;
constexpr int group = 50;  // cleanups that the threads race for between two barriers

// Two threads meet here, round after round, without the kernel's help: it would tear them apart
// again.
class close_meeting {
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

// Shifts the two against each other by a few instructions, another number each round.
void dawdle(int round, int who) {
    for (int volatile i = (round * (who + 3)) % 40; i > 0;) {
        i = i - 1;
    }
}

// Returns: the number of rounds after which right() does not hold.
template <class A, class B, class Right>
int wrong_rounds(A first, B second, Right right) {
    duel d;
    close_meeting meeting;
    std::thread other([&] {
        for (int i = 0; i != rounds / 5; ++i) {
            meeting.arrive_and_wait();
            dawdle(i, 1);
            d.won[1] = second(d);
            meeting.arrive_and_wait();
        }
    });
    int wrong = 0;
    for (int i = 0; i != rounds / 5; ++i) {
        d.prepare();
        meeting.arrive_and_wait();
        dawdle(i, 0);
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
    BOOST_TEST(wrong_rounds(stop_it, stop_it,
                            [](duel& d) { return d.won[0] != d.won[1] && d.ran == 0; }) == 0);
}
BOOST_AUTO_TEST_CASE(of_two_runs_one_wins) {
    BOOST_TEST(wrong_rounds(run_it, run_it,
                            [](duel& d) { return d.won[0] != d.won[1] && d.ran == 1; }) == 0);
}
BOOST_AUTO_TEST_CASE(of_a_stop_and_a_run_one_wins) {
    BOOST_TEST(wrong_rounds(stop_it, run_it, [](duel& d) {
                   return d.won[0] != d.won[1] && d.ran == d.won[1];
               }) == 0);
}
BOOST_AUTO_TEST_CASE(of_the_end_and_a_run_one_wins) {
    BOOST_TEST(wrong_rounds(end_it, run_it, [](duel& d) { return d.ran == 1; }) == 0);
}
BOOST_AUTO_TEST_CASE(of_the_end_and_a_stop_one_wins) {
    BOOST_TEST(wrong_rounds(end_it, stop_it, [](duel& d) { return d.ran == !d.won[1]; }) == 0);
}

BOOST_AUTO_TEST_CASE(stop_run_and_the_end_race_and_exactly_one_wins) {
    std::array<std::atomic<int>, group> ran{};
    std::array<std::array<int, group>, 2> won{};
    std::array<handrail::cleanup, group> tokens;
    std::array<quiet_handle, group> owners;
    std::barrier meeting(3);
    std::atomic<bool> done = false;

    auto race = [&](int who, bool (*act)(handrail::cleanup&)) {
        for (;;) {
            meeting.arrive_and_wait();
            if (done) {
                return;
            }
            for (int i = 0; i != group; ++i) {
                won[static_cast<std::size_t>(who)][static_cast<std::size_t>(i)] =
                    act(tokens[static_cast<std::size_t>(i)]);
            }
            meeting.arrive_and_wait();
        }
    };
    std::thread stopper(race, 0, [](handrail::cleanup& t) { return t.stop(); });
    std::thread runner(race, 1, [](handrail::cleanup& t) { return t.run(); });

    long wrong = 0;
    for (int round = 0; round != rounds / group; ++round) {
        for (std::size_t i = 0; i != group; ++i) {
            ran[i] = 0;
            owners[i].reset(1);
            tokens[i] = add_cleanup(owners[i], [](std::atomic<int>* count) { ++*count; }, &ran[i]);
        }
        meeting.arrive_and_wait();
        for (std::size_t i = group; i-- != 0;) {
            owners[i].reset();
        }
        meeting.arrive_and_wait();
        for (std::size_t i = 0; i != group; ++i) {
            int const stopped = won[0][i];
            wrong += ran[i] + stopped != 1 || (won[1][i] && stopped);
        }
    }
    done = true;
    meeting.arrive_and_wait();
    stopper.join();
    runner.join();
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(eight_threads_with_ten_thousand_objects_lose_none_and_double_none) {
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

BOOST_AUTO_TEST_CASE(threads_register_on_one_object_at_the_same_time) {
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

BOOST_AUTO_TEST_CASE(drain_never_misses_the_last_cleanup) {
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

// A cleanup on one thread queues a batch for another thread: at each moment one of the two has
// work.
BOOST_AUTO_TEST_CASE(drain_never_misses_work_that_moves_between_threads) {
    constexpr int rounds_of_moving = 20'000;
    constexpr int crowd_size = 60;
    static std::atomic<int> done;
    auto const [runner, queue] = make_test_runner<slot_runner>();
    std::barrier meeting(2);
    std::thread worker([q = queue] {
        for (int i = 0; i != rounds_of_moving; ++i) {
            q->run_one();
        }
    });
    std::thread first([&meeting, where = runner] {
        for (int i = 0; i != rounds_of_moving; ++i) {
            auto second = std::make_unique<quiet_handle>(2);
            handrail::set_runner(*second, where);
            add_cleanup(*second, [] { ++done; });
            quiet_handle owner(1);
            add_cleanup(
                owner,
                [](std::unique_ptr<quiet_handle> next, std::barrier<>* b) {
                    b->arrive_and_wait();
                    next.reset();
                },
                std::move(second), &meeting);
            owner.reset();
            meeting.arrive_and_wait();
        }
    });
    int missed = 0;
    {
        // Idle threads, which drain() visits between the two.
        std::vector<std::jthread> crowd;
        std::barrier all_there(crowd_size + 1), may_go(crowd_size + 1);
        for (int i = 0; i != crowd_size; ++i) {
            crowd.emplace_back([&] {
                quiet_handle owner(1);
                add_cleanup(owner, [] {}).stop();
                all_there.arrive_and_wait();
                may_go.arrive_and_wait();
            });
        }
        all_there.arrive_and_wait();
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
        may_go.arrive_and_wait();
    }
    first.join();
    worker.join();
    BOOST_TEST(missed == 0);
}

// In the child no lock is held that another thread of the parent had locked.
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
