// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The open descriptors of this process, and what they refer to.

#pragma once

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
        auto const target = std::filesystem::read_symlink(entry.path(), gone);
        // The iterator's own descriptor is gone when the set is used.
        if (!gone && target.string().find("/fd") != target.string().size() - 3) {
            found.emplace(std::stoi(entry.path().filename().string()), target.string());
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

}  // namespace handrail_test
