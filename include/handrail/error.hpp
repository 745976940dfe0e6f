// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Errors that the library detects itself where the system has one code for many reasons: it says,
// for example, which flags contradict each other, instead of "Invalid argument".
//
//     auto const log = handrail::file::open(path, file::read_only | file::truncate, ec);
//     ec == handrail::error::truncate_without_write_access       // true
//     ec == boost::system::errc::invalid_argument                // true, too
//     ec.message()                       // "truncate needs write access, but read_only was given"
//
// Each of them compares equal to the code of boost::system::errc that is named above it.

#pragma once

#include <handrail/detail/base/export.hpp>

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>

#include <type_traits>

namespace handrail {

// The mistakes that the library itself finds. A code equals a condition of boost::system::errc,
// which the comments name: ec == boost::system::errc::invalid_argument.
enum class error {
    // Opening a file: invalid_argument.
    append_without_write_access = 1,
    truncate_without_write_access,
    exclusive_without_create,
    unknown_open_flags,
    nul_in_path,  // also of a local socket

    // Writing at an offset to a file that appends: invalid_argument.
    offset_while_appending,

    // Mapping: invalid_argument.
    bytes_past_end_of_file,
    length_needed,  // of a device, whose length is not known

    // Mapping: permission_denied.
    not_opened_for_reading,
    not_opened_for_writing,
};

// Returns: the category of these codes; its name is "handrail", its messages are sentences.
// Thread safety: any thread.
HANDRAIL_API boost::system::error_category const& error_category() noexcept;

// Returns: the error as an error_code. Found by Boost.System when an error is assigned to or
//   compared with one.
// Thread safety: any thread.
inline boost::system::error_code make_error_code(error e) noexcept {
    return {static_cast<int>(e), error_category()};
}

}  // namespace handrail

template <>
struct boost::system::is_error_code_enum<handrail::error> : std::true_type {};
