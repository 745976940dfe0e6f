// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// From Asio's buffer sequences to one piece of memory, and from "nothing more" to Asio's error.

#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>

namespace handrail::detail {

template <class Sequence>
concept mutable_buffers = boost::asio::is_mutable_buffer_sequence<Sequence>::value;
template <class Sequence>
concept const_buffers = boost::asio::is_const_buffer_sequence<Sequence>::value;

// Returns: the first buffer that is not empty; an empty one if there is none.
template <class Buffer, class Sequence>
Buffer first_buffer(Sequence const& buffers) noexcept {
    auto const end = boost::asio::buffer_sequence_end(buffers);
    for (auto at = boost::asio::buffer_sequence_begin(buffers); at != end; ++at) {
        Buffer const buffer(*at);
        if (buffer.size() != 0) {
            return buffer;
        }
    }
    return {};
}

// Effects: sets Asio's eof if a read of a buffer that was not empty moved nothing. Inline: Asio's
//   category is one object per module that hides its symbols, and compares by address, so that an
//   eof made inside the library would not equal the caller's.
inline void note_end_of_file(boost::asio::mutable_buffer const& buffer, std::size_t moved,
                             boost::system::error_code& ec) noexcept {
    if (moved == 0 && buffer.size() != 0 && !ec.failed()) {
        ec = boost::asio::error::eof;
    }
}

}  // namespace handrail::detail
