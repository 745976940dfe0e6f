// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A check locks the registry once, and once more if it made a frozen copy. Under the lock it copies
// the facts about events and handles, and searches the graph in the process or makes a frozen copy
// of the program that searches it. Findings about events and handles are made of the facts when the
// registry is unlocked. Findings about the graph name what the registry knows, so the registry is
// locked when they are made: for those of the frozen copy once more, and those whose subjects have
// been destroyed in between are dropped.

#include "lib/leak_check/run_check.hpp"

#include "lib/base/deadline.hpp"
#include "lib/leak_check/graph/graph.hpp"
#include "lib/leak_check/graph/in_process_search.hpp"
#include "lib/leak_check/memory/heap_blocks.hpp"
#include "lib/leak_check/registry/handles.hpp"
#include "lib/leak_check/registry/registry.hpp"
#include "lib/leak_check/report/grouping.hpp"
#include "lib/leak_check/report/misuse.hpp"
#include "lib/leak_check/report/suppression_file.hpp"
#include "lib/leak_check/report/wording.hpp"
#include "lib/leak_check/scan/frozen_search.hpp"

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/detail/base/errno_guard.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace handrail::leak_check {

namespace {

// What a report needs of the registry besides the graph, copied while it is locked.
struct copied_facts {
    std::vector<event> events;
    std::vector<replaced_handle> replaced;
    std::vector<handle_facts> leaked;
};

// Objects are allocated by the code of the program, which may use another operator new than the
// library. A sample is enough.
bool provider_covers_objects(registry const& all) noexcept {
    std::size_t sample = 64;
    for (auto const& [address, object] : all.objects) {
        if (sample-- == 0) {
            break;
        }
        if (heap_blocks::around(detail::as_integer(address)) == 0) {
            return false;
        }
    }
    return true;
}

class check_run {
public:
    check_run(entry_id since, options const& what) : since_(since), what_(what) {}

    report run() {
        auto const started = clock::now();
        auto const deadline = detail::deadline_after(what_.timeout);
        if (current_level() == level::full) {
            covers_operator_new_ = heap_blocks::covers_operator_new();
            search_.emplace();
        }
        scratch memory(scratch::used_in::process);
        raw_findings found(memory);
        bool const has_copy = start_search(memory, found);
        add_findings_of_copied_facts();
        if (has_copy) {
            finish_frozen_search(deadline, found);
            add_locked_objects(found.counts.locked_objects);
            add_lost_cycles();
        }
        report_.handles = found.counts.handles;
        report_.cleanups = found.counts.cleanups;
        report_.opaque = found.counts.opaque;
        report_.complete = report_.missing.empty();
        report_.findings = std::move(findings_);
        suppress(report_);  // first: a suppression may name one of a group
        report_.findings = grouped(std::move(report_.findings));
        report_.duration = clock::now() - started;
        return std::move(report_);
    }

private:
    // Effects: makes a frozen copy, or searches here; copies what else the report needs. Returns:
    //   whether a frozen copy searches the graph.
    bool start_search(scratch& memory, raw_findings& found) {
        detail::lock_guard hold(registry_mutex);
        registry& all = the_registry();
        auto const locked = clock::now();
        bool const has_copy = search_ && search_->start(all, since_);
        if (!has_copy) {
            search_in_process(memory, all, since_, found);
            findings_ = findings_of_graph(all, found);
        }
        copy_facts(all);
        add_missing(all, has_copy);
        hold.unlock();
        report_.pause += clock::now() - locked;
        return has_copy;
    }

    void copy_facts(registry const& all) {
        std::copy_if(all.events.begin(), all.events.end(), std::back_inserter(copied_.events),
                     [&](event const& e) { return e.id >= since_; });
        if (search_) {
            copied_.replaced = replaced_handles(all, since_);
        }
        if (what_.open_handles) {
            copied_.leaked = leaked_handles(all, since_);
        }
    }

    void add_findings_of_copied_facts() {
        for (event const& each : copied_.events) {
            findings_.push_back(finding_of_event(each));
        }
        for (replaced_handle const& each : copied_.replaced) {
            findings_.push_back(replaced(each.handle, each.is_open));
        }
        for (handle_facts const& each : copied_.leaked) {
            findings_.push_back(still_open(each));
        }
    }

    void finish_frozen_search(clock::time_point deadline, raw_findings& found) {
        bool const searched = search_->finish(deadline, found);
        if (!searched) {
            add_missing("the check was not completed, and cycles were not looked for: " +
                        search_->error());
        }
        std::vector<finding> fresh = word_findings(searched, found);
        findings_.insert(findings_.begin(), std::make_move_iterator(fresh.begin()),
                         std::make_move_iterator(fresh.end()));
    }

    // Returns: the findings of the graph that was searched; if it was not, only counts.
    std::vector<finding> word_findings(bool searched, raw_findings& found) {
        std::vector<finding> worded;
        detail::lock_guard hold(registry_mutex);
        auto const locked = clock::now();
        if (searched) {
            worded = findings_of_graph(the_registry(), found);
            lost_cycles_ = count_lost_cycles(the_registry(), found);
        } else {
            report_.inconclusive = true;
            found.counts = counts_of(the_registry());
        }
        hold.unlock();
        report_.pause += clock::now() - locked;
        return worded;
    }

    void add_locked_objects(std::size_t count) {
        if (count != 0) {
            add_missing("edges of " + std::to_string(count) + " managed object" +
                        (count == 1 ? " were" : "s were") +
                        " not read: a container was locked for writing");
        }
    }
    void add_lost_cycles() {
        if (lost_cycles_ != 0) {
            add_missing(std::to_string(lost_cycles_) + " cycle" +
                        (lost_cycles_ == 1 ? " was" : "s were") +
                        " left out: an equal one that was to be shown ended while the check ran");
        }
    }
    void add_missing(std::string const& what) {
        report_.missing += (report_.missing.empty() ? "" : "; ") + what;
    }
    void add_missing(registry const& all, bool has_copy) {
        if (search_ && !has_copy) {
            add_missing(
                "memory was not searched: the system allows no frozen copy of the program (" +
                search_->error() + ")");
        } else if (has_copy && heap_blocks::provider_in_use() == heap_blocks::provider::none) {
            add_missing(
                "heap blocks were not searched: there is no block map (preload "
                "libhandrail_block_map.so)");
        } else if (has_copy && !(covers_operator_new_ && provider_covers_objects(all))) {
            add_missing(
                "heap blocks were not found: the operator new of the program or of an "
                "allocator replaces that of the block map");
        }
        if (all.memory_was_short) {
            add_missing("something was not recorded: memory was short");
        }
        if (all.newest_dropped >= since_ && all.newest_dropped != 0) {
            add_missing("the oldest of too many events were dropped");
        }
    }

    entry_id since_;
    options what_;
    report report_;
    std::vector<finding> findings_;
    copied_facts copied_;
    std::size_t lost_cycles_ = 0;
    bool covers_operator_new_ = true;
    std::optional<frozen_search> search_;  // at level full
};

}  // namespace

report run_check(entry_id since, options const& what) {
    detail::errno_guard const keep;
    return check_run(since, what).run();
}

}  // namespace handrail::leak_check
