// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// How chat's objects own each other: by handrail's edges, so that their cycles are collected. The
// build chooses between this header and counted/ownership.hpp.

#pragma once

#include <handrail/shared.hpp>

namespace chat {

inline constexpr char const* ownership = "handrail::edge";

template <class T>
using owned = handrail::shared<T>;
template <class T>
using known = handrail::weak<T>;

// References from one object to another, and containers of them.
template <class T>
using link = handrail::edge<T>;
template <class C>
using links = handrail::traced<C>;

// The declaration of a class's links.
template <auto... Members>
using edges = handrail::edges<Members...>;

template <class T>
using knows_itself = handrail::enable_shared_from_this<T>;

using handrail::make;

// Effects: ends objects that only their own links keep alive.
inline void end_unreachable() { handrail::heap::global().collect(); }

}  // namespace chat
