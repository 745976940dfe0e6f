// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Helpers of the port's tests: temporary directories, child processes, and the check that no
// descriptor leaks.

#pragma once

#include "platform/port.hpp"

#include <boost/system/errc.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <set>
#include <string>

#include <fcntl.h>
#include <grp.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace handrail::test {

namespace errc = boost::system::errc;
using port::error_code;

#if defined(__SANITIZE_THREAD__)
inline constexpr bool under_thread_sanitizer = true;  // g++
#elif defined(__has_feature)
inline constexpr bool under_thread_sanitizer = __has_feature(thread_sanitizer);
#else
inline constexpr bool under_thread_sanitizer = false;
#endif

inline std::set<int> open_descriptors() {
    std::set<int> found;
    for (int fd = 0; fd != 1024; ++fd) {
        if (::fcntl(fd, F_GETFD) != -1) {
            found.insert(fd);
        }
    }
    return found;
}

// A directory that exists as long as the object.
class scratch {
public:
    scratch() {
        auto pattern = (std::filesystem::temp_directory_path() / "handrail-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        directory_ = pattern;
    }
    scratch(scratch const&) = delete;
    scratch& operator=(scratch const&) = delete;
    ~scratch() { std::filesystem::remove_all(directory_); }

    std::string path(std::string const& name = {}) const {
        return name.empty() ? directory_ : directory_ + '/' + name;
    }
    std::string write(std::string const& name, std::string const& content) const {
        std::ofstream(path(name)) << content;
        return path(name);
    }
    std::string read(std::string const& name) const {
        std::ifstream in(path(name));
        return {std::istreambuf_iterator<char>(in), {}};
    }

private:
    std::string directory_;
};

// A fixture: a temporary directory, and a check that as many descriptors are open at the end as at
// the beginning.
struct clean_test {
    ~clean_test() { BOOST_TEST((open_descriptors() == before)); }

    std::set<int> before = open_descriptors();
    scratch files;
    error_code ec = errc::make_error_code(errc::not_supported);  // stale: success must clear it
};

// Effects: calls f() in a forked child. Returns: what it returned; -1 if it did not return.
template <class F>
int in_child(F f) {
    pid_t const child = ::fork();
    if (child == 0) {
        ::_exit(f());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// Effects: the (forked) process is no longer root, so that permissions apply to it.
inline void drop_privileges() {
    constexpr unsigned nobody = 65534;
    if (::geteuid() == 0) {
        bool const dropped = ::setgroups(0, nullptr) == 0 &&
                             ::setresgid(nobody, nobody, nobody) == 0 &&
                             ::setresuid(nobody, nobody, nobody) == 0;
        if (!dropped) {
            ::_exit(99);
        }
    }
}

// Effects: the (forked) process cannot open any more descriptors.
inline void forbid_descriptors() {
    rlimit const none{0, 0};
    ::setrlimit(RLIMIT_NOFILE, &none);
}

// Returns: the file, created if it is opened for writing.
inline port::handle open(std::string const& path, port::access access = port::access::read) {
    error_code ec;
    bool const writes = access != port::access::read;
    port::handle const h = port::open_file(path, {.access = access, .create = writes}, ec);
    BOOST_REQUIRE_MESSAGE(!ec, ec.message());
    return h;
}

}  // namespace handrail::test

namespace handrail::port_types {

inline std::ostream& operator<<(std::ostream& to, handle_kind kind) {
    return to << "kind " << static_cast<int>(kind);
}

}  // namespace handrail::port_types
