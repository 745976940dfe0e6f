// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A base that counts the objects of a class that are alive: tallied<room>::alive().

#pragma once

#include <atomic>
#include <cstddef>

namespace chat {

template <class T>
class tallied {
public:
    static std::size_t alive() noexcept { return alive_.load(); }

    tallied(tallied const&) = delete;
    tallied& operator=(tallied const&) = delete;

protected:
    tallied() noexcept { ++alive_; }
    ~tallied() { --alive_; }

private:
    inline static std::atomic<std::size_t> alive_ = 0;
};

}  // namespace chat
