// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The life of a batch between the end of its owner and its last cleanup: refused, dropped, run
// inside a cleanup or under a deferral; and the storage that its runner may use.

#include "tests/support/owners.hpp"

#include <handrail/detail/core/batch_state.hpp>
#include <handrail/detail/core/guarded.hpp>
#include <handrail/runner_base.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

using namespace handrail_test;
using handrail::add_cleanup;
using handrail::batch;
using handrail::runner_base;
using handrail::detail::batch_state;
using handrail::detail::reserved_allocator;
using lines = std::vector<std::string>;

namespace {

constinit handrail::runner inline_runner;
static_assert(std::is_nothrow_default_constructible_v<handrail::runner>);
static_assert(!std::is_constructible_v<batch, batch_state*>);
static_assert(!std::is_copy_constructible_v<batch> && std::is_nothrow_move_assignable_v<batch>);

// Runs batches at once.
class immediate_runner : public runner_base {
public:
    void execute(batch queued) override { queued.run(); }
};

// Destroys batches without running them.
class dropping_runner : public runner_base {
public:
    void execute(batch) override {}
};

// Runs each batch on a thread of its own, and waits for it.
class thread_runner : public runner_base {
public:
    void execute(batch queued) override {
        std::thread([mine = std::move(queued)]() mutable { mine.run(); }).join();
    }
};

// Effects: ends the given number of owners, each in a cleanup of the one before.
template <class Runner>
int ended_in_a_row(int links) {
    static int ended;
    ended = 0;
    handrail::runner const where(std::make_unique<Runner>());
    auto next = std::make_unique<quiet_handle>(1);
    for (int i = 0; i != links; ++i) {
        auto owner = std::make_unique<quiet_handle>(1);
        handrail::set_runner(*owner, where);
        add_cleanup(*owner, [](std::unique_ptr<quiet_handle>) { ++ended; }, std::move(next));
        next = std::move(owner);
    }
    next.reset();
    return ended;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(batches, clean_log)

BOOST_AUTO_TEST_CASE(a_long_chain_of_refused_batches_does_not_deepen_the_stack) {
    failure_recorder failures;
    BOOST_TEST(ended_in_a_row<refusing_runner>(200'000) == 200'000);
    BOOST_TEST(failure_recorder::recorded().size() == 200'000U);
}

BOOST_AUTO_TEST_CASE(a_long_chain_of_batches_that_run_at_once_does_not_deepen_the_stack) {
    BOOST_TEST(ended_in_a_row<immediate_runner>(200'000) == 200'000);
}

BOOST_AUTO_TEST_CASE(a_refused_batch_waits_for_the_end_of_the_deferral) {
    failure_recorder failures;
    static std::mutex user_lock;
    handle owner(1);
    handrail::set_runner(owner, handrail::runner(std::make_unique<refusing_runner>()));
    add_cleanup(owner, [] {
        std::lock_guard hold(user_lock);
        note("cleanup");
    });
    {
        handrail::deferral wait;
        std::lock_guard hold(user_lock);
        owner.reset();
        BOOST_TEST(take_events() == lines{"close 1"});
        BOOST_TEST(!handrail::drain(std::chrono::minutes(1)));  // it would wait for itself
    }
    BOOST_TEST(take_events() == lines{"cleanup"});
    BOOST_TEST(handrail::drain(std::chrono::nanoseconds(0)));
}

BOOST_AUTO_TEST_CASE(a_dropped_batch_inside_a_cleanup_runs_before_the_outermost_reset_returns) {
    auto inner = std::make_unique<handle>(2);
    handrail::set_runner(*inner, handrail::runner(std::make_unique<dropping_runner>()));
    add_cleanup(*inner, &note, std::string("inner"));
    handle outer(1);
    add_cleanup(outer, &note, std::string("older"));
    add_cleanup(
        outer,
        [](std::unique_ptr<handle> h) {
            h.reset();
            note("newer");
        },
        std::move(inner));
    outer.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "close 2", "newer", "older", "inner"}));
}

BOOST_AUTO_TEST_CASE(a_runner_may_pass_batches_on_to_another) {
    struct forwarding : runner_base {
        handrail::runner next;
        explicit forwarding(handrail::runner to) : next(std::move(to)) {}
        void execute(batch queued) override {
            note("passed on");
            next.execute(std::move(queued));
        }
    };
    auto const [last, queue] = make_test_runner<manual_runner>();
    handle owner(1);
    handrail::set_runner(owner, handrail::runner(std::make_unique<forwarding>(last)));
    add_cleanup(owner, &note, std::string("cleanup"));
    owner.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "passed on"}));
    queue->run_one();
    BOOST_TEST(take_events() == lines{"cleanup"});
}

