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
// Use std::shared_ptr where nothing needs cleanups; to_std() leads there. Cycles of shared are
// never freed: break them with weak.
//
// Thread safety: as std::shared_ptr: distinct shared and weak objects may be used by distinct
//   threads, also when they refer to one object; one of them by one thread at a time. add_cleanup
//   and set_runner on one object may be called by several.

#pragma once

#include <handrail/heap/make.hpp>
#include <handrail/heap/pointer.hpp>
#include <handrail/heap/self.hpp>
#include <handrail/heap/weak.hpp>
