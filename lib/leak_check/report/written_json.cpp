// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/report/written_json.hpp"

#include "lib/base/escaping.hpp"
#include "lib/leak_check/report/kept_steps.hpp"
#include "lib/leak_check/report/written_path.hpp"
#include "lib/leak_check/report/written_words.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace handrail::leak_check::written {

namespace {

namespace json = boost::json;
using detail::printable;

// ---- writing ------------------------------------------------------------------------------------

json::object location_json(location const& where) {
    return {{"file", printable(where.file)},
            {"line", where.line},
            {"function", printable(where.function)}};
}

json::object step_json(step const& s) {
    return {{"from", printable(s.from)},
            {"from_cleanup", s.from_cleanup},
            {"via", printable(s.via)},
            {"reference", reference_word(s.reference)},
            {"type", printable(s.type)},
            {"to", printable(s.to)},
            {"evidence", evidence_words[static_cast<std::size_t>(s.evidence)]},
            {"where", location_json(s.where)},
            {"omitted", s.omitted}};
}

json::object frame_json(frame const& f) {
    return {{"function", printable(f.function)}, {"inlined", f.inlined},
            {"file", printable(f.file)},         {"line", f.line},
            {"module", printable(f.module)},     {"address", f.address}};
}

json::object module_json(module_file const& m) {
    return {{"file", printable(m.file)}, {"build_id", printable(m.build_id)}};
}

template <class Range, class Fn>
json::array list_json(Range const& range, Fn element) {
    json::array all;
    for (auto const& each : range) {
        all.push_back(element(each));
    }
    return all;
}

json::object finding_json(finding const& f) {
    auto const path = shortened(f.path);
    json::object result{{"id", printable(f.id)},
                        {"grade", grade_word(f.grade)},
                        {"resource", printable(f.resource)},
                        {"leaked_now", f.leaked_now},
                        {"path", list_json(path, step_json)},
                        {"advice", printable(f.advice)},
                        {"fingerprint", printable(f.fingerprint)},
                        {"count", f.count},
                        {"references", f.references},
                        {"references_inside", f.references_inside},
                        {"opened", location_json(f.opened)},
                        {"age", f.age},
                        {"frames", list_json(f.frames, frame_json)}};
    if (f.grown_by != 0) {
        result["grown_by"] = f.grown_by;
        result["grown_within"] = f.grown_within;
    }
    return result;
}

json::object report_json(report const& r) {
    json::object result{{"schema_version", schema_version},
                        {"findings", r.findings.size()},
                        {"complete", r.complete},
                        {"missing", printable(r.missing)},
                        {"handles", r.handles},
                        {"cleanups", r.cleanups},
                        {"opaque", r.opaque},
                        {"pause", r.pause},
                        {"duration", r.duration},
                        {"modules", list_json(r.modules, module_json)}};
    if (r.inconclusive) {
        result["inconclusive"] = true;
    }
    return result;
}

// ---- reading ------------------------------------------------------------------------------------

// Reads the values of an object. A value of a wrong type is an error that names key and line.
class object_reader {
public:
    object_reader(json::value const& value, std::size_t line) : line_(line) {
        object_ = value.if_object();
        if (object_ == nullptr) {
            fail("expected an object");
        }
    }

    std::string text(char const* key) const {
        json::string const* const found = at(key).if_string();
        return found != nullptr ? std::string(found->data(), found->size())
                                : wrong<std::string>(key, "a string");
    }
    bool flag(char const* key) const {
        bool const* const found = at(key).if_bool();
        return found != nullptr ? *found : wrong<bool>(key, "true or false");
    }
    template <class Number>
    Number number(char const* key) const {
        boost::system::error_code ec;
        json::value const& found = at(key);
        Number const result = found.is_number() ? found.to_number<Number>(ec) : Number();
        return found.is_number() && !ec.failed() ? result : wrong<Number>(key, "a whole number");
    }
    json::array const& list(char const* key) const {
        json::array const* const found = at(key).if_array();
        return found != nullptr ? *found : wrong<json::array const&>(key, "a list");
    }
    object_reader object(char const* key) const { return {at(key), line_}; }
    // Returns: what read makes of each element of a list.
    template <class Result>
    std::vector<Result> elements(char const* key, Result (*read)(object_reader const&)) const {
        std::vector<Result> all;
        for (json::value const& each : list(key)) {
            all.push_back(read({each, line_}));
        }
        return all;
    }
    // words: of an enumeration, in its order.
    template <class Enum, std::size_t N>
    Enum word(char const* key, std::array<std::string_view, N> const& words) const {
        std::string const value = text(key);
        auto const found = std::find(words.begin(), words.end(), value);
        return found != words.end() ? static_cast<Enum>(found - words.begin())
                                    : wrong<Enum>(key, one_of(words).c_str());
    }
    bool has(char const* key) const noexcept { return object_->contains(key); }

    [[noreturn]] void fail(std::string const& what) const {
        throw bad_report("line " + std::to_string(line_) + ": " + what);
    }
    template <class Result>
    [[noreturn]] Result wrong(char const* key, char const* wanted) const {
        fail("\"" + std::string(key) + "\" must be " + wanted);
    }

private:
    template <std::size_t N>
    static std::string one_of(std::array<std::string_view, N> const& words) {
        std::string text = "one of";
        for (std::string_view const each : words) {
            text.append(each == words.front() ? " " : ", ").append(each);
        }
        return text;
    }

