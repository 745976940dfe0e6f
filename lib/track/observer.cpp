// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/detail/track/observer.hpp>

namespace handrail::detail {

constinit std::atomic<unsigned> switches{0};

namespace track {

namespace {

class ignoring final : public observer {
public:
    constexpr ignoring() noexcept = default;
};

constinit ignoring ignores_everything;

}  // namespace

constinit std::atomic<observer*> installed_observer{&ignores_everything};

void install(observer& fresh) noexcept {
    installed_observer.store(&fresh, std::memory_order_release);
}

}  // namespace track

}  // namespace handrail::detail
