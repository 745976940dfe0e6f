// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Names that come from outside are escaped: nothing is lost, and wherever they appear in a report,
// they cannot mislead its reader.

#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/round_trip.hpp"

#include <string>

namespace handrail_fuzz {

namespace {

namespace written = handrail::leak_check::written;

int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

std::string unescaped(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i != text.size(); ++i) {
        if (text[i] != '\\') {
            result += text[i];
            continue;
        }
        switch (text[++i]) {
            case 'n': result += '\n'; break;
            case 'r': result += '\r'; break;
            case 't': result += '\t'; break;
            case 'x':
                result += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
                i += 2;
                break;
            default: result += text[i];
        }
    }
    return result;
}

written::report report_of(std::string const& text) {
    written::finding f;
    f.id = f.advice = f.fingerprint = text;
    f.resource = "file 7 \"" + handrail::detail::escaped(text) + "\"";
    f.path = {{.from = text,
               .from_cleanup = true,
               .via = text,
               .reference = handrail::leak_check::reference::strong,
               .type = text,
               .to = f.resource,
               .evidence = handrail::leak_check::evidence::scan,
               .where = {text, 1, text}},
              {.from = text}};
    f.opened = {text, 2, text};
    f.references = 1;
    f.frames = {{.function = text, .file = text, .line = 3, .module = text}, {.module = text}};
    written::report r;
    r.findings = {f, f};
    r.findings[1].resource = text;
    r.missing = text;
    r.modules = {{text, text}};
    return r;
}

}  // namespace

void run(std::string_view input) {
    std::string const text(input);
    std::string const escaped = handrail::detail::escaped(text);
    claim(unescaped(escaped) == text, "what is escaped can be had back");
    claim(is_printable(escaped), "what is escaped is printable");
    claim(is_printable(handrail::detail::printable(text)), "what is printable stays so");
    check_report(report_of(text));
}

}  // namespace handrail_fuzz
