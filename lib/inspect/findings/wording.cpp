// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/findings/wording.hpp"

#include "lib/inspect/findings/order.hpp"
#include "lib/inspect/findings/steps.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace handrail::inspect {

namespace {

namespace written = leak_check::written;

std::vector<written::step> path_of(recognition const& look, verdict const& v) {
    auto path = v.root ? step_from_root(look, *v.root) : steps_along(look, v.cycle);
    auto rest = steps_along(look, v.to_holder);
    path.insert(path.end(), std::make_move_iterator(rest.begin()),
                std::make_move_iterator(rest.end()));
    if (v.what != nullptr && v.holder != no_node) {
        path.push_back(step_to_descriptor(look, v.holder, v.offset, v.what->what));
    }
    return path;
}

// The kind of a descriptor: what it is connected to differs from one to the next.
std::string_view first_word(std::string_view text) { return text.substr(0, text.find(' ')); }

// "queue_[3].owner" -> "queue_[].owner"
std::string without_positions(std::string_view via) {
    std::string text;
    bool inside = false;
    for (char const c : via) {
        inside = inside && c != ']';
        if (!inside) {
            text += c;
        }
        inside = inside || c == '[';
    }
    return text;
}

// Elements of one container are reached in different ways and are one cause.
bool is_anonymous(std::string_view name) {
    return name == element_name || name.starts_with("heap block of ");
}

// "static storage at app+0x1b4a0": words of one container without symbols have different addresses.
std::string_view without_offset(std::string_view name) {
    return name.starts_with("static storage at ") ? name.substr(0, name.rfind('+')) : name;
}

std::string fingerprint_of(written::finding const& f, bool has_descriptor) {
    std::string text = f.id;
    for (std::size_t i = 0; i != f.path.size(); ++i) {
        written::step const& s = f.path[i];
        bool const last = has_descriptor && i + 1 == f.path.size();
        if (!is_anonymous(s.from)) {
            text.append(" | ")
                .append(without_offset(s.from))
                .append(" ")
                .append(without_positions(s.via));
            text.append(" ").append(s.type);
        }
        if (last || !is_anonymous(s.to)) {
            text.append(" ").append(last ? first_word(s.to) : std::string_view(s.to));
        }
    }
    return text;
}

void add_birth(written::finding& f, recognition const& look, birth const& born) {
    f.age = static_cast<std::int64_t>(born.age);
    for (address const each : born.frames) {
        auto frames = look.info.frames_at(each);
        f.frames.insert(f.frames.end(), std::make_move_iterator(frames.begin()),
                        std::make_move_iterator(frames.end()));
    }
    auto const known = std::find_if(f.frames.begin(), f.frames.end(), [](auto const& frame) {
        return frame.line != 0 && !frame.file.starts_with("/usr/");
    });
    if (known != f.frames.end()) {
        f.opened = {.file = known->file, .line = known->line, .function = known->function};
    }
}

std::string subject_of(recognition const& look, verdict const& v) {
    if (v.what != nullptr) {
        return "descriptor " + std::to_string(v.what->number) + ", " + v.what->what + ",";
    }
    return name_of(look, v.holder);
}

written::finding finding_of(recognition const& look, verdict const& v) {
    written::finding f{.id = std::string(v.rule->id),
                       .grade = v.proven ? v.rule->grade : v.rule->weaker,
                       .resource = subject_of(look, v),
                       .leaked_now = !v.cycle.empty(),
                       .path = path_of(look, v),
                       .advice = std::string(v.rule->remedy),
                       .references = v.counted,
                       .references_inside = v.found};
    f.fingerprint = fingerprint_of(f, v.what != nullptr);
    if (v.what != nullptr && v.what->born) {
        add_birth(f, look, *v.what->born);
    }
    if (f.path.empty() && v.what != nullptr) {  // one opening is one cause
        f.fingerprint += " " + std::string(first_word(v.what->what)) + " " + f.opened.file + ":" +
                         std::to_string(f.opened.line);
    }
    return f;
}

}  // namespace

std::vector<written::finding> findings_of(recognition const& look,
                                          std::vector<verdict> const& verdicts) {
    std::vector<written::finding> groups;
    std::unordered_map<std::string, std::size_t> by_fingerprint;
    for (verdict const& each : verdicts) {
        written::finding f = finding_of(look, each);
        auto const [known, fresh] = by_fingerprint.try_emplace(f.fingerprint, groups.size());
        if (fresh) {
            groups.push_back(std::move(f));
        } else {
            ++groups[known->second].count;
            groups[known->second].grade = std::min(groups[known->second].grade, f.grade);
        }
    }
    order(groups);
    return groups;
}

}  // namespace handrail::inspect
