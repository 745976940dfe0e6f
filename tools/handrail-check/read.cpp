// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "read.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>
#include <utility>

namespace handrail_check {

namespace {

std::string all_of(std::istream& in) {
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string contents(std::string const& name) {
    if (name == "-") {
        return all_of(std::cin);
    }
    std::ifstream in(name, std::ios::binary);
    if (std::filesystem::is_directory(name)) {
        errno = EISDIR;  // it opens all the same
        in.setstate(std::ios::failbit);
    }
    if (!in) {
        throw std::system_error(errno, std::generic_category(), "cannot read \"" + name + "\"");
    }
    return all_of(in);
}

}  // namespace

std::vector<written::report> read_reports(std::string const& name) {
    try {
        return written::from_json(contents(name));
    } catch (written::bad_report const& e) {
        throw std::runtime_error("\"" + name + "\" is no report: " + e.what());
    }
}

checked read_all(std::vector<std::string> const& names) {
    checked result;
    for (std::string const& name : names) {
        auto reports = read_reports(name);
        if (reports.empty()) {
            throw std::runtime_error("\"" + name + "\" is no report: it is empty");
        }
        for (auto& report : reports) {
            result.sources.push_back({name, std::move(report)});
        }
    }
    return result;
}

}  // namespace handrail_check
