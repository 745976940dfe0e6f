// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The end of managed objects, without recursion. A managed object whose count drops to 0 while the
// thread already ends another one is appended to the thread's destroy queue. The call that ends the
// outermost object ends all in the queue before it returns. So the end of a long list needs no deep
// stack.
//
// Thread safety: each thread has a queue of its own.

#pragma once

#include <handrail/detail/base/export.hpp>

namespace handrail::detail {

struct object_header;

// Effects: ends the object and its cleanups, and frees the memory unless weak references need it;
//   or appends the object to the destroy queue. Leaves errno alone. Allocates nothing.
// Requires: the strong count is 0, and the caller owns the end of the object.
HANDRAIL_API void end_object(object_header* dead) noexcept;

// While one exists, managed objects whose count drops to 0 on this thread join the queue. They end
// when the outermost deferred_destruction is destroyed. Guards of traced containers have one, so
// that no destructor runs under the lock of a container.
class deferred_destruction {
public:
    HANDRAIL_API deferred_destruction() noexcept;
    deferred_destruction(deferred_destruction const&) = delete;
    deferred_destruction& operator=(deferred_destruction const&) = delete;
    HANDRAIL_API ~deferred_destruction();

    // Returns: whether this thread neither had another one nor was ending an object.
    bool is_outermost() const noexcept { return outermost_; }

private:
    bool outermost_;
};

// For the end of garbage. Require: the caller has the outermost deferred_destruction of the thread.
//
// Effects: runs the destructors of the objects in the queue, until it is empty.
// Returns: those that have cleanups, linked; null if there are none.
[[nodiscard]] object_header* destroy_queued_objects() noexcept;
// Effects: ends the cleanups of these objects, and frees their memory unless weak references need
//   it.
void end_destroyed_objects(object_header* first) noexcept;

}  // namespace handrail::detail
