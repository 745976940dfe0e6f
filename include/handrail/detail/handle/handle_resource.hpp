// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// handle_resource: what a guard owns when the resource is one native handle; and what is derived
// from its traits.
//
// Invariant: a handle_resource does not close in its destructor. Its holder, which is the guard or
// a deferred close, closes it or moves it on.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/base/native_handle.hpp>
#include <handrail/detail/base/throw.hpp>
#include <handrail/detail/track/observer.hpp>
#include <handrail/handle_traits.hpp>

#include <boost/system/error_code.hpp>

#include <cstdint>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace handrail::detail {

// Returns: the domain of the traits. Those without one are a domain of their own, and are not
//   identified by their kind: two libraries may use the same name for different things.
template <class Traits>
constexpr char const* domain_of() noexcept {
    if constexpr (requires { Traits::domain; }) {
        return Traits::domain;
    } else {
        return std::source_location::current().function_name();  // names Traits
    }
}

// Whether handles of these traits are the operating system's descriptors.
template <class Traits>
inline constexpr bool owns_descriptors =
    std::is_same_v<typename Traits::native_handle_type, native_handle> &&
    std::string_view(domain_of<Traits>()) == "fd";

// Whether handles of these traits have a number. A struct has none without number(h): a part of its
// bits may be equal in different handles, and its padding may differ in equal ones.
template <class Traits>
constexpr bool is_numbered() noexcept {
    using native = typename Traits::native_handle_type;
    constexpr bool is_scalar =
        std::is_integral_v<native> || std::is_enum_v<native> || std::is_pointer_v<native>;
    return requires(native h) { Traits::number(h); } ||
           (is_scalar && sizeof(native) <= sizeof(std::uint64_t));
}

// Returns: what identifies the handle within its domain; 0 if such handles have no number.
template <class Traits>
std::uint64_t number_of([[maybe_unused]] typename Traits::native_handle_type h) noexcept {
    if constexpr (requires { Traits::number(h); }) {
        return static_cast<std::uint64_t>(Traits::number(h));
    } else if constexpr (!is_numbered<Traits>()) {
        return 0;
    } else if constexpr (std::is_pointer_v<typename Traits::native_handle_type>) {
        return reinterpret_cast<std::uintptr_t>(h);
    } else {
        return static_cast<std::uint64_t>(h);
    }
}

// Returns: the name of what an open handle refers to; empty if the traits have no name(h), or it
//   throws.
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

// Returns: why assign must refuse h, if it must.
template <class Traits>
boost::system::error_code acceptable([[maybe_unused]]
                                     typename Traits::native_handle_type h) noexcept {
    if constexpr (requires { Traits::accept(h); }) {
        return Traits::accept(h);
    } else {
        return {};
    }
}

struct no_facts {};

template <class Traits>
auto facts_of() noexcept {
    if constexpr (requires { typename Traits::facts; }) {
        return typename Traits::facts();
    } else {
        return no_facts();
    }
}

// Returns: "file 7", "image" without a number.
HANDRAIL_API std::string handle_label(char const* kind, std::optional<std::uint64_t> number);
// Returns: "file (not open)".
HANDRAIL_API std::string empty_label(char const* kind);

// Errors: throws a system_error that names the handle that was closed: by its name if that is
//   known, else by its kind and number.
[[noreturn]] HANDRAIL_API void throw_close_error(boost::system::error_code const& ec,
                                                 char const* kind,
                                                 std::optional<std::uint64_t> number,
                                                 std::string_view name);

// label: of the handle that is owned already; empty if the one given is not valid.
[[noreturn]] HANDRAIL_API void throw_not_assignable(char const* kind, std::string const& label,
                                                    std::source_location where);

template <class Traits>
class handle_resource {
public:
    using native_type = typename Traits::native_handle_type;
    static constexpr char const* kind = Traits::kind;
    static constexpr char const* domain = domain_of<Traits>();
    static constexpr bool numbered = is_numbered<Traits>();
    using facts_type = decltype(facts_of<Traits>());

    handle_resource() noexcept = default;
    explicit handle_resource(native_type h) noexcept : handle_(h) {}
    // facts_ is the first member: take() clears the facts of other.
    handle_resource(handle_resource&& other) noexcept
        : facts_(other.facts_), handle_(other.take()) {}
    handle_resource& operator=(handle_resource&& other) noexcept {
        facts_ = other.facts_;
        handle_ = other.take();
        return *this;
    }
    ~handle_resource() = default;

    bool is_open() const noexcept { return Traits::is_valid(handle_); }
    native_type native() const noexcept { return handle_; }
    native_type take() noexcept {
        facts_ = {};
        return std::exchange(handle_, native_type(Traits::invalid()));
    }
    // Returns: the Traits::facts of the open handle, if there is such a type.
    facts_type& facts() noexcept { return facts_; }
    boost::system::error_code close() noexcept { return Traits::close(take()); }
    std::uint64_t number() const noexcept { return number_of<Traits>(handle_); }
    // Returns: the number for messages, if it is open and such handles have one.
    std::optional<std::uint64_t> shown_number() const noexcept {
        return numbered && is_open() ? std::optional(number()) : std::nullopt;
    }

    // Returns: the name for error messages.
    // Requires: if *this is open, nobody else has closed the handle.
    std::string label() const {
        if (!is_open()) {
            return empty_label(kind);
        }
        std::string name = name_of<Traits>(handle_);
        return name.empty() ? handle_label(kind, shown_number()) : name;
    }

private:
    [[no_unique_address]] facts_type facts_{};
    native_type handle_ = Traits::invalid();
};

}  // namespace handrail::detail
