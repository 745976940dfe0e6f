// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "source_files.hpp"

#include <fstream>

namespace handrail_check {

namespace {

constexpr std::uint32_t lines_before = 3;
constexpr std::uint32_t lines_after = 3;

}  // namespace

source_files::source_files(std::filesystem::path const& base)
    : base_(std::filesystem::absolute(base)) {}

std::filesystem::path source_files::path_of(std::string const& name) const {
    return (base_ / name).lexically_normal();
}

std::vector<source_line> source_files::around(std::string const& name, std::uint32_t line) const {
    std::vector<source_line> found;
    auto const path = path_of(name);
    std::error_code ec;
    if (line == 0 || !std::filesystem::is_regular_file(path, ec)) {
        return found;
    }
    std::ifstream in(path);
    std::uint32_t number = 0;
    for (std::string text; number < line + lines_after && std::getline(in, text);) {
        if (++number + lines_before >= line) {
            found.push_back({number, text});
        }
    }
    return found;
}

}  // namespace handrail_check
