// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// From the target of a request to a file below the root, and nowhere else.

#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace file_server {

enum class path_problem { none, malformed, escapes, missing };

struct resolved_path {
    std::filesystem::path path;
    path_problem problem = path_problem::none;
};

// Percent-decodes the target (its query is cut off) and resolves it below root, links followed; a
// folder stands for its index.html. Requires: root is canonical. malformed: a bad escape, a NUL, no
// leading slash. escapes: "..", or a link that leads out of root.
resolved_path resolve(std::filesystem::path const& root, std::string_view target);

}  // namespace file_server
