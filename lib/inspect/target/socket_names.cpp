// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/socket_names.hpp"

#include "lib/inspect/memory/process_files.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <optional>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace handrail::inspect {
namespace {

struct endpoint {
    std::string host{};
    unsigned port = 0;
    bool is_any = false;  // 0.0.0.0 or ::

    std::string text() const { return host + ":" + std::to_string(port); }
};

// An address is written as words of 32 bits, each as the machine has it in a register.
std::optional<in6_addr> ipv6_of(std::string_view digits) {
    in6_addr result{};
    for (std::size_t word = 0; word != 4; ++word) {
        auto const value = number_in(digits.substr(word * 8, 8), 16);
        if (!value) {
            return std::nullopt;
        }
        auto const bits = static_cast<std::uint32_t>(*value);
        std::memcpy(result.s6_addr + word * 4, &bits, sizeof bits);
    }
    return result;
}

std::string ipv4_text(void const* bits) {
    std::array<char, INET_ADDRSTRLEN> text{};
    return ::inet_ntop(AF_INET, bits, text.data(), text.size());
}

std::string ipv6_text(in6_addr const& host) {
    if (IN6_IS_ADDR_V4MAPPED(&host)) {
        return ipv4_text(host.s6_addr + 12);
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    return std::string("[") + ::inet_ntop(AF_INET6, &host, text.data(), text.size()) + "]";
}

// "0100007F:1B58"
std::optional<endpoint> endpoint_of(std::string_view word) {
    std::size_t const colon = std::min(word.find(':'), word.size());
    std::string_view const digits = word.substr(0, colon);
    auto const port = number_in(word.substr(std::min(colon + 1, word.size())), 16);
    if (!port || *port > 0xffff) {
        return std::nullopt;
    }
    auto const number = static_cast<unsigned>(*port);
    if (digits.size() == 8) {
        auto const value = number_in(digits, 16);
        if (!value) {
            return std::nullopt;
        }
        auto const bits = static_cast<std::uint32_t>(*value);
        return endpoint{ipv4_text(&bits), number, bits == 0};
    }
    auto const host = digits.size() == 32 ? ipv6_of(digits) : std::nullopt;
    if (!host) {
        return std::nullopt;
    }
    return endpoint{ipv6_text(*host), number, IN6_IS_ADDR_UNSPECIFIED(&*host) != 0};
}

std::optional<socket_entry> inet_socket_of(std::string_view line, std::string_view protocol) {
    constexpr std::string_view listening = "0A";  // TCP_LISTEN
    take_word(line);                              // number
    auto const local = endpoint_of(take_word(line));
    auto const remote = endpoint_of(take_word(line));
    std::string_view const state = take_word(line);
    for (int i = 0; i != 5; ++i) {
        take_word(line);  // queues, timer, retransmissions, user, timeout
    }
    auto const inode = number_in(take_word(line));
    if (!local || !remote || !inode || *inode == 0) {
        return std::nullopt;  // 0: a connection that no socket has any more
    }
    bool const connected = !remote->is_any || remote->port != 0;
    return socket_entry{*inode,        std::string(protocol),
                        local->text(), connected ? remote->text() : std::string(),
                        local->port,   protocol == "tcp" && state == listening};
}

std::optional<socket_entry> unix_socket_of(std::string_view line) {
    constexpr std::uint64_t accepts = 0x10000;  // __SO_ACCEPTCON
    take_word(line);                            // address in the kernel
    take_word(line);                            // references
    take_word(line);                            // protocol
    auto const flags = number_in(take_word(line), 16);
    take_word(line);  // type
    take_word(line);  // state
    auto const inode = number_in(take_word(line));
    if (!flags || !inode) {
        return std::nullopt;
    }
    line.remove_prefix(std::min<std::size_t>(1, line.size()));
    return socket_entry{*inode, "unix", std::string(line), {}, 0, (*flags & accepts) != 0};
}

std::string name_of(socket_entry const& socket, std::unordered_set<unsigned> const& served) {
    std::string name = socket.protocol + (socket.listens ? " listening" : "");
    if (!socket.local.empty()) {
        name += " " + socket.local;
    }
    if (!socket.remote.empty()) {
        name += (served.count(socket.port) != 0 ? " <- " : " -> ") + socket.remote;
    }
    return name;
}

}  // namespace

std::vector<socket_entry> inet_sockets_of(std::string_view table, std::string_view protocol) {
    std::vector<socket_entry> sockets;
    while (!table.empty()) {
        if (auto found = inet_socket_of(take_line(table), protocol)) {
            sockets.push_back(std::move(*found));
        }
    }
    return sockets;
}

std::vector<socket_entry> unix_sockets_of(std::string_view table) {
    std::vector<socket_entry> sockets;
    while (!table.empty()) {
        if (auto found = unix_socket_of(take_line(table))) {
            sockets.push_back(std::move(*found));
        }
    }
    return sockets;
}

std::vector<socket_entry> read_sockets(pid_t process) {
    std::vector<socket_entry> all =
        unix_sockets_of(read_process_file(process, "net/unix").value_or(""));
    for (std::string_view const table : {"tcp", "tcp6", "udp", "udp6"}) {
        std::string const text =
            read_process_file(process, std::string("net/").append(table)).value_or("");
        auto found = inet_sockets_of(text, table.substr(0, 3));
        all.insert(all.end(), std::make_move_iterator(found.begin()),
                   std::make_move_iterator(found.end()));
    }
    return all;
}

socket_names::socket_names(std::unordered_set<std::uint64_t> const& inodes,
                           std::vector<socket_entry> const& all) {
    std::unordered_set<unsigned> served;
    for (socket_entry const& each : all) {
        if (each.listens && inodes.count(each.inode) != 0) {
            served.insert(each.port);
        }
    }
    for (socket_entry const& each : all) {
        if (inodes.count(each.inode) != 0) {
            names_.emplace(each.inode, name_of(each, served));
        }
    }
}

std::string socket_names::of(std::uint64_t inode) const {
    auto const found = names_.find(inode);
    return found == names_.end() ? std::string() : found->second;
}

}  // namespace handrail::inspect
