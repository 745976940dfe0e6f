// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// HANDRAIL_DEBUG: each bad part of it causes one warning, and the other parts take effect.

#include "lib/leak_check/settings.hpp"

#include "lib/leak_check/report/report_file_name.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <algorithm>
#include <string>

namespace handrail_fuzz {

namespace {

namespace lc = handrail::leak_check;

void check_warnings(lc::parsed_settings const& parsed) {
    for (std::string const& warning : parsed.warnings) {
        claim(is_printable(warning), "a warning is printable");
        claim(warning.starts_with("HANDRAIL_DEBUG: "), "a warning names the variable");
    }
}

void check_values(lc::settings const& s) {
    claim(!s.level || (s.level >= lc::level::off && s.level <= lc::level::full), "a level is one");
    claim(!s.exit_code || (*s.exit_code >= 1 && *s.exit_code <= 255), "a status is in its range");
    claim(s.trackback <= lc::max_frames, "frames are in their range");
}

// The way in which handrail-check names the directory of its reports.
void check_path(std::string_view directory) {
    std::string doubled;
    for (char const c : directory) {
        doubled.append(c == '%' ? 2 : 1, c);
    }
    lc::report_origin const origin{7, 8, "/w"};
    std::string const path = "/" + std::string(directory);
    claim(lc::report_file_name("/" + doubled + "/%p.%u", origin) == path + "/7.8",
          "what is doubled is not replaced");
    claim(lc::report_file_name(directory, origin).starts_with('/'), "a path is absolute");
}

}  // namespace

void run(std::string_view input) {
    check_path(input);
    auto const parsed = lc::parse_settings(input);
    check_warnings(parsed);
    check_values(parsed.values);
    auto const parts = std::count(input.begin(), input.end(), ',') + 1;
    claim(parsed.warnings.size() <= static_cast<std::size_t>(parts), "one warning a part");

    auto const more = lc::parse_settings(std::string(input) + ",exitcode=9,exitcode=bad");
    claim(more.values.exit_code == 9, "the last good value of a key counts");
    claim(more.warnings.size() == parsed.warnings.size() + 1, "parts do not disturb each other");
}

}  // namespace handrail_fuzz
