// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "signals.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace handrail_check {

namespace {

constexpr std::array passed_on{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

bool is_ignored(int number) noexcept {
    struct sigaction now;
    ::sigaction(number, nullptr, &now);
    return now.sa_handler == SIG_IGN;
}

}  // namespace

caught_signals::caught_signals(std::vector<int> const& wanted) {
    ::sigemptyset(&awaited_);
    for (int const number : passed_on) {
        if (!is_ignored(number)) {
            ::sigaddset(&awaited_, number);
        }
    }
    for (int const number : wanted) {
        ::sigaddset(&awaited_, number);
    }
    // If SIGCHLD is ignored, waitpid(2) cannot return the status of a child (sigaction(2)).
    std::signal(SIGCHLD, SIG_DFL);
    ::sigaddset(&awaited_, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &awaited_, &mask_);
    arrivals_.reset(::signalfd(-1, &awaited_, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!arrivals_.is_open()) {
        throw std::system_error(errno, std::generic_category(), "signalfd");
    }
}

caught_signals::~caught_signals() {
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGQUIT, SIG_IGN);
    ::sigprocmask(SIG_SETMASK, &mask_, nullptr);
}

caught_signal caught_signals::next(int other, int timeout) const {
    std::array<pollfd, 2> both{{{arrivals_.native_handle(), POLLIN, 0}, {other, POLLIN, 0}}};
    if (::poll(both.data(), both.size(), timeout) == -1 && errno != EINTR) {
        throw std::system_error(errno, std::generic_category(), "poll");
    }
    return take();
}

caught_signal caught_signals::take() const {
    signalfd_siginfo arrival{};
    if (::read(arrivals_.native_handle(), &arrival, sizeof arrival) != sizeof arrival) {
        return {};
    }
    auto const number = static_cast<int>(arrival.ssi_signo);
    return {
        .number = number,
        .from_terminal = (number == SIGINT || number == SIGQUIT) && arrival.ssi_code == SI_KERNEL};
}

}  // namespace handrail_check
