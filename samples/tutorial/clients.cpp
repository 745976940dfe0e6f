// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "clients.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <string_view>
#include <system_error>

namespace tutorial {

namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;

asio::awaitable<void> talk(tcp::endpoint server) {
    tcp::socket socket(co_await asio::this_coro::executor);
    co_await socket.async_connect(server, use_awaitable);
    std::string_view const sent = "hello";
    co_await asio::async_write(socket, asio::buffer(sent), use_awaitable);
    std::string heard(sent.size(), '\0');
    co_await asio::async_read(socket, asio::buffer(heard), use_awaitable);
}

void rethrow(std::exception_ptr failed) {
    if (failed) {
        std::rethrow_exception(failed);
    }
}

bool is_socket(std::filesystem::directory_entry const& descriptor) {
    std::error_code gone;  // the descriptor that lists the directory, perhaps
    return std::filesystem::read_symlink(descriptor, gone).native().starts_with("socket:");
}

}  // namespace

void start_clients(asio::io_context& context, tcp::endpoint server) {
    for (int i = 0; i != client_count; ++i) {
        asio::co_spawn(context, talk(server), &rethrow);
    }
}

std::size_t open_sockets() {
    std::filesystem::directory_iterator const descriptors("/proc/self/fd");
    return static_cast<std::size_t>(
        std::count_if(begin(descriptors), end(descriptors), &is_socket));
}

std::string text_of(tcp::endpoint const& endpoint) {
    std::ostringstream text;
    text << endpoint;
    return text.str();
}

std::string new_file_name(char const* name) {
    std::filesystem::remove(name);
    return name;
}

int run_chapter(void (*chapter)()) {
    try {
        chapter();
        return 0;
    } catch (std::exception const& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}

}  // namespace tutorial
