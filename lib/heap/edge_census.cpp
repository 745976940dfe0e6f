// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/detail/heap/edge_census.hpp>

#include <handrail/detail/track/observer.hpp>

#include <utility>

namespace handrail::detail {

namespace {

thread_local constinit edge_census* innermost = nullptr;

}  // namespace

edge_census::edge_census(object_header const& fresh) noexcept
    : object_(&fresh), outer_(std::exchange(innermost, this)) {}

edge_census::~edge_census() { innermost = outer_; }

// Censuses nest: the edge belongs to the innermost object around it. A temporary edge lies in none.
void edge_census::record(void const* edge) noexcept {
    for (edge_census* each = innermost; each != nullptr; each = each->outer_) {
        if (each->object_->object().contains(edge)) {
            if (each->size_ != each->built_.size()) {
                each->built_[each->size_++] = edge;
            }
            return;
        }
    }
}

void edge_census::report(void const* undeclared) const noexcept {
    auto const* const begin = static_cast<std::byte const*>(object_->object().begin);
    auto const offset = static_cast<std::byte const*>(undeclared) - begin;
    track::the_observer().undeclared_edge_found(object_->operations->type->name(),
                                                static_cast<std::size_t>(offset));
}

void notify_edge_built(void const* address) noexcept { edge_census::record(address); }

}  // namespace handrail::detail
