// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A program that leaks memory and handles, for the reports of LeakSanitizer and the leak check.
//
// usage: forgetful WHAT
//   handle   a handle is open at exit
//   memory   the same, and memory is lost
//   nothing  neither; a static object closes its handle
//   status   as memory; the test sets exitcode=7
//   error    uses freed memory while a handle is open (AddressSanitizer)
//   pass     the same, at exit, in an iterator that a collecting pass uses

#include <handrail/file.hpp>
#include <handrail/shared.hpp>

#include <cstdlib>
#include <string_view>

namespace {

using handrail::file;

file open_null() { return file::open("/dev/null", file::read_only); }

// Is opened before main and closed after it.
file of_static_object = open_null();

// Is never closed. Volatile, so that LeakSanitizer finds it reachable also in optimised builds.
file* volatile never_closed = nullptr;

void* volatile newest = nullptr;

// Loses a hundred blocks, so that registers cannot hold pointers to all of them.
[[gnu::noinline]] void lose_memory() {
    for (int i = 0; i != 100; ++i) {
        newest = std::malloc(100);
    }
}

int use_freed_memory() {
    int volatile* const block = new int volatile[10];
    delete[] block;
    return block[3];
}

struct node;

// A container whose iterators are broken.
struct broken_list {
    using value_type = handrail::edge<node>;

    handrail::edge<node> only;

    handrail::edge<node> const* begin() const {
        use_freed_memory();
        return &only;
    }
    handrail::edge<node> const* end() const { return &only + 1; }
    handrail::edge<node>* begin() { return &only; }
    handrail::edge<node>* end() { return &only + 1; }
};

struct node {
    handrail::traced<broken_list> others;

    using managed_edges = handrail::edges<&node::others>;
};

// Collects after main.
struct late_pass {
    bool wanted = false;
    ~late_pass() {
        if (wanted) {
            auto const alive = handrail::make<node>();
            alive->others.write()->only = alive;
            handrail::heap::global().collect();
        }
    }
} of_static_storage;

}  // namespace

int main(int, char** argv) {
    std::string_view const what = argv[1];
    if (what != "nothing") {
        never_closed = new file(open_null());
    }
    if (what == "memory" || what == "status") {
        lose_memory();
    }
    of_static_storage.wanted = what == "pass";
    return what == "error" ? use_freed_memory() : 0;
}
