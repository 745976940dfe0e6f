// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "html.hpp"

#include "graph.hpp"
#include "html_style.hpp"
#include "html_text.hpp"
#include "lib/leak_check/report/rules.hpp"
#include "lib/leak_check/report/written_path.hpp"
#include "lib/leak_check/report/written_words.hpp"
#include "svg.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace handrail_check {

namespace {

using handrail::leak_check::rule;
using handrail::leak_check::rule_with;

// Counts the findings of the page as it is written.
class page {
public:
    page(check_result const& what, source_files& files) : what_(what), files_(files) {}

    std::string text() {
        std::string body = what_.sources.empty() ? missing(no_report) : "";
        for (std::string const& each : what_.missing) {
            body += missing(each);
        }
        for (source const& s : what_.sources) {
            body += section(s);
        }
        return head() + header() + contents() + "<main>\n" + body + "</main>\n" + footer;
    }

private:
    static constexpr char footer[] =
        "<footer>Written by handrail-check " HANDRAIL_VERSION
        ". <em>Certain</em>: a defect whatever the program does next. <em>Possible</em>: cannot be "
        "proven. <em>Note</em>: worth knowing.</footer>\n</body></html>\n";

    // The policy prevents the page from loading anything, whatever names it contains.
    std::string head() const {
        return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
               "style-src 'unsafe-inline'\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<title>" +
               html(title()) + "</title>\n<style>" + html_style + "</style></head><body>\n";
    }

    std::string title() const {
        std::string const about =
            what_.command.empty() ? what_.sources.front().name : what_.command.front();
        return "Leak check of " + about;
    }

    std::size_t count(grade g) const {
        std::size_t n = 0;
        for (source const& s : what_.sources) {
            for (written::finding const& f : s.report.findings) {
                n += f.grade == g ? 1 : 0;
            }
        }
        return n;
    }

    static std::string tile(std::string const& number, std::string const& what,
                            std::string_view kind = "") {
        return "<div class=\"tile " + std::string(kind) + "\"><b>" + number + "</b><span>" + what +
               "</span></div>\n";
    }

    std::string header() const {
        std::string text = "<header><h1>" + html(title()) + "</h1>\n";
        if (!what_.command.empty()) {
            text += "<div class=\"command\"><code>";
            for (std::string const& word : what_.command) {
                text += html(word) + " ";
            }
            text += "</code></div>\n";
        }
        text += "<div class=\"summary\">\n";
        bool any = false;
        for (grade const g : {grade::certain, grade::possible, grade::note}) {
            if (auto const n = count(g); n != 0) {
                text += tile(std::to_string(n), std::string(grade_word(g)), grade_word(g));
                any = true;
            }
        }
        if (!any && !what_.sources.empty() && !any_inconclusive(what_)) {
            text += tile("0", "findings", "good");
        }
        return text + ending() + "</div></header>\n";
    }

    std::string ending() const {
        if (what_.signal) {
            return tile(std::to_string(*what_.signal), "signal that ended it", "certain");
        }
        return what_.exit_code ? tile(std::to_string(*what_.exit_code), "exit status") : "";
    }

    std::string contents() const {
        std::string rows;
        std::size_t number = 0;
        for (source const& s : what_.sources) {
            for (written::finding const& f : s.report.findings) {
                rows += "<li class=\"" + std::string(grade_word(f.grade)) + "\"><a href=\"#f" +
                        std::to_string(++number) + "\">" + badge(f) + "<span class=\"mono\">" +
                        html(f.resource) + "</span></a></li>\n";
            }
        }
        return number < 2
                   ? ""
                   : "<nav aria-label=\"findings\"><main><ol>\n" + rows + "</ol></main></nav>\n";
    }

    static std::string badge(written::finding const& f) {
        return "<span class=\"id\">" + html(f.id) + "<span class=\"pill\">" +
               std::string(grade_word(f.grade)) + "</span></span>";
    }

    static std::string missing(std::string const& what) {
        return "<p class=\"missing\">" + html(what) + ".</p>\n";
    }

    std::string section(source const& s) {
        std::string text;
        if (what_.sources.size() > 1) {
            text += "<h2 class=\"source\">" + html(s.name) + "</h2>\n";
        }
        if (!s.report.complete) {
            text += missing((s.report.inconclusive ? "The check is inconclusive: "
                                                   : "The check is not complete: ") +
                            s.report.missing);
        }
        for (written::finding const& f : s.report.findings) {
            text += card(f);
        }
        return text;
    }

