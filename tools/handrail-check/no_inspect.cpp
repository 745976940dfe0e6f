// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "inspect.hpp"
#include "program_looks.hpp"

#include <stdexcept>

namespace handrail_check {

check_result inspect(options const&) {
    throw std::runtime_error(
        "this handrail-check was built without elfutils and cannot check a program from outside");
}

class program_looks::requests {};

program_looks::program_looks(options const& wanted, std::filesystem::path, bool)
    : wanted_(wanted), clock_(wanted.when, look_clock::now()) {}
program_looks::~program_looks() = default;
std::string program_looks::environment() const { return {}; }
void program_looks::started(pid_t, interruption) {}
int program_looks::poll_descriptor() const noexcept { return -1; }
int program_looks::timeout() const noexcept { return -1; }
void program_looks::look_if_it_is_time() {}
void program_looks::serve() {}
void program_looks::before_signal(int) {}
void program_looks::look_now() {}
void program_looks::add_to(check_result&) {}

}  // namespace handrail_check
