// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Texts of HTTP: media types and dates.

#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

namespace file_server {

// Returns: the media type for a file name's suffix; application/octet-stream for unknown ones.
std::string_view media_type(std::filesystem::path const& file);

// Returns: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7).
std::string http_date(std::chrono::sys_seconds when);

}  // namespace file_server
