// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/heap/heap.hpp>

#include "lib/base/no_destroy.hpp"
#include "lib/base/process_hooks.hpp"
#include "lib/heap/automatic_passes.hpp"
#include "lib/heap/pass.hpp"

namespace handrail {

heap& heap::global() noexcept {
    static detail::no_destroy<heap> made(global_key(), detail::global_heap());
    return *made;
}

heap::heap() : state_(new detail::heap_state) {
    detail::process_hooks::ensure_started();
    detail::list_heap(*state_);
}

heap::~heap() {
    detail::collect_even_nested(*state_);
    collect_automatically({});
    detail::orphan_heap(*state_);
}

collect_result heap::collect() noexcept { return detail::collect(*state_); }

void heap::collect_automatically(runner target) noexcept {
    detail::set_automatic(*state_, std::move(target));
}

}  // namespace handrail
