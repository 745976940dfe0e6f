// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Texts of bounded length, for where nothing may be allocated: in the ending of a handle, say.
//
//     fixed_text<256> line;
//     line.append("file ");
//     line.append_number(7);
//     line.end_line();
//     write(line.view());
//
//  1. What is appended stands there whole or not at all; after the first piece that does not fit
//     nothing more is taken, and the text ends with "…".
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

    // Effects: a line break is the last character, also of a text that was cut.
    void end_line() noexcept { put("\n"); }

    // Appends a handle's number. Descriptors read best in decimal; what is larger is an address.
    void append_number(std::uint64_t number) noexcept {
        bool const small = number <= static_cast<std::uint64_t>(std::numeric_limits<int>::max());
        std::array<char, 20> digits;
        auto const end = std::to_chars(digits.begin(), digits.end(), number, small ? 10 : 16).ptr;
        append(small ? "" : "0x");
        append({digits.data(), static_cast<std::size_t>(end - digits.data())});
    }

protected:
    // What is appended leaves room for the mark of a cut and the end of the line.
    text_buffer(char* begin, std::size_t capacity) noexcept
        : begin_(begin), capacity_(capacity - cut_mark.size() - 1) {}
    ~text_buffer() = default;

private:
    static constexpr std::string_view cut_mark = "…";

    void put(std::string_view piece) noexcept {
        std::copy(piece.begin(), piece.end(), begin_ + size_);  // may be none, at a null pointer
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
    char memory_[Capacity];  // not initialised: only what is appended is read
};

}  // namespace handrail::detail
