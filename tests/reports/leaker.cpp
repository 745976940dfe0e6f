// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A program that leaks as it is told, for tests of what is reported about it.
//
// usage: leaker WHAT [FILE]
//   clean       nothing
//   open        a handle, open at exit (HR020)
//   static      a handle that ends with the static objects
//   named       as open, with a name of many pages
//   signalled   as open; a SIGPIPE from somebody else is blocked until the report has been written
//   moved       as open, in another directory
//   waiting     as open, after "ready" on stdout and the end of stdin
//   buffered    as ring, with words kept back by std::cout and stdio
//   fork        as open, and so does a child of it
//   ring        a file whose own cleanup holds it (HR001), and the handle (HR020)
//   standard    a std::shared_ptr to a session, held by a cleanup of the file inside (HR001 at
//   level full) cycle       two objects that refer to each other, and nothing collects (HR021)
//   collected   the same, collected
//   undeclared  an object with an edge that its class does not declare (HR005)
//   asked       as ring, which is broken before the exit; prints what scoped_check and check_now()
//   find status      ends with status 3
//   failing     as ring, and ends with status 3
//   crash       ends by a signal
//   environment prints HANDRAIL_DEBUG and LD_PRELOAD

#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>
#include <handrail/leak_check.hpp>
#include <handrail/shared.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <memory>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace {

using handrail::file;

void leak_open(char const* path) {
    auto* const leaked = new file(file::open(path, file::read_only));
    leaked->is_open();
}

void fork_and_leak(char const* path) {
    if (pid_t const child = ::fork(); child == 0) {
        leak_open(path);
        std::exit(0);
    } else {
        ::waitpid(child, nullptr, 0);
    }
    leak_open(path);
}

void leak_ring(char const* path) {
    auto const shared = handrail::make<file>(file::open(path, file::read_only));
    handrail::add_cleanup(shared, handrail::capturing([shared] { shared->close(); }));
}

void print_ids(handrail::leak_check::report const& r) {
    for (auto const& each : r.findings) {
        std::cout << each.id << ' ';
    }
    std::cout << std::endl;
}

void leak_and_ask(char const* path) {
    handrail::leak_check::scoped_check check;
    auto const shared = handrail::make<file>(file::open(path, file::read_only));
    auto token = handrail::add_cleanup(shared, handrail::capturing([shared] { shared->close(); }));
    print_ids(check.finish());
    print_ids(handrail::leak_check::check_now());
    token.stop();
}

void leak_named(char const* path) {
    auto* const leaked = new file(file::open(path, file::read_only));
    handrail::leak_check::set_name(*leaked, std::string(20'000, 'n'));
}

bool lets_signal_through = false;
// After what is registered to run at exit.
[[gnu::destructor]] void let_signal_through() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGPIPE);
    if (lets_signal_through) {
        ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    }
}

void block_signal() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::raise(SIGPIPE);
    lets_signal_through = true;
}

void keep_words_back() {
    std::ios::sync_with_stdio(false);
    std::cout << "of std::cout\n";
    std::fputs("of stdio\n", stdout);
}

struct node {
    handrail::edge<node> next;
    using managed_edges = handrail::edges<&node::next>;
};

struct session {
    int number;
    file log;
};

void leak_standard(char const* path) {
    auto const shared = std::make_shared<session>(session{1, file::open(path, file::read_only)});
    handrail::add_cleanup(shared->log, handrail::capturing([shared] { shared->log.close(); }));
}

void leak_cycle() {
    auto const a = handrail::make<node>();
    auto const b = handrail::make<node>();
    a->next = b;
    b->next = a;
}

struct forgetful {
    int before;
    handrail::edge<node> forgotten;
};

int run(std::string const& what, char const* path) {
    if (what == "open") {
        leak_open(path);
    } else if (what == "named") {
        leak_named(path);
    } else if (what == "signalled") {
        block_signal();
        leak_open(path);
    } else if (what == "moved") {
        leak_open(path);
        return ::chdir("/");
    } else if (what == "waiting") {
        std::cout << "ready" << std::endl;
        std::cin.ignore(std::numeric_limits<std::streamsize>::max());
        leak_open(path);
    } else if (what == "buffered") {
        keep_words_back();
        leak_ring(path);
    } else if (what == "static") {
        static file const kept = file::open(path, file::read_only);
    } else if (what == "fork") {
        fork_and_leak(path);
    } else if (what == "ring") {
        leak_ring(path);
    } else if (what == "failing") {
        leak_ring(path);
        return 3;
    } else if (what == "standard") {
        leak_standard(path);
    } else if (what == "cycle") {
        leak_cycle();
    } else if (what == "collected") {
        leak_cycle();
        handrail::heap::global().collect();
    } else if (what == "undeclared") {
        static_cast<void>(handrail::make<forgetful>());
    } else if (what == "asked") {
        leak_and_ask(path);
    } else if (what == "status") {
        return 3;
    } else if (what == "crash") {
        std::raise(SIGTERM);
    } else if (what == "environment") {
        for (char const* const name : {"HANDRAIL_DEBUG", "LD_PRELOAD"}) {
            char const* const value = std::getenv(name);
            std::cout << name << '=' << (value != nullptr ? value : "") << std::endl;
        }
    } else if (what != "clean") {
        return 2;
    }
    return 0;
}

}  // namespace

// What leaks on purpose is not LeakSanitizer's to tell. Here, because a set-user-id program does
// not see the sanitizer's environment.
extern "C" [[gnu::visibility("default")]] char const* __asan_default_options() {
    return "detect_leaks=0";
}

int main(int argc, char** argv) {
    return argc < 2 ? 2 : run(argv[1], argc < 3 ? "/dev/null" : argv[2]);
}
