// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "read.hpp"

#include "input.hpp"
#include "lib/base/escaping.hpp"
#include "lib/leak_check/report/written_json.hpp"

#include <stdexcept>
#include <utility>

namespace handrail_check {

namespace {

std::string quoted(std::string const& name) {
    return "\"" + handrail::detail::escaped(name) + "\"";
}

std::optional<std::string> contents(std::string const& name, int directory, int more_flags) {
    if (name == "-" && directory == working_directory) {
        return read_standard_input(max_report_bytes);
    }
    auto const file = open_input(directory, name, more_flags);
    return file ? read_input(*file, max_report_bytes) : std::nullopt;
}

}  // namespace

std::vector<written::report> read_reports(std::string const& name, int directory, int more_flags) {
    auto const text = contents(name, directory, more_flags);
    if (!text) {
        throw std::runtime_error("cannot read " + quoted(name) + ": " + reason_of_errno());
    }
    try {
        return written::from_json(*text);
    } catch (written::bad_report const& e) {
        throw std::runtime_error(quoted(name) + " is not a report that can be read: " + e.what());
    }
}

check_result read_all(std::vector<std::string> const& names) {
    check_result result;
    for (std::string const& name : names) {
        auto reports = read_reports(name);
        if (reports.empty()) {
            throw std::runtime_error(quoted(name) +
                                     " is not a report that can be read: it is empty");
        }
        for (auto& report : reports) {
            result.sources.push_back({name, std::move(report)});
        }
    }
    return result;
}

}  // namespace handrail_check
