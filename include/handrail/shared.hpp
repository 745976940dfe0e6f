// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Managed objects: counted references with cleanups beside the object.
//
//     auto session = handrail::make<chat::session>(socket);    // shared<chat::session>
//     handrail::weak<chat::session> watcher = session;
//     handrail::add_cleanup(session, [](std::string who) { log(who + " left"); }, session->name());
//     handrail::shared<std::string> topic(session, &session->topic);    // keeps the session alive
//
// An object ends when its last shared is gone: first weak references are empty, then the destructor
// runs, then the cleanups, newest first. A cleanup attached through an alias belongs to the whole
// object. An end inside another end (a destructor that drops the next node of a list) waits until
// that one is done and takes effect before the outermost release on that thread returns, so that
// long chains need no deep stack.
//
// Objects may refer to each other in cycles, if they do so through edges that their class declares:
//
//     struct node {
//         handrail::edge<node> next;
//         handrail::traced<std::vector<handrail::edge<node>>> kids;
//         using managed_edges = handrail::edges<&node::next, &node::kids>;
//     };
//     handrail::heap::global().collect();    // ends cycles that nothing else refers to
//
// A shared inside a managed object counts as a reference from outside: cycles through it are never
// collected. In a collected object the destructor finds its edges null; in one that ends with its
// last reference it finds them intact: a destructor must allow for both. docs/collector.md explains
// how cycles are found while the program runs.
//
// Use std::shared_ptr where nothing needs cleanups or edges, and for arrays and allocators;
// to_std() leads there. docs/heap.md sets the two side by side.
//
// Thread safety: as std::shared_ptr: distinct shared and weak objects may be used by distinct
//   threads, also when they refer to one object; one of them by one thread at a time, but for
//   std::atomic<shared<T>> and std::atomic<weak<T>>. add_cleanup and set_runner on one object may
//   be called by several.

#pragma once

#include <handrail/heap/atomic.hpp>
#include <handrail/heap/edge.hpp>
#include <handrail/heap/heap.hpp>
#include <handrail/heap/make.hpp>
#include <handrail/heap/pointer.hpp>
#include <handrail/heap/self.hpp>
#include <handrail/heap/traced.hpp>
#include <handrail/heap/weak.hpp>
