// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/runner.hpp>

#include "lib/core/thread_list.hpp"

#include <handrail/detail/core/chain.hpp>
#include <handrail/detail/core/deferred_close.hpp>
#include <handrail/detail/core/register_cleanup.hpp>
#include <handrail/runner_base.hpp>

#include <memory>
#include <utility>

namespace handrail {

runner_base::~runner_base() = default;

runner::runner(std::unique_ptr<runner_base> own) noexcept : base_(own.release()) {}

runner::runner(runner const& other) noexcept : base_(other.base_) {
    if (base_ != nullptr) {
        base_->references_.fetch_add(1, std::memory_order_relaxed);
    }
}

void runner::drop_reference() noexcept {
    // acq_rel: destroyed after every other holder's last use.
    if (base_->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        delete base_;
    }
}

void runner::execute(batch queued) const {
    if (base_ != nullptr) {
        base_->execute(std::move(queued));
    } else {
        queued.run();
    }
}

void set_runner(owner_ref owner, runner target) {
    detail::owner_view const& view = owner.view();
    detail::require_owner("set_runner", view, owner.where());
    view.cleanups->set_runner(std::move(target), view.type->concurrent);
}

void defer_close(owner_ref owner) {
    detail::owner_view const& view = owner.view();
    detail::require_owner("defer_close", view, owner.where());
    if (view.type->reserve_close == nullptr) {
        detail::throw_nothing_to_defer(view, owner.where());
    }
    std::unique_ptr<detail::deferred_close> reserved(view.type->reserve_close());
    reserved->where = owner.where();
    view.cleanups->defer_close(std::move(reserved));
}

cleanup_statistics cleanup_stats() noexcept {
    detail::lock_guard hold(detail::all_threads->mutex);
    return detail::all_threads->total();
}

}  // namespace handrail
