// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Texts of bounded length, for code that must not allocate, such as the destructor of a guard.
//
//     fixed_text<256> line;
//     line.append("file ");
//     line.append_number(7);
//     line.end_line();
//     write(line.view());
//
//  1. A piece is appended as a whole or not at all. After the first piece that does not fit, no
//     other is appended, and the text ends with "…".
//
// Thread safety: one thread at a time.

#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace handrail::detail {

class text_buffer {
public:
    text_buffer(text_buffer const&) = delete;
    text_buffer& operator=(text_buffer const&) = delete;

    std::string_view view() const noexcept { return {begin_, size_}; }

    void append(std::string_view piece) noexcept {
        if (cut_) {
            return;
        }
        cut_ = piece.size() > capacity_ - size_;
        put(cut_ ? cut_mark : piece);
    }

    // Effects: appends a line break, also to a text that was cut. Requires: nothing is appended
    //   after it.
    void end_line() noexcept { put("\n"); }

    // Effects: appends the number of a handle: a descriptor in decimal, a larger number, which is
    //   an address, in hexadecimal.
    void append_number(std::uint64_t number) noexcept {
        bool const small = number <= static_cast<std::uint64_t>(std::numeric_limits<int>::max());
        std::array<char, 20> digits;
        auto const end = std::to_chars(digits.begin(), digits.end(), number, small ? 10 : 16).ptr;
        append(small ? "" : "0x");
        append({digits.data(), static_cast<std::size_t>(end - digits.data())});
    }

protected:
    // Keeps room for the mark of a cut and the end of the line.
    text_buffer(char* begin, std::size_t capacity) noexcept
        : begin_(begin), capacity_(capacity - cut_mark.size() - 1) {}
    ~text_buffer() = default;

private:
    static constexpr std::string_view cut_mark = "…";

    void put(std::string_view piece) noexcept {
        std::copy(piece.begin(), piece.end(), begin_ + size_);  // may be empty, with a null pointer
        size_ += piece.size();
    }

    char* begin_;
    std::size_t capacity_;
    std::size_t size_ = 0;
    bool cut_ = false;
};

template <std::size_t Capacity>
class fixed_text : public text_buffer {
public:
    fixed_text() noexcept : text_buffer(memory_, Capacity) {}

private:
    char memory_[Capacity];  // not initialised: only the part that was appended is read
};

}  // namespace handrail::detail
