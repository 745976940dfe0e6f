// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the chapters of docs/tutorial share: three clients that talk to the server in the same
// process, and a count of the sockets that are still open.

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <iosfwd>
#include <string>

namespace tutorial {

inline constexpr int client_count = 3;

// Effects: connects client_count clients. Each sends "hello", reads five bytes, and leaves.
void start_clients(boost::asio::io_context& context, boost::asio::ip::tcp::endpoint server);

// Returns: the number of sockets that this process has open.
std::size_t open_sockets();

// Returns: "127.0.0.1:41410".
std::string text_of(boost::asio::ip::tcp::endpoint const& endpoint);

// Effects: removes the file of that name in the working directory. Returns: its path.
std::string new_file_name(char const* name);

// Effects: runs a chapter; prints what it throws. Returns: the exit status.
int run_chapter(void (*chapter)());

}  // namespace tutorial
