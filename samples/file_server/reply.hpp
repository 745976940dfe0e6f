// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Makes the message that answers a request.
//
// Invariant: message.body() refers to bytes of file's mapping, or to static text. The server never
// reads the mapped bytes itself; the kernel does while it sends them. If the file is truncated
// meanwhile, that send fails (EFAULT), and no thread gets a SIGBUS. For the same reason such a
// server cannot compress or encrypt what it sends.

#pragma once

#include "site.hpp"

#include <handrail/shared.hpp>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/status.hpp>

namespace file_server {

namespace http = boost::beast::http;

using request = http::request<http::empty_body>;

struct reply {
    http::response<http::span_body<char const>> message;
    handrail::shared<served_file> file;  // keeps the body's bytes; empty for static text
};

// Returns: the reply. Errors: throws std::bad_alloc.
reply answer(request const& asked, site const& from);

// Returns: the reply to a request that could not be parsed. Close the connection after it.
reply refuse(http::status why);

}  // namespace file_server
