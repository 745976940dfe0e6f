// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "libraries.hpp"

#include <filesystem>
#include <system_error>

namespace handrail_check {

namespace {

namespace fs = std::filesystem;

std::string library(char const* name, char const* folder) {
    std::error_code ec;
    fs::path const here = fs::read_symlink("/proc/self/exe", ec).parent_path();
    for (fs::path const& each :
         {here / ".." / HANDRAIL_LIBDIR / name, here / ".." / ".." / "lib" / folder / name}) {
        if (fs::exists(each, ec)) {
            return fs::canonical(each).string();
        }
    }
    return {};
}

}  // namespace

std::string block_map_library() { return library("libhandrail_block_map.so", "block_map"); }
std::string preload_library() { return library("libhandrail_preload.so", "preload"); }

}  // namespace handrail_check
