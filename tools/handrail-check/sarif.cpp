// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "sarif.hpp"

#include "lib/base/escaping.hpp"
#include "lib/leak_check/report/rules.hpp"
#include "lib/leak_check/report/written_path.hpp"
#include "lib/leak_check/report/written_words.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cctype>
#include <filesystem>
#include <string_view>
#include <utility>

namespace handrail_check {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using handrail::detail::printable;
using handrail::leak_check::all_rules;
using handrail::leak_check::rule;
using handrail::leak_check::rule_with;

// RFC 3986: what is not unreserved is written as percent and two digits; a slash stays.
std::string uri_path(std::string_view path) {
    constexpr std::string_view kept = "-._~/";
    constexpr char digits[] = "0123456789ABCDEF";
    std::string uri;
    for (char const c : path) {
        auto const byte = static_cast<unsigned char>(c);
        bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || kept.find(c) != kept.npos;
        if (plain) {
            uri += c;
        } else {
            uri += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return uri;
}

std::string_view level_of(grade g) {
    switch (g) {
        case grade::note: return "note";
        case grade::possible: return "warning";
        case grade::certain: return "error";
    }
    return "";
}

json::object message(std::string const& text) { return {{"text", printable(text)}}; }

// Files below the current directory are relative to it, so that a report holds good elsewhere.
json::object artifact(std::string const& name, source_files const& files) {
    fs::path const path = files.path_of(name);
    fs::path const relative = path.lexically_relative(fs::current_path());
    if (!relative.empty() && *relative.begin() != "..") {
        return {{"uri", uri_path(relative.string())}, {"uriBaseId", "%SRCROOT%"}};
    }
    return {{"uri", "file://" + uri_path(path.string())}};
}

json::object location(written::location const& where, source_files const& files,
                      std::string const& text) {
    json::object result{
        {"physicalLocation", json::object{{"artifactLocation", artifact(where.file, files)},
                                          {"region", json::object{{"startLine", where.line}}}}},
        {"message", message(text)}};
    if (!where.function.empty()) {
        result["logicalLocations"] =
            json::array{json::object{{"fullyQualifiedName", printable(where.function)}}};
    }
    return result;
}

// Where a reader begins to look: the first step that has a location, or else the opening.
json::array locations(written::finding const& f, source_files const& files) {
    for (written::step const& s : f.path) {
        if (s.where.line != 0) {
            return {location(s.where, files, step_text(s))};
        }
    }
    return f.opened.line != 0 ? json::array{location(f.opened, files, "opened here")}
                              : json::array();
}

json::object flow_location(written::step const& s, source_files const& files) {
    std::string const text = step_text(s);
    json::object where = s.where.line != 0 ? location(s.where, files, text)
                                           : json::object{{"message", message(text)}};
    return {{"location", std::move(where)},
            {"properties", json::object{{"evidence", evidence_word(s.evidence)},
                                        {"reference", reference_word(s.reference)},
                                        {"from", printable(s.from)},
                                        {"via", printable(s.via)},
                                        {"type", printable(s.type)},
                                        {"to", printable(s.to)}}}};
}

json::object omission(std::string const& text) {
    return {{"location", json::object{{"message", message(text)}}}};
}

json::array code_flows(written::finding const& f, source_files const& files) {
    json::array steps;
    for (written::shown_step const& each : written::folded(f.path)) {
        steps.push_back(each.what != nullptr ? flow_location(*each.what, files)
                                             : omission(omitted_text(each)));
    }
    if (steps.empty()) {
        return {};
    }
    json::object const thread{{"locations", std::move(steps)}};
    return {json::object{{"threadFlows", json::array{thread}}}};
}

std::string sentence(written::finding const& f) {
    rule const* const known = rule_with(f.id);
    return f.resource + (known != nullptr ? " " + std::string(known->sentence) : "") +
           ". Advice: " + f.advice + ".";
}

// A frame of SARIF has one location; one whose line is not known has a message alone.
json::object stack(std::vector<written::frame> const& all, source_files const& files) {
    json::array frames;
    for (written::frame const& each : all) {
        std::string const text = frame_text(each);
        json::object where = each.line != 0
                                 ? location({each.file, each.line, each.function}, files, text)
                                 : json::object{{"message", message(text)}};
        frames.push_back(
            json::object{{"location", std::move(where)}, {"module", printable(each.module)}});
    }
    return {{"message", message("the calls that opened the resource, innermost first")},
            {"frames", std::move(frames)}};
}

json::object result_of(written::finding const& f, source_files const& files) {
    json::object result{
        {"ruleId", printable(f.id)},
        {"level", level_of(f.grade)},
        {"message", message(sentence(f))},
        {"locations", locations(f, files)},
        {"partialFingerprints", json::object{{"handrail/v1", printable(f.fingerprint)}}},
        {"occurrenceCount", f.count},
        {"properties", json::object{{"grade", grade_word(f.grade)},
                                    {"leakedNow", f.leaked_now},
                                    {"references", f.references},
                                    {"referencesInside", f.references_inside}}}};
    if (f.grown_by != 0) {
        result["properties"].as_object()["grownBy"] = f.grown_by;
    }
    if (rule const* const known = rule_with(f.id)) {
        result["ruleIndex"] = known - all_rules.data();
    }
    if (json::array flows = code_flows(f, files); !flows.empty()) {
        result["codeFlows"] = std::move(flows);
    }
    if (f.opened.line != 0) {
        json::object opened = location(f.opened, files, "the resource was opened here");
        opened["id"] = 1;
        result["relatedLocations"] = json::array{std::move(opened)};
    }
    if (!f.frames.empty()) {
        result["stacks"] = json::array{stack(f.frames, files)};
    }
    return result;
}

json::array results(check_result const& what, source_files const& files) {
    json::array all;
    for (source const& s : what.sources) {
        for (written::finding const& f : s.report.findings) {
            all.push_back(result_of(f, files));
        }
    }
    return all;
}

// "a handle is still open" -> "A handle is still open."
std::string as_sentence(std::string_view clause) {
    std::string text(clause);
    text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    return text + ".";
}

json::object rule_json(rule const& r) {
    json::array grades{grade_word(r.grade)};
    if (r.weaker != r.grade) {
        grades.emplace_back(grade_word(r.weaker));
    }
    return {{"id", r.id},
            {"name", r.name},
            {"shortDescription", message(as_sentence(r.title))},
            {"fullDescription", message(std::string(r.help))},
            {"help", message(as_sentence(r.remedy))},
            {"defaultConfiguration", json::object{{"level", level_of(r.grade)}}},
            {"properties", json::object{{"grades", std::move(grades)}}}};
}

json::array rules() {
    json::array all;
    for (rule const& each : all_rules) {
        all.push_back(rule_json(each));
    }
    return all;
}

// What was not checked: without these, a reader would take missing results for good ones.
json::array notifications(check_result const& what) {
    json::array all;
    if (what.sources.empty()) {
        all.push_back(json::object{{"level", "error"}, {"message", message(no_report)}});
    }
    for (std::string const& each : what.missing) {
        all.push_back(json::object{{"level", "warning"}, {"message", message(each)}});
    }
    for (source const& s : what.sources) {
        if (s.report.inconclusive) {
            all.push_back(json::object{{"level", "error"}, {"message", message(inconclusive(s))}});
        } else if (!s.report.complete) {
            all.push_back(
                json::object{{"level", "warning"},
                             {"message", message(s.name + ": not complete: " + s.report.missing)}});
        }
    }
    return all;
}

json::object invocation(check_result const& what) {
    json::object result{{"executionSuccessful", !what.signal && what.exit_code.value_or(0) == 0},
                        {"toolExecutionNotifications", notifications(what)}};
    if (!what.command.empty()) {
        json::array words;
        for (std::string const& word : what.command) {
            words.emplace_back(printable(word));
        }
        std::string const& program = what.command.front();
        std::string const scheme = program.starts_with('/') ? "file://" : "";
        result["executableLocation"] = json::object{{"uri", scheme + uri_path(program)}};
        words.erase(words.begin());
        result["arguments"] = std::move(words);
    }
    if (what.exit_code) {
        result["exitCode"] = *what.exit_code;
    }
    if (what.signal) {
        result["exitSignalNumber"] = *what.signal;
    }
    return result;
}

}  // namespace

std::string to_sarif(check_result const& what, source_files const& files) {
    json::object const driver{
        {"name", "handrail-check"}, {"version", HANDRAIL_VERSION}, {"rules", rules()}};
    json::object const root{{"uri", "file://" + uri_path(fs::current_path().string() + "/")}};
    json::object const run{{"tool", json::object{{"driver", driver}}},
                           {"originalUriBaseIds", json::object{{"%SRCROOT%", root}}},
                           {"invocations", json::array{invocation(what)}},
                           {"columnKind", "unicodeCodePoints"},
                           {"results", results(what, files)}};
    json::object const log{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                           {"version", "2.1.0"},
                           {"runs", json::array{run}}};
    return json::serialize(log) + "\n";
}

}  // namespace handrail_check