    std::string card(written::finding const& f) {
        ++number_;
        rule const* const known = rule_with(f.id);
        std::string text = "<article id=\"f" + std::to_string(number_) + "\" class=\"" +
                           std::string(grade_word(f.grade)) + "\">\n<h3>" + badge(f) +
                           "<span class=\"mono\">" + html(f.resource) + "</span></h3>\n";
        if (known != nullptr) {
            text += "<p class=\"sentence\">" + html(known->sentence) + "</p>\n";
        }
        text += "<p class=\"advice\"><b>Advice</b> " + html(f.advice) + "</p>\n";
        text += "<div class=\"halves\">\n";
        if (chain const c = chain_of(f); worth_drawing(c)) {
            text += "<div class=\"drawing\">" + to_svg(c, number_) + "</div>\n";
        }
        return text + "<div class=\"facts\">" + facts(f) + steps(f) + frames(f) +
               "</div>\n</div></article>\n";
    }

    static std::string fact(std::string const& name, std::string const& value) {
        return "<dt>" + name + "</dt><dd>" + value + "</dd>";
    }

    static std::string facts(written::finding const& f) {
        std::string text = "<dl>";
        if (f.references != 0) {
            text += fact("References", std::to_string(f.references) + " strong, " +
                                           std::to_string(f.references_inside) + " inside: " +
                                           (f.leaked_now ? "leaked now" : "will leak"));
        }
        if (f.opened.line != 0) {
            text += fact("Opened", html(short_location(f.opened)) + ", " +
                                       html(written::duration_text(f.age)) + " before");
        }
        if (f.count != 1) {
            text += fact("Seen", std::to_string(f.count) + " times");
        }
        if (f.grown_by != 0) {
            text += fact("Grew", "by " + std::to_string(f.grown_by) + " in " +
                                     html(written::duration_text(f.grown_within)));
        }
        return text + fact("Fingerprint", "<code>" + html(f.fingerprint) + "</code>") + "</dl>\n";
    }

    static std::uint64_t steps_from(std::vector<written::shown_step> const& path,
                                    std::size_t begin) {
        std::uint64_t steps = 0;
        for (std::size_t i = begin; i != path.size(); ++i) {
            steps += std::max<std::uint64_t>(path[i].omitted, 1);
        }
        return steps;
    }

    // After the first steps the path is folded up.
    std::string steps(written::finding const& f) {
        constexpr std::size_t shown = 6;
        auto const path = written::folded(f.path);
        std::string text = "<ol class=\"steps\">\n";
        for (std::size_t i = 0; i != path.size(); ++i) {
            if (i == shown) {
                text += "</ol><details><summary>" + std::to_string(steps_from(path, shown)) +
                        " more steps</summary><ol class=\"steps\" start=\"" +
                        std::to_string(shown + 1) + "\">\n";
            }
            text += path[i].what != nullptr
                        ? step(*path[i].what, i == 0)
                        : "<li>" + html(written::omitted_text(path[i])) + "</li>\n";
        }
        return text + (path.size() > shown ? "</ol></details>\n" : "</ol>\n");
    }

    std::string step(written::step const& s, bool open) {
        std::string text;
        for (std::string const& part : written::step_parts(s)) {
            text += (text.empty() ? "<li>" : " \u2192\u00a0") + html(part);
        }
        if (auto const known_by = written::evidence_word(s.evidence); !known_by.empty()) {
            text += " <span class=\"chip\">" + html(known_by) + "</span>";
        }
        return text + source_around(s.where, open) + "</li>\n";
    }

    std::string source_around(written::location const& where, bool open) {
        auto const lines = files_.around(where.file, where.line);
        if (lines.empty()) {
            return "";
        }
        std::string text = "<details" + std::string(open ? " open" : "") + "><summary>" +
                           html(where.file) + ":" + std::to_string(where.line) + "</summary><pre>";
        for (source_line const& line : lines) {
            std::string number = std::to_string(line.number);
            number.insert(0, number.size() < 5 ? 5 - number.size() : 0, ' ');
            text += std::string("<span") + (line.number == where.line ? " class=\"here\"" : "") +
                    "><i>" + number + "  </i>" + html(line.text) + "</span>";
        }
        return text + "</pre></details>";
    }

    static std::string frames(written::finding const& f) {
        if (f.frames.empty()) {
            return "";
        }
        std::string text = "<details><summary>Opened by</summary><pre>";
        for (written::frame const& each : f.frames) {
            text += "<span>" + html(written::frame_text(each)) + "</span>";
        }
        return text + "</pre></details>\n";
    }

    check_result const& what_;
    source_files& files_;
    std::size_t number_ = 0;
};

}  // namespace

std::string to_html(check_result const& what, source_files& files) {
    return page(what, files).text();
}

}  // namespace handrail_check
