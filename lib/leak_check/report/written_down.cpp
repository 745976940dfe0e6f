// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// From findings to what is written down: source locations become strings, and return addresses
// become frames.

#include "lib/leak_check/report/written_down.hpp"

#include "lib/leak_check/report/written_json.hpp"
#include "lib/leak_check/report/written_path.hpp"
#include "lib/leak_check/report/written_text.hpp"
#include "lib/leak_check/report/written_words.hpp"
#include "platform/port.hpp"

#include <boost/stacktrace/frame.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace handrail::leak_check {

namespace {

constexpr std::string_view names_hint =
    "some functions are not exported by their modules: run the program under handrail-check, which "
    "reads debug information, or link it with -rdynamic";

written::location location_of(std::source_location where) {
    if (where.line() == 0) {
        return {};
    }
    return {where.file_name(), where.line(), where.function_name()};
}

// A return address may be the first one of another function, if the call never returns.
void const* call_before(void const* return_address) noexcept {
    return static_cast<char const*>(return_address) - 1;
}

// The function is known where the module exports it: only then does dladdr(3) find it.
written::frame frame_at(void const* address, written::report& r) {
    auto found = port::module_of(address);
    written::frame f;
    f.function = boost::stacktrace::frame(call_before(address)).name();
    f.module = found.file;
    f.address = found.offset;
    written::module_file m{std::move(found.file), std::move(found.build_id)};
    if (!m.file.empty() && std::find(r.modules.begin(), r.modules.end(), m) == r.modules.end()) {
        r.modules.push_back(std::move(m));
    }
    return f;
}

// The innermost frames are the library's own and say nothing to a reader.
std::vector<written::frame> frames_of(finding const& f, written::report& r) {
    std::vector<written::frame> frames;
    for (void const* const address : f.frames) {
        if (auto each = frame_at(address, r); !frames.empty() || !is_part_of_handrail(each)) {
            frames.push_back(std::move(each));
        }
    }
    return frames;
}

written::finding written_down(finding const& f, written::report& r) {
    std::vector<written::step> path;
    for (step const& s : f.path) {
        path.push_back(written_down(s));
    }
    return {.id = f.id,
            .grade = f.grade,
            .resource = f.resource,
            .leaked_now = f.leaked_now,
            .path = std::move(path),
            .advice = f.advice,
            .fingerprint = f.fingerprint,
            .count = f.count,
            .references = f.references,
            .references_inside = f.references_inside,
            .opened = location_of(f.opened),
            .age = f.age.count(),
            .frames = frames_of(f, r)};
}

}  // namespace

written::step written_down(step const& s) {
    return {.from = s.from,
            .from_cleanup = s.from_cleanup,
            .via = s.via,
            .reference = s.reference,
            .type = s.type,
            .to = s.to,
            .evidence = s.evidence,
            .where = location_of(s.where),
            .omitted = s.omitted};
}

written::report written_down(report const& r) {
    written::report result{.complete = r.complete,
                           .missing = r.missing,
                           .inconclusive = r.inconclusive,
                           .handles = r.handles,
                           .cleanups = r.cleanups,
                           .opaque = r.opaque,
                           .pause = r.pause.count(),
                           .duration = r.duration.count()};
    for (finding const& f : r.findings) {
        result.findings.push_back(written_down(f, result));
    }
    return result;
}

std::string to_text(step const& s) { return written::step_text(written_down(s)); }

std::string to_text(report const& r, text_style const& style) {
    return written::to_text(written_down(r), style, names_hint);
}

std::string to_json(report const& r) { return written::to_json(written_down(r)); }

}  // namespace handrail::leak_check
