// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The socket to the tool: a descriptor in the program of which the program knows nothing.
//
//  1. Every process that asks has a channel of its own, so that no other one reads its answers. The
//     program's was made by the tool. One that is followed (settings.children) makes a pair and
//     sends the tool one end over the inherited socket, which stays open for that.
//  2. Before each use it must still be the same socket: a program that closes by system call all
//     descriptors that it finds may have got its number for a file of its own.
//
// All are async-signal-safe. Requires: a kept_errno.

#pragma once

#include "lib/preload/layout.hpp"
#include "lib/preload/settings.hpp"

namespace handrail::preload {

// Returns: whether there is such a socket.
bool use_channel(settings const&) noexcept;

// Without a descriptor to spare for it the child is not looked at.
void open_channel_of_child() noexcept;

// Effects: asks, and waits for the answer or for the end of the tool. signal: look_message's.
void ask_over_channel(look_reason, int signal) noexcept;

int channel() noexcept;  // -1: none

// Effects: the channel gets another number if it has this one: the program wants it.
void move_channel_from(int number) noexcept;

}  // namespace handrail::preload
