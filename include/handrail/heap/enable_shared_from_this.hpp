// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// enable_shared_from_this: a base for managed objects that need references to themselves. Include
// <handrail/shared.hpp>, which explains managed objects.

#pragma once

#include <handrail/detail/heap/construction.hpp>
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
// Requires: it is a base of T itself, and not a virtual one; T may be a virtual base of other
//   classes:
//
//     struct channel : virtual handrail::enable_shared_from_this<channel> {};   // does not compile
//     struct channel : handrail::enable_shared_from_this<channel> {};
//     struct logged : virtual channel {};
//
//   The constructor of T returns on the thread that called it: no stackful coroutine changes
//   threads inside it. For an object on the stack, or one of static storage, there is no shared to
//   find.
// Not promised: which object a member of a managed object finds, if the class of the member has
//   this base. Use an alias instead: shared<part>(whole, &whole->part).
// Thread safety: as a const member of T.
template <class T>
class enable_shared_from_this : private detail::enable_shared_from_this_base {
public:
    // Returns: a shared of this object. Errors: throws std::bad_weak_ptr when there is none: the
    //   object is not managed, its constructor has not returned, or its destructor has begun.
    [[nodiscard]] shared<T> shared_from_this() { return shared<T>(weak_from_this()); }
    [[nodiscard]] shared<T const> shared_from_this() const {
        return shared<T const>(weak_from_this());
    }

    // Returns: a weak of this object; an empty one when the object is not managed. May be called in
    //   the constructor; lock() of that weak is empty until the constructor has returned.
    [[nodiscard]] weak<T> weak_from_this() noexcept {
        return detail::heap_access::add_weak(handrail_header(), handrail_whole<T>(this));
    }
    [[nodiscard]] weak<T const> weak_from_this() const noexcept {
        return detail::heap_access::add_weak(handrail_header(), handrail_whole<T const>(this));
    }

protected:
    constexpr enable_shared_from_this() noexcept = default;
    // A copy is another object, and refers to itself.
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
                "handrail: enable_shared_from_this<T> must not be a virtual base of T, nor a "
                "base of it twice: derive T from it directly and once; T itself may then be a "
                "virtual base of other classes");
            return nullptr;
        }
    }
};

}  // namespace handrail
