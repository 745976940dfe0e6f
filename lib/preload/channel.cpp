// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/preload/channel.hpp"

#include "lib/preload/program.hpp"
#include "lib/preload/system_call.hpp"

#include <atomic>
#include <cstring>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace handrail::preload {

namespace {

// Which socket a number had (stat(2)).
class known_socket {
public:
    constexpr known_socket() = default;

    explicit known_socket(int number) noexcept {
        struct stat now{};
        if (system_call(SYS_fstat, number, &now) == 0 && S_ISSOCK(now.st_mode)) {
            number_.store(number);
            device_ = now.st_dev;
            inode_ = now.st_ino;
        }
    }

    known_socket& operator=(known_socket const& other) noexcept {
        number_.store(other.number_.load());
        device_ = other.device_;
        inode_ = other.inode_;
        return *this;
    }

    int number() const noexcept { return number_.load(std::memory_order_relaxed); }

    bool is_open() const noexcept {
        known_socket const now(number());
        return now.number() != -1 && now.device_ == device_ && now.inode_ == inode_;
    }

    void move_from(int number) noexcept {
        long moved = system_call(SYS_fcntl, number, F_DUPFD_CLOEXEC, number + 1);
        if (moved == -1) {
            moved = system_call(SYS_fcntl, number, F_DUPFD_CLOEXEC, 3);
        }
        number_.store(static_cast<int>(moved));
    }

private:
    std::atomic<int> number_{-1};
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

constinit known_socket own{};        // over which this process asks
constinit known_socket inherited{};  // over which followed processes send the other end of theirs

void use(known_socket const& socket) noexcept {
    own = socket;
    handrail_preload_info.channel =
        socket.number() == -1 ? 0 : static_cast<std::uint32_t>(socket.number());
}

bool send_end(int end) noexcept {
    char nothing = 0;
    iovec data{&nothing, sizeof nothing};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof end)] = {};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof end);
    std::memcpy(CMSG_DATA(header), &end, sizeof end);
    return restarted_call(SYS_sendmsg, inherited.number(), &message, MSG_NOSIGNAL) != -1;
}

// Above the numbers that programs use, if the limit of descriptors allows it.
int moved_up(int number) noexcept {
    long const moved = system_call(SYS_fcntl, number, F_DUPFD_CLOEXEC, lowest_channel);
    if (moved == -1) {
        return number;
    }
    system_call(SYS_close, number);
    return static_cast<int>(moved);
}

// Yama lets a process be traced by its ancestors. One whose parent has ended (daemon(3)) has to
// name the tool, which made the inherited socket.
void allow_tracing() noexcept {
    ucred tool{};
    socklen_t size = sizeof tool;
    if (system_call(SYS_getsockopt, inherited.number(), SOL_SOCKET, SO_PEERCRED, &tool, &size) ==
        0) {
        system_call(SYS_prctl, PR_SET_PTRACER, tool.pid, 0, 0, 0);
    }
}

}  // namespace

bool use_channel(settings const& from) noexcept {
    known_socket const given(from.channel);
    if (from.children) {
        inherited = given;
    } else if (given.number() != -1) {
        system_call(SYS_fcntl, given.number(), F_SETFD, FD_CLOEXEC);
        use(given);
    }
    return given.number() != -1;
}

void open_channel_of_child() noexcept {
    if (own.number() != -1 && own.is_open()) {
        system_call(SYS_close, own.number());  // the parent's
    }
    use(known_socket());
    int ends[2];
    if (!inherited.is_open() ||
        system_call(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1) {
        return;
    }
    // The tool may get its end when this process has asked already, and needs the sender's id.
    int const on = 1;
    system_call(SYS_setsockopt, ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
    if (send_end(ends[1])) {
        use(known_socket(moved_up(ends[0])));
    } else {
        system_call(SYS_close, ends[0]);
    }
    system_call(SYS_close, ends[1]);
}

void ask_over_channel(look_reason why, int signal) noexcept {
    if (own.number() == -1 || !own.is_open()) {
        return;
    }
    if (inherited.number() != -1) {
        allow_tracing();
    }
    look_message const message{why, signal};
    if (restarted_call(SYS_sendto, own.number(), &message, sizeof message, MSG_NOSIGNAL, nullptr,
                       0) != -1) {
        char answer = 0;
        restarted_call(SYS_recvfrom, own.number(), &answer, sizeof answer, 0, nullptr, nullptr);
    }
}

int channel() noexcept { return own.number(); }

void move_channel_from(int number) noexcept {
    if (number < 0) {
        return;
    }
    if (number == own.number() && own.is_open()) {
        own.move_from(number);
        use(own);
    } else if (number == inherited.number() && inherited.is_open()) {
        inherited.move_from(number);
    }
}

}  // namespace handrail::preload
