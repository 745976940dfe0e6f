// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "graph.hpp"

#include <string_view>

namespace handrail_check {

namespace {

// The place stands on the first thing of its step, the evidence on the arrow that leaves it. An
// arrow to a cleanup is none of keeping: the resource's end runs it.
void add_step(std::vector<thing>& things, written::step const& s) {
    auto const texts = written::things_on(s.text);
    for (std::size_t i = 0; i != texts.size(); ++i) {
        bool const known = things.back().text == texts[i];
        if (!known) {
            things.push_back({std::string(texts[i]), {}, {}});
        }
        thing& current = things.back();
        if (i == 0 && current.text.find(short_place(s.where)) == std::string::npos) {
            current.place = short_place(s.where);
        }
        if (i == 0 && current.text.starts_with("cleanup at ")) {
            current.arrow = "its end runs";
        }
        if (i == (texts.size() > 1 ? 1 : 0)) {
            current.arrow = s.evidence;
        }
    }
}

}  // namespace

chain chain_of(written::finding const& f) {
    chain c;
    c.things.push_back({f.resource, {}, {}});
    for (written::step const& s : f.path) {
        add_step(c.things, s);
    }
    // "file 7 lies in session": the session holds it, and closes the cycle without a box of its
    // own.
    if (c.things.back().text.starts_with(f.resource + " lies in ")) {
        c.things.pop_back();
        c.things.front().arrow = "holds it inside";
    }
    c.closed = f.id == "HR001" || f.id == "HR002";
    if (c.things.size() > 1 && c.things.back().text == f.resource) {
        c.things.front().arrow = c.things.back().arrow;
        c.things.pop_back();
    }
    return c;
}

bool worth_drawing(chain const& c) { return c.closed || c.things.size() > 2; }

}  // namespace handrail_check
