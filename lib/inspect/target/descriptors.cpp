// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/target/descriptors.hpp"

#include "lib/inspect/memory/process_files.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <iterator>
#include <optional>
#include <unordered_set>
#include <utility>

#include <sys/xattr.h>

namespace handrail::inspect {
namespace {

constexpr std::string_view epoll_link = "anon_inode:[eventpoll]";

// Returns: 4711 for "socket:[4711]".
std::optional<std::uint64_t> socket_inode(std::string_view link) {
    constexpr std::string_view prefix = "socket:[";
    if (!link.starts_with(prefix) || !link.ends_with("]")) {
        return std::nullopt;
    }
    return number_in(link.substr(prefix.size(), link.size() - prefix.size() - 1));
}

// Returns: "eventfd" for "anon_inode:[eventfd]" and for "anon_inode:eventfd".
std::string_view anonymous_kind(std::string_view link) {
    constexpr std::string_view prefix = "anon_inode:";
    if (!link.starts_with(prefix)) {
        return {};
    }
    link.remove_prefix(prefix.size());
    return link.starts_with("[") && link.ends_with("]") ? link.substr(1, link.size() - 2) : link;
}

descriptor anonymous(int number, std::string_view kind) {
    if (kind == "eventpoll") {
        return {.number = number, .kind = descriptor_kind::epoll, .what = "epoll"};
    }
    descriptor_kind const known = kind == "eventfd"   ? descriptor_kind::event
                                  : kind == "timerfd" ? descriptor_kind::timer
                                                      : descriptor_kind::other;
    return {.number = number, .kind = known, .what = std::string(kind)};
}

descriptor file(int number, std::string_view name) {
    constexpr std::string_view memory = "/memfd:", deleted = " (deleted)";
    if (name.starts_with(memory)) {
        name.remove_prefix(memory.size());
        name.remove_suffix(name.ends_with(deleted) ? deleted.size() : 0);
        return {
            .number = number, .kind = descriptor_kind::file, .what = "memfd " + std::string(name)};
    }
    return {.number = number, .kind = descriptor_kind::file, .what = "file " + std::string(name)};
}

// Linux names a socket's protocol in an extended attribute of its link (sockfs).
std::string protocol_of(pid_t process, int number) {
    std::array<char, 32> text{};
    ssize_t const size = ::getxattr(process_path(process, "fd/" + std::to_string(number)).c_str(),
                                    "system.sockprotoname", text.data(), text.size() - 1);
    std::string protocol(text.data(), ::strnlen(text.data(), size < 0 ? 0 : text.size()));
    std::transform(protocol.begin(), protocol.end(), protocol.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return protocol;
}

descriptor describe_one(open_descriptor const& open, socket_names const& sockets) {
    if (auto const inode = socket_inode(open.link)) {
        std::string what = sockets.of(*inode);
        if (what.empty()) {  // neither bound nor connected, or closed by both ends
            what = open.protocol.empty() ? "socket" : open.protocol + " not connected";
        }
        return {.number = open.number, .kind = descriptor_kind::socket, .what = std::move(what)};
    }
    if (std::string_view const kind = anonymous_kind(open.link); !kind.empty()) {
        return anonymous(open.number, kind);
    }
    if (open.link.starts_with("pipe:[")) {
        return {.number = open.number, .kind = descriptor_kind::pipe, .what = "pipe"};
    }
    return open.link.starts_with("/") ? file(open.number, open.link)
                                      : descriptor{.number = open.number, .what = open.link};
}

}  // namespace

open_descriptors read_open_descriptors(pid_t process) {
    open_descriptors open;
    auto const numbers = numbered_entries(process_path(process, "fd"));
    open.is_known = numbers.has_value();
    for (int const number : numbers.value_or(std::vector<int>{})) {
        std::string const name = std::to_string(number);
        std::string link = link_target(process_path(process, "fd/" + name));
        if (link == epoll_link) {
            auto const info = read_process_file(process, "fdinfo/" + name);
            auto watched = watched_by(number, info.value_or(""));
            open.watched.insert(open.watched.end(), watched.begin(), watched.end());
        }
        std::string protocol = socket_inode(link) ? protocol_of(process, number) : std::string();
        open.all.push_back({number, std::move(link), std::move(protocol)});
    }
    return open;
}

// "tfd:        5 events:       19 data:     7f0012345678  pos:0 ino:9 sdev:8"
std::vector<epoll_entry> watched_by(int epoll, std::string_view fdinfo) {
    std::vector<epoll_entry> watched;
    while (!fdinfo.empty()) {
        std::string_view line = take_line(fdinfo);
        if (take_word(line) != "tfd:") {
            continue;
        }
        auto const number = number_in(take_word(line));
        take_word(line);  // "events:"
        take_word(line);
        bool const has_data = take_word(line) == "data:";
        auto const data = number_in(take_word(line), 16);
        if (number && *number <= 0x7fffffff && has_data && data) {
            watched.push_back({epoll, static_cast<int>(*number), *data});
        }
    }
    return watched;
}

std::vector<descriptor> describe(std::vector<open_descriptor> const& open,
                                 std::vector<socket_entry> const& sockets) {
    std::unordered_set<std::uint64_t> inodes;
    for (open_descriptor const& each : open) {
        if (auto const inode = socket_inode(each.link)) {
            inodes.insert(*inode);
        }
    }
    socket_names const names(inodes, sockets);
    std::vector<descriptor> descriptors;
    for (open_descriptor const& each : open) {
        descriptors.push_back(describe_one(each, names));
    }
    return descriptors;
}

}  // namespace handrail::inspect
