// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What a guard (guarded.hpp) and a deferred close (deferred_close.hpp) require of their resource.
//
//  - It is nothrow movable, and not open when moved from. It is the only owner of what it closes.
//  - is_open(); error_code close() noexcept, which leaves it not open whatever it returns.
//  - static kind and domain; number(), its identity as long as it is open (not if it has numbered =
//    false).
//  - If it has mapped() -> extent, pointers into that memory count as pointers into the owner.
//  - If its close may wait for a peer, it has close_without_waiting(), which does not. (Any close
//    may take long: that of a file on a network, or of a large mapping.)
//  - If its close needs something that may be gone, as an Asio object needs its execution context,
//    it has detach(), which returns a resource that needs nothing.
//
// Thread safety: as the resource.

#pragma once

#include <boost/system/error_code.hpp>

#include <utility>

namespace handrail::detail {

// Effects: closes without waiting for a peer. Returns: the error of the close.
template <class Resource>
boost::system::error_code close_without_waiting(Resource& resource) noexcept {
    if constexpr (requires { resource.close_without_waiting(); }) {
        return resource.close_without_waiting();
    } else {
        return resource.close();
    }
}

// Returns: the resource in a form whose close needs nothing else, by its detach(); or as it is.
template <class Resource>
auto detach(Resource&& ended) noexcept {
    if constexpr (requires { ended.detach(); }) {
        return ended.detach();
    } else {
        return Resource(std::move(ended));
    }
}

}  // namespace handrail::detail
