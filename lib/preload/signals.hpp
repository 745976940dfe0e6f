// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Signals that end the program: SIGHUP, SIGINT, SIGQUIT and SIGTERM, where their disposition is the
// default. A terminal sends SIGINT to the tool and to the program, so that only the program itself
// can wait until the tool has looked.
//
//  1. The program does not see the handler: where it asks for the disposition, it learns that it is
//     the default one; where it sets the default, the handler is set.
//  2. Only the first signal waits. The kernel sets the default before it calls the handler, and a
//     second signal ends the program at once.

#pragma once

namespace handrail::preload {

// Requires: in the constructor, before the program has threads.
void watch_signals() noexcept;

}  // namespace handrail::preload
