// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/base/escaping.hpp"

#include <cstddef>

namespace handrail::detail {

namespace {

using byte = unsigned char;

struct range {
    byte low = 0x80, high = 0xbf;
    bool contains(byte b) const noexcept { return low <= b && b <= high; }
};

struct lead {
    std::size_t length;  // of the whole sequence; 0: no sequence begins with this byte
    range second;
};

// Unicode, table 3-7 (well-formed UTF-8 byte sequences): the second bytes that may follow a first
// one. The range after C2 begins at A0, although 80 is well-formed, to exclude the C1 control
// characters.
lead lead_of(byte first) noexcept {
    switch (first) {
        case 0xc2: return {2, {0xa0, 0xbf}};
        case 0xe0: return {3, {0xa0, 0xbf}};
        case 0xed: return {3, {0x80, 0x9f}};  // above: surrogates
        case 0xf0: return {4, {0x90, 0xbf}};
        case 0xf4: return {4, {0x80, 0x8f}};  // above: beyond U+10FFFF
        default: break;
    }
    return range{0xc3, 0xdf}.contains(first)   ? lead{2, {}}
           : range{0xe1, 0xef}.contains(first) ? lead{3, {}}
           : range{0xf1, 0xf3}.contains(first) ? lead{4, {}}
                                               : lead{0, {}};
}

// Returns: whether the character is a mark, embedding, override or isolate of the bidirectional
// algorithm (UAX #9), or a line or paragraph separator, which lie between them.
bool misleads(std::string_view sequence) noexcept {
    std::string_view const lead = sequence.substr(0, 2);
    byte const last = static_cast<byte>(sequence.back());
    if (sequence == "\xd8\x9c") {
        return true;
    }
    return sequence.size() == 3 && ((lead == "\xe2\x80" && (range{0x8e, 0x8f}.contains(last) ||
                                                            range{0xa8, 0xae}.contains(last))) ||
                                    (lead == "\xe2\x81" && range{0xa6, 0xa9}.contains(last)));
}

// Returns: the length of the multi-byte sequence at the beginning of text if it need not be
//   escaped; else 0.
std::size_t sequence_length(std::string_view text) noexcept {
    lead const expected = lead_of(static_cast<byte>(text[0]));
    if (expected.length == 0 || text.size() < expected.length ||
        !expected.second.contains(static_cast<byte>(text[1]))) {
        return 0;
    }
    for (std::size_t i = 2; i != expected.length; ++i) {
        if (!range{}.contains(static_cast<byte>(text[i]))) {
            return 0;
        }
    }
    return misleads(text.substr(0, expected.length)) ? 0 : expected.length;
}

// Text is a string or a text_buffer.
template <class Text>
void append_hex(Text& to, byte b) {
    constexpr char digits[] = "0123456789abcdef";
    char const hex[] = {'\\', 'x', digits[b >> 4], digits[b & 0xf]};
    to.append(std::string_view(hex, sizeof hex));
}

template <class Text>
void append_byte(Text& to, char c) {
    switch (c) {
        case '\\': to.append(std::string_view("\\\\")); return;
        case '"': to.append(std::string_view("\\\"")); return;
        case '\n': to.append(std::string_view("\\n")); return;
        case '\r': to.append(std::string_view("\\r")); return;
        case '\t': to.append(std::string_view("\\t")); return;
        default: break;
    }
    if (range{0x20, 0x7e}.contains(static_cast<byte>(c))) {
        to.append(std::string_view(&c, 1));
    } else {
        append_hex(to, static_cast<byte>(c));
    }
}

// kept: characters of one byte that are not escaped.
template <class Text>
void append_safe(Text& safe, std::string_view text, std::string_view kept) {
    while (!text.empty()) {
        std::size_t length = sequence_length(text);
        if (length == 0) {
            if (kept.find(text[0]) != kept.npos) {
                safe.append(text.substr(0, 1));
            } else {
                append_byte(safe, text[0]);
            }
            length = 1;
        } else {
            safe.append(text.substr(0, length));
        }
        text.remove_prefix(length);
    }
}

constexpr std::string_view quotes_and_backslashes = "\\\"";

std::string made_safe(std::string_view text, std::string_view kept) {
    std::string safe;
    safe.reserve(text.size());
    append_safe(safe, text, kept);
    return safe;
}

}  // namespace

std::string escaped(std::string_view text) { return made_safe(text, {}); }

std::string printable(std::string_view text) { return made_safe(text, quotes_and_backslashes); }

void append_escaped(text_buffer& to, std::string_view text) noexcept { append_safe(to, text, {}); }

void append_printable(text_buffer& to, std::string_view text) noexcept {
    append_safe(to, text, quotes_and_backslashes);
}

}  // namespace handrail::detail
