// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// How the base class enable_shared_from_this finds the header of the managed object around it: make
// announces the object that the thread is constructing, and the base's constructor asks for it.

#pragma once

#include <handrail/detail/base/as_integer.hpp>
#include <handrail/detail/base/export.hpp>
#include <handrail/detail/heap/object_header.hpp>

#include <cstdint>
#include <type_traits>
#include <utility>

namespace handrail::detail {

// While one exists, bases of the object that this thread constructs behind the header can find it.
// They nest when a constructor makes other objects.
class construction {
public:
    explicit construction(object_header& fresh) noexcept
        : fresh_(fresh), innermost_(innermost()), outer_(std::exchange(innermost_, this)) {}
    construction(construction const&) = delete;
    construction& operator=(construction const&) = delete;
    ~construction() { innermost_ = outer_; }

    // Returns: the header of the object that this thread constructs and in whose memory part lies;
    //   null if there is none.
    HANDRAIL_API static object_header* around(void const* part) noexcept;

private:
    HANDRAIL_API static construction*& innermost() noexcept;

    object_header& fresh_;
    construction*& innermost_;  // of this thread
    construction* outer_;
};

// The base of enable_shared_from_this<T>. make recognises it, so that other types do not pay for
// the thread-local variable. Its member names are long because they are visible in users' classes.
class enable_shared_from_this_base {
protected:
    constexpr enable_shared_from_this_base() noexcept { find_header(); }
    // A copy is another object.
    constexpr enable_shared_from_this_base(enable_shared_from_this_base const&) noexcept {
        find_header();
    }
    enable_shared_from_this_base& operator=(enable_shared_from_this_base const&) noexcept {
        return *this;
    }
    ~enable_shared_from_this_base() = default;

    // Returns: null outside of a managed object.
    object_header* handrail_header() const noexcept {
        return reinterpret_cast<object_header*>(handrail_header_ & ~weak_tag);
    }

private:
    // In constant initialisation there is no managed object. In a body, not in the initialiser of
    // the member: the object whose address is passed on has no uninitialised part of this class.
    constexpr void find_header() noexcept {
        if (!std::is_constant_evaluated()) {
            if (object_header const* const found = construction::around(this)) {
                handrail_header_ = as_integer(found) | weak_tag;
            }
        }
    }

    // Tagged as in a weak, which owns nothing: the leak check's scan of memory must not take it for
    // a shared. Valid as long as this is, which is part of the object.
    std::uintptr_t handrail_header_ = 0;
};

}  // namespace handrail::detail
