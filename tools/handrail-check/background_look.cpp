// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "background_look.hpp"

#include "progress.hpp"

#include <handrail/handle.hpp>

#include <cerrno>
#include <cstdint>
#include <future>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace handrail_check {

namespace {

class end_signal {
public:
    explicit end_signal(int event) noexcept : event_(event) {}
    end_signal(end_signal const&) = delete;
    end_signal& operator=(end_signal const&) = delete;
    ~end_signal() { ::eventfd_write(event_, 1); }

private:
    int event_;
};

// Effects: waits, and calls handle() of each interruption whose descriptor is readable.
// Returns: whether the look is done.
bool wait_once(std::vector<pollfd>& all, std::vector<interruption> const& meanwhile, int timeout) {
    if (::poll(all.data(), all.size(), timeout) <= 0) {
        return false;
    }
    for (std::size_t i = 1; i != all.size(); ++i) {
        if ((all[i].revents & POLLIN) != 0) {
            meanwhile[i - 1].handle();
        }
    }
    return all.front().revents != 0;
}

void wait_for(int done, std::string const& name, std::vector<interruption> const& meanwhile) {
    std::vector<pollfd> all{{done, POLLIN, 0}};
    for (interruption const& each : meanwhile) {
        all.push_back({each.descriptor, POLLIN, 0});
    }
    progress shown(name);
    while (!wait_once(all, meanwhile, shown.timeout())) {
        shown.update();
    }
}

}  // namespace

written::report look_in_background(std::string const& name,
                                   std::function<written::report()> const& look,
                                   std::vector<interruption> const& meanwhile) {
    handrail::descriptor const done(::eventfd(0, EFD_CLOEXEC));
    if (!done.is_open()) {
        throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    auto result = std::async(std::launch::async, [&] {
        end_signal const at_end(done.native_handle());
        return look();
    });
    wait_for(done.native_handle(), name, meanwhile);
    return result.get();
}

}  // namespace handrail_check
