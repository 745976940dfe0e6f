// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/heap/heap.hpp>

#include "lib/base/process_hooks.hpp"
#include "lib/heap/automatic.hpp"
#include "lib/heap/pass.hpp"

namespace handrail {

namespace {

// Never destroyed: objects may be made and collected after static destructors.
union undying_global {
    heap whole;
    undying_global() noexcept : whole(detail::global_heap()) {}
    ~undying_global() {}
};

}  // namespace

heap& heap::global() noexcept {
    static undying_global made;
    return made.whole;
}

heap::heap() : state_(new detail::heap_state) {
    detail::host::ensure_started();
    detail::list_heap(*state_);
}

heap::~heap() {
    collect();
    collect_automatically({});
    detail::orphan_heap(*state_);
}

collect_result heap::collect() noexcept { return detail::collect(*state_); }

void heap::collect_automatically(runner where) { detail::set_automatic(*state_, std::move(where)); }

}  // namespace handrail
