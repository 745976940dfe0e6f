// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "output.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string_view>
#include <system_error>

#include <sys/ioctl.h>
#include <unistd.h>

namespace handrail_check {

namespace {

void check(std::ios const& stream, std::string const& name) {
    if (!stream) {
        throw std::system_error(errno, std::generic_category(), "cannot write \"" + name + "\"");
    }
}

bool wants_colour() {
    char const* const refused = std::getenv("NO_COLOR");
    char const* const terminal = std::getenv("TERM");
    return (refused == nullptr || *refused == '\0') && terminal != nullptr &&
           std::string_view(terminal) != "dumb";
}

}  // namespace

void try_output(std::string const& name) {
    if (!name.empty() && name != "-") {
        check(std::ofstream(name, std::ios::app), name);
    }
}

void write_output(std::string const& name, std::function<std::string()> const& text) {
    if (name.empty()) {
        return;
    }
    if (name == "-") {
        std::cout << text() << std::flush;
        check(std::cout, "standard output");
        return;
    }
    std::ofstream out(name, std::ios::binary | std::ios::trunc);
    out << text();
    out.close();
    check(out, name);
}

handrail::leak_check::text_style style_of_stderr(std::string const& colour) {
    handrail::leak_check::text_style style;
    bool const terminal = ::isatty(STDERR_FILENO) == 1;
    winsize size{};
    if (terminal && ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) {
        style.width = std::min<std::size_t>(style.width, size.ws_col);
    }
    style.colour = colour == "always" || (colour == "auto" && terminal && wants_colour());
    return style;
}

}  // namespace handrail_check
