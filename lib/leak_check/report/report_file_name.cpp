// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/report/report_file_name.hpp"

#include <cstddef>

namespace handrail::leak_check {

std::string report_file_name(std::string_view pattern, report_origin const& origin) {
    std::string path;
    if (!pattern.starts_with('/') && !origin.directory.empty()) {
        path = origin.directory + "/";
    }
    for (std::size_t i = 0; i != pattern.size(); ++i) {
        std::string_view const mark = pattern.substr(i, 2);
        if (mark == "%p") {
            path += std::to_string(origin.process);
        } else if (mark == "%u") {
            path += std::to_string(origin.start);
        } else {
            path += pattern[i];
        }
        i += mark == "%p" || mark == "%u" || mark == "%%" ? 1 : 0;
    }
    return path;
}

}  // namespace handrail::leak_check
