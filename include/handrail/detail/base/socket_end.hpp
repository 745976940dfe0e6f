// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The two ends of a connection, seen from one socket.

#pragma once

namespace handrail::detail {

enum class socket_end { own, other };

}  // namespace handrail::detail
