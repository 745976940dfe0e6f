// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/heap/shared.hpp>

namespace handrail::detail {

constinit owner_type const managed_owner{"managed object", true, nullptr, nullptr};

}  // namespace handrail::detail
