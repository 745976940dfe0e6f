// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Managed objects: objects that live as long as references to them exist, and to which cleanups can
// be attached.
//
//     auto session = handrail::make<chat::session>(socket);    // shared<chat::session>
//     handrail::weak<chat::session> watcher = session;
//     handrail::add_cleanup(session, [](std::string who) { log(who + " left"); }, session->name());
//     handrail::shared<std::string> topic(session, &session->topic);    // keeps the session alive
//
// An object ends when its last shared is released: weak references become empty, then the
// destructor runs, then the cleanups, newest first. A cleanup that is registered through an alias
// belongs to the whole object. If a destructor or cleanup releases the last reference to another
// object (the next element of a list, say), that object ends after the first one is done, and
// before the outermost release on that thread returns. So the end of a long list needs no deep
// stack.
//
// Objects may refer to each other in cycles, if they do so through edges that their classes
// declare:
//
//     struct node {
//         handrail::edge<node> next;
//         handrail::traced<std::vector<handrail::edge<node>>> kids;
//         using managed_edges = handrail::edges<&node::next, &node::kids>;
//     };
//     handrail::heap::global().collect();    // ends cycles that nothing else refers to
//
// A shared inside a managed object counts as a reference from outside: cycles through it are never
// collected. The destructor of a collected object finds its edges null; that of an object which
// ends with its last reference finds them intact. A destructor must allow for both.
// docs/collector.md explains how cycles are found while the program runs.
//
// Use std::shared_ptr where nothing needs cleanups or edges, and for arrays and allocators;
// to_std() makes one from a shared. docs/heap.md compares the two.
//
// Thread safety: as std::shared_ptr: distinct shared and weak objects may be used by distinct
//   threads, also when they refer to the same managed object; one of them by one thread at a time,
//   except std::atomic<shared<T>> and std::atomic<weak<T>>. add_cleanup and set_runner may be
//   called for one managed object by several threads at a time, but not in a child of fork() that
//   one thread made while another was inside such a call for the same object: they may wait there
//   for ever.

#pragma once

#include <handrail/heap/atomic.hpp>
#include <handrail/heap/edge.hpp>
#include <handrail/heap/edges.hpp>
#include <handrail/heap/enable_shared_from_this.hpp>
#include <handrail/heap/heap.hpp>
#include <handrail/heap/make.hpp>
#include <handrail/heap/shared.hpp>
#include <handrail/heap/traced.hpp>
#include <handrail/heap/weak.hpp>
