// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/report/written_words.hpp"

#include <cinttypes>
#include <cstddef>
#include <cstdio>

namespace handrail::leak_check::written {

namespace {

std::string base_name(std::string const& file) { return file.substr(file.find_last_of('/') + 1); }

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
