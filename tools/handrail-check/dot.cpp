// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "dot.hpp"

#include "graph.hpp"
#include "lib/base/escaping.hpp"
#include "lib/leak_check/report/written_words.hpp"

#include <string_view>

namespace handrail_check {

namespace {

// A string of DOT. A backslash in a label would begin an escape sequence, so it is doubled.
std::string dot_string(std::string_view text) {
    std::string result = "\"";
    for (char const c : handrail::detail::printable(text)) {
        if (c == '"' || c == '\\') {
            result += '\\';
        }
        result += c;
    }
    return result + "\"";
}

std::string_view colour_of(grade g) {
    switch (g) {
        case grade::note: return "#0b7285";
        case grade::possible: return "#b35900";
        case grade::certain: return "#c92a2a";
    }
    return "";
}

std::string node(std::size_t finding, std::size_t index) {
    return "f" + std::to_string(finding) + "_" + std::to_string(index);
}

std::string arrow(std::size_t finding, std::size_t from, std::size_t to, thing const& target) {
    return "    " + node(finding, from) + " -> " + node(finding, to) +
           (target.arrow.empty() ? "" : " [label=" + dot_string(target.arrow) + "]") + ";\n";
}

std::string cluster(std::size_t number, written::finding const& f) {
    chain const c = chain_of(f);
    std::string const colour(colour_of(f.grade));
    std::string text =
        "  subgraph cluster_" + std::to_string(number) + " {\n    label=" +
        dot_string(f.id + " " + std::string(grade_word(f.grade)) + "  " + f.resource) +
        ";\n    color=\"" + colour + "\";\n";
    for (std::size_t i = 0; i != c.things.size(); ++i) {
        thing const& each = c.things[i];
        text += "    " + node(number, i) + " [label=" + dot_string(each.text) +
                (each.location.empty() ? "" : ", tooltip=" + dot_string(each.location)) +
                (i == 0 ? ", color=\"" + colour + "\", penwidth=2" : "") + "];\n";
    }
    for (std::size_t i = 1; i < c.things.size(); ++i) {
        text += arrow(number, i - 1, i, c.things[i]);
    }
    if (c.closed) {
        text += arrow(number, c.things.size() - 1, 0, c.things[0]);
    }
    return text + "  }\n";
}

}  // namespace

std::string to_dot(check_result const& what) {
    std::string text =
        "digraph handrail {\n"
        "  graph [fontname=\"sans-serif\"];\n"
        "  node [shape=box, style=rounded, fontname=\"monospace\"];\n"
        "  edge [fontname=\"sans-serif\", fontsize=10];\n";
    std::size_t number = 0;
    for (source const& s : what.sources) {
        for (written::finding const& f : s.report.findings) {
            text += cluster(++number, f);
        }
    }
    return text + "}\n";
}

}  // namespace handrail_check
