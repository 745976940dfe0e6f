// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// posix_spawn and not Boost.Process: the program must find its descriptors, signal mask and
// dispositions as if nobody stood between it and its caller.

#include "spawn.hpp"

#include "run.hpp"

#include <handrail/handle.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include <poll.h>
#include <spawn.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace handrail_check {

namespace {

constexpr std::array forwarded{SIGTERM, SIGHUP};
constexpr std::array ignored{SIGINT, SIGQUIT};  // the terminal sends them to both

void check(int error, char const* what) {
    if (error != 0) {
        throw std::system_error(error, std::generic_category(), what);
    }
}

// While it exists, signals to forward and SIGCHLD are blocked until next() takes them, and signals
// that a terminal sends to the program, too, are ignored. The child gets the caller's mask and
// dispositions.
class signals {
public:
    signals() {
        ::sigemptyset(&awaited_);
        ::sigemptyset(&defaults_);
        for (int const number : forwarded) {
            if (!is_ignored(number)) {
                ::sigaddset(&awaited_, number);
            }
        }
        for (int const number : ignored) {
            if (!is_ignored(number)) {
                std::signal(number, SIG_IGN);
                ::sigaddset(&defaults_, number);
            }
        }
        // If SIGCHLD is ignored, waitpid(2) cannot return the status of a child (sigaction(2)).
        std::signal(SIGCHLD, SIG_DFL);
        ::sigaddset(&awaited_, SIGCHLD);
        ::sigprocmask(SIG_BLOCK, &awaited_, &mask_);
        arrivals_.reset(::signalfd(-1, &awaited_, SFD_CLOEXEC | SFD_NONBLOCK));
        check(arrivals_.is_open() ? 0 : errno, "signalfd");
    }
    signals(signals const&) = delete;
    signals& operator=(signals const&) = delete;
    ~signals() { ::sigprocmask(SIG_SETMASK, &mask_, nullptr); }

    // Returns: the next signal, or 0 once `other` is readable. other: a descriptor, or -1.
    int next(int other) const {
        std::array<pollfd, 2> both{{{arrivals_.native_handle(), POLLIN, 0}, {other, POLLIN, 0}}};
        while (::poll(both.data(), both.size(), -1) == -1) {
            check(errno == EINTR ? 0 : errno, "poll");
        }
        signalfd_siginfo arrival{};
        return ::read(arrivals_.native_handle(), &arrival, sizeof arrival) == sizeof arrival
                   ? static_cast<int>(arrival.ssi_signo)
                   : 0;
    }

    // The child's: the mask from before, and the default again where there was no other.
    sigset_t const& mask() const noexcept { return mask_; }
    sigset_t const& defaults() const noexcept { return defaults_; }

private:
    // What the caller ignores (nohup) stays ignored.
    static bool is_ignored(int number) noexcept {
        struct sigaction now;
        ::sigaction(number, nullptr, &now);
        return now.sa_handler == SIG_IGN;
    }

    sigset_t awaited_;
    sigset_t mask_;
    sigset_t defaults_;
    handrail::descriptor arrivals_;
};

class spawn_attributes {
public:
    explicit spawn_attributes(signals const& how) {
        check(::posix_spawnattr_init(&attributes_), "posix_spawnattr_init");
        ::posix_spawnattr_setsigmask(&attributes_, &how.mask());
        ::posix_spawnattr_setsigdefault(&attributes_, &how.defaults());
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    spawn_attributes(spawn_attributes const&) = delete;
    spawn_attributes& operator=(spawn_attributes const&) = delete;
    ~spawn_attributes() { ::posix_spawnattr_destroy(&attributes_); }

    posix_spawnattr_t const* get() const noexcept { return &attributes_; }

private:
    posix_spawnattr_t attributes_;
};

// The array that exec wants; it points into the texts.
std::vector<char*> pointers(std::vector<std::string> const& texts) {
    std::vector<char*> result;
    for (std::string const& each : texts) {
        result.push_back(const_cast<char*>(each.c_str()));  // exec's signature is older than const
    }
    result.push_back(nullptr);
    return result;
}

pid_t spawn(std::vector<std::string> const& command, std::vector<std::string> const& environment,
            signals const& how) {
    spawn_attributes const attributes(how);
    pid_t process = 0;
    int const error = ::posix_spawnp(&process, command.front().c_str(), nullptr, attributes.get(),
                                     pointers(command).data(), pointers(environment).data());
    if (error != 0) {
        throw cannot_run(
            "cannot run \"" + command.front() + "\": " + std::generic_category().message(error),
            error == ENOENT || error == ENOTDIR ? 127 : 126);
    }
    return process;
}

}  // namespace

int spawn_and_wait(std::vector<std::string> const& command,
                   std::vector<std::string> const& environment, program_looks& looks) {
    signals const how;
    pid_t const process = spawn(command, environment, how);
    looks.started();
    int status = 0;
    pid_t ended = 0;
    while ((ended = ::waitpid(process, &status, WNOHANG)) == 0) {
        if (int const number = how.next(looks.poll_descriptor());
            number != 0 && number != SIGCHLD) {
            looks.before_signal(process);
            ::kill(process, number);
        }
        looks.serve();
    }
    looks.serve();
    check(ended == -1 ? errno : 0, "waitpid");
    return status;
}

}  // namespace handrail_check
