// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "graph.hpp"

#include "lib/leak_check/report/written_path.hpp"
#include "lib/leak_check/report/written_words.hpp"

#include <algorithm>
#include <string_view>

namespace handrail_check {

namespace {

using handrail::leak_check::reference;

bool keeps_alive(reference r) noexcept {
    return r == reference::strong || r == reference::edge || r == reference::containment;
}

// The path leads from the resource back to it. A long path may omit steps; they are of the cycle.
bool is_cycle(written::finding const& f) {
    return !f.path.empty() && std::all_of(f.path.begin(), f.path.end(), [](auto const& s) {
        return s.omitted != 0 || keeps_alive(s.reference);
    });
}

void add_thing(std::vector<thing>& things, std::string const& text, std::string_view arrow) {
    if (!text.empty()) {
        things.push_back({.text = text, .arrow = std::string(arrow)});
    }
}

// Where a step begins. The end of the thing before a cleanup runs the cleanup.
void add_source(std::vector<thing>& things, written::step const& s) {
    if (things.back().text != s.from) {
        add_thing(things, s.from, s.from_cleanup ? "its end runs" : "");
    }
    std::string const location = short_location(s.where);
    if (things.back().text.find(location) == std::string::npos) {
        things.back().location = location;
    }
}

// "capture +8 shared<session>": a thing of its own, behind an arrow with the evidence.
void add_step(std::vector<thing>& things, written::step const& s) {
    auto const known_by = evidence_word(s.evidence);
    if (s.reference == reference::none) {
        add_thing(things, step_text(s), known_by);
        return;
    }
    add_source(things, s);
    if (s.reference == reference::containment) {
        add_thing(things, s.to, "holds it inside");
        return;
    }
    bool const has_way = !s.via.empty() || s.reference != reference::edge;
    std::string const gap = s.via.empty() || s.type.empty() ? "" : " ";
    if (has_way) {
        add_thing(things, s.via + gap + s.type, known_by);
    }
    add_thing(things, s.to, has_way ? "" : known_by);
}

// A cleanup belongs to the resource; another path may begin at an object around it.
std::string const& first_thing(written::finding const& f) {
    bool const is_path = is_cycle(f) && !f.path.front().from_cleanup;
    return is_path && !f.path.front().from.empty() ? f.path.front().from : f.resource;
}

}  // namespace

chain chain_of(written::finding const& f) {
    chain c;
    c.things.push_back({.text = first_thing(f)});
    for (written::shown_step const& each : written::folded(f.path)) {
        each.what != nullptr ? add_step(c.things, *each.what)
                             : add_thing(c.things, omitted_text(each), "");
    }
    c.closed = is_cycle(f) && c.things.size() > 1 && c.things.back().text == c.things[0].text;
    if (c.closed) {
        c.things.front().arrow = c.things.back().arrow;
        c.things.pop_back();
    }
    return c;
}

bool worth_drawing(chain const& c) { return c.closed || c.things.size() > 2; }

}  // namespace handrail_check
