// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/memory/process_files.hpp"

#include <algorithm>
#include <charconv>
#include <climits>
#include <fstream>
#include <memory>
#include <system_error>

#include <dirent.h>
#include <unistd.h>

namespace handrail::inspect {

std::optional<std::string> read_file(std::string const& name, std::size_t max_size) {
    std::ifstream file(name, std::ios::binary);
    if (!file) {
        return std::nullopt;
    }
    std::string text;
    char block[16384];
    while (text.size() < max_size && (file.read(block, sizeof block) || file.gcount() > 0)) {
        text.append(block, static_cast<std::size_t>(file.gcount()));
    }
    text.resize(std::min(text.size(), max_size));
    return file.bad() ? std::nullopt : std::optional(std::move(text));
}

std::string process_path(pid_t process, std::string_view name) {
    return ("/proc/" + std::to_string(process) + "/").append(name);
}

std::optional<std::string> read_process_file(pid_t process, std::string_view name) {
    return read_file(process_path(process, name));
}

std::string link_target(std::string const& name) {
    char target[PATH_MAX];
    ssize_t const size = ::readlink(name.c_str(), target, sizeof target);
    return size < 0 ? std::string() : std::string(target, static_cast<std::size_t>(size));
}

std::optional<std::vector<int>> numbered_entries(std::string const& directory) {
    std::unique_ptr<DIR, int (*)(DIR*)> const open(::opendir(directory.c_str()), &::closedir);
    if (open == nullptr) {
        return std::nullopt;
    }
    std::vector<int> numbers;
    while (dirent const* const entry = ::readdir(open.get())) {
        auto const number = number_in(entry->d_name);
        if (number && *number <= INT_MAX) {
            numbers.push_back(static_cast<int>(*number));
        }
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

std::string_view status_field(std::string_view status, std::string_view field) {
    while (!status.empty()) {
        std::string_view line = take_line(status);
        if (line.size() > field.size() && line.starts_with(field) && line[field.size()] == ':') {
            line.remove_prefix(field.size() + 1);
            line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
            return line;
        }
    }
    return {};
}

std::string_view take_line(std::string_view& text) {
    std::size_t const end = std::min(text.find('\n'), text.size());
    std::string_view const line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

std::string_view take_word(std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    std::size_t const end = std::min(line.find_first_of(" \t"), line.size());
    std::string_view const word = line.substr(0, end);
    line.remove_prefix(end);
    return word;
}

std::optional<std::uint64_t> number_in(std::string_view text, int base) {
    std::uint64_t number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    return error == std::errc() && end == text.data() + text.size() && !text.empty()
               ? std::optional(number)
               : std::nullopt;
}

}  // namespace handrail::inspect
