// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/captures.hpp"

#include "lib/leak_check/retention.hpp"

#include <handrail/detail/block.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace handrail::leak_check {

namespace {

char const* evidence_text(detail::track::note::evidence e) noexcept {
    using evidence = detail::track::note::evidence;
    switch (e) {
        case evidence::move_probe: return "move probe";
        case evidence::copy_probe: return "copy probe";
        case evidence::argument: return "argument";
    }
    return "";
}

std::string held_by(registration_entry const& r) { return "cleanup at " + place_text(r.where); }

void add_owner(finding& f, retention const& graph, number owner) {
    f.resource = graph.describe_owner(owner);
    if (guard_entry const* const handle = graph.handle_of(owner)) {
        add_opening(f, *handle);
    }
}

// ---- cycles -------------------------------------------------------------------------------------

class cycle_findings {
public:
    cycle_findings(registry const& all, retention const& graph)
        : all_(all), graph_(graph), components_(graph.arcs()) {}

    std::vector<finding> since(number first) const {
        std::vector<finding> found;
        for (std::size_t i = 0; i != components_.all().size(); ++i) {
            if (newest(components_.all()[i]) >= first) {
                found.push_back(explain(i));
            }
        }
        return found;
    }

private:
    // Calls fn with the cause of each arc that stays inside the component.
    template <class Fn>
    void for_each_cause(std::vector<node> const& component, Fn fn) const {
        for (node const from : component) {
            for (arc const& a : graph_.arcs()[from]) {
                if (components_.together(from, a.to)) {
                    fn(graph_.why(a.label));
                }
            }
        }
    }

    number newest(std::vector<node> const& component) const {
        number last = 0;
        for_each_cause(component, [&](cause const& c) {
            last = std::max(last, c.registration != nullptr ? c.registration->id : 0);
        });
        return last;
    }

    // The causes along it, from the earliest registration on: the same beginning every time.
    std::vector<cause> cycle_of(std::size_t component) const {
        std::vector<cause> cycle;
        for (auto const label : components_.short_cycle(component)) {
            cycle.push_back(graph_.why(label));
        }
        auto const earlier = [](cause const& a, cause const& b) {
            return a.registration != nullptr &&
                   (b.registration == nullptr || a.registration->id < b.registration->id);
        };
        std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end(), earlier),
                    cycle.end());
        return cycle;
    }

    finding explain(std::size_t component) const {
        auto const cycle = cycle_of(component);
        auto const cleanups = std::count_if(
            cycle.begin(), cycle.end(), [](cause const& c) { return c.registration != nullptr; });
        finding f{};
        f.id = cleanups == 1 ? "HR001" : "HR002";
        f.grade = grade::certain;  // every arc was seen, and is strong
        f.count = 1;
        f.fingerprint = f.id;
        add_owner(f, graph_, cycle.front().from);
        for (cause const& each : cycle) {
            f.path.push_back(step_of(each));
            f.fingerprint += " " + place_key(f.path.back().where);
        }
        f.advice = advice(cycle);
        count_references(f, components_.all()[component]);
        return f;
    }

    static char const* advice(std::vector<cause> const& cycle) {
        if (cycle.size() == 1) {
            return "pass what the cleanup needs as an argument";
        }
        if (cycle.size() == 2 && cycle[1].registration == nullptr) {
            return "pass what the cleanup needs as an argument, not the object around its resource";
        }
        return "let one of these cleanups hold a copy of what it needs instead of the object, or a "
               "weak to it if it can do without";
    }

    step step_of(cause const& c) const {
        if (c.registration == nullptr) {
            object_entry const* const around = all_.object_with(c.from);
            std::string const whole = around != nullptr ? type_text(around->type) : "an object";
            return {graph_.describe_owner(c.to) + " lies in " + whole, "place", {}};
        }
        std::string const where =
            c.note->offset >= 0 ? "capture +" + std::to_string(c.note->offset) : "capture inside";
        return {held_by(*c.registration) + " -> " + where + " shared<" + type_text(c.note->type) +
                    "> -> " + graph_.describe_owner(c.to),
                evidence_text(c.note->seen_by), c.registration->where};
    }

    // A copy that made more references on its way than the original holds must not count for more.
    void count_references(finding& f, std::vector<node> const& component) const {
        for (node const n : component) {
            if (object_entry const* const object = all_.object_with(graph_.owner_at(n))) {
                f.references += static_cast<std::size_t>(detail::use_count(object->managed));
            }
        }
        std::size_t inside = 0;
        for_each_cause(component,
                       [&](cause const& c) { inside += c.note != nullptr ? c.note->count : 0; });
        f.references_inside = std::min(inside, f.references);
        f.leaked_now = f.references_inside == f.references;
    }

    registry const& all_;
    retention const& graph_;
    cyclic_components components_;
};

// ---- references that do not count ---------------------------------------------------------------

finding weak_finding(registration_entry const& r, note_entry const& note, bool is_owner) {
    finding f{};
    f.id = "HR004";
    f.grade = grade::note;
    f.path.push_back({held_by(r) + " -> weak<" + type_text(note.type) + ">",
                      evidence_text(note.seen_by), r.where});
    f.advice = is_owner ? "the weak is always empty when the cleanup runs: leave it out"
                        : "the weak is empty when the end of the object around the handle runs the "
                          "cleanup: be sure that it does not need it";
    return f;
}

finding pointer_finding(registration_entry const& r, object_entry const& home) {
    finding f{};
    f.id = "HR003";
    f.grade = grade::certain;
    f.path.push_back(
        {held_by(r) + " -> pointer into " + type_text(home.type) + ", in which its resource lies",
         evidence_text(detail::track::note::evidence::argument), r.where});
    f.advice =
        "the object is being destroyed when its end runs the cleanup: pass copies of what it needs";
    return f;
}

void add_uncounted(std::vector<finding>& found, retention const& graph,
                   registration_entry const& r) {
    object_entry const* const home = graph.home_of(r);
    for (note_entry const& note : r.notes) {
        if (home == nullptr || note.target != home->id || note.strong) {
            continue;
        }
        finding f =
            note.pointer ? pointer_finding(r, *home) : weak_finding(r, note, r.owner == home->id);
        f.fingerprint = f.id + " " + place_key(r.where);
        f.count = 1;
        add_owner(f, graph, r.owner);
        found.push_back(std::move(f));
    }
}

}  // namespace

std::vector<finding> find_captures(registry const& all, number since) {
    retention const graph(all);
    auto found = cycle_findings(all, graph).since(since);
    for (registration_entry const* each : graph.registrations()) {
        if (each->id >= since) {
            add_uncounted(found, graph, *each);
        }
    }
    return found;
}

}  // namespace handrail::leak_check
