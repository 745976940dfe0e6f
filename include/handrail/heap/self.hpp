// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// enable_shared_from_this: see <handrail/shared.hpp>.

#pragma once

#include <handrail/detail/heap/object_header.hpp>
#include <handrail/heap/weak.hpp>

namespace handrail {

namespace detail {

template <class T>
inline constexpr bool is_plain_base = false;

}  // namespace detail

// A base for classes whose members need a reference to their own object.
//
//     class session : public handrail::enable_shared_from_this<session> {
//         void start() {
//             socket_.async_read_some(buffer_, [self = shared_from_this()](auto, auto) { … });
//         }
//     };
//
// Requires: the constructor returns on the thread that called it (no stackful coroutine that
//   changes threads inside it). Not for members: an object with this base that lies inside another
//   managed object may or may not find that one. Use an alias, shared<part>(whole, &whole->part).
//   It is a plain base of T, not a virtual one; T itself may be a virtual base:
//
//     struct channel : virtual handrail::enable_shared_from_this<channel> {};   // is refused
//     struct channel : handrail::enable_shared_from_this<channel> {};
//     struct logged : virtual channel {};
//
// Its constructors are constexpr. An object that is initialised before the program runs, or lies
// on a stack, is no managed object, and finds none.
template <class T>
class enable_shared_from_this : private detail::enable_shared_from_this_base {
public:
    // Errors: throws std::bad_weak_ptr when no shared owns the object: it is no managed object, its
    //   constructor has not returned, or its destructor has begun.
    shared<T> shared_from_this() { return shared<T>(weak_from_this()); }
    shared<T const> shared_from_this() const { return shared<T const>(weak_from_this()); }

    // Also in the constructor; that reference is empty until the constructor has returned. Always
    // empty when the object is no managed object.
    weak<T> weak_from_this() noexcept { return {handrail_header(), handrail_whole<T>(this)}; }
    weak<T const> weak_from_this() const noexcept {
        return {handrail_header(), handrail_whole<T const>(this)};
    }

protected:
    constexpr enable_shared_from_this() noexcept = default;
    // A copy is an object of its own.
    constexpr enable_shared_from_this(enable_shared_from_this const&) noexcept = default;
    enable_shared_from_this& operator=(enable_shared_from_this const&) noexcept = default;
    ~enable_shared_from_this() = default;

private:
    template <class U, class Self>
    static U* handrail_whole(Self* base) noexcept {
        if constexpr (requires { static_cast<U*>(base); }) {
            return static_cast<U*>(base);
        } else {
            static_assert(
                detail::is_plain_base<U>,
                "handrail: enable_shared_from_this<T> must be no virtual base of T, nor a "
                "base of it twice: derive T from it plainly; T itself may then be a "
                "virtual base of other classes");
            return nullptr;
        }
    }
};

}  // namespace handrail
