// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// edge_census: while the leak check is on, compares the edges that are constructed inside an object
// with those that its class declares. So a forgotten edge is reported (HR005) when the first object
// of the class is made.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/heap/edge_walk.hpp>
#include <handrail/detail/heap/object_header.hpp>

#include <array>
#include <cstddef>

namespace handrail::detail {

// While one exists, edges that this thread constructs inside the object are recorded, and those
// forgotten that it destroys again: a constructor may use edges for a while. Make one only when
// leak_check_on().
class edge_census {
public:
    HANDRAIL_API explicit edge_census(object_header const& fresh) noexcept;
    edge_census(edge_census const&) = delete;
    edge_census& operator=(edge_census const&) = delete;
    HANDRAIL_API ~edge_census();

    // Effects: reports the first recorded edge for whose address is_declared returns false.
    template <class Declared>
    void compare(Declared is_declared) noexcept {
        for (std::size_t i = 0; i != size_; ++i) {
            if (!is_declared(built_[i])) {
                report(built_[i]);
                return;
            }
        }
    }

    // Effects: records an edge or traced container that is being constructed.
    static void record(void const* edge) noexcept;
    // Effects: forgets one that is being destroyed.
    static void forget(void const* edge) noexcept;

private:
    static edge_census* around(void const* edge) noexcept;
    HANDRAIL_API void report(void const* undeclared) const noexcept;

    object_header const* object_;
    edge_census* outer_;
    std::size_t size_ = 0;
    std::array<void const*, 16> built_;  // edges beyond these are not checked
};

// Looks for an edge or traced container by its address. What lies inside a traced container, such
// as an edge in its array, is declared with it.
struct finding_visitor {
    void const* wanted;
    bool found = false;
    void edge(edge_base const& each) noexcept { found |= wanted == &each; }
    template <class C>
    void traced(handrail::traced<C> const& each) noexcept {
        found |= extent{&each, sizeof each}.contains(wanted);
    }
};

// Returns: a function that returns whether the object declares an edge at an address.
template <class Managed>
auto declared_edges_of(Managed const& built) noexcept {
    return [&built](void const* edge) noexcept {
        finding_visitor visitor{edge};
        detail::walk_object(built.value, visitor);
        return visitor.found;
    };
}

}  // namespace handrail::detail