    json::value const& at(char const* key) const {
        json::value const* const found = object_->if_contains(key);
        if (found == nullptr) {
            fail("\"" + std::string(key) + "\" is missing");
        }
        return *found;
    }

    json::object const* object_;
    std::size_t line_;
};

location read_location(object_reader const& from) {
    return {from.text("file"), from.number<std::uint32_t>("line"), from.text("function")};
}

step read_step(object_reader const& from) {
    step s;
    s.from = from.text("from");
    s.from_cleanup = from.flag("from_cleanup");
    s.via = from.text("via");
    s.reference = from.word<reference>("reference", reference_words);
    s.type = from.text("type");
    s.to = from.text("to");
    s.evidence = from.word<evidence>("evidence", evidence_words);
    s.where = read_location(from.object("where"));
    s.omitted = from.number<std::uint64_t>("omitted");
    return s;
}

frame read_frame(object_reader const& from) {
    return {.function = from.text("function"),
            .inlined = from.flag("inlined"),
            .file = from.text("file"),
            .line = from.number<std::uint32_t>("line"),
            .module = from.text("module"),
            .address = from.number<std::uint64_t>("address")};
}

module_file read_module(object_reader const& from) {
    return {from.text("file"), from.text("build_id")};
}

finding read_finding(object_reader const& from) {
    finding f;
    f.id = from.text("id");
    f.grade = from.word<grade>("grade", grade_words);
    f.resource = from.text("resource");
    f.leaked_now = from.flag("leaked_now");
    f.path = from.elements("path", read_step);
    f.advice = from.text("advice");
    f.fingerprint = from.text("fingerprint");
    f.count = from.number<std::uint64_t>("count");
    f.references = from.number<std::uint64_t>("references");
    f.references_inside = from.number<std::uint64_t>("references_inside");
    if (from.has("grown_by")) {
        f.grown_by = from.number<std::uint64_t>("grown_by");
        f.grown_within = from.number<std::int64_t>("grown_within");
    }
    f.opened = read_location(from.object("opened"));
    f.age = from.number<std::int64_t>("age");
    f.frames = from.elements("frames", read_frame);
    return f;
}

// Reports without a version are of version 1: their steps were sentences.
void check_version(object_reader const& from) {
    auto const version = from.has("schema_version") || !from.has("findings")
                             ? from.number<std::uint64_t>("schema_version")
                             : 1;
    if (version == schema_version) {
        return;
    }
    std::string const what = "the report has schema version " + std::to_string(version) +
                             ", and version " + std::to_string(schema_version) + " is needed: ";
    from.fail(what + (version < schema_version
                          ? "run the program again with the current library, or read the report "
                            "with the handrail-check of the version that wrote it"
                          : "read it with a newer handrail-check"));
}

report read_report(object_reader const& from) {
    check_version(from);
    report r;
    r.complete = from.flag("complete");
    r.missing = from.text("missing");
    r.inconclusive = from.has("inconclusive") && from.flag("inconclusive");
    r.handles = from.number<std::uint64_t>("handles");
    r.cleanups = from.number<std::uint64_t>("cleanups");
    r.opaque = from.number<std::uint64_t>("opaque");
    r.pause = from.number<std::int64_t>("pause");
    r.duration = from.number<std::int64_t>("duration");
    r.modules = from.elements("modules", read_module);
    return r;
}

// The values of the lines that are not blank, with the numbers of the lines.
class line_reader {
public:
    explicit line_reader(std::string_view text) : rest_(text) {}

    std::size_t line() const noexcept { return line_; }

    std::optional<json::value> next() {
        while (!rest_.empty()) {
            auto const end = std::min(rest_.find('\n'), rest_.size());
            auto const text = rest_.substr(0, end);
            rest_.remove_prefix(std::min(end + 1, rest_.size()));
            ++line_;
            if (text.find_first_not_of(" \t\r") != text.npos) {
                return parsed(text);
            }
        }
        return std::nullopt;
    }

private:
    json::value parsed(std::string_view text) const {
        boost::system::error_code ec;
        json::value value = json::parse(text, ec);
        if (ec.failed()) {
            throw bad_report("line " + std::to_string(line_) + ": not JSON: " + ec.message());
        }
        return value;
    }

    std::string_view rest_;
    std::size_t line_ = 0;
};

}  // namespace

std::string to_json(report const& r) {
    std::string text = json::serialize(report_json(r)) + "\n";
    for (finding const& f : r.findings) {
        text += json::serialize(finding_json(f)) + "\n";
    }
    return text;
}

std::vector<report> from_json(std::string_view text) {
    std::vector<report> reports;
    line_reader lines(text);
    while (auto const head = lines.next()) {
        object_reader const from(*head, lines.line());
        report r = read_report(from);
        auto const wanted = from.number<std::uint64_t>("findings");
        while (r.findings.size() != wanted) {
            auto const next = lines.next();
            if (!next) {
                from.fail("announces " + std::to_string(wanted) + " findings; " +
                          std::to_string(r.findings.size()) + " follow");
            }
            r.findings.push_back(read_finding({*next, lines.line()}));
        }
        reports.push_back(std::move(r));
    }
    return reports;
}

}  // namespace handrail::leak_check::written
