// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// From what was found to what is written: places and return addresses become words.

#include "lib/leak_check/report.hpp"

#include <boost/stacktrace/frame.hpp>

#include <utility>

namespace handrail::leak_check {

namespace {

written::place place_of(std::source_location where) {
    if (where.line() == 0) {
        return {};
    }
    return {where.file_name(), where.line(), where.function_name()};
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

written::finding written_down(finding const& f) {
    std::vector<written::step> path;
    for (step const& s : f.path) {
        path.push_back({s.text, s.evidence, place_of(s.where)});
    }
    return {f.id,
            f.grade,
            f.resource,
            f.leaked_now,
            std::move(path),
            f.advice,
            f.fingerprint,
            f.count,
            f.references,
            f.references_inside,
            place_of(f.opened),
            f.age.count(),
            frame_texts(f)};
}

}  // namespace

written::report written_down(report const& r) {
    written::report result{{},         r.complete, r.missing,       r.handles,
                           r.cleanups, r.opaque,   r.pause.count(), r.duration.count()};
    for (finding const& f : r.findings) {
        result.findings.push_back(written_down(f));
    }
    return result;
}

std::string to_text(report const& r, text_style const& style) {
    return written::to_text(written_down(r), style);
}

std::string to_json(report const& r) { return written::to_json(written_down(r)); }

}  // namespace handrail::leak_check
