// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// edge_reader: collects the targets of the edges of an object, for a pass.

#pragma once

#include <handrail/detail/base/export.hpp>

#include <atomic>
#include <cstdint>

namespace handrail::detail {

struct tracked_object;

class HANDRAIL_API edge_reader {
public:
    // Effects: adds the target of an edge if that is a tracked object. Errors: as grow().
    void add(std::atomic<std::uintptr_t> const& edge) {
        // seq_cst: ordered with the flag of an active pass; see lib/heap/limbo.hpp.
        if (auto const word = edge.load(); (word & is_tracked) != 0) {
            if (next_ == end_) {
                grow();
            }
            *next_++ = reinterpret_cast<tracked_object*>(word & ~is_tracked);
        }
    }
    // A container could not be locked: the object that it is part of counts as alive.
    void skip() noexcept { complete_ = false; }

    // Bit of an edge's word: the target is a tracked object. A pass must not read the headers of
    // other targets, because nothing keeps their memory from being freed; nor need it, because they
    // have no edges.
    static constexpr std::uintptr_t is_tracked = 2;

protected:
    edge_reader() = default;
    edge_reader(edge_reader const&) = delete;
    edge_reader& operator=(edge_reader const&) = delete;
    ~edge_reader() = default;

    // Effects: makes room for more targets. Errors: throws std::bad_alloc. A derived class that
    //   does not override this deletes first_ (delete[]) in its destructor.
    virtual void grow();

    // [first_, next_) are the targets that were read since the derived class last set next_ to
    // first_; complete_: no container was skipped since it was set.
    tracked_object** first_ = nullptr;
    tracked_object** next_ = nullptr;
    tracked_object** end_ = nullptr;
    bool complete_ = true;
};

}  // namespace handrail::detail