BOOST_AUTO_TEST_CASE(an_empty_runner_runs_a_batch_where_it_is_given_one) {
    struct forwarding : runner_base {
        void execute(batch queued) override { inline_runner.execute(std::move(queued)); }
    };
    BOOST_TEST((!inline_runner && inline_runner == handrail::runner()));
    handle owner(1);
    handrail::set_runner(owner, handrail::runner(std::make_unique<forwarding>()));
    add_cleanup(owner, &note, std::string("cleanup"));
    owner.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "cleanup"}));
}

BOOST_AUTO_TEST_CASE(a_batch_that_another_is_assigned_to_runs_first) {
    struct keeping_the_last : runner_base {
        std::optional<batch> last;
        void execute(batch queued) override {
            if (last) {
                *last = std::move(queued);
            } else {
                last.emplace(std::move(queued));
            }
        }
    };
    auto const [runner, kept] = make_test_runner<keeping_the_last>();
    for (int i : {1, 2}) {
        handle owner(i);
        handrail::set_runner(owner, runner);
        add_cleanup(owner, &note, "cleanup " + std::to_string(i));
    }
    BOOST_TEST(take_events() == (lines{"close 1", "close 2", "cleanup 1"}));
    kept->last.reset();
    BOOST_TEST(take_events() == lines{"cleanup 2"});
}

BOOST_AUTO_TEST_CASE(a_batch_s_cleanups_run_in_order_on_the_thread_of_its_runner) {
    static std::thread::id there[2];
    handle owner(1);
    handrail::set_runner(owner, handrail::runner(std::make_unique<thread_runner>()));
    add_cleanup(owner, [] { there[1] = std::this_thread::get_id(); });
    add_cleanup(owner, [] { there[0] = std::this_thread::get_id(); });
    owner.reset();
    BOOST_TEST((there[0] == there[1]));
    BOOST_TEST((there[0] != std::this_thread::get_id()));
    BOOST_TEST((there[0] != std::thread::id()));
}

BOOST_AUTO_TEST_CASE(a_cleanup_that_throws_in_a_batch_does_not_stop_the_following_ones) {
    failure_recorder failures;
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handle owner(1);
    handrail::set_runner(owner, runner);
    add_cleanup(owner, &note, std::string("after"));
    add_cleanup(owner, [] { throw 1; });
    owner.reset();
    queue->run_one();
    BOOST_TEST(take_events() == (lines{"close 1", "after"}));
    BOOST_TEST(failure_recorder::recorded().size() == 1U);
}

BOOST_AUTO_TEST_CASE(drain_inside_a_batch_returns_false_at_once) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handle owner(1);
    handrail::set_runner(owner, runner);
    add_cleanup(owner,
                [] { note(handrail::drain(std::chrono::minutes(1)) ? "drained" : "refused"); });
    owner.reset();
    queue->run_one();
    BOOST_TEST(take_events() == (lines{"close 1", "refused"}));
}

BOOST_AUTO_TEST_CASE(drain_inside_a_deferred_close_returns_false_at_once) {
    struct draining_traits : quiet_traits {
        static boost::system::error_code close(int) noexcept {
            note(handrail::drain(std::chrono::minutes(1)) ? "drained" : "refused");
            return {};
        }
    };
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handrail::unique_handle<draining_traits> owner(1);
    handrail::set_runner(owner, runner);
    handrail::defer_close(owner);
    owner.reset();
    queue->run_one();
    BOOST_TEST(take_events() == lines{"refused"});
}

BOOST_AUTO_TEST_CASE(moving_an_owner_moves_its_runner_and_deferred_close) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handle first(1);
    handrail::set_runner(first, runner);
    handrail::defer_close(first);
    add_cleanup(first, &note, std::string("a"));
    handle second(std::move(first));
    add_cleanup(second, &note, std::string("b"));
    second.reset();
    BOOST_TEST(take_events().empty());
    queue->run_one();
    BOOST_TEST(take_events() == (lines{"close 1", "b", "a"}));
}

