// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// posix_spawn and not Boost.Process: the program must find its descriptors, signal mask and
// dispositions as if nobody stood between it and its caller (but SIGCHLD is never ignored).

#include "spawn.hpp"

#include "run.hpp"
#include "signals.hpp"

#include <cerrno>
#include <csignal>
#include <system_error>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace handrail_check {

namespace {

void check(int error, char const* what) {
    if (error != 0) {
        throw std::system_error(error, std::generic_category(), what);
    }
}

class spawn_attributes {
public:
    explicit spawn_attributes(sigset_t const& mask) {
        check(::posix_spawnattr_init(&attributes_), "posix_spawnattr_init");
        ::posix_spawnattr_setsigmask(&attributes_, &mask);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
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
            sigset_t const& mask) {
    spawn_attributes const attributes(mask);
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

// The program's end of signals that the tool gets.
class signal_passing {
public:
    signal_passing(caught_signals const& caught, pid_t process, program_looks& looks)
        : caught_(caught), process_(process), looks_(looks) {}

    void take_next() const {
        caught_signal const got = caught_.next(looks_.poll_descriptor(), looks_.timeout());
        if (is_for_the_program(got)) {
            looks_.before_signal(got.number);
            ::kill(process_, got.number);
        } else if (got.number == SIGUSR1 || got.number == SIGUSR2) {
            looks_.look_now();
        }
    }

    void pass_on_at_once() const {
        if (caught_signal const got = caught_.take(); is_for_the_program(got)) {
            ::kill(process_, got.number);
        }
    }

private:
    static bool is_for_the_program(caught_signal const& got) noexcept {
        return !got.from_terminal && (got.number == SIGHUP || got.number == SIGINT ||
                                      got.number == SIGQUIT || got.number == SIGTERM);
    }

    caught_signals const& caught_;
    pid_t process_;
    program_looks& looks_;
};

}  // namespace

int spawn_and_wait(std::vector<std::string> const& command,
                   std::vector<std::string> const& environment, std::vector<int> const& wanted,
                   program_looks& looks) {
    caught_signals const caught(wanted);
    pid_t const process = spawn(command, environment, caught.mask());
    signal_passing const passing(caught, process, looks);
    looks.started(process, {caught.poll_descriptor(), [&] { passing.pass_on_at_once(); }});
    int status = 0;
    pid_t ended = 0;
    while ((ended = ::waitpid(process, &status, WNOHANG)) == 0) {
        passing.take_next();
        looks.serve();
        looks.look_if_it_is_time();
    }
    looks.serve();
    check(ended == -1 ? errno : 0, "waitpid");
    return status;
}

}  // namespace handrail_check
