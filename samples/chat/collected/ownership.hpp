// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// How chat's objects own each other: by handrail's edges, so that cycles of them are collected.
// Its twin is counted/ownership.hpp; the build chooses.

#pragma once

#include <handrail/shared.hpp>

namespace chat {

inline constexpr char const* ownership = "handrail::edge";

template <class T>
using owned = handrail::shared<T>;
template <class T>
using known = handrail::weak<T>;

// From one object to another, and containers of such.
template <class T>
using link = handrail::edge<T>;
template <class C>
using links = handrail::traced<C>;

// What a class says of its links.
template <auto... Members>
using edges = handrail::edges<Members...>;

template <class T>
using knows_itself = handrail::enable_shared_from_this<T>;

using handrail::make;

// Effects: ends the objects that only each other's links keep alive.
inline void end_unreachable() { handrail::heap::global().collect(); }

}  // namespace chat
