// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/report/written_words.hpp"

#include <algorithm>
#include <cctype>
#include <cinttypes>
#include <cstddef>
#include <cstdio>

namespace handrail::leak_check::written {

namespace {

std::string base_name(std::string const& file) { return file.substr(file.find_last_of('/') + 1); }

// The brackets that are open at a place in a function's name.
class nesting {
public:
    void read(char c) noexcept {
        if (c == '(' || c == '[' || c == '{') {
            ++round_;
        } else if (c == ')' || c == ']' || c == '}') {
            round_ -= round_ != 0 ? 1 : 0;
        } else if (round_ == 0) {  // inside parentheses it may be "less than"
            angles_ += c == '<' ? 1 : 0;
            angles_ -= c == '>' && angles_ != 0 ? 1 : 0;
        }
    }
    bool any() const noexcept { return round_ != 0 || angles_ != 0; }

private:
    unsigned round_ = 0;
    unsigned angles_ = 0;
};

bool begins_operator(std::string_view text) noexcept {
    constexpr std::string_view keyword = "operator";
    auto const next =
        text.substr(0, keyword.size() + 1).substr(std::min(text.size(), keyword.size()));
    return text.starts_with(keyword) &&
           (next.empty() ||
            (next != "_" && std::isalnum(static_cast<unsigned char>(next[0])) == 0));
}

// Returns: the text from the name on: "a::f<int>(int) const" of "std::map<b, c> a::f<int>(int)
//   const". The name is the first word that has parameters, or that names an operator.
std::string_view without_result(std::string_view function) noexcept {
    nesting open;
    std::size_t word = 0;
    for (std::size_t i = 0; i != function.size(); open.read(function[i++])) {
        if (open.any()) {
            continue;
        }
        bool const begins = i == word || function[i - 1] == ':';  // "(anonymous namespace)"
        bool const has_parameters =
            function[i] == '(' && !begins && function.substr(word, i - word) != "decltype";
        if (has_parameters || (begins && begins_operator(function.substr(i)))) {
            break;
        }
        if (function[i] == ' ') {
            word = i + 1;
        }
    }
    return function.substr(word);
}

}  // namespace

std::string_view grade_word(grade g) noexcept { return grade_words[static_cast<std::size_t>(g)]; }

std::string_view reference_word(reference r) noexcept {
    return reference_words[static_cast<std::size_t>(r)];
}

std::string_view evidence_word(evidence e) noexcept {
    return e == evidence::none ? "" : evidence_words[static_cast<std::size_t>(e)];
}

std::string short_location(location const& where) {
    return where.line == 0 ? "" : base_name(where.file) + ":" + std::to_string(where.line);
}

bool is_part_of_handrail(frame const& f) noexcept {
    auto const module = std::string_view(f.module).substr(f.module.find_last_of('/') + 1);
    return module.starts_with("libhandrail.") ||
           without_result(f.function).starts_with("handrail::");
}

std::string frame_text(frame const& f) {
    std::string const module = base_name(f.module);
    std::array<char, 24> offset{};
    std::snprintf(offset.data(), offset.size(), "+0x%" PRIx64, f.address);
    std::string text = f.function.empty() ? module + offset.data() : f.function;
    if (f.line != 0) {
        text += " at " + base_name(f.file) + ":" + std::to_string(f.line);
    }
    if (!f.function.empty() && !module.empty()) {
        text += " in " + module;
    }
    return f.inlined ? text + ", inlined" : text;
}

std::string duration_text(std::int64_t nanoseconds) {
    struct unit {
        double seconds;
        char const* name;
    };
    constexpr std::array units{unit{1e-3, "ms"}, unit{1, "s"}, unit{60, "min"}, unit{3600, "h"}};
    double const seconds = static_cast<double>(nanoseconds) * 1e-9;
    unit const* fits = units.begin();
    while (fits + 1 != units.end() && seconds >= 2 * fits[1].seconds) {
        ++fits;
    }
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.1f %s", seconds / fits->seconds, fits->name);
    return text.data();
}

}  // namespace handrail::leak_check::written