BOOST_AUTO_TEST_CASE(release_drops_the_runner_and_the_deferred_close) {
    auto const [runner, queue] = make_test_runner<manual_runner>();
    handle owner(1);
    handrail::set_runner(owner, runner);
    handrail::defer_close(owner);
    auto token = add_cleanup(owner, &note, std::string("never"));
    BOOST_TEST(owner.release() == 1);
    BOOST_TEST(!token.pending());
    BOOST_TEST(queue->size() == 0U);
    BOOST_TEST(take_events().empty());
}

BOOST_AUTO_TEST_CASE(closing_at_once_cancels_the_reserved_close) {
    using guard = handrail::detail::guarded<handrail::detail::handle_resource<noting_traits>>;
    guard owner;
    owner.own(handrail::detail::handle_resource<noting_traits>(1), {}, {});
    auto const view = owner.view(sizeof owner);
    view.cleanups->defer_close(
        std::unique_ptr<handrail::detail::deferred_close>(view.type->reserve_close()));
    BOOST_TEST(!owner.close().failed());
    BOOST_TEST(take_events() == lines{"close 1"});
}

BOOST_AUTO_TEST_CASE(a_reserved_close_that_is_replaced_is_freed) {
    handle owner(1);
    handrail::defer_close(owner);
    handrail::defer_close(owner);  // LeakSanitizer would report the first
    owner.reset();
    BOOST_TEST(take_events() == lines{"close 1"});
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(reserved_storage, clean_log)

BOOST_AUTO_TEST_CASE(the_first_allocation_uses_the_reserved_storage) {
    auto* const owner = new batch_state;
    reserved_allocator<int> const numbers(owner);
    int* const first = reserved_allocator<int>(numbers).allocate(4);
    BOOST_TEST(static_cast<void*>(first) == static_cast<void*>(owner->storage));
    reserved_allocator<int>(numbers).deallocate(first, 4);
    BOOST_TEST(static_cast<void*>(reserved_allocator<int>(numbers).allocate(1)) == owner->storage);
    owner->release_storage();
    handrail::detail::drop_batch_holder(owner);
}

BOOST_AUTO_TEST_CASE(allocations_that_do_not_fit_the_reserved_storage_come_from_the_heap) {
    struct alignas(64) wide {
        char bytes[64];
    };
    auto* const owner = new batch_state;
    reserved_allocator<char> big(owner);
    reserved_allocator<wide> aligned(big);
    char* const too_big = big.allocate(batch_state::storage_size + 1);
    wide* const too_aligned = aligned.allocate(1);
    char* const fits = big.allocate(1);
    char* const taken = big.allocate(1);
    BOOST_TEST(static_cast<void*>(too_big) != owner->storage);
    BOOST_TEST(reinterpret_cast<std::uintptr_t>(too_aligned) % 64 == 0U);
    BOOST_TEST(static_cast<void*>(fits) == owner->storage);
    BOOST_TEST(static_cast<void*>(taken) != owner->storage);
    big.deallocate(taken, 1);
    big.deallocate(fits, 1);
    aligned.deallocate(too_aligned, 1);
    big.deallocate(too_big, batch_state::storage_size + 1);
    handrail::detail::drop_batch_holder(owner);
}

BOOST_AUTO_TEST_CASE(reserved_storage_that_is_in_use_outlives_the_batch) {
    struct storing : runner_base {
        std::string* text = nullptr;
        batch_state* from = nullptr;
        void execute(batch queued) override {
            from = queued.get_allocator().owner();
            text = new (from->acquire_storage(sizeof *text, alignof(std::string)))
                std::string("a text that is too long to be stored inside of the string");
            queued.run();
        }
    };
    auto const [keep, state] = make_test_runner<storing>();
    handle owner(1);
    handrail::set_runner(owner, keep);
    add_cleanup(owner, &note, std::string("a"));
    owner.reset();
    BOOST_TEST(take_events() == (lines{"close 1", "a"}));
    BOOST_TEST(state->text->ends_with("inside of the string"));
    std::destroy_at(state->text);
    state->from->release_storage();
}

BOOST_AUTO_TEST_SUITE_END()
