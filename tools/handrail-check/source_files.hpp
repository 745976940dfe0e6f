// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Source files that locations name: their paths and their lines.
//
// A report may come from anywhere, and the files that it names are shown in pages that are passed
// on. So a file is read only under these conditions:
//
//  1. It lies below one of the directories that the user named. Links are followed only while they
//     stay there; nothing outside is opened or examined.
//  2. It is a regular file of at most max_bytes.
//  3. Not more than max_locations and max_kept bytes have been read for others before.
//
// A compiler records the name it was given, which may be relative to the directory where it ran.

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace handrail_check {

struct source_line {
    std::uint32_t number;
    std::string text;  // cut behind max_columns bytes
};

class source_files {
public:
    static constexpr std::size_t max_bytes = std::size_t{4} << 20;
    static constexpr std::size_t max_kept = std::size_t{64} << 20;
    static constexpr std::size_t max_locations = 10'000;
    static constexpr std::size_t max_columns = 500;

    // directories: not empty; relative names begin at the first one in which there is such a file.
    // Errors: throws std::system_error.
    explicit source_files(std::vector<std::string> const& directories);

    // Returns: absolute, without dots; relative names begin at the first directory.
    std::filesystem::path path_of(std::string const& name) const;
    // Returns: the lines around one, those that there are; none if the file is not to be read.
    std::vector<source_line> around(std::string const& name, std::uint32_t line);

private:
    struct root {
        std::filesystem::path named;  // absolute, without dots
        std::filesystem::path real;   // without links; empty if it does not exist
    };

    std::string const& content_of(std::string const& name);
    std::string read(std::string const& name) const;
    std::optional<std::string> read_below(std::filesystem::path const& path) const;
    bool is_below_a_root(std::filesystem::path const& path) const;

    std::vector<root> roots_;
    std::unordered_map<std::string, std::string> contents_;
    std::size_t kept_ = 0;
    std::size_t locations_ = 0;
};

}  // namespace handrail_check
