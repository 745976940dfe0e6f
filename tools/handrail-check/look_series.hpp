// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The looks at one process, each compared with the first one.
//
// Thread safety: none.

#pragma once

#include "checked.hpp"
#include "lib/inspect/findings/growth.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace handrail_check {

class look_series {
public:
    // Effects: says in the report what has grown since the first one.
    void add(written::report report);

    bool has_any() const noexcept { return first_.has_value(); }

    // Requires: has_any(). Effects: prints the last report, which then counts as shown. name: of
    //   the process.
    void show(std::string const& name, std::string const& colour);

    // Requires: has_any(). Effects: moves the last report.
    source take(std::string name);

private:
    using clock = std::chrono::steady_clock;

    std::optional<handrail::inspect::former_counts> first_;
    clock::time_point begin_;
    std::size_t count_ = 0;
    bool shown_ = false;
    written::report last_;
};

}  // namespace handrail_check
