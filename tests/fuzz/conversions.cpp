// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What handrail-check writes from a report: pages without stray markup, SARIF that is JSON.

#include "lib/leak_check/report/written_json.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tools/handrail-check/dot.hpp"
#include "tools/handrail-check/html.hpp"
#include "tools/handrail-check/html_text.hpp"
#include "tools/handrail-check/sarif.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace handrail_fuzz {

namespace {

namespace tool = handrail_check;
namespace written = handrail::leak_check::written;

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t n = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) {
        ++n;
    }
    return n;
}

void check_page(std::string const& page) {
    for (std::string const tag : {"article", "svg", "ol", "li", "span", "pre", "details", "text"}) {
        claim(count(page, "<" + tag + " ") + count(page, "<" + tag + ">") ==
                  count(page, "</" + tag + ">"),
              "a page closes what it opens");
    }
    claim(count(page, "<script") == 0, "a page has no script");
}

void check_dot(std::string_view dot) {
    bool quoted = false;
    for (std::size_t i = 0; i != dot.size(); ++i) {
        if (quoted && dot[i] == '\\') {
            ++i;  // an escaped quote does not end the string
            continue;
        }
        quoted = dot[i] == '"' ? !quoted : quoted;
        claim(!quoted || dot[i] != '\n', "a string of DOT ends on its line");
    }
    claim(!quoted, "a string of DOT ends");
}

}  // namespace

void run(std::string_view input) {
    tool::check_result what;
    what.missing.emplace_back(input.substr(0, 100));
    what.sources.push_back({std::string(input.substr(0, 100)), {}});
    try {
        for (auto& report : written::from_json(input)) {
            what.sources.push_back({"report", std::move(report)});
        }
    } catch (written::bad_report const&) {
        // Names of programs and texts may contain any bytes.
    }
    tool::source_files files({"/nonexistent"});
    boost::json::parse(tool::to_sarif(what, files));
    check_page(tool::to_html(what, files));
    check_dot(tool::to_dot(what));
    claim(tool::html(input).find_first_of("<>\"'") == std::string::npos, "text is not markup");
}

}  // namespace handrail_fuzz
