// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/graph.hpp"

#include "lib/leak_check/components.hpp"

#include <handrail/detail/block.hpp>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

namespace handrail::leak_check {

namespace {

// What an arc stands for: a note of a registration, or, without one, a handle's place in an object.
struct cause {
    registration_entry const* registration = nullptr;
    note_entry const* note = nullptr;
    number from = 0;
    number to = 0;
};

char const* evidence_text(detail::track::note::evidence e) noexcept {
    using evidence = detail::track::note::evidence;
    switch (e) {
        case evidence::move_probe: return "move probe";
        case evidence::copy_probe: return "copy probe";
        case evidence::argument: return "argument";
    }
    return "";
}

class retention {
public:
    explicit retention(registry const& all) : all_(all) {
        for (auto const& [place, guard] : all.guards) {
            guards_.emplace(guard.id, &guard);
            places_.emplace(guard.id, place);
        }
        add_registrations();
        add_places();
    }

    std::vector<finding> findings(number since) {
        std::vector<finding> found;
        for (auto const& component : cyclic_components(arcs_)) {
            if (newest(component) >= since) {
                found.push_back(explain(component));
            }
        }
        return found;
    }

    // The other end of what a registration points to: where its owner lies.
    object_entry const* object_of_owner(registration_entry const& r) const {
        if (auto const* const object = all_.object_with(r.owner)) {
            return object;
        }
        auto const place = places_.find(r.owner);
        return place != places_.end() ? all_.object_around(place->second) : nullptr;
    }

    std::string resource_text(number id) const {
        if (auto const guard = guards_.find(id); guard != guards_.end()) {
            return describe(*guard->second);
        }
        auto const* const object = all_.object_with(id);
        return object != nullptr ? describe(all_, *object) : "object";
    }
    void add_opening(finding& f, number id) const {
        if (auto const guard = guards_.find(id); guard != guards_.end()) {
            f.opened = guard->second->where;
            f.age = clock::now() - guard->second->since;
        } else if (auto const* const object = all_.object_with(id)) {
            auto const inside = all_.guards.find(all_.object_places.at(object->id));
            if (inside != all_.guards.end()) {
                f.opened = inside->second.where;
                f.age = clock::now() - inside->second.since;
            }
        }
    }

private:
    node node_of(number id) {
        auto const [entry, fresh] = nodes_.try_emplace(id, static_cast<node>(arcs_.size()));
        if (fresh) {
            arcs_.emplace_back();
        }
        return entry->second;
    }
    void add_arc(cause const& why) {
        node const from = node_of(why.from);
        node const to = node_of(why.to);
        arcs_[from].push_back({to, static_cast<std::uint32_t>(causes_.size())});
        causes_.push_back(why);
    }

    void add_registrations() {
        for (auto const& [at, registration] : all_.registrations) {
            for (note_entry const& note : registration.notes) {
                if (note.strong && all_.object_with(note.target) != nullptr) {
                    add_arc({&registration, &note, registration.owner, note.target});
                }
            }
        }
    }
    void add_places() {
        for (auto const& [id, place] : places_) {
            if (auto const* const object = all_.object_around(place)) {
                add_arc({nullptr, nullptr, object->id, id});
            }
        }
    }

    number newest(std::vector<node> const& component) const {
        number last = 0;
        for (node const n : component) {
            for (arc const& a : arcs_[n]) {
                if (causes_[a.label].registration != nullptr && is_in(component, a.to)) {
                    last = std::max(last, causes_[a.label].registration->id);
                }
            }
        }
        return last;
    }
    static bool is_in(std::vector<node> const& component, node n) {
        return std::find(component.begin(), component.end(), n) != component.end();
    }

    finding explain(std::vector<node> const& component) const {
        auto const cycle = shortest_cycle(arcs_, component);
        auto const held = [&](std::uint32_t label) { return causes_[label].registration != nullptr; };
        auto const cleanups = std::count_if(cycle.begin(), cycle.end(), held);
        finding f{};
        f.id = cleanups == 1 ? "HR001" : "HR002";
        f.grade = grade::certain;  // every arc was seen, and is strong
        f.count = 1;
        number const resource = first_owner(cycle);
        f.resource = resource_text(resource);
        add_opening(f, resource);
        for (auto const label : cycle) {
            add_steps(f, causes_[label]);
        }
        count_references(f, component);
        f.advice = cleanups == 1
                       ? "pass what the cleanup needs as an argument of its own, or a weak to another object"
                       : "let one of these cleanups hold a weak instead, or a copy of what it needs";
        f.fingerprint = f.id;
        for (step const& s : f.path) {
            f.fingerprint += " " + place_text(s.where);
        }
        return f;
    }

