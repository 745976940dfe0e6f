// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// out_handle: passes a guard to functions of C libraries that store a native handle through a
// pointer.
//
//     database db;                                                  // a unique_handle
//     if (::sqlite3_open("app.db", handrail::out_handle(db)) != SQLITE_OK) { … }
//
// std::out_ptr (C++23) does the same with every unique_handle. Not for functions that also read
// what the pointer refers to: what the guard owned is closed before they are called.

#pragma once

#include <handrail/detail/handle/handle_resource.hpp>
#include <handrail/handle_traits.hpp>

#include <boost/system/error_code.hpp>

#include <memory>
#include <source_location>
#include <type_traits>
#include <version>

namespace handrail {

// Satisfied by unique_handle and what is derived from it.
template <class Handle>
concept takes_native_handle =
    handle_traits<typename Handle::traits_type> &&
    requires(Handle& owner, typename Handle::traits_type::native_handle_type h,
             std::source_location where) {
        { owner.reset(h, where) } noexcept;
    };

// What out_handle() returns: room for a native handle, for the duration of one call.
//
// Thread safety: as the guard.
template <takes_native_handle Handle>
class out_handle_t {
public:
    // The traits of the owner, and the handles that they describe.
    using traits_type = typename Handle::traits_type;
    using native_handle_type = typename traits_type::native_handle_type;

    // Effects: ends what owner owned, as by reset(). where: what reports say about where the handle
    //   was opened. It is empty by default, and then they say nothing: std::out_ptr constructs
    //   *this, and the current location would be a line of the standard library. out_handle() has
    //   the line of its caller.
    // Requires: owner outlives *this.
    explicit out_handle_t(Handle& owner, std::source_location where = {}) noexcept
        : owner_(owner), where_(where) {
        owner_.reset();
    }
    out_handle_t(out_handle_t const&) = delete;
    out_handle_t& operator=(out_handle_t const&) = delete;
    ~out_handle_t() {
        if (traits_type::is_valid(stored_)) {
            // The handle is owned also if this fails: the close will report what is wrong with it.
            static_cast<void>(detail::stop_inheritance<traits_type>(stored_));
            owner_.reset(stored_, where_);
        }
    }

    // Returns: where the function is to store the handle.
    operator native_handle_type*() const noexcept { return &stored_; }
    // The same for functions that store any type of pointer.
    operator void**() const noexcept
        requires(std::is_pointer_v<native_handle_type> &&
                 !std::is_same_v<native_handle_type, void*>)
    {
        return reinterpret_cast<void**>(&stored_);
    }

private:
    Handle& owner_;
    mutable native_handle_type stored_ = traits_type::invalid();
    std::source_location where_;
};

// Effects: what owner owned ends, as by reset(). At the end of the full expression, owner owns the
//   handle that was stored, made close-on-exec if its traits have set_close_on_exec; it is empty if
//   no valid handle was stored.
// Returns: an object that converts to a pointer to a native handle, which is Traits::invalid() at
//   first; if native handles are pointers, to void**, too.
// Requires: owner outlives the full expression.
// Allocates: as reset(h).
// Thread safety: as owner.
template <takes_native_handle Handle>
[[nodiscard]] out_handle_t<Handle> out_handle(
    Handle& owner, std::source_location where = std::source_location::current()) noexcept {
    return out_handle_t<Handle>(owner, where);
}

}  // namespace handrail

#if defined(__cpp_lib_out_ptr)
// std::out_ptr for unique_handle: as the standard describes it, except that 0 may be a valid
// handle, and that the handle is made close-on-exec. Reports have no line of the opening, unless it
// is passed: std::out_ptr(db, std::source_location::current()).
template <handrail::takes_native_handle Handle, class Pointer, class... Args>
    requires std::is_same_v<Pointer, typename Handle::traits_type::native_handle_type>
class std::out_ptr_t<Handle, Pointer, Args...> : public handrail::out_handle_t<Handle> {
public:
    using handrail::out_handle_t<Handle>::out_handle_t;
};
#endif
