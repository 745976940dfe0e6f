// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the track layer does in a forked child. lib/startup.cpp installs the handler.

#pragma once

namespace handrail::detail::track {

// Effects: only the probes of this thread are active; those of the others stayed in the parent.
void after_fork_in_child() noexcept;

}  // namespace handrail::detail::track
