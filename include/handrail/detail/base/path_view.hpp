// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// path_view: a path as a parameter, from a string or from any path class, without <filesystem> and
// without a copy. It has a length, so that a NUL inside is an error and does not cut the path
// short. It also knows whether a NUL follows: if not, the path is copied for the system call.

#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace handrail::detail {

// Valid as long as the string or path it was made from; meant to live for one call.
class path_view {
public:
    path_view(char const* path) noexcept : text_(path), terminated_(true) {}
    path_view(std::string const& path) noexcept : text_(path), terminated_(true) {}
    path_view(std::string_view path) noexcept : text_(path), terminated_(false) {}
    // std::filesystem::path, boost::filesystem::path.
    template <class Path>
        requires requires(Path const& path) {
            { path.native() } -> std::same_as<std::string const&>;
        }
    path_view(Path const& path) noexcept : path_view(path.native()) {}

    std::string_view text() const noexcept { return text_; }
    bool is_terminated() const noexcept { return terminated_; }

private:
    std::string_view text_;
    bool terminated_;
};

}  // namespace handrail::detail
