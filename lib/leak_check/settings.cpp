// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/settings.hpp"

#include "lib/base/escaping.hpp"
#include "lib/leak_check/report/split.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <system_error>
#include <utility>

namespace handrail::leak_check {

namespace {

std::optional<int> parse_int(std::string_view text, int min, int max) noexcept {
    int value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool const good = error == std::errc() && end == text.data() + text.size();
    return good && value >= min && value <= max ? std::optional(value) : std::nullopt;
}

// Each returns what the value should have been; nothing if it is valid.
using parser = std::string_view (*)(settings&, std::string_view);

std::string_view parse_level(settings& s, std::string_view value) {
    constexpr std::string_view wanted = "0 (off), 1 (handles) or 2 (full)";
    auto const number = parse_int(value, 0, 2);
    if (!number) {
        return wanted;
    }
    s.level = static_cast<level>(*number);
    return {};
}
std::string_view parse_format(settings& s, std::string_view value) {
    if (value != "text" && value != "json") {
        return "text or json";
    }
    s.format = value == "text" ? report_format::text : report_format::json;
    return {};
}
std::string_view parse_out(settings& s, std::string_view value) {
    s.out = value;
    return value.empty() ? "the path of a file" : std::string_view();
}
std::string_view parse_fail_on(settings& s, std::string_view value) {
    if (value == "never") {
        s.fail_on.reset();
    } else if (value == "certain" || value == "possible") {
        s.fail_on = value == "certain" ? grade::certain : grade::possible;
    } else {
        return "certain, possible or never";
    }
    return {};
}
std::string_view parse_exit_code(settings& s, std::string_view value) {
    auto const code = parse_int(value, 1, 255);
    if (!code) {
        return "a number from 1 to 255";
    }
    s.exit_code = code;
    return {};
}
std::string_view parse_suppressions(settings& s, std::string_view value) {
    s.suppressions = value;
    return value.empty() ? "the path of a file" : std::string_view();
}
std::string_view parse_at_exit(settings& s, std::string_view value) {
    auto const flag = parse_int(value, 0, 1);
    if (!flag) {
        return "0 or 1";
    }
    s.at_exit = *flag == 1;
    return {};
}

std::string_view parse_trackback(settings& s, std::string_view value) {
    auto const frames = parse_int(value, 0, static_cast<int>(max_frames));
    if (!frames) {
        return "a number of frames from 0 to 64";
    }
    s.trackback = static_cast<unsigned>(*frames);
    return {};
}
static_assert(max_frames == 64);

std::string_view parse_slow(settings& s, std::string_view value) {
    struct unit {
        std::string_view name;
        std::chrono::nanoseconds one;
    };
    using namespace std::chrono_literals;
    constexpr std::array<unit, 4> units{unit{"ns", 1ns}, {"us", 1us}, {"ms", 1ms}, {"s", 1s}};
    auto const digits = std::min(value.find_first_not_of("0123456789"), value.size());
    auto const count = parse_int(value.substr(0, digits), 1, INT_MAX);
    auto const named = std::find_if(units.begin(), units.end(),
                                    [&](unit const& u) { return u.name == value.substr(digits); });
    if (!count || named == units.end()) {
        return "a duration such as 100ms";
    }
    s.slow = named->one * *count;
    return {};
}

struct key {
    std::string_view name;
    parser parse;
};
constexpr std::array keys{
    key{"leakcheck", &parse_level},
    key{"format", &parse_format},
    key{"out", &parse_out},
    key{"failon", &parse_fail_on},
    key{"exitcode", &parse_exit_code},
    key{"suppressions", &parse_suppressions},
    key{"atexit", &parse_at_exit},
    key{"trackback", &parse_trackback},
    key{"slow", &parse_slow},
};

void apply_part(parsed_settings& result, std::string_view part) {
    if (part.empty()) {
        return;
    }
    auto const equals = std::min(part.find('='), part.size());
    std::string_view const name = trimmed(part.substr(0, equals));
    std::string_view const value =
        equals == part.size() ? std::string_view() : trimmed(part.substr(equals + 1));
    auto const shown = "HANDRAIL_DEBUG: " + detail::escaped(name);
    auto const known =
        std::find_if(keys.begin(), keys.end(), [&](key const& k) { return k.name == name; });
    if (known == keys.end()) {
        result.warnings.push_back(shown + " is not a known key; ignored");
    } else if (auto const wanted = known->parse(result.values, value); !wanted.empty()) {
        result.warnings.push_back(shown + " wants " + std::string(wanted) + ", not \"" +
                                  detail::escaped(value) + "\"; ignored");
    }
}

}  // namespace

std::string_view permitted(char const* variable, bool privileged) noexcept {
    return variable != nullptr && !privileged ? std::string_view(variable) : std::string_view();
}

parsed_settings parse_settings(std::string_view text) {
    parsed_settings result;
    split(text, ',', [&](std::string_view part) { apply_part(result, part); });
    return result;
}

}  // namespace handrail::leak_check
