// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The answer to one request: a header, and a window of a mapped file (or a short text) as the body.

#pragma once

#include "file_cache.hpp"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace file_server {

namespace http = boost::beast::http;
using request = http::request<http::empty_body>;

struct response {
    http::response<http::empty_body> header;
    std::string text;                    // the body of errors
    handrail::shared<mapped_file> file;  // keeps the window's bytes
    std::span<std::byte const> window;
    bool with_body = true;  // false for HEAD

    std::span<std::byte const> body() const noexcept {
        return !with_body        ? std::span<std::byte const>()
               : file != nullptr ? window
                                 : std::as_bytes(std::span(text));
    }
};

// Answers GET and HEAD, with single byte ranges.
response answer(request const& asked, std::filesystem::path const& root, file_cache& files);

// Answers what could not be parsed; the connection closes after it.
response refuse(http::status why);

}  // namespace file_server
