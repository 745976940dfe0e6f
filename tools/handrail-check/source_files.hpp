// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Source files that places name: where they are, and their lines.
//
// A compiler notes the name it was given, which may be relative to where it ran.

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace handrail_check {

struct source_line {
    std::uint32_t number;
    std::string text;
};

class source_files {
public:
    // base: where relative names begin. Errors: throws std::system_error.
    explicit source_files(std::filesystem::path const& base);

    // Returns: absolute, without dots.
    std::filesystem::path path_of(std::string const& name) const;
    // Returns: the lines around one, those that there are; none if the file cannot be read.
    std::vector<source_line> around(std::string const& name, std::uint32_t line) const;

private:
    std::filesystem::path base_;
};

}  // namespace handrail_check
