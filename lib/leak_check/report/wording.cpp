// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/report/wording.hpp"

#include "lib/leak_check/report/descriptions.hpp"
#include "lib/leak_check/report/kept_steps.hpp"
#include "lib/leak_check/report/rules.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace handrail::leak_check {

namespace {

// ---- objects ------------------------------------------------------------------------------------

// "std::_Sp_counted_ptr_inplace<session, std::allocator<void>, …>" -> "session": the first argument
// of the template, without the pointer of std::_Sp_counted_ptr.
std::string standard_type(char const* control_block) {
    std::string const whole = type_text(control_block);
    auto const begin = std::min(whole.find('<'), whole.size() - 1) + 1;
    int depth = 0;
    auto end = begin;
    for (; end != whole.size() && (depth != 0 || (whole[end] != ',' && whole[end] != '>')); ++end) {
        depth += whole[end] == '<' || whole[end] == '(' ? 1 : 0;
        depth -= whole[end] == '>' || whole[end] == ')' ? 1 : 0;
    }
    std::string type = whole.substr(begin, end - begin);
    while (!type.empty() && (type.back() == '*' || type.back() == ' ')) {
        type.pop_back();
    }
    return type;
}

std::string type_of(raw_node const& object) {
    return object.kind == node_kind::shared_ptr ? standard_type(object.type)
                                                : type_text(object.type);
}

// Returns: the handle, which may have been moved since it was found; null if it has ended since.
guard_entry const* handle_of(registry const& all, raw_node const& what) {
    if (what.handle == 0) {
        return nullptr;
    }
    guard_entry const* const there = all.guard_at(what.handle_address);
    guard_entry const* const handle =
        there != nullptr && there->id == what.handle ? there : all.guard_with(what.handle);
    return handle != nullptr && handle->open ? handle : nullptr;
}

bool is_there(registry const& all, raw_node const& what) {
    return what.kind == node_kind::managed ? all.object_with(what.id) != nullptr
           : what.handle != 0              ? handle_of(all, what) != nullptr
                                           : true;
}

std::string describe(registry const& all, raw_node const& what) {
    guard_entry const* const handle = handle_of(all, what);
    if (what.kind == node_kind::handle) {
        return handle != nullptr ? describe(*handle) : "a handle that has ended";
    }
    if (what.kind == node_kind::managed) {
        object_entry const* const object = all.object_with(what.id);
        return object != nullptr ? describe(all, *object) : "an object that has ended";
    }
    return standard_type(what.type) + (handle != nullptr ? " with " + describe(*handle) : "");
}

void add_subject(finding& f, registry const& all, raw_node const& what) {
    f.resource = describe(all, what);
    if (guard_entry const* const handle = handle_of(all, what)) {
        add_opening(f, facts_of(*handle), clock::now());
    }
}

// ---- steps --------------------------------------------------------------------------------------

std::string signed_text(std::ptrdiff_t offset) { return "+" + std::to_string(offset); }

// "shared<session>".
std::string type_of_reference(raw_step const& s) {
    switch (s.reference) {
        case reference::containment: return type_of(s.from);
        case reference::edge: return "edge";
        case reference::strong:
        case reference::weak:
        case reference::pointer:
        case reference::none: break;
    }
    bool const standard = s.to.kind == node_kind::shared_ptr;
    std::string const type = s.type != nullptr ? type_text(s.type) : type_of(s.to);
    return (standard ? "std::shared_ptr<" : "shared<") + type + ">";
}

// "capture +8", "+24, 2 heap blocks +16".
std::string way_text(raw_step const& s) {
    std::string text = s.by_cleanup ? "capture " : "";
    if (s.offset < 0) {
        return text + "inside";
    }
    text += signed_text(s.offset);
    if (s.untyped_blocks != 0) {
        text += s.untyped_blocks == 1 ? ", heap block"
                                      : ", " + std::to_string(s.untyped_blocks) + " heap blocks";
        text += s.offset_in_block >= 0 ? " " + signed_text(s.offset_in_block) : "";
    }
    return text;
}

// An edge that is declared, and a handle that lies in an object directly, need no way.
bool has_way(raw_step const& s) noexcept {
    return s.evidence != evidence::edge &&
           (s.reference != reference::containment || s.untyped_blocks != 0);
}

step step_of(registry const& all, raw_step const& s) {
    return {.from = s.by_cleanup ? cleanup_at(s.location) : describe(all, s.from),
            .from_cleanup = s.by_cleanup,
            .via = has_way(s) ? way_text(s) : "",
            .reference = s.reference,
            .type = type_of_reference(s),
            .to = describe(all, s.to),
            .evidence = s.evidence,
            .where = s.location};
}

// Of equal causes, whatever the addresses and numbers.
std::string key_of(raw_step const& s) {
    if (s.by_cleanup) {
        return location_key_text(s.location);
    }
    auto const type = [](raw_node const& p) {
        return p.kind == node_kind::handle ? std::string("handle") : type_of(p);
    };
    return type(s.from) + (s.offset < 0 ? "" : signed_text(s.offset)) + ">" + type(s.to);
}

std::vector<step> path_of(registry const& all, std::span<raw_step const> steps) {
    auto const kept = kept_of(steps.size());
    return shortened_path(
        kept, [&](std::size_t i) { return step_of(all, steps[i]); },
        [&] { return omission_of(kept.omitted); });
}

// FNV-1a: the same everywhere and always.
std::string hash_text(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (char const c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    return std::to_string(hash);
}

// Of a path that is shortened, too, all steps count.
std::string fingerprint_of(std::string const& id, std::span<raw_step const> steps) {
    constexpr std::size_t max_bytes = 4'000;
    std::string text = id;
    for (raw_step const& each : steps) {
        text += " " + key_of(each);
        if (text.size() > max_bytes) {
            text = id + " #" + hash_text(text);
        }
    }
    return text;
}

// ---- cycles -------------------------------------------------------------------------------------

std::size_t cleanups_in(std::span<raw_step const> steps) {
    return static_cast<std::size_t>(
        std::count_if(steps.begin(), steps.end(), [](raw_step const& s) { return s.by_cleanup; }));
}

std::string_view advice_for_cleanups(std::span<raw_step const> steps) {
    if (steps.size() == 1) {
        return rules::cleanup_holds_its_resource.remedy;
    }
    if (cleanups_in(steps) == 1) {
        return "pass what the cleanup needs as an argument, not the object around its resource";
    }
    return "let one of these cleanups hold a copy of what it needs instead of the object, or a "
           "weak reference to it if it can do without";
}

std::string_view advice_for_objects(std::span<raw_step const> steps) {
    bool const managed = std::all_of(steps.begin(), steps.end(), [](raw_step const& s) {
        return s.to.kind != node_kind::shared_ptr;
    });
    return managed ? "make these members edges, named in managed_edges, so that collect() ends "
                     "them; or reset one when the work is done"
                   : "reset one of these references when the work is done, or hold a weak one "
                     "where nothing needs the object to stay: a pending operation may still use "
                     "its buffers";
}

rule const& rule_of(std::size_t cleanups) noexcept {
    return cleanups == 0   ? rules::not_seen_by_the_collector
           : cleanups == 1 ? rules::cleanup_holds_its_resource
                           : rules::cleanups_hold_each_other;
}

finding cycle_finding(registry const& all, raw_cycle const& cycle,
                      std::span<raw_step const> steps) {
    std::size_t const cleanups = cleanups_in(steps);
    finding f = new_finding(rule_of(cleanups), cycle.certain);
    f.leaked_now = cycle.leaked_now;
    f.count = cycle.count;
    f.references = cycle.references;
    f.references_inside = cycle.references_inside;
    add_subject(f, all, cycle.subject);
    f.path = path_of(all, steps);
    f.fingerprint = fingerprint_of(f.id, steps);
    f.advice = cleanups != 0 ? advice_for_cleanups(steps) : advice_for_objects(steps);
    return f;
}

// ---- references that keep nothing alive ---------------------------------------------------------

// "the object", where the type is not known.
std::string type_of_target(raw_back_reference const& r) {
    return r.type == nullptr        ? std::string("the object")
           : r.object_is_shared_ptr ? standard_type(r.type)
                                    : type_text(r.type);
}

// From the cleanup to its resource, or to the object around it, in which the resource lies.
std::vector<step> path_of(raw_back_reference const& r, std::string const& resource) {
    bool const weak = r.reference == reference::weak;
    bool const is_scanned = r.evidence == evidence::scan;
    std::string const target = type_of_target(r);
    std::vector<step> path{{.from = cleanup_at(r.location),
                            .from_cleanup = true,
                            .via = is_scanned && !weak ? "capture " + signed_text(r.offset) : "",
                            .reference = r.reference,
                            .type = weak ? "weak<" + target + ">" : "pointer",
                            .to = r.to_owner ? resource : target,
                            .evidence = r.evidence,
                            .where = r.location}};
    if (!r.to_owner) {
        path.push_back({.from = target,
                        .reference = reference::containment,
                        .type = target,
                        .to = resource,
                        .evidence = r.object_is_shared_ptr ? evidence::scan : evidence::address});
    }
    return path;
}

void give_advice(finding& f, raw_back_reference const& r) {
    if (r.reference == reference::pointer) {
        f.advice =
            "pass copies of what the cleanup needs: what it points to may be destroyed when the "
            "cleanup runs";
    } else if (!r.to_owner) {
        f.advice =
            "make sure that the cleanup does not need the weak reference: it is empty when "
            "the end of the object around the handle runs the cleanup";
    }
}

finding back_reference_finding(registry const& all, raw_back_reference const& r) {
    // Members before the handle are alive when the destructor of the object runs the cleanup, and
    // after a close() all are.
    constexpr bool proven = false;
    finding f =
        new_finding(r.reference == reference::weak ? rules::weak_to_its_resource
                                                   : rules::cleanup_points_into_its_resource,
                    proven);
    add_subject(f, all, r.owner);
    f.path = path_of(r, f.resource);
    f.fingerprint = f.id + " " + location_key_text(r.location);
    give_advice(f, r);
    return f;
}

}  // namespace

std::size_t count_lost_cycles(registry const& all, raw_findings const& found) {
    std::size_t lost = 0;
    for (raw_cycle const& each : found.cycles) {
        lost += is_there(all, each.subject) ? 0 : each.count - 1;
    }
    return lost;
}

std::vector<finding> findings_of_graph(registry const& all, raw_findings const& found) {
    std::vector<finding> findings;
    std::size_t begin = 0;
    for (raw_cycle const& each : found.cycles) {
        if (is_there(all, each.subject)) {
            findings.push_back(
                cycle_finding(all, each, {found.steps.data() + begin, each.step_count}));
        }
        begin += each.step_count;
    }
    for (raw_back_reference const& each : found.back_references) {
        if (is_there(all, each.owner)) {
            findings.push_back(back_reference_finding(all, each));
        }
    }
    return findings;
}

}  // namespace handrail::leak_check
