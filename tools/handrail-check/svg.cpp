// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "svg.hpp"

#include "html_text.hpp"
#include "lib/base/escaping.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace handrail_check {

namespace {

// Pixels; the column is that of a monospace font of 13 pixels.
constexpr double column = 7.9;
constexpr int line_height = 18;
constexpr int padding = 14;
constexpr int gap = 44;
constexpr int margin = 4;
constexpr int loop_width = 48;  // on the right, of the arrow back
constexpr std::size_t max_columns = 48;

// Of a longer chain, only the beginning and the end are drawn.
constexpr std::size_t max_things = 12;
constexpr std::size_t drawn_at_end = 4;

struct box {
    std::vector<std::string> lines;
    thing const* what;  // null: stands for the things that are not drawn
    int top = 0;
    int height = 0;
};

bool continues(char c) noexcept { return (static_cast<unsigned char>(c) >> 6) == 2; }

// Where to break a text that is too long: after the last blank or bracket that fits.
std::size_t break_of(std::string_view text) noexcept {
    auto const at = text.substr(0, max_columns).find_last_of(" ,<(/");
    if (at != text.npos && at > max_columns / 3) {
        return at + 1;
    }
    std::size_t end = max_columns;
    while (continues(text[end])) {
        --end;
    }
    return end;
}

std::vector<std::string> wrapped(std::string const& text) {
    std::vector<std::string> lines;
    std::string const printable = handrail::detail::printable(text);
    std::string_view rest = printable;
    while (rest.size() > max_columns) {
        auto const end = break_of(rest);
        lines.emplace_back(rest.substr(0, end));
        rest.remove_prefix(end);
    }
    lines.emplace_back(rest);
    return lines;
}

box box_of(thing const& what) {
    box b{wrapped(what.text), &what};
    int const lines = static_cast<int>(b.lines.size()) + (what.location.empty() ? 0 : 1);
    b.height = lines * line_height + padding;
    return b;
}

std::vector<box> boxes_of(chain const& c) {
    std::vector<box> boxes;
    std::size_t const all = c.things.size();
    std::size_t const first_part = all <= max_things ? all : max_things - drawn_at_end;
    for (std::size_t i = 0; i != first_part; ++i) {
        boxes.push_back(box_of(c.things[i]));
    }
    if (first_part != all) {
        std::size_t const omitted = all - first_part - drawn_at_end;
        boxes.push_back({{"… " + std::to_string(omitted) + " more …"}, nullptr});
        boxes.back().height = line_height + padding;
        for (std::size_t i = all - drawn_at_end; i != all; ++i) {
            boxes.push_back(box_of(c.things[i]));
        }
    }
    int top = margin;
    for (box& b : boxes) {
        b.top = top;
        top += b.height + gap;
    }
    return boxes;
}

int width_of(std::vector<box> const& boxes) {
    std::size_t longest = 16;
    for (box const& b : boxes) {
        for (std::string const& line : b.lines) {
            longest = std::max(longest, line.size());
        }
    }
    return static_cast<int>(static_cast<double>(longest) * column) + 2 * padding;
}

std::string text_at(int x, int y, char const* kind, std::string const& text) {
    return "<text x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" class=\"" + kind +
           "\">" + html(text) + "</text>";
}

std::string draw(box const& b, int width, bool first) {
    char const* const kind = first ? "box first" : b.what == nullptr ? "box more" : "box";
    std::string svg = "<rect x=\"" + std::to_string(margin) + "\" y=\"" + std::to_string(b.top) +
                      "\" width=\"" + std::to_string(width) + "\" height=\"" +
                      std::to_string(b.height) + "\" rx=\"7\" class=\"" + kind + "\"/>";
    int y = b.top + padding / 2 + line_height - 5;
    for (std::string const& line : b.lines) {
        svg += text_at(margin + padding, y, "name", line);
        y += line_height;
    }
    if (b.what != nullptr && !b.what->location.empty()) {
        svg += text_at(margin + padding, y, "location", b.what->location);
    }
    return svg + "\n";
}

std::string line(std::string const& path, std::string const& marker) {
    return "<path d=\"" + path + "\" class=\"arrow\" marker-end=\"url(#" + marker + ")\"/>";
}

std::string down(box const& from, box const& to, std::string const& marker) {
    int const x = margin + 2 * padding;
    int const begin = from.top + from.height;
    std::string svg = line(
        "M" + std::to_string(x) + " " + std::to_string(begin) + "V" + std::to_string(to.top - 3),
        marker);
    if (to.what != nullptr && !to.what->arrow.empty()) {
        svg += text_at(x + 12, begin + gap / 2 + 4, "evidence", to.what->arrow);
    }
    return svg + "\n";
}

std::string label_of_the_way_back(thing const& first) {
    return first.arrow.empty() ? "holds" : first.arrow;
}

// From the last box around to the first.
std::string back(box const& last, box const& first, int width, std::string const& marker) {
    int const right = margin + width;
    int const from = last.top + last.height / 2;
    int const to = first.top + first.height / 2;
    int const turn = right + loop_width;
    int const round = 14;
    auto const number = [](int n) { return std::to_string(n); };
    std::string const path = "M" + number(right) + " " + number(from) + "H" + number(turn - round) +
                             "Q" + number(turn) + " " + number(from) + " " + number(turn) + " " +
                             number(from - round) + "V" + number(to + round) + "Q" + number(turn) +
                             " " + number(to) + " " + number(turn - round) + " " + number(to) +
                             "H" + number(right + 3);
    std::string svg = line(path, marker);
    svg += text_at(turn + 8, (from + to) / 2 + 4, "evidence", label_of_the_way_back(*first.what));
    return svg + "\n";
}

// A single box that holds itself needs room for its arrow.
void make_room(std::vector<box>& boxes) {
    if (boxes.size() == 1) {
        boxes.push_back(boxes.front());
        boxes.back().top += boxes.back().height + gap;
    }
}

}  // namespace

std::string to_svg(chain const& c, std::size_t number) {
    auto boxes = boxes_of(c);
    make_room(boxes);
    int const width = width_of(boxes);
    int const height = boxes.back().top + boxes.back().height + margin;
    int const label_width =
        static_cast<int>(label_of_the_way_back(c.things.front()).size()) * 7 + 12;
    int const whole = width + 2 * margin + (c.closed ? loop_width + label_width : 0);
    std::string const marker = "tip" + std::to_string(number);
    std::string svg = "<svg role=\"img\" aria-label=\"the path\" width=\"" + std::to_string(whole) +
                      "\" height=\"" + std::to_string(height) + "\" viewBox=\"0 0 " +
                      std::to_string(whole) + " " + std::to_string(height) +
                      "\"><defs><marker id=\"" + marker +
                      "\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" "
                      "markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" "
                      "class=\"tip\"/></marker></defs>\n";
    for (box const& b : boxes) {
        svg += draw(b, width, &b == &boxes.front());
    }
    for (std::size_t i = 1; i != boxes.size(); ++i) {
        svg += down(boxes[i - 1], boxes[i], marker);
    }
    if (c.closed) {
        svg += back(boxes.back(), boxes.front(), width, marker);
    }
    return svg + "</svg>\n";
}

}  // namespace handrail_check
