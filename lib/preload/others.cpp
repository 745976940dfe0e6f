// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Births of pipes, sockets, copies, and of the descriptors that are Linux's own.
//
// The functions without noexcept are cancellation points: an unwinding may pass through them.

#include "lib/preload/births.hpp"
#include "lib/preload/channel.hpp"
#include "lib/preload/program.hpp"
#include "lib/preload/replaced.hpp"
#include "lib/preload/system_call.hpp"

#include <cstdarg>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
extern "C" {  // glibc 2.36 does not say it
#include <sys/pidfd.h>
}

using handrail::preload::born;
using handrail::preload::call;
using handrail::preload::kept_errno;
using handrail::preload::record;

namespace {

int born_both(call by, int result, int const* ends) noexcept {
    born(by, result == 0 ? ends[0] : -1);
    born(by, result == 0 ? ends[1] : -1);
    return result;
}

// The descriptors that came with a message.
void born_in(call by, msghdr* message) noexcept {
    for (cmsghdr* each = CMSG_FIRSTHDR(message); each != nullptr;
         each = CMSG_NXTHDR(message, each)) {
        if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_RIGHTS ||
            each->cmsg_len < CMSG_LEN(0)) {
            continue;
        }
        std::size_t const count = (each->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i != count; ++i) {
            int number = -1;
            std::memcpy(&number, CMSG_DATA(each) + i * sizeof number, sizeof number);
            born(by, number);
        }
    }
}

bool copies(int command) noexcept { return command == F_DUPFD || command == F_DUPFD_CLOEXEC; }

// Not in a child of vfork(2), which has the program's memory, but descriptors of its own.
void make_room_at(int number) noexcept {
    kept_errno const kept;
    if (handrail::preload::in_program()) {
        handrail::preload::move_channel_from(number);
    }
}

}  // namespace

HANDRAIL_REPLACES FILE* popen(char const* command, char const* mode) {
    return born(call::popen, HANDRAIL_REPLACED(popen)(command, mode));
}
HANDRAIL_REPLACES int pipe(int* ends) noexcept {
    return born_both(call::pipe, HANDRAIL_REPLACED(pipe)(ends), ends);
}
HANDRAIL_REPLACES int pipe2(int* ends, int flags) noexcept {
    return born_both(call::pipe2, HANDRAIL_REPLACED(pipe2)(ends, flags), ends);
}

HANDRAIL_REPLACES int socket(int domain, int type, int protocol) noexcept {
    return born(call::socket, HANDRAIL_REPLACED(socket)(domain, type, protocol));
}
HANDRAIL_REPLACES int socketpair(int domain, int type, int protocol, int* ends) noexcept {
    return born_both(call::socketpair, HANDRAIL_REPLACED(socketpair)(domain, type, protocol, ends),
                     ends);
}
HANDRAIL_REPLACES int accept(int listening, sockaddr* address, socklen_t* size) {
    return born(call::accept, HANDRAIL_REPLACED(accept)(listening, address, size));
}
HANDRAIL_REPLACES int accept4(int listening, sockaddr* address, socklen_t* size, int flags) {
    return born(call::accept4, HANDRAIL_REPLACED(accept4)(listening, address, size, flags));
}
HANDRAIL_REPLACES ssize_t recvmsg(int from, msghdr* message, int flags) {
    ssize_t const size = HANDRAIL_REPLACED(recvmsg)(from, message, flags);
    if (size >= 0) {
        born_in(call::recvmsg, message);
    }
    return size;
}
HANDRAIL_REPLACES int recvmmsg(int from, mmsghdr* messages, unsigned count, int flags,
                               timespec* timeout) {
    int const received = HANDRAIL_REPLACED(recvmmsg)(from, messages, count, flags, timeout);
    for (int i = 0; i < received; ++i) {
        born_in(call::recvmmsg, &messages[i].msg_hdr);
    }
    return received;
}

HANDRAIL_REPLACES int dup(int old) noexcept { return born(call::dup, HANDRAIL_REPLACED(dup)(old)); }

// These say which number they want: it does not tell how many are open. An open descriptor of that
// number is closed.
HANDRAIL_REPLACES int dup2(int old, int wanted) noexcept {
    if (old == wanted) {
        return HANDRAIL_REPLACED(dup2)(old, wanted);
    }
    make_room_at(wanted);
    int const number = HANDRAIL_REPLACED(dup2)(old, wanted);
    record(call::dup2, number);
    return number;
}
HANDRAIL_REPLACES int dup3(int old, int wanted, int flags) noexcept {
    make_room_at(wanted);
    int const number = HANDRAIL_REPLACED(dup3)(old, wanted, flags);
    record(call::dup3, number);
    return number;
}

// The third argument is an int, a long or a pointer, or missing: libc passes it on the same way.
#define HANDRAIL_FCNTL(name)                                               \
    HANDRAIL_REPLACES int name(int of, int command, ...) {                 \
        std::va_list arguments;                                            \
        va_start(arguments, command);                                      \
        void* const argument = va_arg(arguments, void*);                   \
        va_end(arguments);                                                 \
        int const result = HANDRAIL_REPLACED(name)(of, command, argument); \
        if (copies(command)) {                                             \
            record(call::name, result);                                    \
        }                                                                  \
        return result;                                                     \
    }
HANDRAIL_FCNTL(fcntl)
HANDRAIL_FCNTL(fcntl64)
#undef HANDRAIL_FCNTL

HANDRAIL_REPLACES int eventfd(unsigned count, int flags) noexcept {
    return born(call::eventfd, HANDRAIL_REPLACED(eventfd)(count, flags));
}
HANDRAIL_REPLACES int timerfd_create(clockid_t clock, int flags) noexcept {
    return born(call::timerfd_create, HANDRAIL_REPLACED(timerfd_create)(clock, flags));
}

// Changes a descriptor of its own kind, if there is one, and makes another otherwise.
HANDRAIL_REPLACES int signalfd(int old, sigset_t const* mask, int flags) noexcept {
    int const number = HANDRAIL_REPLACED(signalfd)(old, mask, flags);
    return number == old && number != -1 ? number : born(call::signalfd, number);
}
HANDRAIL_REPLACES int epoll_create(int size) noexcept {
    return born(call::epoll_create, HANDRAIL_REPLACED(epoll_create)(size));
}
HANDRAIL_REPLACES int epoll_create1(int flags) noexcept {
    return born(call::epoll_create1, HANDRAIL_REPLACED(epoll_create1)(flags));
}
HANDRAIL_REPLACES int inotify_init() noexcept {
    return born(call::inotify_init, HANDRAIL_REPLACED(inotify_init)());
}
HANDRAIL_REPLACES int inotify_init1(int flags) noexcept {
    return born(call::inotify_init1, HANDRAIL_REPLACED(inotify_init1)(flags));
}
HANDRAIL_REPLACES int pidfd_open(pid_t process, unsigned flags) noexcept {
    return born(call::pidfd_open, HANDRAIL_REPLACED(pidfd_open)(process, flags));
}
