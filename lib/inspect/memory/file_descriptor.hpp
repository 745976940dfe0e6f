// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A file that the tool has opened for reading.
//
// Thread safety: as an int.

#pragma once

#include <string>
#include <utility>

#include <unistd.h>

namespace handrail::inspect {

class file_descriptor {
public:
    file_descriptor() = default;
    explicit file_descriptor(int opened) noexcept : number_(opened) {}
    file_descriptor(file_descriptor&& from) noexcept : number_(from.release()) {}
    file_descriptor& operator=(file_descriptor from) noexcept {
        std::swap(number_, from.number_);
        return *this;
    }
    ~file_descriptor() {
        if (number_ != -1) {
            ::close(number_);
        }
    }

    explicit operator bool() const noexcept { return number_ != -1; }
    int number() const noexcept { return number_; }
    [[nodiscard]] int release() noexcept { return std::exchange(number_, -1); }

private:
    int number_ = -1;
};

// Returns: empty if there is no regular file with this name, and sets errno: ENOTSUP if it is of
//   another kind.
file_descriptor open_regular(std::string const& name);

// Returns: as open_regular(), by the name in the file system that the process sees. Symbolic links
//   lead nowhere else.
file_descriptor open_regular_of(pid_t process, std::string const& name);

}  // namespace handrail::inspect
