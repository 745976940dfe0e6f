// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// edges: how a class declares its edges; see <handrail/shared.hpp>.

#pragma once

#include <handrail/detail/heap/edge_walk.hpp>

#include <tuple>

namespace handrail {

// Names the members of a class that are edges or contain edges. A class lists them in a public
// member managed_edges, after the members themselves, which may be private:
//
//     class node {
//         handrail::edge<node> next_;
//         handrail::traced<std::vector<handrail::edge<node>>> kids_;
//
//     public:
//         using managed_edges = handrail::edges<&node::next_, &node::kids_>;
//     };
//     struct leaf : node {
//         handrail::edge<node> root;
//         using managed_edges = handrail::edges<&leaf::root>::with<node>;    // node has a list
//     };
//
// Requires: each member is an edge, a traced container, a std::array or array of these, or of a
//   class that has managed_edges itself; no edge is named twice; with<…> leads to no base twice,
//   virtual or not. Anything else does not compile.
// Not promised: that a forgotten edge is found by the compiler. Cycles through it are never
//   collected; the leak check reports it (HR005).
template <auto... Members>
using edges = detail::edge_list<std::tuple<>, Members...>;

}  // namespace handrail
