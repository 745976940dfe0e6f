// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// A close that the owner's runner is to perform: reserved while the guard is open, filled with the
// resource when the guard's life ends, and performed before the cleanups.
//
// Thread safety: belongs to the owner, then to the batch.

#pragma once

#include <handrail/detail/base/export.hpp>
#include <handrail/detail/core/batch_job.hpp>
#include <handrail/detail/core/failure.hpp>
#include <handrail/detail/core/resource.hpp>
#include <handrail/detail/track/observer.hpp>
#include <handrail/detail/track/switches.hpp>

#include <boost/system/errc.hpp>
#include <boost/system/error_code.hpp>

#include <concepts>
#include <optional>
#include <source_location>
#include <utility>

namespace handrail::detail {

struct HANDRAIL_API deferred_close : batch_job {
    std::source_location where;        // of defer_close
    track::handle_description what{};  // what is to be closed; not set before the guard's end
    track::opening opened;             // what the leak check knew of it then

    ~deferred_close() override;
    void describe(refused_batch& to) const noexcept override;
};

// What a deferred close of this type of resource owns.
template <class Resource>
using detached_resource = decltype(detach(std::declval<Resource>()));

// Detached: a detached_resource. Resources that have the same one can be converted into each other
// together with their deferred close (a tcp_socket into a socket with another executor).
template <class Detached>
class deferred_close_of final : public deferred_close {
public:
    static deferred_close* reserve() { return new deferred_close_of; }

    // known: what the leak check knows of the handle.
    template <class Resource>
        requires std::same_as<detached_resource<Resource>, Detached>
    void fill(Resource&& ended, track::handle_description const& description,
              track::opening const& known) noexcept {
        what = description;
        opened = known;
        resource_.emplace(detach(std::move(ended)));
    }

    void run(run_by who) noexcept override {
        boost::system::error_code const error =
            who == run_by::runner ? resource_->close() : close_without_waiting(*resource_);
        if (error.failed()) [[unlikely]] {
            if (leak_check_on() && error == boost::system::errc::bad_file_descriptor) {
                track::the_observer().handle_found_closed(nullptr, what, opened);
            }
            report_close_failure(error, what, opened, where);
        }
    }

private:
    std::optional<Detached> resource_;
};

}  // namespace handrail::detail
