// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What fork does to the core: its locks are held across it, so that the child finds them free and
// what they guard consistent. In the child, records and batches of the parent count as inherited
// (generations.hpp), and threads, waiters and the default runner of the parent are forgotten.
//
// Lock order: the default runner's, the list of threads', the late records'. Elsewhere no two of
// them are held at a time, and no user code is called while one is.

#pragma once

namespace handrail::detail {

void before_fork() noexcept;
void after_fork_in_parent() noexcept;
void after_fork_in_child() noexcept;

}  // namespace handrail::detail
