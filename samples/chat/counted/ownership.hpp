// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// How chat's objects own each other: by std::shared_ptr. Nothing breaks their cycles, so they stay
// for ever, with their sockets. The build chooses between this header and collected/ownership.hpp.

#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace chat {

inline constexpr char const* ownership = "std::shared_ptr";

template <class T>
using owned = std::shared_ptr<T>;
template <class T>
using known = std::weak_ptr<T>;
template <class T>
using link = std::shared_ptr<T>;

template <class C>
class links {
public:
    class guard {
    public:
        explicit guard(links& whole) : hold_(whole.mutex_), container_(whole.container_) {}
        C& operator*() const noexcept { return container_; }
        C* operator->() const noexcept { return &container_; }

    private:
        std::lock_guard<std::mutex> hold_;
        C& container_;
    };

    guard write() { return guard(*this); }
    guard read() { return guard(*this); }

private:
    std::mutex mutex_;
    C container_;
};

template <auto... Members>
struct edges {
    template <class Base>
    using with = edges;
};

template <class T>
using knows_itself = std::enable_shared_from_this<T>;

template <class T, class... A>
owned<T> make(A&&... arguments) {
    return std::make_shared<T>(std::forward<A>(arguments)...);
}

inline void end_unreachable() {}

}  // namespace chat
