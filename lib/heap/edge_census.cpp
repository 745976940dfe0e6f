// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/detail/heap/edge_census.hpp>

#include <handrail/detail/track/observer.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace handrail::detail {

namespace {

thread_local constinit edge_census* innermost = nullptr;

}  // namespace

edge_census::edge_census(object_header const& fresh) noexcept
    : object_(&fresh), outer_(std::exchange(innermost, this)) {}

edge_census::~edge_census() { innermost = outer_; }

// Censuses nest: the edge belongs to the innermost object around it. Returns: null for an edge that
// lies in none, such as a temporary one.
edge_census* edge_census::around(void const* edge) noexcept {
    edge_census* each = innermost;
    while (each != nullptr && !each->object_->object().contains(edge)) {
        each = each->outer_;
    }
    return each;
}

void edge_census::record(void const* edge) noexcept {
    edge_census* const census = around(edge);
    if (census != nullptr && census->size_ != census->built_.size()) {
        census->built_[census->size_++] = edge;
    }
}

void edge_census::forget(void const* edge) noexcept {
    if (edge_census* const census = around(edge)) {
        auto const begin = census->built_.begin();
        auto const end = begin + static_cast<std::ptrdiff_t>(census->size_);
        census->size_ = static_cast<std::size_t>(std::remove(begin, end, edge) - begin);
    }
}

void edge_census::report(void const* undeclared) const noexcept {
    auto const* const begin = static_cast<std::byte const*>(object_->object().begin);
    auto const offset = static_cast<std::byte const*>(undeclared) - begin;
    track::the_observer().undeclared_edge_found(object_->operations->type->name(),
                                                static_cast<std::size_t>(offset));
}

void notify_edge_built(void const* address) noexcept { edge_census::record(address); }
void notify_edge_ended(void const* address) noexcept { edge_census::forget(address); }

}  // namespace handrail::detail
