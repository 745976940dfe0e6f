// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "tests/fuzz/round_trip.hpp"

#include "lib/leak_check/report/written_json.hpp"
#include "lib/leak_check/report/written_path.hpp"
#include "lib/leak_check/report/written_text.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <algorithm>
#include <string>

namespace handrail_fuzz {

namespace {

namespace written = handrail::leak_check::written;

void make_printable(std::string& text) { text = handrail::detail::printable(text); }

void make_printable(written::location& where) {
    make_printable(where.file);
    make_printable(where.function);
}

written::report printable_copy(written::report r) {
    make_printable(r.missing);
    for (written::module_file& each : r.modules) {
        make_printable(each.file);
        make_printable(each.build_id);
    }
    for (written::finding& f : r.findings) {
        for (std::string* const each : {&f.id, &f.resource, &f.advice, &f.fingerprint}) {
            make_printable(*each);
        }
        for (written::step& s : f.path) {
            for (std::string* const each : {&s.from, &s.via, &s.type, &s.to}) {
                make_printable(*each);
            }
            make_printable(s.where);
        }
        make_printable(f.opened);
        for (written::frame& each : f.frames) {
            make_printable(each.function);
            make_printable(each.file);
            make_printable(each.module);
        }
    }
    return r;
}

// Claims: the text is lines of printable characters; the only escape sequences set colours.
void check_text(std::string text) {
    for (auto at = text.find("\x1b["); at != text.npos; at = text.find("\x1b[", at)) {
        auto const end = text.find_first_not_of("0123456789;", at + 2);
        claim(end != text.npos && text[end] == 'm', "an escape sequence sets colours");
        text.erase(at, end + 1 - at);
    }
    claim(!text.empty() && text.back() == '\n', "text ends with its line");
    std::erase(text, '\n');
    claim(is_printable(text), "text is printable");
}

// A step that says how many are omitted is shown as their number.
bool is_at(written::shown_step const& shown, written::step const& s) {
    return shown.what != nullptr ? shown.what == &s : shown.omitted == s.omitted;
}

void check_paths(written::report const& r) {
    for (written::finding const& f : r.findings) {
        auto const path = written::folded(f.path);
        claim(path.size() <= 20 && path.size() <= f.path.size(), "a path that is shown is short");
        claim(path.empty() == f.path.empty(), "a path is not lost");
        claim(path.empty() ||
                  (is_at(path.front(), f.path.front()) && is_at(path.back(), f.path.back())),
              "a path that is shown begins and ends as it does");
    }
}

}  // namespace

void check_report(written::report const& r) {
    check_paths(r);
    auto const text = written::to_json(r);
    claim(std::count(text.begin(), text.end(), '\n') ==
              static_cast<std::ptrdiff_t>(r.findings.size() + 1),
          "JSON is an object a line");
    auto const back = written::from_json(text);
    claim(back.size() == 1 && back[0] == printable_copy(r), "JSON brings back what was written");
    for (std::size_t const width : {0U, 1U, 40U, 100U}) {
        check_text(written::to_text(r, {.colour = width != 40, .width = width}));
    }
}

}  // namespace handrail_fuzz
