// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the sockets of a process are connected to, by /proc/PID/net (proc(5)).
//
//     socket_names names(wanted, read_sockets(4711));
//     names.of(inode);   // "tcp 127.0.0.1:7000 <- 127.0.0.1:41410"
//
// Thread safety: all functions.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <sys/types.h>

namespace handrail::inspect {

// A line of a table of sockets.
struct socket_entry {
    std::uint64_t inode = 0;
    std::string protocol{};  // "tcp", "udp", "unix"
    std::string local{};     // "127.0.0.1:7000", "[::1]:7000", "/run/socket"; empty: none
    std::string remote{};    // empty: not connected, or not known
    unsigned port = 0;       // the local one
    bool listens = false;
};

// Returns: the sockets in the text of a table, as /proc/PID/net/tcp or tcp6, udp or udp6. Lines
//   that cannot be parsed are skipped.
std::vector<socket_entry> inet_sockets_of(std::string_view table, std::string_view protocol);
// Returns: the same for /proc/PID/net/unix.
std::vector<socket_entry> unix_sockets_of(std::string_view table);

// Returns: all sockets in the network namespace of the process.
std::vector<socket_entry> read_sockets(pid_t process);

// The names of the sockets that a process has.
class socket_names {
public:
    socket_names(std::unordered_set<std::uint64_t> const& inodes,
                 std::vector<socket_entry> const& all);

    // Returns: nothing if it is not in a table, as one that is neither bound nor connected.
    std::string of(std::uint64_t inode) const;

private:
    std::unordered_map<std::uint64_t, std::string> names_;
};

}  // namespace handrail::inspect
