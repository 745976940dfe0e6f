// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The HTTP status for an error of the file system.

#pragma once

#include <boost/beast/http/status.hpp>

#include <system_error>

namespace file_server {

inline boost::beast::http::status status_of(std::error_code const& ec) noexcept {
    using boost::beast::http::status;
    for (std::errc const missing :
         {std::errc::no_such_file_or_directory, std::errc::not_a_directory,
          std::errc::filename_too_long, std::errc::too_many_symbolic_link_levels}) {
        if (ec == missing) {
            return status::not_found;
        }
    }
    for (std::errc const refused :
         {std::errc::permission_denied, std::errc::operation_not_permitted,
          std::errc::is_a_directory}) {
        if (ec == refused) {
            return status::forbidden;
        }
    }
    for (std::errc const passing :
         {std::errc::too_many_files_open, std::errc::too_many_files_open_in_system,
          std::errc::not_enough_memory, std::errc::resource_unavailable_try_again}) {
        if (ec == passing) {
            return status::service_unavailable;
        }
    }
    return status::internal_server_error;
}

}  // namespace file_server
