// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// enable_shared_from_this: see <handrail/shared.hpp>.

#pragma once

#include <handrail/detail/block.hpp>
#include <handrail/heap/weak.hpp>

#include <memory>

namespace handrail {

// A base for classes whose members need a reference to their own object.
//
//     class session : public handrail::enable_shared_from_this<session> {
//         void start() { socket_.async_read_some(buffer_, [self = shared_from_this()](auto, auto) { … }); }
//     };
//
// A part of a managed object (a member with this base) gets references that keep the whole object alive.
template <class T>
class enable_shared_from_this {
public:
    // Errors: throws std::bad_weak_ptr when no shared owns the object: it is no managed object, its constructor
    // has not returned, or its destructor has begun.
    shared<T> shared_from_this() { return shared<T>(weak_from_this()); }
    shared<T const> shared_from_this() const { return shared<T const>(weak_from_this()); }

    // Also in the constructor; that reference is empty until the constructor has returned.
    weak<T> weak_from_this() noexcept { return {block_, self<T>()}; }
    weak<T const> weak_from_this() const noexcept { return {block_, self<T const>()}; }

protected:
    enable_shared_from_this() noexcept = default;
    // A copy is an object of its own.
    enable_shared_from_this(enable_shared_from_this const&) noexcept {}
    enable_shared_from_this& operator=(enable_shared_from_this const&) noexcept { return *this; }
    ~enable_shared_from_this() = default;

private:
    template <class Self>
    Self* self() const noexcept {
        return block_ != nullptr ? const_cast<Self*>(static_cast<T const*>(this)) : nullptr;
    }

    detail::block* block_ = detail::block_around(this);  // which this object is a part of, so it stays valid
};

}  // namespace handrail
