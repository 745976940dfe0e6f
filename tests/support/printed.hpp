// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What is written to standard error.

#pragma once

#include <fcntl.h>
#include <unistd.h>
#include <cstdio>

#include <string>

namespace handrail_test {

// Returns: the first 1000 bytes that are written to standard error while fn runs.
template <class Fn>
std::string printed_by(Fn fn) {
    std::FILE* const file = std::tmpfile();
    std::fflush(stderr);
    int const saved = ::fcntl(2, F_DUPFD_CLOEXEC, 3);
    ::dup2(::fileno(file), 2);
    fn();
    std::fflush(stderr);
    ::dup2(saved, 2);
    ::close(saved);
    std::rewind(file);
    std::string text(1000, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file));
    std::fclose(file);
    return text;
}

}  // namespace handrail_test
