// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A journal has a FILE and a member function object that owns the journal.
//
// EXPECT: HR050 certain count=2
// RESOURCE: /dev/null
// LEFT: 2 objects, 2 descriptors
// NAMES: audit::journal::on_full_ ; lambda at @LEAK ; audit::journal
// NAMES: audit::journal::file_
// NAMES-WITHOUT-DEBUG-INFO: audit::journal

#include "../case.hpp"

#include <cstdio>
#include <functional>
#include <memory>

namespace audit {

class journal : public std::enable_shared_from_this<journal>, any_program::counted {
public:
    ~journal() { std::fclose(file_); }

    void open() {
        on_full_ = [self = shared_from_this()] { std::rewind(self->file_); };  // LEAK
    }
    void write(int entries) {
        for (int i = 0; i != entries; ++i) {
            std::fprintf(file_, "entry %d\n", i);
        }
        on_full_();
    }

private:
    std::FILE* file_ = std::fopen("/dev/null", "we");
    std::function<void()> on_full_;
};

[[gnu::noinline]] void record(int journals) {
    for (int i = 0; i != journals; ++i) {
        auto const one = std::make_shared<journal>();
        one->open();
        one->write(3);
    }
}

}  // namespace audit

int main(int argc, char** argv) {
    audit::record(2);
    any_program::stay(argc, argv);
}