    // The owner of the cycle's earliest registration: the same one every time.
    number first_owner(std::vector<std::uint32_t> const& cycle) const {
        cause const* first = nullptr;
        for (auto const label : cycle) {
            cause const& c = causes_[label];
            if (c.registration != nullptr &&
                (first == nullptr || c.registration->id < first->registration->id)) {
                first = &c;
            }
        }
        return first->from;
    }

    void add_steps(finding& f, cause const& c) const {
        if (c.registration == nullptr) {
            f.path.push_back({resource_text(c.to) + " lies in " + type_of(c.from), "place", {}});
            return;
        }
        std::string const where = c.note->offset >= 0 ? "capture +" + std::to_string(c.note->offset) : "capture inside";
        f.path.push_back({"cleanup at " + place_text(c.registration->where) + " -> " + where + " shared<" +
                              type_text(c.note->type) + "> -> " + resource_text(c.to),
                          evidence_text(c.note->seen_by), c.registration->where});
    }
    std::string type_of(number object) const {
        auto const* const entry = all_.object_with(object);
        return entry != nullptr ? type_text(entry->type) : "object";
    }

    void count_references(finding& f, std::vector<node> const& component) const {
        for (auto const& [id, n] : nodes_) {
            object_entry const* const object = is_in(component, n) ? all_.object_with(id) : nullptr;
            if (object != nullptr) {
                auto const word = object->managed->word.load(std::memory_order_relaxed);
                f.references += detail::strong_count(word);
            }
        }
        for (node const n : component) {
            for (arc const& a : arcs_[n]) {
                f.references_inside += causes_[a.label].registration != nullptr && is_in(component, a.to) ? 1 : 0;
            }
        }
        f.leaked_now = f.references == f.references_inside;
    }

    registry const& all_;
    std::unordered_map<number, guard_entry const*> guards_;
    std::unordered_map<number, void const*> places_;
    std::unordered_map<number, node> nodes_;
    adjacency arcs_;
    std::vector<cause> causes_;
};

finding weak_finding(retention const& graph, registration_entry const& r, note_entry const& note) {
    finding f{};
    f.id = "HR004";
    f.grade = grade::note;
    f.resource = graph.resource_text(r.owner);
    f.path.push_back({"cleanup at " + place_text(r.where) + " -> weak<" + type_text(note.type) + ">",
                      evidence_text(note.seen_by), r.where});
    f.advice = "the weak is always empty when the cleanup runs: leave it out";
    return f;
}

finding pointer_finding(retention const& graph, registration_entry const& r) {
    finding f{};
    f.id = "HR003";
    f.grade = grade::possible;  // the cleanup may run while the object that the handle lies in is still there
    f.resource = graph.resource_text(r.owner);
    f.path.push_back({"cleanup at " + place_text(r.where) + " -> pointer into the object that it lies in",
                      "argument", r.where});
    f.advice = "the object is being destroyed when the cleanup runs at its end: pass copies of what it needs";
    return f;
}

void add_uncounted(std::vector<finding>& found, registry const& all, retention const& graph,
                   registration_entry const& r) {
    object_entry const* const home = graph.object_of_owner(r);
    if (home == nullptr) {
        return;
    }
    for (note_entry const& note : r.notes) {
        bool const own_weak = note.target == home->id && !note.strong;
        bool const own_pointer = note.target == 0 && all.object_around(note.address) == home;
        if (own_weak || own_pointer) {
            finding f = own_weak ? weak_finding(graph, r, note) : pointer_finding(graph, r);
            f.fingerprint = f.id + " " + place_text(r.where);
            f.count = 1;
            graph.add_opening(f, r.owner);
            found.push_back(std::move(f));
        }
    }
}

}  // namespace

std::vector<finding> find_captures(registry const& all, number since) {
    retention graph(all);
    auto found = graph.findings(since);
    for (auto const& [at, registration] : all.registrations) {
        if (registration.id >= since) {
            add_uncounted(found, all, graph, registration);
        }
    }
    return found;
}

}  // namespace handrail::leak_check
