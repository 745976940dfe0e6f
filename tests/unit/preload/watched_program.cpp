// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "tests/unit/preload/watched_program.hpp"

#include "tests/support/sleeping_thread.hpp"

#include <cerrno>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace handrail_test {

namespace {

using handrail::descriptor;
using handrail_check::look_request;
using handrail_check::look_requests;

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (std::string& each : texts) {
        result.push_back(each.data());
    }
    result.push_back(nullptr);
    return result;
}

pid_t spawn(std::vector<std::string> command, std::vector<std::string> environment, int output) {
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, output, 1);
    pid_t process = 0;
    int const error = ::posix_spawn(&process, command[0].c_str(), &actions, nullptr,
                                    pointers(command).data(), pointers(environment).data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        throw std::system_error(error, std::generic_category(), command[0]);
    }
    return process;
}

// Effects: appends what the pipe has now.
void read_available(int pipe, std::string& to) {
    char part[4096];
    for (ssize_t got = 0; (got = ::read(pipe, part, sizeof part)) > 0;) {
        to.append(part, static_cast<std::size_t>(got));
    }
}

void answer_all(look_requests& requests, watched_program const& program, int pipe,
                ended_program& result) {
    while (std::optional<look_request> const request = requests.next()) {
        read_available(pipe, result.output);
        result.asked.push_back(request->why);
        if (program.look) {
            program.look(*request, result.output);
        }
        requests.answer(*request);
    }
}

// The child does not block otherwise.
void wait_until_child_asks(pid_t process) {
    std::string const id = std::to_string(process);
    for (pid_t child = 0; child == 0 || !is_sleeping(child); std::this_thread::yield()) {
        std::ifstream("/proc/" + id + "/task/" + id + "/children") >> child;
    }
}

void watch(std::unique_ptr<look_requests> const& requests, watched_program const& program,
           pid_t process, int pipe, ended_program& result) {
    descriptor const ended(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    pollfd events[] = {{ended.native_handle(), POLLIN, 0},
                       {requests ? requests->poll_descriptor() : -1, POLLIN, 0},
                       {pipe, POLLIN, 0}};
    while ((events[0].revents & POLLIN) == 0) {
        if (::poll(events, 3, 60'000) <= 0 && errno != EINTR) {
            ::kill(process, SIGKILL);
            throw std::runtime_error(program.command.back() + " hangs");
        }
        read_available(pipe, result.output);
        if (requests) {
            answer_all(*requests, program, pipe, result);
        }
        events[2].fd = (events[2].revents & POLLHUP) != 0 ? -1 : pipe;
    }
    read_available(pipe, result.output);
    ::waitpid(process, &result.status, 0);
}

}  // namespace

bool ended_program::ended_as_intended() const noexcept {
    return WIFEXITED(status) && WEXITSTATUS(status) == 5;
}

ended_program run(watched_program const& program) {
    auto requests = std::make_unique<look_requests>(program.triggers);
    std::vector<std::string> environment = program.environment;
    environment.push_back(requests->environment());
    environment.push_back("LD_PRELOAD=" PRELOAD_LIBRARY +
                          (program.preload.empty() ? "" : ":" + program.preload));
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category(), "pipe2");
    }
    descriptor const output(ends[0]);
    descriptor input(ends[1]);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    pid_t const process = spawn(program.command, environment, input.native_handle());
    input.reset();
    requests->started();
    if (program.tool_goes_away) {
        requests.reset();
    }
    if (program.tool_is_late) {
        wait_until_child_asks(process);
    }
    ended_program result;
    watch(requests, program, process, output.native_handle(), result);
    return result;
}

}  // namespace handrail_test
