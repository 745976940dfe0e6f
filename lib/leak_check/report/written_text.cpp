// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A report for people: one row per fact behind a column of labels. Lines are broken at blanks and
// before arrows.

#include "lib/leak_check/report/written_text.hpp"

#include "lib/base/escaping.hpp"
#include "lib/leak_check/report/rules.hpp"
#include "lib/leak_check/report/written_path.hpp"
#include "lib/leak_check/report/written_words.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace handrail::leak_check::written {

namespace {

using detail::printable;

constexpr std::size_t label_columns = 16;
constexpr std::size_t hanging_columns = label_columns + 2;
constexpr std::size_t wide_gap = 4;  // before a remark behind a sentence

// ECMA-48, "select graphic rendition".
namespace colour {
constexpr std::string_view none, bold = "1", faint = "2";
constexpr std::string_view of(grade g) noexcept {
    switch (g) {
        case grade::note: return "1;36";
        case grade::possible: return "1;33";
        case grade::certain: return "1;31";
    }
    return none;
}
}  // namespace colour

// Text that stays on one line if it fits. gap: the blanks before it unless it begins a line.
struct piece {
    std::string text;
    std::string_view colour{};
    std::size_t gap = 1;
};

// Terminal columns, estimated: one for each code point.
std::size_t columns_of(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) >> 6) != 2;
    }));
}

class writer {
public:
    explicit writer(text_style const& style) : style_(style) {}

    void begin_row(std::vector<piece> const& label) {
        end_line();
        for (piece const& each : label) {
            append(each.text, each.colour);
        }
        pad_to(std::max(label_columns, column_ + 1));
        begin_ = hanging_columns;
        fresh_ = true;
    }
    void begin_row(std::string const& label) { begin_row({{"  " + label, colour::faint}}); }

    // Continuation lines are indented by two columns.
    void begin_paragraph() {
        end_line();
        begin_ = 2;
        fresh_ = true;
    }

    void add(piece const& p) {
        auto const width = columns_of(p.text);
        if (fits(p.gap, width)) {
            put(p);
        } else if (p.text.find(' ') != p.text.npos && begin_ + width > style_.width) {
            add_words(p);
        } else {
            if (!fresh_) {
                break_line();
            }
            put(p);
        }
    }

    // Each word may begin a line.
    void add_words(piece const& p) {
        std::string_view rest = p.text;
        std::size_t gap = p.gap;
        while (!rest.empty()) {
            auto const end = std::min(rest.find(' '), rest.size());
            add({std::string(rest.substr(0, end)), p.colour, gap});
            rest.remove_prefix(std::min(end + 1, rest.size()));
            gap = 1;
        }
    }
    void add_words(std::string text) { add_words(piece{std::move(text)}); }

    std::string finish() {
        end_line();
        return std::move(text_);
    }

private:
    bool fits(std::size_t gap, std::size_t width) const noexcept {
        return style_.width == 0 || column_ + (fresh_ ? 0 : gap) + width <= style_.width;
    }

    void put(piece const& p) {
        if (!fresh_) {
            pad_to(column_ + p.gap);
        }
        append(p.text, p.colour);
        fresh_ = false;
    }

    void append(std::string_view text, std::string_view colour) {
        bool const coloured = style_.colour && !colour.empty();
        if (coloured) {
            text_.append("\x1b[").append(colour).append("m");
        }
        text_.append(text);
        if (coloured) {
            text_.append("\x1b[0m");
        }
        column_ += columns_of(text);
    }

    void pad_to(std::size_t column) {
        if (column_ < column) {
            text_.append(column - column_, ' ');
            column_ = column;
        }
    }

    void break_line() {
        text_ += '\n';
        column_ = 0;
        pad_to(begin_);
        fresh_ = true;
    }

    void end_line() {
        if (!text_.empty() && text_.back() != '\n') {
            text_ += '\n';
        }
        column_ = 0;
    }

    text_style style_;
    std::string text_;
    std::size_t column_ = 0;
    std::size_t begin_ = 0;
    bool fresh_ = true;  // the line has nothing but its label
};

// ---- the words ----------------------------------------------------------------------------------

