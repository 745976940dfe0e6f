// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A frozen copy is a child made with clone3(2), not fork(): no fork handler of the program runs,
// and with exit_signal 0 only a wait that names it sees its end (waitpid(-1) does not).
//
// In the child every call is a direct system call. The C library's allocator, stdio and the
// sanitizers' _exit may wait for locks whose holders do not exist there.

#include "platform/posix/system_call.hpp"

#include <handrail/detail/base/as_integer.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace handrail::HANDRAIL_PORT_NAMESPACE {

namespace {

// The first step in the child: while it had an end of a pipe or connection, the peer would not see
// that this process has closed it.
void close_all_but(handle out) noexcept {
    if (out > 0) {
        ::syscall(SYS_close_range, 0U, static_cast<unsigned>(out) - 1, 0U);
    }
    ::syscall(SYS_close_range, static_cast<unsigned>(out) + 1, ~0U, 0U);
}

[[noreturn]] void run_in_child(void (*fn)(void*, handle) noexcept, void* argument,
                               handle out) noexcept {
    close_all_but(out);
    ::syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    ::syscall(SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
    fn(argument, out);
    for (;;) {
        ::syscall(SYS_exit_group, 0);
    }
}

// Not below 3, where the program's standard streams belong, unless no higher number is free.
handle above_standard_streams_if_possible(int made) noexcept {
    int const higher =
        made <= STDERR_FILENO ? ::fcntl(made, F_DUPFD_CLOEXEC, STDERR_FILENO + 1) : -1;
    if (higher == -1) {
        return made;
    }
    ::close(made);
    return higher;
}

// Returns: 0 in the child, as fork().
long clone_frozen(handle& process) noexcept {
    clone_args how{};
    int made = invalid_handle;
    how.flags = CLONE_PIDFD | CLONE_CLEAR_SIGHAND;
    how.pidfd = detail::as_integer(&made);
    long const result = ::syscall(SYS_clone3, &how, sizeof how);
    process = result > 0 ? above_standard_streams_if_possible(made) : invalid_handle;
    return result;
}

int milliseconds_until(std::chrono::steady_clock::time_point deadline) noexcept {
    auto const left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<long long>(left.count(), 0, INT_MAX));
}

}  // namespace

frozen_copy make_frozen_copy(void (*fn)(void*, handle) noexcept, void* argument,
                             error_code& ec) noexcept {
    handle_pair pipe = open_pipe(ec);
    if (ec) {
        return {};
    }
    // A child of another thread may inherit the other end of the pipe: only the process itself
    // shows for sure that it has ended.
    ::fcntl(pipe.first, F_SETFL, O_NONBLOCK);
    frozen_copy copy{invalid_handle, pipe.first};
    long const result = clone_frozen(copy.process);
    if (result == 0) {
        run_in_child(fn, argument, pipe.second);
    }
    succeeded(result, ec);
    ::close(pipe.second);
    if (result == -1) {
        ::close(pipe.first);
        return {};
    }
    return copy;
}

std::size_t read_from_copy(frozen_copy const& from, void* data, std::size_t size,
                           std::chrono::steady_clock::time_point deadline,
                           error_code& ec) noexcept {
    // The clock is read here, because poll() does not time out while bytes are ready: a copy that
    // always writes must not run for ever.
    while (int const left = milliseconds_until(deadline)) {
        pollfd waits[2] = {{from.output, POLLIN, 0}, {from.process, POLLIN, 0}};
        int const ready = ::poll(waits, 2, left);
        if (ready == 0 || (ready == -1 && errno == EINTR)) {
            continue;
        }
        if (ready == -1) {
            ec = last_error();
            return 0;
        }
        bool const ended = waits[1].revents != 0;
        ssize_t const got = ::read(from.output, data, size);
        if (got > 0) {
            ec = {};
            return static_cast<std::size_t>(got);
        }
        bool const nothing_yet = got == -1 && (errno == EAGAIN || errno == EINTR);
        if (ended || !nothing_yet) {
            // EAGAIN after its end: only another child still has the pipe's other end.
            ec = got == 0 || nothing_yet ? error_code{} : last_error();
            return 0;
        }
    }
    ec = system_error_code(ETIMEDOUT);
    return 0;
}

// __WALL: without it waitid(2) does not find children whose exit signal is not SIGCHLD.
bool end_frozen_copy(frozen_copy& copy) noexcept {
    siginfo_t how{};
    auto const reap = [&](int options) {
        return retried([&] {
            return ::waitid(P_PIDFD, static_cast<id_t>(copy.process), &how,
                            WEXITED | __WALL | options);
        });
    };
    bool const asked = reap(WNOHANG) == 0;
    if (!asked || how.si_pid == 0) {
        ::syscall(SYS_pidfd_send_signal, copy.process, SIGKILL, nullptr, 0);
        reap(0);
    }
    bool const returned = how.si_code == CLD_EXITED && how.si_status == 0;
    ::close(copy.process);
    ::close(copy.output);
    copy = {};
    return returned;
}

void* copy_allocate(std::size_t size) noexcept {
    long const result = ::syscall(SYS_mmap, nullptr, size, PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0L);
    if (result == -1) {
        return nullptr;
    }
    // Fewer faults if the memory is large; advice that the system may ignore.
    ::syscall(SYS_madvise, result, size, MADV_HUGEPAGE);
    return reinterpret_cast<void*>(result);
}

bool copy_write(handle out, void const* data, std::size_t size) noexcept {
    auto const* at = static_cast<char const*>(data);
    while (size != 0) {
        long const wrote = ::syscall(SYS_write, out, at, size);
        if (wrote == -1 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return false;
        }
        at += wrote;
        size -= static_cast<std::size_t>(wrote);
    }
    return true;
}

}  // namespace handrail::HANDRAIL_PORT_NAMESPACE
