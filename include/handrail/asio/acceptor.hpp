// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// acceptor: see <handrail/socket.hpp>.

#pragma once

#include <handrail/asio/stream_socket.hpp>
#include <handrail/detail/acceptor_resource.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/is_executor.hpp>

#include <memory>
#include <source_location>
#include <utility>

namespace handrail {

namespace detail {

// Waits, accepts, and waits again when another process was faster. Deliver turns the descriptor into what the caller asked for
// and completes; it holds what it needs, never the acceptor.
template <class Gate, class Deliver>
struct accept_operation {
    std::shared_ptr<Gate> gate;
    Deliver deliver;
    error_code failed;  // before the operation began
    bool started = false;

    template <class Self>
    void operator()(Self& self, error_code ec = {}) {
        if (!started) {
            started = true;
            begin(self);
            return;
        }
        native_handle taken = invalid_native_handle;
        if (!ec.failed()) {
            taken = gate->accept(ec);
        }
        if (ec == asio::error::would_block || ec == asio::error::try_again) {
            if (auto const held = gate; held->wait(self)) {
                return;
            }
            ec = asio::error::operation_aborted;
        }
        deliver(self, ec, taken);
    }

private:
    // Errors, too, arrive later and through the executor.
    template <class Self>
    void begin(Self& self) {
        error_code const ec = failed.failed() ? failed : error_code(asio::error::operation_aborted);
        auto const held = gate;  // self, and the gate in it, moves into the wait
        if (failed.failed() || !held->wait(self)) {
            auto const executor = self.get_executor();
            asio::post(executor, asio::append(std::move(self), ec));
        }
    }
};

}  // namespace detail

// Listens for connections. The functions that are not explained here mean what they mean in boost::asio::basic_socket_acceptor.
template <class Protocol, class Executor = boost::asio::any_io_executor>
class acceptor
    : public detail::guarded_socket<
          detail::acceptor_resource<boost::asio::basic_socket_acceptor<Protocol, Executor>>> {
    using base = detail::guarded_socket<
        detail::acceptor_resource<boost::asio::basic_socket_acceptor<Protocol, Executor>>>;
    using error_code = boost::system::error_code;
    using default_token = typename boost::asio::default_completion_token<Executor>::type;

public:
    using typename base::endpoint_type;
    using typename base::executor_type;
    using typename base::native_handle_type;
    using typename base::protocol_type;
    using socket_type = stream_socket<Protocol, Executor>;

    template <class Other>
    struct rebind_executor {
        using other = acceptor<Protocol, Other>;
    };

    explicit acceptor(executor_type const& executor) : base(executor) {}
    template <detail::asio_context Context>
    explicit acceptor(Context& context) : base(context) {}

    // Effects: opens, binds and listens; by default the address may be used again at once after a restart.
    // Errors: as open(), bind() and listen().
    template <class Where>
    acceptor(Where&& executor_or_context, endpoint_type const& endpoint, bool reuse = true,
             std::source_location where = std::source_location::current())
        : base(std::forward<Where>(executor_or_context)) {
        this->open(endpoint.protocol(), where);
        if (reuse) {
            this->set_option(boost::asio::socket_base::reuse_address(true));
        }
        this->bind(endpoint);
        listen();
    }
    template <class Where>
    acceptor(Where&& executor_or_context, protocol_type const& protocol,
             std::source_location where = std::source_location::current())
        : base(std::forward<Where>(executor_or_context)) {
        this->open(protocol, where);
    }
    template <class Where>
    acceptor(Where&& executor_or_context, protocol_type const& protocol, native_handle_type h,
             std::source_location where = std::source_location::current())
        : base(std::forward<Where>(executor_or_context)) {
        this->assign(protocol, h, where);
    }

    acceptor(acceptor&&) noexcept = default;
    acceptor& operator=(acceptor&&) noexcept = default;

    void listen(int backlog = boost::asio::socket_base::max_listen_connections) {
        error_code ec;
        listen(backlog, ec);
        this->check(ec, "listen");
        name_after_address();
    }
    error_code listen(int backlog, error_code& ec) {
        this->inner().listen(backlog, ec);
        return this->used(ec, "listen");
    }

    // Effects: waits for a connection, unless non_blocking(), and takes it. The peer must be closed.
    // Errors: would_block; too_many_files_open: the connection stays in the queue.
    template <class E>
    void accept(stream_socket<Protocol, E>& peer,
                std::source_location where = std::source_location::current()) {
        error_code ec;
        accept(peer, ec, where);
        this->check(ec, "accept");
    }
    template <class E>
    error_code accept(stream_socket<Protocol, E>& peer, error_code& ec,
                      std::source_location where = std::source_location::current()) {
        if (peer.is_open()) {
            return ec = boost::asio::error::already_open;
        }
        detail::native_handle const taken = take_connection(ec);
        return ec.failed() ? this->used(ec, "accept") : adopt(peer, protocol(), taken, ec, where);
    }
    // The same, and tells who the peer is.
    template <class E>
    void accept(stream_socket<Protocol, E>& peer, endpoint_type& peer_endpoint,
                std::source_location where = std::source_location::current()) {
        error_code ec;
        accept(peer, peer_endpoint, ec, where);
        this->check(ec, "accept");
    }
    template <class E>
    error_code accept(stream_socket<Protocol, E>& peer, endpoint_type& peer_endpoint, error_code& ec,
                      std::source_location where = std::source_location::current()) {
        if (!accept(peer, ec, where).failed()) {
            error_code ignored;  // the peer may be gone again; the connection was accepted all the same
            peer_endpoint = peer.remote_endpoint(ignored);
        }
        return ec;
    }
    // Returns: the connection, on this acceptor's executor; a closed socket with an error.
    socket_type accept(std::source_location where = std::source_location::current()) {
        socket_type peer(this->get_executor());
        accept(peer, where);
        return peer;
    }
    socket_type accept(error_code& ec, std::source_location where = std::source_location::current()) {
        socket_type peer(this->get_executor());
        accept(peer, ec, where);
        return peer;
    }

    // The same, asynchronously. The completion signature is void(error_code); peer must live, closed, until then.
    // The acceptor may be moved; when it is closed or destroyed, operations complete with operation_aborted.
    template <class E, class Token = default_token>
    auto async_accept(stream_socket<Protocol, E>& peer, Token&& token = Token()) {
        return start_accept<void(error_code)>(
            token, [&peer, family = protocol()](auto& self, error_code ec, detail::native_handle taken) {
                if (!ec.failed()) {
                    adopt(peer, family, taken, ec, {});
                }
                self.complete(ec);
            });
    }
    template <class E, class Token = default_token>
    auto async_accept(stream_socket<Protocol, E>& peer, endpoint_type& peer_endpoint,
                      Token&& token = Token()) {
        return start_accept<void(error_code)>(
            token,
            [&peer, &peer_endpoint, family = protocol()](auto& self, error_code ec,
                                                         detail::native_handle taken) {
                if (!ec.failed() && !adopt(peer, family, taken, ec, {}).failed()) {
                    error_code ignored;  // as above
                    peer_endpoint = peer.remote_endpoint(ignored);
                }
                self.complete(ec);
            });
    }
    // The completion signature is void(error_code, stream_socket), on this acceptor's or the given executor.
    template <class Token = default_token>
        requires(!detail::asio_context<std::remove_reference_t<Token>> &&
                 !boost::asio::is_executor<std::decay_t<Token>>::value &&
                 !boost::asio::execution::is_executor<std::decay_t<Token>>::value)
    auto async_accept(Token&& token = Token()) {
        return accept_on(executor_type(this->get_executor()), std::forward<Token>(token));
    }
    template <class OtherExecutor, class Token = default_token>
        requires(boost::asio::execution::is_executor<OtherExecutor>::value)
    auto async_accept(OtherExecutor const& executor, Token&& token = Token()) {
        return accept_on(executor, std::forward<Token>(token));
    }
    template <detail::asio_context Context, class Token = default_token>
    auto async_accept(Context& context, Token&& token = Token()) {
        return accept_on(context.get_executor(), std::forward<Token>(token));
    }

    friend detail::owner_view handrail_owner(acceptor& a) noexcept {
        return a.guard_.view(sizeof(acceptor));
    }

private:
    using gate = typename detail::acceptor_resource<
        boost::asio::basic_socket_acceptor<Protocol, Executor>>::gate;

    detail::native_handle take_connection(error_code& ec) {
        for (;;) {
            detail::native_handle const taken =
                detail::accept_socket(this->inner().native_handle(), ec);
            bool const waits = ec == boost::asio::error::would_block || ec == boost::asio::error::try_again;
            if (!waits || this->inner().non_blocking()) {
                return taken;
            }
            if (this->inner().wait(boost::asio::socket_base::wait_read, ec); ec.failed()) {
                return detail::invalid_native_handle;
            }
        }
    }

    // Effects: the connection becomes the peer's, or is closed.
    template <class Peer>
    static error_code adopt(Peer& peer, protocol_type const& protocol, detail::native_handle taken,
                            error_code& ec, std::source_location where) {
        if (peer.is_open()) {
            detail::close_unguarded(taken);
            return ec = boost::asio::error::already_open;
        }
        return peer.own(protocol, taken, ec, where);
    }
    // That of the connections, too.
    protocol_type protocol() {
        error_code ignored;  // of a closed acceptor; nothing is accepted then
        return this->inner().local_endpoint(ignored).protocol();
    }

    template <class Signature, class Token, class Deliver>
    auto start_accept(Token& token, Deliver deliver) {
        error_code ec;
        std::shared_ptr<gate> opened;
        if (this->is_open()) {
            opened = this->guard_.resource().open_gate(ec);
        } else {
            ec = boost::asio::error::bad_descriptor;
            this->used(ec, "async_accept");
        }
        return boost::asio::async_compose<Token, Signature>(
            detail::accept_operation<gate, Deliver>{std::move(opened), std::move(deliver), ec, false}, token,
            this->inner());
    }

    template <class OtherExecutor, class Token>
    auto accept_on(OtherExecutor const& executor, Token&& token) {
        using peer_type = stream_socket<Protocol, OtherExecutor>;
        return start_accept<void(error_code, peer_type)>(
            token,
            [executor, family = protocol()](auto& self, error_code ec, detail::native_handle taken) {
                peer_type peer(executor);
                if (!ec.failed()) {
                    adopt(peer, family, taken, ec, {});
                }
                self.complete(ec, std::move(peer));
            });
    }

    void name_after_address() {
        if (detail::tracking()) {
            error_code ec;
            endpoint_type const address = this->local_endpoint(ec);
            this->name(detail::endpoint_text(address));
        }
    }
};

}  // namespace handrail
