// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The open descriptors of this process, what they refer to, and the check that they stay the same.

#pragma once

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <system_error>

namespace handrail_test {

using descriptor_set = std::map<int, std::string>;

inline descriptor_set open_descriptors() {
    descriptor_set found;
    for (auto const& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone;
        std::string const target = std::filesystem::read_symlink(entry.path(), gone).string();
        bool const own = target.starts_with("/proc/") && target.ends_with("/fd");  // the iterator's
        if (!gone && !own) {
            found.emplace(std::stoi(entry.path().filename().string()), target);
        }
    }
    return found;
}

// Returns: "+7 socket:[123] -3 /tmp/x", empty for equal sets.
inline std::string difference(descriptor_set const& before, descriptor_set const& after) {
    std::string text;
    for (auto const& [fd, target] : after) {
        auto const old = before.find(fd);
        if (old == before.end() || old->second != target) {
            text += "+" + std::to_string(fd) + " " + target + " ";
        }
    }
    for (auto const& [fd, target] : before) {
        if (!after.contains(fd)) {
            text += "-" + std::to_string(fd) + " " + target + " ";
        }
    }
    return text;
}

// A fixture that checks that the same descriptors are open at its end as at its beginning. Every
// test program uses it around all of its cases; to use it around each single case:
//
//     BOOST_FIXTURE_TEST_SUITE(my_cases, handrail_test::descriptors_stay_the_same)
struct descriptors_stay_the_same {
    descriptor_set before;

    void setup() { before = open_descriptors(); }
    void teardown() {
        auto const changed = difference(before, open_descriptors());
        BOOST_TEST(changed.empty(), "descriptors changed: " << changed);
    }
};

}  // namespace handrail_test
