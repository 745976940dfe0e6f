// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A close that its owner's runner is to do: reserved while the handle lives, filled when it ends,
// run before the cleanups. Resource is a movable value with error_code close() noexcept; it alone
// owns what it closes from the moment it is put in.
//
// Thread safety: belongs to the owner, then to the batch.

#pragma once

#include <handrail/detail/export.hpp>
#include <handrail/detail/failure.hpp>
#include <handrail/detail/switches.hpp>
#include <handrail/detail/track.hpp>

#include <boost/system/error_code.hpp>

#include <optional>
#include <source_location>
#include <utility>

namespace handrail::detail {

struct HANDRAIL_API deferred_close {
    std::source_location where;  // of defer_close
    track::resource what{};      // what is to be closed; not set before the handle's end
    track::opening opened;       // what the leak check knew of it then

    deferred_close() = default;
    deferred_close(deferred_close const&) = delete;
    deferred_close& operator=(deferred_close const&) = delete;
    virtual ~deferred_close();

    // Effects: closes; a failure goes to the failure handler.
    virtual void close() noexcept = 0;
};

template <class Resource>
class deferred_close_of final : public deferred_close {
public:
    static deferred_close* reserve() { return new deferred_close_of; }

    // guard: the handle that ends.
    void fill(Resource&& ended, track::resource const& description, void const* guard) noexcept {
        what = description;
        if (tracking()) {
            track::find_opening(guard, opened);
        }
        resource_.emplace(std::move(ended));
    }

    void close() noexcept override {
        if (boost::system::error_code const error = resource_->close(); error) {
            report_close_failure(error, what, opened, where);
        }
    }

private:
    std::optional<Resource> resource_;
};

}  // namespace handrail::detail
