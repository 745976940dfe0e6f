// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A function opens a file with open() and throws without closing it. No memory holds the number.
//
// EXPECT: HR052 possible count=3
// RESOURCE: /dev/null
// LEFT: 0 objects, 3 descriptors
// OPENED: theme::load

#include "../case.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <memory>
#include <stdexcept>
#include <string>

namespace theme {

struct input {
    int descriptor = -1;
    std::string name{};
};

[[gnu::noinline]] std::unique_ptr<input> load(std::string const& name) {
    auto file = std::make_unique<input>();
    file->name = name;
    // example HR052
    file->descriptor = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);  // LEAK
    char first = 0;
    if (::read(file->descriptor, &first, 1) != 1) {
        throw std::runtime_error(name + " is empty");
    }
    // end
    return file;
}

[[gnu::noinline]] void load_all() {
    for (int i = 0; i != 3; ++i) {
        try {
            ::close(load("/dev/null")->descriptor);
        } catch (std::runtime_error const&) {
            continue;
        }
    }
}

}  // namespace theme

int main(int argc, char** argv) {
    theme::load_all();
    any_program::stay(argc, argv);
}
