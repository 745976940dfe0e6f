// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// path_view: a path as a parameter. It converts from strings and from any path class, without
// <filesystem> and without a copy.
//
//     handrail::file open_log(handrail::path_view where) {
//         return handrail::file::open(where, handrail::file::append | handrail::file::create);
//     }
//     open_log("app.log");
//
// It keeps the length, so that a NUL inside the path is noticed instead of cutting it short.

#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace handrail {

// Requires: the string or path that it was made from outlives it; for parameters, not for members.
// Allocates: nothing.
// Thread safety: as std::string_view.
class path_view {
public:
    // Effects: refers to the text of the path. Requires, of a pointer: it is not null, and a NUL
    //   ends the text.
    path_view(char const* path) noexcept : text_(path), terminated_(true) {}
    path_view(std::string const& path) noexcept : text_(path), terminated_(true) {}
    path_view(std::string_view path) noexcept : text_(path), terminated_(false) {}
    // std::filesystem::path, boost::filesystem::path.
    template <class Path>
        requires requires(Path const& path) {
            { path.native() } -> std::same_as<std::string const&>;
        }
    path_view(Path const& path) noexcept : path_view(path.native()) {}

    // Returns: the path.
    std::string_view text() const noexcept { return text_; }
    // Returns: whether a NUL is known to follow the text, so that the system can be given it as it
    //   is. Not so for a std::string_view, which may be a part of a string.
    bool is_terminated() const noexcept { return terminated_; }

private:
    std::string_view text_;
    bool terminated_;
};

}  // namespace handrail
