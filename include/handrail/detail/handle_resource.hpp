// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The traits of a handle type, and what a guard owns when the resource is one native handle.
//
// Invariant: a handle_resource has no destructor of its own. Whoever holds an open one closes it or
// hands it on: the guard, or the deferred close that the guard left it to.

#pragma once

#include <handrail/detail/export.hpp>
#include <handrail/detail/throw.hpp>
#include <handrail/detail/track.hpp>

#include <boost/system/error_code.hpp>

#include <concepts>
#include <cstdint>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>

namespace handrail {

// What unique_handle asks of its Traits: the type of the native handle, the value that stands for
// none, which values are valid, how one is ended, and what reports call it. Everything is static;
// nothing throws.
//
// close(h) ends h whatever it returns. kind has static storage. Optional: see unique_handle.
template <class Traits>
concept handle_traits = std::is_trivially_copyable_v<typename Traits::native_handle_type> &&
                        requires(typename Traits::native_handle_type h) {
                            {
                                Traits::invalid()
                            } -> std::convertible_to<typename Traits::native_handle_type>;
                            { Traits::is_valid(h) } -> std::convertible_to<bool>;
                            { Traits::close(h) } -> std::convertible_to<boost::system::error_code>;
                            { Traits::kind } -> std::convertible_to<char const*>;
                        };

}  // namespace handrail

namespace handrail::detail {

// Handles of equal domains share one number space.
template <class Traits>
constexpr char const* domain_of() noexcept {
    if constexpr (requires { Traits::domain; }) {
        return Traits::domain;
    } else {
        return Traits::kind;
    }
}

// Returns: the operating system's name for an open handle, if the traits can tell; else an empty
//   string.
template <class Traits>
std::string name_of([[maybe_unused]] typename Traits::native_handle_type h) noexcept {
    if constexpr (requires { Traits::name(h); }) {
        try {
            return Traits::name(h);
        } catch (...) {
            // Out of memory: a report without the name is better than none.
        }
    }
    return {};
}

template <class Traits>
boost::system::error_code stop_inheritance([[maybe_unused]]
                                           typename Traits::native_handle_type h) noexcept {
    if constexpr (requires { Traits::set_close_on_exec(h); }) {
        return Traits::set_close_on_exec(h);
    } else {
        return {};
    }
}

// Returns: "file 7"; for an empty handle "file (not open)".
HANDRAIL_API std::string handle_label(char const* kind);
HANDRAIL_API std::string handle_label(char const* kind, std::uint64_t number);

[[noreturn]] HANDRAIL_API void throw_not_adoptable(char const* kind, std::source_location where);

template <class Traits>
class handle_resource {
public:
    using native_type = typename Traits::native_handle_type;
    static constexpr char const* kind = Traits::kind;
    static constexpr char const* domain = domain_of<Traits>();

    handle_resource() noexcept = default;
    explicit handle_resource(native_type h) noexcept : handle_(h) {}
    handle_resource(handle_resource&& other) noexcept : handle_(other.take()) {}
    handle_resource& operator=(handle_resource&& other) noexcept {
        handle_ = other.take();
        return *this;
    }
    ~handle_resource() = default;

    bool is_open() const noexcept { return Traits::is_valid(handle_); }
    native_type native() const noexcept { return handle_; }
    native_type take() noexcept { return std::exchange(handle_, native_type(Traits::invalid())); }
    boost::system::error_code close() noexcept { return Traits::close(take()); }
    std::uint64_t number() const noexcept { return track::number_of(handle_); }

    // Returns: what error messages call it. Requires: not closed since, if it is open.
    std::string label() const {
        if (!is_open()) {
            return handle_label(kind);
        }
        std::string name = name_of<Traits>(handle_);
        return name.empty() ? handle_label(kind, number()) : name;
    }

private:
    native_type handle_ = Traits::invalid();
};

}  // namespace handrail::detail
