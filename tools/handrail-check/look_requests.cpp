// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "look_requests.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace handrail_check {

namespace {

using handrail::descriptor;
using handrail::preload::look_message;
using handrail::preload::look_reason;

constexpr std::size_t most_channels = 4096;
constexpr int most_at_once = 100;  // messages that are no requests

int checked_call(int result, char const* what) {
    if (result == -1) {
        throw std::system_error(errno, std::generic_category(), what);
    }
    return result;
}

// Above the numbers that programs use, unless the limit is lower. Inherited by what is started.
descriptor for_the_program(descriptor end) {
    int const number = ::fcntl(end.native_handle(), F_DUPFD, handrail::preload::lowest_channel);
    if (number == -1) {
        checked_call(::fcntl(end.native_handle(), F_SETFD, 0), "fcntl");
        return end;
    }
    return descriptor(number);
}

struct message {
    look_message content{};
    std::size_t size = 0;
    pid_t sender = 0;
    descriptor channel{};
};

void take(message& into, cmsghdr const& part) {
    if (part.cmsg_level == SOL_SOCKET && part.cmsg_type == SCM_CREDENTIALS) {
        ucred sender{};
        std::memcpy(&sender, CMSG_DATA(&part), sizeof sender);
        into.sender = sender.pid;
    } else if (part.cmsg_level == SOL_SOCKET && part.cmsg_type == SCM_RIGHTS) {
        for (std::size_t at = 0; at + sizeof(int) <= part.cmsg_len - CMSG_LEN(0);
             at += sizeof(int)) {
            int number = -1;
            std::memcpy(&number, CMSG_DATA(&part) + at, sizeof number);
            into.channel = descriptor(number);  // of several, all but the last are closed
        }
    }
}

// Returns: -1 if there is no message now, 0 at the end.
ssize_t receive(int channel, message& into) {
    iovec data{&into.content, sizeof into.content};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(ucred)) + CMSG_SPACE(sizeof(int))];
    msghdr header{};
    header.msg_iov = &data;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    ssize_t const size = ::recvmsg(channel, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (size < 0) {
        return errno == EAGAIN || errno == EINTR ? -1 : 0;
    }
    for (cmsghdr* each = CMSG_FIRSTHDR(&header); each != nullptr;
         each = CMSG_NXTHDR(&header, each)) {
        take(into, *each);
    }
    into.size = static_cast<std::size_t>(size);
    return size;
}

bool is_request(message const& from) noexcept {
    return from.size == sizeof(look_message) && from.sender > 0 &&
           from.content.why > look_reason::none &&
           from.content.why <= handrail::preload::last_look_reason;
}

}  // namespace

look_requests::look_requests(look_triggers const& triggers)
    : triggers_(triggers), ready_(checked_call(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {
    int ends[2];
    checked_call(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), "socketpair");
    descriptor ours(ends[0]), programs(ends[1]);
    add(std::move(ours));
    programs_end_ = for_the_program(std::move(programs));
}

std::string look_requests::environment() const {
    std::string result = std::string(handrail::preload::environment_name) + "=" +
                         std::to_string(programs_end_.native_handle());
    if (triggers_.descriptors != 0) {
        result += ",descriptors=" + std::to_string(triggers_.descriptors);
    }
    result += triggers_.emfile ? ",emfile" : "";
    result += triggers_.signals ? ",signals" : "";
    result += triggers_.children ? ",children" : "";
    return result;
}

void look_requests::started() noexcept { programs_end_.reset(); }

// Credentials come with each message from now on.
void look_requests::add(descriptor channel) {
    int const number = channel.native_handle();
    int const on = 1;
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.fd = number;
    if (channels_.size() == most_channels ||
        ::setsockopt(number, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == -1 ||
        ::epoll_ctl(ready_.native_handle(), EPOLL_CTL_ADD, number, &wanted) == -1) {
        return;  // whoever sent it sees that the other end is closed, and goes on
    }
    channels_.insert_or_assign(number, std::make_shared<descriptor const>(std::move(channel)));
}

// A closed channel is removed; a process that is followed introduces its own by an empty request.
std::optional<look_request> look_requests::received(int number) {
    auto const channel = channels_.at(number);
    message got;
    ssize_t const size = receive(number, got);
    if (size == 0) {
        ::epoll_ctl(ready_.native_handle(), EPOLL_CTL_DEL, number, nullptr);
        channels_.erase(number);
        return std::nullopt;
    }
    if (got.channel.is_open() && triggers_.children) {
        add(std::move(got.channel));
    } else if (size > 0 && is_request(got)) {
        return look_request{got.sender, got.content.why, got.content.signal, channel};
    } else if (size > 0) {
        answer({.channel = channel});  // not a request of this version: nobody waits for us
    }
    return std::nullopt;
}

std::optional<look_request> look_requests::next() {
    epoll_event ready{};
    for (int i = 0; i != most_at_once && ::epoll_wait(ready_.native_handle(), &ready, 1, 0) == 1;
         ++i) {
        if (std::optional<look_request> request = received(ready.data.fd)) {
            return request;
        }
    }
    return std::nullopt;
}

void look_requests::answer(look_request const& request) noexcept {
    char const done = 1;
    ::send(request.channel->native_handle(), &done, sizeof done, MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace handrail_check
