// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A report as text for people and as JSON for programs.

#include "lib/leak_check/registry.hpp"

#include <handrail/leak_check.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/stacktrace/frame.hpp>

#include <array>
#include <cstdio>
#include <string>
#include <utility>

namespace handrail::leak_check {

namespace {

namespace json = boost::json;
using nanoseconds = std::chrono::nanoseconds;

char const* grade_text(grade g) noexcept {
    switch (g) {
        case grade::note: return "note";
        case grade::possible: return "possible";
        case grade::certain: return "certain";
    }
    return "";
}

std::string duration_text(nanoseconds d) {
    std::array<char, 32> text{};
    auto const seconds = std::chrono::duration<double>(d).count();
    if (seconds < 1) {
        std::snprintf(text.data(), text.size(), "%.1f ms", seconds * 1e3);
    } else {
        std::snprintf(text.data(), text.size(), "%.1f s", seconds);
    }
    return text.data();
}

// What each address belongs to, as far as modules export names. The library's own part of the way,
// at the beginning, says nothing to a reader.
std::vector<std::string> frame_texts(finding const& f) {
    std::vector<std::string> texts;
    for (void const* const address : f.frames) {
        boost::stacktrace::frame const frame(address);
        std::string text = boost::stacktrace::to_string(frame);
        if (!texts.empty() || frame.name().rfind("handrail::", 0) != 0) {
            texts.push_back(std::move(text));
        }
    }
    return texts;
}

std::string row(std::string label, std::string const& value) {
    label.resize(14, ' ');
    return "  " + label + value + "\n";
}

std::string counted(std::size_t n, std::string const& what) {
    return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

// "3 findings (2 certain, 1 note)".
std::string summary(report const& r) {
    std::array<std::size_t, 3> by_grade{};
    for (finding const& f : r.findings) {
        ++by_grade[static_cast<std::size_t>(f.grade)];
    }
    std::string parts;
    for (auto const g : {grade::certain, grade::possible, grade::note}) {
        if (auto const n = by_grade[static_cast<std::size_t>(g)]; n != 0) {
            parts += (parts.empty() ? " (" : ", ") + std::to_string(n) + " " + grade_text(g);
        }
    }
    return counted(r.findings.size(), "finding") + (parts.empty() ? "" : parts + ")");
}

char const* sentence(finding const& f) noexcept {
    if (f.id == "HR001")
        return "cannot be released by dropping references: its own cleanup holds it";
    if (f.id == "HR002")
        return "and others cannot be released: their cleanups hold each other";
    if (f.id == "HR003")
        return "has a cleanup that points into the object it lies in";
    if (f.id == "HR004")
        return "has a cleanup with a weak reference to it";
    if (f.id == "HR010")
        return "is closed although it is not this guard's to close";
    if (f.id == "HR011")
        return "is used after its close";
    if (f.id == "HR020")
        return "is still open";
    if (f.id == "HR031")
        return "threw";
    return "";
}

std::string references_text(finding const& f) {
    std::string const whose = f.id == "HR001" ? "its own cleanup" : "these cleanups";
    return std::to_string(f.references) + " strong, " + std::to_string(f.references_inside) +
           " inside " + whose + "        " + (f.leaked_now ? "leaked now" : "will leak");
}

std::string finding_text(finding const& f) {
    std::string text = f.id + " " + grade_text(f.grade) + "   " + f.resource + " " + sentence(f);
    text += f.count > 1 ? " (" + std::to_string(f.count) + " times)\n" : "\n";
    if (f.references != 0) {
        text += row("references", references_text(f));
    }
    for (step const& s : f.path) {
        text += row(&s == &f.path.front() ? "path" : "", s.text + "        [" + s.evidence + "]");
    }
    if (f.opened.line() != 0) {
        text += row("opened", place_text(f.opened) + ", " + duration_text(f.age) + " ago");
    }
    auto const frames = frame_texts(f);
    for (std::string const& frame : frames) {
        text += row(&frame == &frames.front() ? "by" : "", frame);
    }
    return text + row("advice", f.advice);
}

json::object location(std::source_location where) {
    return {{"file", where.line() != 0 ? where.file_name() : ""},
            {"line", where.line()},
            {"function", where.line() != 0 ? where.function_name() : ""}};
}

json::object finding_json(finding const& f) {
    json::array frames;
    for (std::string const& text : frame_texts(f)) {
        frames.emplace_back(text);
    }
    json::array path;
    for (step const& s : f.path) {
        path.push_back({{"text", s.text}, {"evidence", s.evidence}, {"where", location(s.where)}});
    }
    return {{"id", f.id},
            {"grade", grade_text(f.grade)},
            {"resource", f.resource},
            {"leaked_now", f.leaked_now},
            {"path", std::move(path)},
            {"advice", f.advice},
            {"fingerprint", f.fingerprint},
            {"count", f.count},
            {"references", f.references},
            {"references_inside", f.references_inside},
            {"opened", location(f.opened)},
            {"age", f.age.count()},
            {"frames", std::move(frames)}};
}

}  // namespace

std::string to_text(report const& r) {
    std::string text = "handrail: " + summary(r) + "; " +
                       (r.complete ? "complete, " : "not complete, ") + duration_text(r.duration) +
                       ", " + counted(r.handles, "handle") + ", " + counted(r.cleanups, "cleanup");
    text += r.opaque != 0 ? " (" + std::to_string(r.opaque) + " opaque)\n" : "\n";
    if (!r.missing.empty()) {
        text += row("missing", r.missing);
    }
    for (finding const& f : r.findings) {
        text += finding_text(f);
    }
    return text;
}

std::string to_json(report const& r) {
    json::object const head{{"findings", r.findings.size()}, {"complete", r.complete},
                            {"missing", r.missing},          {"handles", r.handles},
                            {"cleanups", r.cleanups},        {"opaque", r.opaque},
                            {"pause", r.pause.count()},      {"duration", r.duration.count()}};
    std::string text = json::serialize(head) + "\n";
    for (finding const& f : r.findings) {
        text += json::serialize(finding_json(f)) + "\n";
    }
    return text;
}

}  // namespace handrail::leak_check
