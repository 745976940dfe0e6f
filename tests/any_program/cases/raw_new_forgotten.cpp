// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// An object made with a plain new, whose pointer is overwritten: it has a descriptor, and nothing
// refers to it.
//
// EXPECT: HR052 possible count=3
// RESOURCE: /dev/null
// LEFT: 3 objects, 3 descriptors
// OPENED: disk::volume::mount

#include "../case.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace disk {

class volume : any_program::counted {
public:
    ~volume() { ::close(number_); }
    [[gnu::noinline]] void mount(char const* name) { number_ = ::open(name, O_RDONLY | O_CLOEXEC); }

private:
    int number_ = -1;
};

volume* current = nullptr;

[[gnu::noinline]] void mount_all() {
    for (int i = 0; i != 4; ++i) {
        current = new volume;  // LEAK
        current->mount("/dev/null");
    }
    delete current;
    current = nullptr;
}

}  // namespace disk

int main(int argc, char** argv) {
    disk::mount_all();
    any_program::stay(argc, argv);
}
