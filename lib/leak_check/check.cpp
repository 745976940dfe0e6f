// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The public functions: switching on, looking, reporting what was found.

#include "lib/leak_check/check.hpp"

#include "lib/leak_check/graph.hpp"
#include "lib/leak_check/hooks.hpp"
#include "lib/leak_check/registry.hpp"

#include <handrail/leak_check.hpp>

#include <algorithm>
#include <atomic>
#include <unordered_map>
#include <utility>

namespace handrail::leak_check {

namespace {

constinit std::atomic<level> current_level{level::off};

finding open_handle(guard_entry const& guard) {
    finding f{};
    f.id = "HR020";
    f.grade = grade::possible;
    f.resource = describe(guard);
    f.path.push_back({std::string(guard.kind) + " opened at " + place_text(guard.where), "guard", guard.where});
    f.advice = "close it, or let its owner end before this point";
    f.fingerprint = f.id + " " + guard.kind + " " + place_text(guard.where);
    f.count = 1;
    f.opened = guard.where;
    f.age = clock::now() - guard.since;
    return f;
}

void add_open_handles(std::vector<finding>& found, registry const& all, number since) {
    for (auto const& [place, guard] : all.guards) {
        if (guard.open && guard.known && guard.id >= since) {
            found.push_back(open_handle(guard));
        }
    }
}

// Findings of one cause are one, with a count.
std::vector<finding> grouped(std::vector<finding> found) {
    std::vector<finding> groups;
    std::unordered_map<std::string, std::size_t> places;
    for (finding& f : found) {
        auto const [place, fresh] = places.try_emplace(f.fingerprint, groups.size());
        if (fresh) {
            groups.push_back(std::move(f));
        } else {
            groups[place->second].count += f.count;
        }
    }
    std::stable_sort(groups.begin(), groups.end(), [](finding const& a, finding const& b) {
        return a.grade != b.grade ? a.grade > b.grade : a.id < b.id;
    });
    return groups;
}

std::size_t count_open(registry const& all) {
    return static_cast<std::size_t>(std::count_if(all.guards.begin(), all.guards.end(),
                                                  [](auto const& g) { return g.second.open; }));
}
std::size_t count_opaque(registry const& all) {
    return static_cast<std::size_t>(std::count_if(all.registrations.begin(), all.registrations.end(),
                                                  [](auto const& r) { return r.second.opaque; }));
}

}  // namespace

report look(number since, bool open_handles) {
    auto const begin = clock::now();
    report r{};
    registry& all = the_registry();
    std::unique_lock hold(all.mutex);
    auto const locked = clock::now();
    std::vector<finding> found = find_captures(all, since);
    for (event const& e : all.events) {
        if (e.id >= since) {
            found.push_back(e.what);
        }
    }
    if (open_handles) {
        add_open_handles(found, all, since);
    }
    r.handles = count_open(all);
    r.cleanups = all.registrations.size();
    r.opaque = count_opaque(all);
    hold.unlock();
    r.pause = clock::now() - locked;
    r.findings = grouped(std::move(found));
    r.complete = current() != level::full;  // what only full looks at is not looked at in this version
    r.duration = clock::now() - begin;
    return r;
}

level current() noexcept { return current_level.load(std::memory_order_relaxed); }

void enable(level wanted) {
    detail::track::set_hooks(&hook_table);
    registry& all = the_registry();
    std::lock_guard hold(all.mutex);
    current_level.store(wanted, std::memory_order_relaxed);
    if (wanted != level::off) {
        detail::switches.fetch_or(detail::switch_tracking, std::memory_order_relaxed);
    } else {
        detail::switches.fetch_and(~detail::switch_tracking, std::memory_order_relaxed);
        all.clear();
    }
}

report check_now(options const& what) { return look(0, what.open_handles); }

std::vector<live_handle> live_handles() {
    registry& all = the_registry();
    std::lock_guard hold(all.mutex);
    std::vector<std::pair<number, live_handle>> found;
    for (auto const& [place, guard] : all.guards) {
        if (guard.open && guard.known) {
            found.push_back({guard.id, {guard.kind, guard.native, std::string(std::string_view(guard.name)),
                                        clock::now() - guard.since, guard.where}});
        }
    }
    std::sort(found.begin(), found.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
    std::vector<live_handle> handles;
    for (auto& [id, handle] : found) {
        handles.push_back(std::move(handle));
    }
    return handles;
}

scoped_check::scoped_check() : since_(0) {
    if (current() == level::off) {
        enable(level::handles);
    }
    registry& all = the_registry();
    std::lock_guard hold(all.mutex);
    since_ = all.last + 1;
}

report scoped_check::finish() { return look(since_, true); }

void before_fork() noexcept { the_registry().mutex.lock(); }
void after_fork() noexcept { the_registry().mutex.unlock(); }

}  // namespace handrail::leak_check
