// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// All asynchronous operations of the sockets, so that a test can check each of them:
//
//     for_each_operation([](char const* name, auto operation) {
//         stage at(situation::ready);
//         operation(at, token);
//     });

#pragma once

#include "tests/unit/asio/network.hpp"

#include <handrail/asio/beast.hpp>

#include <array>
#include <utility>
#include <vector>

namespace asio_test {

enum class situation {
    ready,    // every operation succeeds
    waiting,  // every operation waits for the peer
    closed,   // what is used is closed; what connects is refused
};

// The sockets that the operations use, by reference.
struct stage : network {
    tcp_socket near{context};
    tcp_socket far{context};       // the other end of near
    tcp_socket client{context};    // connects
    tcp_socket peer{context};      // receives the accepted connection
    tcp_socket knocking{context};  // waits in the acceptor's queue
    tcp::endpoint target;          // that client connects to
    tcp::endpoint from;            // receives the endpoint of the accepted connection
    std::array<char, 1> byte{'x'};

    explicit stage(situation s) {
        full_.bind(loopback());
        full_.listen(0);
        crowd_.connect(full_.local_endpoint());
        set(s);
    }

    // Effects: closes the sockets and puts them into the situation; their addresses stay.
    void set(situation s) {
        close_all();
        switch (s) {
            case situation::ready: get_ready(); break;
            case situation::waiting: let_wait(); break;
            case situation::closed: target = refusing(); break;
        }
    }
    // Effects: aborts the pending operations. The client is closed, because a socket that is open
    //   cannot repeat a connect.
    void cancel() {
        error_code ignored;  // one of them may be closed
        near.cancel(ignored);
        acceptor.cancel(ignored);
        client.close();
    }
    asio::mutable_buffer buffer() { return asio::buffer(byte); }
    std::vector<tcp::endpoint> targets() const { return {target}; }

private:
    void close_all() {
        for (tcp_socket* s : {&near, &far, &client, &peer, &knocking}) {
            s->close();
        }
        acceptor.close();
    }
    void listen() {
        acceptor.open(tcp::v4());
        acceptor.bind(loopback());
        acceptor.listen();
    }
    void connect_near_and_far() {
        tcp_acceptor other(context, loopback());
        near.connect(other.local_endpoint());
        other.accept(far);
    }
    void get_ready() {
        listen();
        target = acceptor.local_endpoint();
        knocking.connect(target);
        connect_near_and_far();
        far.send(asio::buffer("data", 4));
        far.shutdown(tcp_socket::shutdown_send);
        near.wait(tcp_socket::wait_read);
    }
    // A full send buffer lets senders wait, and a full queue those who connect.
    void let_wait() {
        listen();
        target = full_.local_endpoint();
        connect_near_and_far();
        near.non_blocking(true);
        std::vector<char> const much(1 << 20);
        for (error_code ec; !ec.failed();) {
            near.send(asio::buffer(much), 0, ec);
        }
    }

    tcp_acceptor full_{context, tcp::v4()};
    tcp_socket crowd_{context};
};

// Operations of a connected socket, with the names that the leak check gives them.
template <class Visit>
void for_each_transfer(Visit visit) {
    visit("async_wait", [](stage& s, auto&& token) {
        return s.near.async_wait(tcp_socket::wait_read, std::forward<decltype(token)>(token));
    });
    visit("async_read_some", [](stage& s, auto&& token) {
        return s.near.async_read_some(s.buffer(), std::forward<decltype(token)>(token));
    });
    visit("async_write_some", [](stage& s, auto&& token) {
        return s.near.async_write_some(s.buffer(), std::forward<decltype(token)>(token));
    });
    visit("async_receive", [](stage& s, auto&& token) {
        return s.near.async_receive(s.buffer(), std::forward<decltype(token)>(token));
    });
    visit("async_receive", [](stage& s, auto&& token) {
        return s.near.async_receive(s.buffer(), 0, std::forward<decltype(token)>(token));
    });
    visit("async_send", [](stage& s, auto&& token) {
        return s.near.async_send(s.buffer(), std::forward<decltype(token)>(token));
    });
    visit("async_send", [](stage& s, auto&& token) {
        return s.near.async_send(s.buffer(), 0, std::forward<decltype(token)>(token));
    });
}
// Operations of an acceptor.
template <class Visit>
void for_each_accept(Visit visit) {
    visit("async_wait", [](stage& s, auto&& token) {
        return s.acceptor.async_wait(tcp_acceptor::wait_read, std::forward<decltype(token)>(token));
    });
    visit("async_accept", [](stage& s, auto&& token) {
        return s.acceptor.async_accept(s.peer, std::forward<decltype(token)>(token));
    });
    visit("async_accept", [](stage& s, auto&& token) {
        return s.acceptor.async_accept(s.peer, s.from, std::forward<decltype(token)>(token));
    });
    visit("async_accept", [](stage& s, auto&& token) {
        return s.acceptor.async_accept(std::forward<decltype(token)>(token));
    });
    visit("async_accept", [](stage& s, auto&& token) {
        return s.acceptor.async_accept(s.from, std::forward<decltype(token)>(token));
    });
    visit("async_accept", [](stage& s, auto&& token) {
        return s.acceptor.async_accept(s.context, std::forward<decltype(token)>(token));
    });
    visit("async_accept", [](stage& s, auto&& token) {
        return s.acceptor.async_accept(s.context.get_executor(), s.from,
                                       std::forward<decltype(token)>(token));
    });
}
// Operations of a socket that need not be open.
template <class Visit>
void for_each_connect(Visit visit) {
    visit("async_connect", [](stage& s, auto&& token) {
        return s.client.async_connect(s.target, std::forward<decltype(token)>(token));
    });
    visit("async_connect", [](stage& s, auto&& token) {
        return handrail::async_connect(s.client, s.targets(), std::forward<decltype(token)>(token));
    });
    visit("async_connect", [](stage& s, auto&& token) {
        return handrail::async_connect(
            s.client, s.targets(), [](error_code const&, tcp::endpoint const&) { return true; },
            std::forward<decltype(token)>(token));
    });
    visit("async_connect", [](stage& s, auto&& token) {
        return handrail::async_connect(
            s.client, s.targets(), [](tcp_socket&, tcp::endpoint const&, error_code&) {},
            std::forward<decltype(token)>(token));
    });
}

template <class Visit>
void for_each_operation(Visit visit) {
    visit("async_teardown", [](stage& s, auto&& token) {
        return async_teardown(boost::beast::role_type::server, s.near,
                              std::forward<decltype(token)>(token));
    });
    for_each_transfer(visit);
    for_each_accept(visit);
    for_each_connect(visit);
}

}  // namespace asio_test
