// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// From a request to the message that answers it.
//
// Invariant: message.body() refers to bytes of file's mapping, or to static text. The server never
// reads the mapped bytes itself: the kernel does while sending. So a file that is cut short
// meanwhile fails that send (EFAULT) and no thread gets a SIGBUS. It is also why such a server
// cannot compress or encrypt what it sends.

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
    handrail::shared<served_file> file;  // keeps the body's bytes; none for static text
};

// Returns: what to send. Throws std::bad_alloc only.
reply answer(request const& asked, site const& from);

// Returns: the answer to what could not be parsed; the connection is to be closed after it.
reply refuse(http::status why);

}  // namespace file_server
