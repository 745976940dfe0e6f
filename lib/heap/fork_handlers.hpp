// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the heap layer does around fork(): all its locks are held across the call, so that the child
// finds every heap consistent. lib/startup.cpp installs the handlers.

#pragma once

namespace handrail::detail {

// Effects: no pass decides and no shard changes from here until one of the other two has run.
void heap_before_fork() noexcept;
void heap_after_fork_in_parent() noexcept;
// Effects: as in the parent; and no heap is collected automatically any more, because the threads
//   that would run the passes are the parent's.
void heap_after_fork_in_child() noexcept;

}  // namespace handrail::detail
