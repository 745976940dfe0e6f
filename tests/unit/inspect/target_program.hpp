// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Runs a program of tests/unit/inspect/targets, which writes lines and waits for input.

#pragma once

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace handrail_test {

class target_program {
public:
    explicit target_program(char const* name, std::vector<std::string> arguments = {}) {
        int in[2], out[2];
        BOOST_TEST_REQUIRE(::pipe2(in, O_CLOEXEC) == 0);
        BOOST_TEST_REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
        std::string path = HANDRAIL_TARGETS "/" + std::string(name);
        std::vector<char*> words{path.data()};
        for (std::string& each : arguments) {
            words.push_back(each.data());
        }
        words.push_back(nullptr);
        process_ = ::fork();
        BOOST_TEST_REQUIRE(process_ >= 0);
        if (process_ == 0) {
            ::dup2(in[0], 0);
            ::dup2(out[1], 1);
            ::execv(path.c_str(), words.data());
            ::_exit(127);
        }
        ::close(in[0]);
        ::close(out[1]);
        to_ = in[1];
        from_ = ::fdopen(out[0], "r");
    }
    target_program(target_program const&) = delete;
    target_program& operator=(target_program const&) = delete;
    ~target_program() {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
        ::close(to_);
        std::fclose(from_);
    }

    pid_t process() const noexcept { return process_; }

    // Returns: the next line; waits for it.
    std::string line() {
        std::string text;
        for (int c = std::fgetc(from_); c != '\n'; c = std::fgetc(from_)) {
            BOOST_TEST_REQUIRE(c != EOF, "the target has ended after: " << text);
            text.push_back(static_cast<char>(c));
        }
        return text;
    }
    std::string answer() {
        BOOST_TEST_REQUIRE(::write(to_, "?", 1) == 1);
        return line();
    }

private:
    pid_t process_ = -1;
    int to_ = -1;
    std::FILE* from_ = nullptr;
};

}  // namespace handrail_test
