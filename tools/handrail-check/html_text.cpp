// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "html_text.hpp"

#include "lib/base/escaping.hpp"

namespace handrail_check {

std::string html(std::string_view text) {
    std::string result;
    for (char const c : handrail::detail::printable(text)) {
        switch (c) {
            case '&': result += "&amp;"; break;
            case '<': result += "&lt;"; break;
            case '>': result += "&gt;"; break;
            case '"': result += "&quot;"; break;
            case '\'': result += "&#39;"; break;
            default: result += c;
        }
    }
    return result;
}

}  // namespace handrail_check
