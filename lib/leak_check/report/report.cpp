// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// From what was found to what is written: places and return addresses become words.

#include "lib/leak_check/report/report.hpp"

#include "platform/port.hpp"

#include <boost/stacktrace/frame.hpp>

#include <array>
#include <cstdio>
#include <string>
#include <utility>

namespace handrail::leak_check {

namespace {

written::place place_of(std::source_location where) {
    if (where.line() == 0) {
        return {};
    }
    return {where.file_name(), where.line(), where.function_name()};
}

// "serve(int) in server", or, where no name is exported, "server+0x1cd1", as addr2line(1) takes it.
// Empty: a part of this library.
std::string frame_text(void const* address) {
    auto const module = port::module_of(address);
    std::string const file = module.file.substr(module.file.find_last_of('/') + 1);
    std::string const name = boost::stacktrace::frame(address).name();
    if (name.starts_with("handrail::") || file.starts_with("libhandrail.")) {
        return {};
    }
    std::array<char, 24> offset{};
    std::snprintf(offset.data(), offset.size(), "+0x%zx", static_cast<std::size_t>(module.offset));
    return name.empty() ? file + offset.data() : name + " in " + file;
}

// The library's own part of the way, at the beginning, says nothing to a reader.
std::vector<std::string> frame_texts(finding const& f) {
    std::vector<std::string> texts;
    for (void const* const address : f.frames) {
        if (auto text = frame_text(address); !text.empty() || !texts.empty()) {
            texts.push_back(text.empty() ? "handrail" : std::move(text));
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
