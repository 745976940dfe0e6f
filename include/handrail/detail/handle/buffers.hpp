// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Converts Asio's buffer sequences to what one system call takes, and a read of nothing to Asio's
// eof.

#pragma once

#include <handrail/detail/base/io_piece.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/errc.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace handrail::detail {

template <class Sequence>
concept mutable_buffers = boost::asio::is_mutable_buffer_sequence<Sequence>::value;
template <class Sequence>
concept const_buffers = boost::asio::is_const_buffer_sequence<Sequence>::value;

inline io_piece piece_of(boost::asio::mutable_buffer const& buffer) noexcept {
    return {buffer.data(), buffer.size()};
}
inline io_piece piece_of(boost::asio::const_buffer const& buffer) noexcept {
    return {const_cast<void*>(buffer.data()), buffer.size()};
}

// The buffers of a sequence that are not empty: at most Room of them, and max_bytes bytes in all.
template <std::size_t Room>
class piece_list {
    static_assert(Room > 0 && Room <= max_pieces);

public:
    piece_list() noexcept { pieces_[0] = {}; }

    // Effects: adds the buffers without their first `skipped` bytes.
    // Requires: *this is empty.
    // Returns: whether there was room for all of them, or for max_bytes.
    template <class Buffer, class Sequence>
    bool add_all(Sequence const& buffers, std::size_t skipped) noexcept {
        auto const end = boost::asio::buffer_sequence_end(buffers);
        for (auto at = boost::asio::buffer_sequence_begin(buffers); at != end; ++at) {
            Buffer buffer(*at);
            std::size_t const gone = std::min(skipped, buffer.size());
            skipped -= gone;
            buffer += gone;
            if (buffer.size() != 0 && !add(piece_of(buffer))) {
                return bytes_ == max_bytes;
            }
        }
        return true;
    }

    // Returns: one empty piece if there is none, so that the system checks the handle nevertheless.
    io_pieces pieces() const noexcept { return {pieces_.data(), std::max<std::size_t>(count_, 1)}; }

private:
    bool add(io_piece piece) noexcept {
        if (count_ == Room || bytes_ == max_bytes) {
            return false;
        }
        piece.size = std::min(piece.size, max_bytes - bytes_);
        bytes_ += piece.size;
        pieces_[count_++] = piece;
        return true;
    }

    std::size_t count_ = 0;
    std::size_t bytes_ = 0;
    std::array<io_piece, Room> pieces_;  // not initialised: only what is used is written
};

// A function of its own, so that calls with few buffers do not need the stack space for many.
template <class Buffer, class Sequence, class Transfer>
[[gnu::noinline]] std::size_t transfer_many(Sequence const& buffers, std::size_t skipped,
                                            Transfer transfer) noexcept {
    piece_list<max_pieces> many;
    many.template add_all<Buffer>(buffers, skipped);
    return transfer(many.pieces());
}

// Effects: calls transfer(io_pieces) with as much of the buffers, without their first `skipped`
//   bytes, as one system call takes.
// Returns: what transfer returns.
template <class Buffer, class Sequence, class Transfer>
std::size_t transfer_once(Sequence const& buffers, std::size_t skipped,
                          Transfer transfer) noexcept {
    piece_list<16> few;
    return few.template add_all<Buffer>(buffers, skipped)
               ? transfer(few.pieces())
               : transfer_many<Buffer>(buffers, skipped, transfer);
}

// Effects: calls transfer(io_pieces, bytes moved before) until all bytes have been moved or it sets
//   ec.
// Returns: how many bytes were moved.
template <class Buffer, class Sequence, class Transfer>
std::size_t transfer_all(Sequence const& buffers, boost::system::error_code& ec,
                         Transfer transfer) noexcept {
    std::size_t const all = boost::asio::buffer_size(buffers);
    std::size_t moved = 0;
    do {
        std::size_t const now = transfer_once<Buffer>(
            buffers, moved, [&](io_pieces pieces) { return transfer(pieces, moved); });
        moved += now;
        if (now == 0 && moved != all && !ec.failed()) {
            ec = make_error_code(boost::system::errc::io_error);  // a device that takes nothing
        }
    } while (moved != all && !ec.failed());
    return moved;
}

// Effects: sets Asio's eof if a read into memory moved nothing. Inline because Asio's category is
//   one object per module that hides its symbols, and is compared by address: an eof made inside
//   the library would not equal the caller's.
inline void set_end_of_file(io_pieces pieces, std::size_t moved,
                            boost::system::error_code& ec) noexcept {
    if (moved == 0 && pieces.front().size != 0 && !ec.failed()) {
        ec = boost::asio::error::eof;
    }
}

}  // namespace handrail::detail
