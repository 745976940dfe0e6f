// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Ownership: how confident the conservative scan is that whoever points to a heap block owns it,
// and is not a mere observer. The words around the pointer, and those at the beginning of the
// block, decide:
//
//   proven    A node of std::list, std::map and their relatives points back, with its second word,
//             to the node or header that points to it, with one of that one's first four words. And
//             what the copies of a payload each have of their own belongs to the payload
//             (copy_comparison.hpp).
//   likely    std::function is a functor, or a pointer to it, and two pointers to code. std::any is
//             one pointer to code and the value, or a pointer to it. The frame of a coroutine
//             begins with two pointers to code. Any other pointer in an object is as likely: that
//             is what std::unique_ptr looks like.
//   doubtful  Any other pointer in a cleanup. And what an empty std::function still contains: it
//             has lost its pointers to code, but not always the pointer to the functor.
//
// Containers that need more than these words are recognised as a whole (containers.hpp).
//
// Thread safety: none.

#pragma once

#include "lib/leak_check/memory/window.hpp"
#include "lib/leak_check/registry/registry.hpp"
#include "lib/leak_check/scan/address_index.hpp"

#include <cstdint>

namespace handrail::leak_check {

// The least confident first, so that > compares confidence.
enum class ownership : std::uint8_t { doubtful, likely, proven };

// Requires: a heap block begins at words[0]. registration is the one in whose payload the words
//   lie, directly or through untyped blocks; null: they lie in an object.
ownership ownership_of(window const& words, registration_entry const* registration,
                       address_index const& index) noexcept;

}  // namespace handrail::leak_check
