// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "options.hpp"

#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <boost/program_options/variables_map.hpp>

#include <iterator>
#include <sstream>
#include <stdexcept>

namespace handrail_check {

namespace {

namespace po = boost::program_options;

struct usage_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

void only(char const* option, std::string const& value, std::vector<std::string> const& wanted) {
    if (std::find(wanted.begin(), wanted.end(), value) == wanted.end()) {
        std::string words;
        for (auto const& word : wanted) {
            words += (words.empty() ? "" : &word == &wanted.back() ? " or " : ", ") + word;
        }
        throw usage_error("--" + std::string(option) + " must be " + words + ", not \"" + value +
                          "\"");
    }
}

std::optional<grade> fail_on(std::string const& word) {
    only("failon", word, {"certain", "possible", "never"});
    if (word == "never") {
        return std::nullopt;
    }
    return word == "certain" ? grade::certain : grade::possible;
}

auto text_option(std::string& to, char const* name = "FILE") {
    return po::value(&to)->value_name(name);
}

auto list_option(std::vector<std::string>& to, char const* name) {
    return po::value(&to)->value_name(name)->composing();
}

void add_inputs_and_outputs(po::options_description& to, options& o) {
    to.add_options()("html", text_option(o.html),
                     "write a page that draws each path (\"-\" is standard output)")(
        "sarif", text_option(o.sarif), "write SARIF 2.1.0")("dot", text_option(o.dot),
                                                            "write a graph for Graphviz")(
        "json", text_option(o.json), "write the reports as JSON, one object a line")(
        "read", list_option(o.read, "FILE"),
        "show this JSON report instead of running a program; may be given again");
}

void add_inspection(po::options_description& to, options& o) {
    to.add_options()(
        "pid", po::value<int>()->value_name("N"),
        "check this running process, which need not use handrail; it is stopped for a moment")(
        "core", text_option(o.core), "check the process that left this core file")(
        "program", text_option(o.program), "the program that left the core file, if it has moved")(
        "when", list_option(o.when_words, "TIME"),
        "when to look at a program that does not use handrail: exit, signal=NAME, after=TIME, "
        "every=TIME, descriptors=N or emfile; may be given again; the default is exit, which "
        "includes signals that end the program")(
        "all", po::bool_switch(&o.all),
        "also show what local variables and pending operations hold")(
        "debug-info", po::value<std::string>()->value_name("WHEN")->default_value("auto"),
        "read debug information: auto or off");
}

void add_the_rest(po::options_description& to, options& o) {
    to.add_options()("level", text_option(o.level, "LEVEL")->default_value("full"),
                     "how much the check examines: handles or full")(
        "suppressions", text_option(o.suppressions),
        "do not report the findings that this file describes")(
        "failon", po::value<std::string>()->value_name("GRADE")->default_value("certain"),
        "the lowest grade of a finding that leads to --exitcode: certain, possible or never")(
        "exitcode", po::value(&o.exit_code)->value_name("N")->default_value(23),
        "the exit status after such a finding, 0 to 255")(
        "sources", list_option(o.sources, "DIR"),
        "the directory in which the compiler ran: relative names begin there, and only source "
        "files below it are shown; may be given again; the default is the current directory")(
        "preload", text_option(o.preload),
        "the block map library to preload; the default is the installed one")(
        "no-preload", po::bool_switch(&o.no_preload), "preload nothing")(
        "colour", text_option(o.colour, "WHEN")->default_value("auto"), "auto, always or never")(
        "quiet,q", po::bool_switch(&o.quiet), "do not print the report")(
        "help,h", po::bool_switch(&o.help), "print this")("version", po::bool_switch(&o.version),
                                                          "print the version");
}

po::options_description visible(options& o) {
    po::options_description all("options");
    add_inputs_and_outputs(all, o);
    add_inspection(all, o);
    add_the_rest(all, o);
    return all;
}

bool takes_value(po::options_description const& all, std::string const& word) {
    bool const is_long = word.starts_with("--") && word.find('=') == word.npos;
    auto const* const option = is_long ? all.find_nothrow(word.substr(2), false) : nullptr;
    return option != nullptr && option->semantic()->max_tokens() != 0;
}

// "--html page app -v" -> "--html=page -- app -v". The first word that is not an option begins the
// command, whose options are not ours. A word after an option that takes a value is its value, even
// if it looks like an option; the parser would take "--html --quiet" for two options.
std::vector<std::string> divided(po::options_description const& all, int argc, char** argv) {
    std::vector<std::string> words(argv + 1, argv + argc);
    auto at = words.begin();
    for (; at != words.end() && at->starts_with('-') && *at != "--"; ++at) {
        if (takes_value(all, *at) && std::next(at) != words.end()) {
            at->append("=").append(*std::next(at));
            words.erase(std::next(at));
        }
    }
    if (at != words.end() && *at != "--") {
        words.insert(at, "--");
    }
    return words;
}

void read_words(options& o, int argc, char** argv) {
    po::options_description all = visible(o);
    auto const words = divided(all, argc, argv);
    all.add_options()("command", po::value(&o.command));
    po::positional_options_description positions;
    positions.add("command", -1);
    using namespace po::command_line_style;
    po::variables_map values;
    po::store(po::command_line_parser(words)
                  .options(all)
                  .positional(positions)
                  .style(unix_style & ~allow_guessing)
                  .run(),
              values);
    po::notify(values);
    if (o.sources.empty()) {
        o.sources.emplace_back(".");
    }
    o.fail_on = fail_on(values["failon"].as<std::string>());
    auto const& debug_info = values["debug-info"].as<std::string>();
    only("debug-info", debug_info, {"auto", "off"});
    o.debug_info = debug_info == "auto";
    o.when = parse_when(o.when_words);
    if (values.count("pid") != 0) {
        o.process = values["pid"].as<int>();
    }
}

void check(options const& o) {
    only("level", o.level, {"handles", "full"});
    only("colour", o.colour, {"auto", "always", "never"});
    if (o.exit_code < 0 || o.exit_code > 255) {
        throw usage_error("--exitcode must be a number from 0 to 255");
    }
    if (o.help || o.version) {
        return;
    }
    int const subjects =
        !o.command.empty() + !o.read.empty() + o.process.has_value() + !o.core.empty();
    if (subjects == 0) {
        throw usage_error("no program to run");
    }
    if (subjects > 1) {
        throw usage_error("a program to run, --read, --pid and --core exclude each other");
    }
    if (!o.when.is_default && o.command.empty()) {
        throw usage_error("--when applies to a program that is run");
    }
    if (!o.program.empty() && o.core.empty()) {
        throw usage_error("--program names the program of a core file, which --core names");
    }
    if (!o.read.empty() && !o.suppressions.empty()) {
        throw usage_error(
            "--suppressions applies to a program that is run, not to a report that is read");
    }
}

}  // namespace

options parse(int argc, char** argv) {
    options o;
    read_words(o, argc, argv);
    check(o);
    return o;
}

std::string help_text() {
    options unused;
    std::ostringstream text;
    text << "usage: handrail-check [options] [--] program [argument…]\n"
            "       handrail-check [options] --pid N\n"
            "       handrail-check [options] --core FILE [--program FILE]\n"
            "       handrail-check [options] --read FILE\n\n"
            "Runs a program and shows what keeps its resources from being released: by handrail's\n"
            "leak check if the program uses handrail, else from outside. The exit status is the\n"
            "program's own if that is not 0, 128 + N if signal N ended the program, --exitcode\n"
            "after a finding of --failon's grade, and 125 to 127 if the tool could not do its\n"
            "work.\n\n"
         << visible(unused);
    return text.str();
}

}  // namespace handrail_check
