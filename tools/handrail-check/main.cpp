// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// handrail-check: runs a program with the leak check on and shows what keeps its resources.
//
// Exit status: the program's own if it is not 0, 128 + N for signal N, --exitcode for findings, 125
// to 127 if there is nothing to show, as env(1) has it.

#include "dot.hpp"
#include "html.hpp"
#include "output.hpp"
#include "read.hpp"
#include "run.hpp"
#include "sarif.hpp"

#include <exception>
#include <iostream>

namespace handrail_check {

namespace {

constexpr int tool_failed = 125;

std::string json_of(checked const& what) {
    std::string text;
    for (source const& s : what.sources) {
        text += to_json(s.report);
    }
    return text;
}

void print(checked const& what, options const& wanted) {
    auto const style = style_of_stderr(wanted.colour);
    for (source const& s : what.sources) {
        if (what.sources.size() > 1) {
            std::cerr << s.name << ":\n";
        }
        std::cerr << to_text(s.report, style);
    }
}

void write(checked const& what, options const& wanted) {
    source_files const files(wanted.sources);
    write_output(wanted.json, [&] { return json_of(what); });
    write_output(wanted.sarif, [&] { return to_sarif(what, files); });
    write_output(wanted.dot, [&] { return to_dot(what); });
    write_output(wanted.html, [&] { return to_html(what, files); });
}

int status_of(checked const& what, options const& wanted) {
    if (what.signal) {
        return 128 + *what.signal;
    }
    if (what.exit_code.value_or(0) != 0) {
        return *what.exit_code;
    }
    if (what.sources.empty()) {
        return tool_failed;
    }
    return wanted.fail_on && any_finding(what, *wanted.fail_on) ? wanted.exit_code : 0;
}

int show(checked const& what, options const& wanted) {
    if (what.sources.empty()) {
        std::cerr << "handrail-check: " << no_report << '\n';
    } else if (!wanted.quiet) {
        print(what, wanted);
    }
    write(what, wanted);
    return status_of(what, wanted);
}

int work(options const& wanted) {
    if (wanted.help) {
        std::cout << help_text();
        return 0;
    }
    if (wanted.version) {
        std::cout << "handrail-check " HANDRAIL_VERSION "\n";
        return 0;
    }
    for (std::string const& name : {wanted.json, wanted.sarif, wanted.dot, wanted.html}) {
        try_output(name);
    }
    return show(wanted.read.empty() ? run(wanted) : read_all(wanted.read), wanted);
}

}  // namespace

}  // namespace handrail_check

int main(int argc, char** argv) {
    using namespace handrail_check;
    options wanted;
    try {
        wanted = parse(argc, argv);
    } catch (std::exception const& e) {
        std::cerr << "handrail-check: " << e.what() << "; --help lists the options\n";
        return tool_failed;
    }
    try {
        return work(wanted);
    } catch (cannot_run const& e) {
        std::cerr << "handrail-check: " << e.what() << '\n';
        return e.status;
    } catch (std::exception const& e) {
        std::cerr << "handrail-check: " << e.what() << '\n';
        return tool_failed;
    }
}