std::string counted(std::uint64_t n, std::string const& what) {
    return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

// "3 findings (2 certain, 1 note)".
std::string findings_text(report const& r) {
    std::string parts;
    for (auto const g : {grade::certain, grade::possible, grade::note}) {
        auto const n = std::count_if(r.findings.begin(), r.findings.end(),
                                     [g](finding const& f) { return f.grade == g; });
        if (n != 0) {
            parts += (parts.empty() ? " (" : ", ") + std::to_string(n) + " ";
            parts += grade_word(g);
        }
    }
    return counted(r.findings.size(), "finding") + (parts.empty() ? "" : parts + ")");
}

std::string_view completeness(report const& r) noexcept {
    return r.inconclusive ? "inconclusive" : r.complete ? "complete" : "not complete";
}

std::string summary(report const& r) {
    std::string text = findings_text(r) + "; " + std::string(completeness(r)) + ", " +
                       duration_text(r.duration) + ", " + counted(r.handles, "handle") + ", " +
                       counted(r.cleanups, "cleanup");
    return r.opaque != 0 ? text + " (" + std::to_string(r.opaque) + " opaque)" : text;
}

void write_title(writer& out, finding const& f) {
    out.begin_row({{printable(f.id), colour::bold},
                   {" ", colour::none},
                   {std::string(grade_word(f.grade)), colour::of(f.grade)}});
    out.add_words({printable(f.resource), colour::bold});
    if (rule const* const known = rule_with(f.id)) {
        out.add_words(std::string(known->sentence));
    }
    if (f.count != 1) {
        out.add({"(" + counted(f.count, "time") + ")"});
    }
}

// What holds the references inside. They are those of all objects that the cycle is about, and the
// path is only one way around: cleanups hold all of them if they are no more than its cleanups, and
// nothing else is on the path.
std::string holders_text(finding const& f) {
    auto const is_of_cleanup = [](step const& s) { return s.from_cleanup; };
    auto const cleanups =
        static_cast<std::uint64_t>(std::count_if(f.path.begin(), f.path.end(), is_of_cleanup));
    bool const others = std::any_of(f.path.begin(), f.path.end(), [&](step const& s) {
        return !is_of_cleanup(s) && s.reference != reference::containment;
    });
    if (cleanups == 0 || others || f.references_inside > cleanups) {
        return "the cycle";
    }
    return cleanups == 1 ? "its own cleanup" : "these cleanups";
}

void write_references(writer& out, finding const& f) {
    out.begin_row("references");
    out.add_words(std::to_string(f.references) + " strong, " + std::to_string(f.references_inside) +
                  " inside " + holders_text(f));
    out.add({f.leaked_now ? "leaked now" : "will leak", colour::bold, wide_gap});
}

void write_step(writer& out, step const& s) {
    bool first = true;
    for (std::string const& part : step_parts(s)) {
        out.add({(first ? "" : "-> ") + printable(part)});
        first = false;
    }
    if (auto const known_by = evidence_word(s.evidence); !known_by.empty()) {
        out.add({"[" + std::string(known_by) + "]", colour::faint, wide_gap});
    }
}

void write_path(writer& out, std::vector<step> const& path) {
    auto const shown = folded(path);
    for (shown_step const& each : shown) {
        out.begin_row(&each == &shown.front() ? "path" : "");
        each.what != nullptr ? write_step(out, *each.what) : out.add({omitted_text(each)});
    }
}

bool lacks_a_name(report const& r) {
    return std::any_of(r.findings.begin(), r.findings.end(), [](finding const& f) {
        return std::any_of(f.frames.begin(), f.frames.end(),
                           [](frame const& each) { return each.function.empty(); });
    });
}

void write_finding(writer& out, finding const& f) {
    write_title(out, f);
    if (f.references != 0) {
        write_references(out, f);
    }
    write_path(out, f.path);
    if (f.grown_by != 0) {
        out.begin_row("grew");
        out.add_words("by " + std::to_string(f.grown_by) + " in " + duration_text(f.grown_within));
    }
    if (f.opened.line != 0) {
        out.begin_row("opened");
        out.add_words(printable(short_location(f.opened)) + ", " + duration_text(f.age) + " ago");
    }
    for (frame const& each : f.frames) {
        out.begin_row(&each == &f.frames.front() ? "by" : "");
        out.add({printable(frame_text(each))});
    }
    out.begin_row("advice");
    out.add_words(printable(f.advice));
}

}  // namespace

std::string to_text(report const& r, text_style const& style, std::string_view names_hint) {
    writer out(style);
    out.begin_paragraph();
    out.add({"handrail:", colour::bold});
    out.add_words(summary(r));
    if (!r.missing.empty()) {
        out.begin_row("missing");
        out.add_words(printable(r.missing));
    }
    for (finding const& f : r.findings) {
        write_finding(out, f);
    }
    if (!names_hint.empty() && lacks_a_name(r)) {
        out.begin_row("names");
        out.add_words(std::string(names_hint));
    }
    return out.finish();
}

}  // namespace handrail::leak_check::written
