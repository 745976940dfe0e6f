// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The public functions: switching on, looking, reporting what was found.

#include "lib/leak_check/check.hpp"

#include "lib/leak_check/captures.hpp"
#include "lib/leak_check/hooks.hpp"
#include "lib/leak_check/misuse.hpp"

#include <algorithm>
#include <atomic>
#include <unordered_map>
#include <utility>

namespace handrail::leak_check {

namespace {

constinit std::atomic<level> current_level{level::off};

// Findings of one cause are one, with a count; the one that is told is the worst.
std::vector<finding> grouped(std::vector<finding> found) {
    std::vector<finding> groups;
    std::unordered_map<std::string, std::size_t> places;
    for (finding& f : found) {
        auto const [place, fresh] = places.try_emplace(f.fingerprint, groups.size());
        if (fresh) {
            groups.push_back(std::move(f));
            continue;
        }
        finding& group = groups[place->second];
        std::size_t const count = group.count + f.count;
        if (f.leaked_now && !group.leaked_now) {
            group = std::move(f);
        }
        group.count = count;
    }
    std::stable_sort(groups.begin(), groups.end(), [](finding const& a, finding const& b) {
        return a.grade != b.grade ? a.grade > b.grade : a.id < b.id;
    });
    return groups;
}

void add_open_handles(std::vector<finding>& found, registry const& all, number since) {
    std::vector<guard_entry const*> open;
    for (auto const& [place, guard] : all.guards) {
        if (guard.open && guard.known && guard.id >= since) {
            open.push_back(&guard);
        }
    }
    std::sort(open.begin(), open.end(), [](auto const* a, auto const* b) { return a->id < b->id; });
    for (guard_entry const* each : open) {
        found.push_back(still_open(*each));
    }
}

void count_all(report& r, registry const& all) {
    r.handles = static_cast<std::size_t>(std::count_if(
        all.guards.begin(), all.guards.end(), [](auto const& g) { return g.second.open; }));
    r.cleanups = all.registrations.size();
    r.opaque = static_cast<std::size_t>(
        std::count_if(all.registrations.begin(), all.registrations.end(),
                      [](auto const& each) { return each.second.opaque; }));
}

void say_what_is_missing(report& r, registry const& all, number since) {
    auto const add = [&](char const* what) {
        r.missing += (r.missing.empty() ? "" : "; ") + std::string(what);
    };
    if (current() == level::full) {
        add("level full looks no further than handles in this version");
    }
    if (all.lost) {
        add("memory was short when something should have been noted");
    }
    if (all.dropped >= since && all.dropped != 0) {
        add("the oldest of too many events were forgotten");
    }
    r.complete = r.missing.empty();
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
    count_all(r, all);
    say_what_is_missing(r, all, since);
    hold.unlock();
    r.pause = clock::now() - locked;
    r.findings = grouped(std::move(found));
    r.duration = clock::now() - begin;
    return r;
}

level current() noexcept { return current_level.load(std::memory_order_relaxed); }

// relaxed, everywhere: whoever sees an old level behaves as if it had come a moment earlier. The
// hooks ask again under the lock.
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
    std::vector<std::pair<number, live_handle>> found;
    registry& all = the_registry();
    std::unique_lock hold(all.mutex);
    for (auto const& [place, guard] : all.guards) {
        if (guard.open && guard.known) {
            found.push_back({guard.id,
                             {guard.kind,
                              guard.native,
                              std::string(std::string_view(guard.name)),
                              clock::now() - guard.since,
                              guard.where,
                              {guard.frames.begin(), guard.frames.end()}}});
        }
    }
    hold.unlock();
    std::sort(found.begin(), found.end(),
              [](auto const& a, auto const& b) { return a.first < b.first; });
    std::vector<live_handle> handles;
    handles.reserve(found.size());
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
    all.scope = since_;
}

report scoped_check::finish() { return look(since_, true); }

void before_fork() noexcept { the_registry().mutex.lock(); }
void after_fork() noexcept { the_registry().mutex.unlock(); }

}  // namespace handrail::leak_check
