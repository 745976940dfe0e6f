// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/base/escaping.hpp"
#include "lib/leak_check/report/kept_steps.hpp"
#include "lib/leak_check/report/written_report.hpp"

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

constexpr std::array grade_words{"note", "possible", "certain"};

// ---- writing ------------------------------------------------------------------------------------

json::object place_json(place const& where) {
    return {{"file", printable(where.file)},
            {"line", where.line},
            {"function", printable(where.function)}};
}

json::object finding_json(finding const& f) {
    json::array path;
    for (step const& s : shortened(f.path, most_steps, kept_of(most_steps + 1).last)) {
        path.push_back({{"text", printable(s.text)},
                        {"evidence", printable(s.evidence)},
                        {"where", place_json(s.where)}});
    }
    json::array frames;
    for (std::string const& text : f.frames) {
        frames.emplace_back(printable(text));
    }
    return {{"id", printable(f.id)},
            {"grade", grade_word(f.grade)},
            {"resource", printable(f.resource)},
            {"leaked_now", f.leaked_now},
            {"path", std::move(path)},
            {"advice", printable(f.advice)},
            {"fingerprint", printable(f.fingerprint)},
            {"count", f.count},
            {"references", f.references},
            {"references_inside", f.references_inside},
            {"opened", place_json(f.opened)},
            {"age", f.age},
            {"frames", std::move(frames)}};
}

json::object report_json(report const& r) {
    return {{"findings", r.findings.size()},
            {"complete", r.complete},
            {"missing", printable(r.missing)},
            {"handles", r.handles},
            {"cleanups", r.cleanups},
            {"opaque", r.opaque},
            {"pause", r.pause},
            {"duration", r.duration}};
}

// ---- reading ------------------------------------------------------------------------------------

// Gives the values of an object, or says what is wrong with them and where.
class object_reader {
public:
    object_reader(json::value const& value, std::size_t line) : line_(line) {
        object_ = value.if_object();
        if (object_ == nullptr) {
            fail("an object is wanted");
        }
    }

    std::string text(char const* key) const {
        json::string const* const found = at(key).if_string();
        return found != nullptr ? std::string(found->data(), found->size())
                                : wrong<std::string>(key, "a text");
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
    object_reader element(json::value const& value) const { return {value, line_}; }

    [[noreturn]] void fail(std::string const& what) const {
        throw bad_report("line " + std::to_string(line_) + ": " + what);
    }
    template <class Result>
    [[noreturn]] Result wrong(char const* key, char const* wanted) const {
        fail("\"" + std::string(key) + "\" wants " + wanted);
    }

private:
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

place read_place(object_reader const& from) {
    return {from.text("file"), from.number<std::uint32_t>("line"), from.text("function")};
}

grade read_grade(object_reader const& from) {
    std::string const word = from.text("grade");
    auto const found = std::find(grade_words.begin(), grade_words.end(), word);
    return found != grade_words.end() ? static_cast<grade>(found - grade_words.begin())
                                      : from.wrong<grade>("grade", "note, possible or certain");
}

finding read_finding(object_reader const& from) {
    finding f;
    f.id = from.text("id");
    f.grade = read_grade(from);
    f.resource = from.text("resource");
    f.leaked_now = from.flag("leaked_now");
    for (json::value const& each : from.list("path")) {
        object_reader const s = from.element(each);
        f.path.push_back({s.text("text"), s.text("evidence"), read_place(s.object("where"))});
    }
    f.advice = from.text("advice");
    f.fingerprint = from.text("fingerprint");
    f.count = from.number<std::uint64_t>("count");
    f.references = from.number<std::uint64_t>("references");
    f.references_inside = from.number<std::uint64_t>("references_inside");
    f.opened = read_place(from.object("opened"));
    f.age = from.number<std::int64_t>("age");
    for (json::value const& each : from.list("frames")) {
        json::string const* const text = each.if_string();
        f.frames.push_back(text != nullptr ? std::string(text->data(), text->size())
                                           : from.wrong<std::string>("frames", "texts"));
    }
    return f;
}

report read_report(object_reader const& from) {
    report r;
    r.complete = from.flag("complete");
    r.missing = from.text("missing");
    r.handles = from.number<std::uint64_t>("handles");
    r.cleanups = from.number<std::uint64_t>("cleanups");
    r.opaque = from.number<std::uint64_t>("opaque");
    r.pause = from.number<std::int64_t>("pause");
    r.duration = from.number<std::int64_t>("duration");
    return r;
}

// The values of the lines that are not blank, with their numbers.
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
            throw bad_report("line " + std::to_string(line_) + ": no JSON: " + ec.message());
        }
        return value;
    }

    std::string_view rest_;
    std::size_t line_ = 0;
};

}  // namespace

std::string_view grade_word(grade g) noexcept { return grade_words[static_cast<std::size_t>(g)]; }

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
