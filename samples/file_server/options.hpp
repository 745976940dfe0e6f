// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The command line.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace file_server {

struct options {
    std::filesystem::path root;
    std::string address;
    std::uint16_t port;
    int threads;
    std::chrono::seconds timeout;
    std::size_t cached_files;
    bool log;
    bool leak_check;
};

// Returns: the options; nothing if they asked for help, which has been printed.
// Errors: throws boost::program_options::error, with a text for the user.
std::optional<options> parse_options(int argc, char const* const* argv);

}  // namespace file_server
