// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// handrail-check: runs a program and shows what keeps its resources from being released, by the
// leak check if the program uses handrail, else from outside.
//
// Exit status: the program's own if it is not 0, 128 + N for signal N, --exitcode for findings, 125
// to 127 if there is nothing to show, or a check is inconclusive, as for env(1).

#include "dot.hpp"
#include "html.hpp"
#include "inspect.hpp"
#include "lib/base/escaping.hpp"
#include "lib/leak_check/report/written_json.hpp"
#include "lib/leak_check/report/written_text.hpp"
#include "output.hpp"
#include "read.hpp"
#include "run.hpp"
#include "sarif.hpp"
#include "symbols.hpp"

#include <exception>
#include <string>
#include <vector>

namespace handrail_check {

namespace {

constexpr int tool_failed = 125;

std::string json_of(check_result const& what) {
    std::string text;
    for (source const& s : what.sources) {
        text += to_json(s.report);
    }
    return text;
}

void print_reports(check_result const& what, options const& wanted) {
    auto const style = style_of_stderr(wanted.colour);
    for (source const& s : what.sources) {
        if (s.is_shown) {
            continue;
        }
        std::string text;
        if (what.sources.size() > 1) {
            text = handrail::detail::printable(s.name) + ":\n";
        }
        print(text + to_text(s.report, style, names_hint));
    }
}

std::vector<std::string> inputs_of(options const& wanted) {
    std::vector<std::string> inputs = wanted.read;
    inputs.push_back(wanted.suppressions);
    return inputs;
}

struct outputs {
    output json, sarif, dot, html;
    explicit outputs(options const& wanted) : outputs(wanted, inputs_of(wanted)) {}
    outputs(options const& wanted, std::vector<std::string> const& inputs)
        : json(wanted.json, inputs),
          sarif(wanted.sarif, inputs),
          dot(wanted.dot, inputs),
          html(wanted.html, inputs) {}
};

void write(check_result const& what, options const& wanted, outputs& to) {
    source_files files(wanted.sources);
    if (to.json.is_wanted()) {
        to.json.write(json_of(what));
    }
    if (to.sarif.is_wanted()) {
        to.sarif.write(to_sarif(what, files));
    }
    if (to.dot.is_wanted()) {
        to.dot.write(to_dot(what));
    }
    if (to.html.is_wanted()) {
        to.html.write(to_html(what, files));
    }
}

int status_of(check_result const& what, options const& wanted) {
    if (what.signal) {
        return 128 + *what.signal;
    }
    if (what.exit_code.value_or(0) != 0) {
        return *what.exit_code;
    }
    if (what.sources.empty()) {
        return tool_failed;
    }
    if (wanted.fail_on && any_finding(what, *wanted.fail_on)) {
        return wanted.exit_code;
    }
    return what.lost || any_inconclusive(what) ? tool_failed : 0;
}

// The files are written first, so that a terminal that has been closed does not prevent them.
int show(check_result const& what, options const& wanted, outputs& to) {
    write(what, wanted, to);
    if (!wanted.quiet) {
        print_reports(what, wanted);
    }
    for (std::string const& each : what.missing) {
        say(each);
    }
    for (source const& s : what.sources) {
        if (s.report.inconclusive) {
            say(inconclusive(s));
        }
    }
    if (what.sources.empty()) {
        say(no_report);
    }
    return status_of(what, wanted);
}

check_result result_of(options const& wanted) {
    if (!wanted.read.empty()) {
        return read_all(wanted.read);
    }
    return wanted.command.empty() ? inspect(wanted) : run(wanted);
}

int work(options const& wanted) {
    if (wanted.help) {
        output("-", {}).write(help_text());
        return 0;
    }
    if (wanted.version) {
        output("-", {}).write("handrail-check " HANDRAIL_VERSION "\n");
        return 0;
    }
    outputs to(wanted);
    check_result what = result_of(wanted);
    name_frames(what);
    return show(what, wanted, to);
}

}  // namespace

}  // namespace handrail_check

int main(int argc, char** argv) {
    using namespace handrail_check;
    options wanted;
    try {
        wanted = parse(argc, argv);
    } catch (std::exception const& e) {
        say(std::string(e.what()) + "; --help lists the options");
        return tool_failed;
    }
    try {
        return work(wanted);
    } catch (cannot_run const& e) {
        say(e.what());
        return e.status;
    } catch (std::exception const& e) {
        say(e.what());
        return tool_failed;
    }
}
