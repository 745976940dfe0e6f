// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A connection of the echo server. It lives as long as an operation of its socket is pending,
// because each handler holds it, as is usual with Asio.

#pragma once

#include <handrail/shared.hpp>
#include <handrail/socket.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <string>

namespace leak_hunt {

class session : public handrail::enable_shared_from_this<session> {
public:
    explicit session(handrail::tcp_socket socket);
    session(session const&) = delete;
    session& operator=(session const&) = delete;
    ~session() { --alive_; }

    void start();

    // Returns: how many there are.
    static int alive() noexcept { return alive_; }

private:
    void log_the_end();
    void read();
    void write(std::size_t size);

    static inline int alive_ = 0;

    handrail::tcp_socket socket_;
    std::string peer_;
    std::shared_ptr<std::size_t> echoed_ = std::make_shared<std::size_t>(0);
    std::array<char, 512> buffer_;
};

}  // namespace leak_hunt
