// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The public functions: switching on, looking, reporting what was found.

#include "lib/leak_check/check.hpp"

#include "lib/leak_check/memory/heap_blocks.hpp"
#include "lib/leak_check/registry/hooks.hpp"
#include "lib/leak_check/registry/misuse.hpp"
#include "lib/leak_check/report/suppression_file.hpp"
#include "lib/leak_check/report/wording.hpp"
#include "lib/leak_check/scan/frozen_check.hpp"
#include "platform/port.hpp"

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/detail/core/failure.hpp>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace handrail::leak_check {

namespace {

constexpr port::handle_identity unknown_identity{};

constexpr unsigned by_level = detail::switch_tracking | detail::switch_wipe;

constinit std::atomic<level> level_now{level::off};

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

bool is_intentional(object_entry const* object) noexcept {
    return object != nullptr && object->intentional;
}

void add_open_handles(std::vector<finding>& found, registry const& all, number since) {
    std::vector<guard_entry const*> open;
    for (auto const& [place, guard] : all.guards) {
        bool const meant = guard.intentional || is_intentional(all.object_around(place));
        if (guard.open && guard.known && guard.id >= since && !meant) {
            open.push_back(&guard);
        }
    }
    std::sort(open.begin(), open.end(), [](auto const* a, auto const* b) { return a->id < b->id; });
    for (guard_entry const* each : open) {
        found.push_back(still_open(*each));
    }
}

// A descriptor that is no longer what its guard opened. Those that were told of as closed by
// another are not told of again.
void add_replaced(std::vector<finding>& found, registry const& all, number since) {
    for (auto const& [place, guard] : all.guards) {
        if (!guard.open || guard.blamed || guard.id < since || guard.identity == unknown_identity) {
            continue;
        }
        boost::system::error_code ec;
        auto const now = port::identity_of(static_cast<port::handle>(guard.native), ec);
        if (ec.failed() || now != guard.identity) {
            found.push_back(replaced(guard, ec.failed()));
        }
    }
}

// Objects are allocated by the code of the program, which may have another operator new than the
// library has. A few are enough.
bool sees_objects(registry const& all) noexcept {
    std::size_t left = 64;
    for (auto const& [place, object] : all.objects) {
        if (left-- == 0) {
            break;
        }
        if (heap_blocks::around(detail::as_integer(place)) == 0) {
            return false;
        }
    }
    return true;
}

class look_at_all {
public:
    look_at_all(number since, options const& what) : since_(since), what_(what) {}

    report run() {
        auto const begin = clock::now();
        if (current_level() == level::full) {
            sees_operator_new_ = heap_blocks::sees_operator_new();
            frozen_.emplace();
        }
        scratch memory(scratch::where::process);
        raw_findings found(memory);
        bool const frozen = look_at_registry(memory, found);
        if (frozen) {
            bool const ended = frozen_->finish(begin + what_.timeout, found);
            if (!ended) {
                say("the look at a frozen copy of the program is inconclusive: " + frozen_->why());
            }
            add_findings(ended, found);
        }
        report_.handles = found.counts.handles;
        report_.cleanups = found.counts.cleanups;
        report_.opaque = found.counts.opaque;
        report_.complete = report_.missing.empty();
        report_.findings = grouped(std::move(findings_));
        suppress(report_);
        report_.duration = clock::now() - begin;
        return std::move(report_);
    }

private:
    // Returns: whether a frozen copy looks at the rest.
    bool look_at_registry(scratch& memory, raw_findings& found) {
        registry& all = the_registry();
        std::unique_lock hold(all.mutex);
        auto const locked = clock::now();
        bool const frozen = frozen_ && frozen_->begin(all, since_);
        if (!frozen) {
            check_in_process(memory, all, since_, found);
            findings_ = findings_of(all, found);
        }
        add_events(all);
        if (frozen_) {
            add_replaced(findings_, all, since_);
        }
        if (what_.open_handles) {
            add_open_handles(findings_, all, since_);
        }
        say_what_is_missing(all, frozen);
        hold.unlock();
        report_.pause = clock::now() - locked;
        return frozen;
    }

    void add_events(registry const& all) {
        for (event const& e : all.events) {
            if (e.id >= since_) {
                findings_.push_back(e.what);
            }
        }
    }

    void add_findings(bool ended, raw_findings const& found) {
        if (ended) {
            registry& all = the_registry();
            std::lock_guard hold(all.mutex);
            auto fresh = findings_of(all, found);
            findings_.insert(findings_.begin(), std::make_move_iterator(fresh.begin()),
                             std::make_move_iterator(fresh.end()));
        }
    }

    void say(std::string const& what) {
        report_.missing += (report_.missing.empty() ? "" : "; ") + what;
    }
    void say_what_is_missing(registry const& all, bool frozen) {
        if (frozen_ && !frozen) {
            say("bytes were not looked at, the system allows no frozen copy of the program: " +
                frozen_->why());
        } else if (frozen && heap_blocks::known_from() == heap_blocks::source::none) {
            say("heap blocks were not looked into: the block map is not there (preload "
                "libhandrail_block_map.so)");
        } else if (frozen && !(sees_operator_new_ && sees_objects(all))) {
            say("heap blocks were not seen: the program's own operator new, or an allocator's, "
                "comes "
                "before the block map's");
        }
        if (all.lost) {
            say("memory was short when something should have been noted");
        }
        if (all.dropped >= since_ && all.dropped != 0) {
            say("the oldest of too many events were forgotten");
        }
    }

    number since_;
    options what_;
    report report_{};
    std::vector<finding> findings_;
    bool sees_operator_new_ = true;
    std::optional<frozen_check> frozen_;
};

}  // namespace

report look(number since, options const& what) {
    detail::errno_guard const keep;
    return look_at_all(since, what).run();
}

level current_level() noexcept { return level_now.load(std::memory_order_relaxed); }

// relaxed, everywhere: whoever sees an old level behaves as if it had come a moment earlier. The
// hooks ask again under the lock.
void set_level(level wanted) {
    detail::track::set_hooks(&hook_table);
    registry& all = the_registry();
    std::lock_guard hold(all.mutex);
    level_now.store(wanted, std::memory_order_relaxed);
    unsigned on = 0;
    if (wanted != level::off) {
        on |= detail::switch_tracking;
    } else {
        all.clear();
    }
    if (wanted == level::full) {
        on |= detail::switch_wipe;
    }
    detail::switches.fetch_or(on, std::memory_order_relaxed);
    detail::switches.fetch_and(~(by_level & ~on), std::memory_order_relaxed);
}

report check_now(options const& what) { return look(0, what); }

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
    if (current_level() == level::off) {
        set_level(level::handles);
    }
    registry& all = the_registry();
    std::lock_guard hold(all.mutex);
    since_ = all.last + 1;
    all.scope = since_;
}

report scoped_check::finish() { return look(since_, {.open_handles = true}); }

namespace {

template <class Fn>
void change_entry(owner_ref owner, Fn fn) {
    detail::owner_view const& view = owner.view();
    if (view.cleanups == nullptr) {
        throw std::invalid_argument("handrail: leak_check at " + place_text(owner.where()) +
                                    ": the owner is empty");
    }
    registry& all = the_registry();
    std::lock_guard hold(all.mutex);
    if (detail::tracking()) {
        all.with_owner(view, fn);
    }
}

}  // namespace

void set_name(owner_ref owner, std::string_view name) {
    change_entry(owner, [&](auto& entry) { entry.name = arena_string(name); });
}

void mark_intentional(owner_ref owner, std::string_view) {
    change_entry(owner, [](auto& entry) { entry.intentional = true; });
}

void before_fork() noexcept { the_registry().mutex.lock(); }
void after_fork() noexcept { the_registry().mutex.unlock(); }

}  // namespace handrail::leak_check
