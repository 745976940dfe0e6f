// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Reports for people.

#include "lib/leak_check/report/written_text.hpp"
#include "lib/leak_check/report/written_path.hpp"
#include "lib/leak_check/report/written_words.hpp"
#include "tests/support/written_reports.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

using namespace handrail_test;
namespace written = handrail::leak_check::written;
using handrail::leak_check::grade;
using handrail::leak_check::reference;

namespace {

std::vector<std::string> lines_of(std::string const& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

std::size_t widest(std::string const& text) {
    std::size_t most = 0;
    for (auto const& line : lines_of(text)) {
        most = std::max(most, line.size());
    }
    return most;
}

written::report long_report() {
    auto report = ring_report();
    auto& f = report.findings[0];
    f.resource = "socket 12 \"127.0.0.1:8080 -> 127.0.0.1:51234\"";
    f.path[0].from = "cleanup at connection_manager.cc:141";
    f.path[0].type = "shared<example::server::connection_manager>";
    f.path[0].to = f.resource;
    f.advice =
        "pass what the cleanup needs as an argument, not the object around its resource, "
        "and let the object that waits for it be told by a message";
    return report;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(leak_check_written_text)

BOOST_AUTO_TEST_CASE(a_row_tells_a_fact) {
    BOOST_TEST(written::to_text(ring_report(), {.width = 0}) ==
               R"(handrail: 1 finding (1 certain); complete, 24.0 ms, 9 handles, 1 cleanup
HR001 certain   file 7 "cfg.toml" cannot be released by dropping references: its own cleanup holds it
  references    2 strong, 1 inside its own cleanup    will leak
  path          cleanup at app.cc:41 -> capture +0 shared<file> -> file 7 "cfg.toml"    [move probe]
  opened        app.cc:38, 12.4 s ago
  by            main in app
  advice        pass what the cleanup needs as an argument
)");
}

BOOST_AUTO_TEST_CASE(references_are_said_to_be_cleanups_only_if_these_hold_all) {
    auto report = ring_report();
    auto& f = report.findings[0];
    auto const holders = [&] {
        auto const text = written::to_text(report, {.width = 0});
        auto const begin = text.find(" inside ") + 8;
        return text.substr(begin, text.find("    ", begin) - begin);
    };
    f.path.push_back({.from = "session", .reference = reference::containment, .to = f.resource});
    BOOST_TEST(holders() == "its own cleanup");
    f.references = f.references_inside = 2;  // the second one is not on the path
    BOOST_TEST(holders() == "the cycle");
    f.path.push_back(f.path[0]);
    BOOST_TEST(holders() == "these cleanups");
    f.path[1].reference = reference::edge;
    BOOST_TEST(holders() == "the cycle");
    f.path = {f.path[1]};
    BOOST_TEST(holders() == "the cycle");
}

BOOST_AUTO_TEST_CASE(lines_are_broken_at_the_width) {
    for (std::size_t const width : {70U, 80U, 100U}) {
        BOOST_TEST(widest(written::to_text(long_report(), {.width = width})) <= width);
    }
}

BOOST_AUTO_TEST_CASE(a_width_of_zero_breaks_nothing) {
    BOOST_TEST(lines_of(written::to_text(long_report(), {.width = 0})).size() == 7U);
}

BOOST_AUTO_TEST_CASE(a_width_too_small_for_any_word_ends) {
    BOOST_TEST(!written::to_text(long_report(), {.width = 1}).empty());
}

BOOST_AUTO_TEST_CASE(a_path_is_broken_before_its_arrows) {
    auto const lines = lines_of(written::to_text(long_report(), {}));
    BOOST_TEST(std::any_of(lines.begin(), lines.end(), [](std::string const& line) {
        return line.starts_with("                  -> ");
    }));
}

BOOST_AUTO_TEST_CASE(without_colour_there_is_no_escape_sequence) {
    BOOST_TEST(written::to_text(ring_report(), {}).find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(each_grade_has_its_colour) {
    auto report = ring_report();
    for (auto const& [g, code] :
         {std::pair{grade::certain, "31"}, {grade::possible, "33"}, {grade::note, "36"}}) {
        report.findings[0].grade = g;
        auto const expected =
            "\x1b[1;" + std::string(code) + "m" + std::string(written::grade_word(g)) + "\x1b[0m";
        BOOST_TEST(written::to_text(report, {.colour = true}).find(expected) != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(colour_does_not_move_a_column) {
    auto coloured = written::to_text(long_report(), {.colour = true});
    for (auto at = coloured.find('\x1b'); at != coloured.npos; at = coloured.find('\x1b', at)) {
        coloured.erase(at, coloured.find('m', at) + 1 - at);
    }
    BOOST_TEST(coloured == written::to_text(long_report(), {}));
}

BOOST_AUTO_TEST_CASE(a_name_cannot_mislead_a_terminal) {
    auto report = ring_report();
    report.findings[0].resource = "file \"\x1b[2J\n\xc2\x9b\xe2\x80\xae\"";
    auto const text = written::to_text(report, {});
    BOOST_TEST(text.find("file \"\\x1b[2J\\n\\xc2\\x9b\\xe2\\x80\\xae\"") != text.npos);
}

BOOST_AUTO_TEST_CASE(a_count_is_told_when_there_are_several) {
    auto report = ring_report();
    report.findings[0].count = 3;
    BOOST_TEST(written::to_text(report, {}).find("(3 times)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_duration_has_the_unit_that_fits) {
    BOOST_TEST(written::duration_text(0) == "0.0 ms");
    BOOST_TEST(written::duration_text(1'999'000'000) == "1999.0 ms");
    BOOST_TEST(written::duration_text(12'400'000'000) == "12.4 s");
    BOOST_TEST(written::duration_text(150'000'000'000) == "2.5 min");
    BOOST_TEST(written::duration_text(36'000'000'000'000) == "10.0 h");
    BOOST_TEST(written::duration_text(INT64_MAX) == "2562047.8 h");
}

BOOST_AUTO_TEST_CASE(a_reference_reads_as_its_parts_joined_by_arrows) {
    auto s = ring_report().findings[0].path[0];
    BOOST_TEST(written::step_text(s) ==
               "cleanup at app.cc:41 -> capture +0 shared<file> -> file 7 \"cfg.toml\"");
    s.from = "session";
    s.from_cleanup = false;
    s.via = "+24, heap block +16";
    BOOST_TEST(written::step_text(s) ==
               "session -> +24, heap block +16 -> shared<file> -> file 7 \"cfg.toml\"");
}

BOOST_AUTO_TEST_CASE(a_containment_reads_as_a_sentence) {
    written::step s{.from = "session with file 7",
                    .reference = reference::containment,
                    .type = "session",
                    .to = "file 7"};
    BOOST_TEST(written::step_text(s) == "file 7 lies in session");
}

BOOST_AUTO_TEST_CASE(an_event_reads_as_a_sentence) {
    written::step s{.from = "file", .via = "opened at app.cc:38"};
    BOOST_TEST(written::step_text(s) == "file opened at app.cc:38");
}

BOOST_AUTO_TEST_CASE(a_frame_is_a_function_with_file_line_and_module) {
    written::frame f{.function = "serve(int)",
                     .inlined = true,
                     .file = "src/server.cc",
                     .line = 12,
                     .module = "/usr/bin/server",
                     .address = 0x1cd1};
    BOOST_TEST(written::frame_text(f) == "serve(int) at server.cc:12 in server, inlined");
    BOOST_TEST(written::frame_text({.module = f.module, .address = f.address}) == "server+0x1cd1");
}

BOOST_AUTO_TEST_CASE(a_call_inside_the_library_is_known_by_the_function_s_own_name) {
    for (std::string const inside :
         {"handrail::detail::own", "handrail::file::open(char const*)",
          "boost::system::error_code handrail::detail::give_connection<int>(int)",
          "std::vector<std::pair<int, int>, std::allocator<int> > handrail::f<int>(int) const",
          "decltype (f(1)) handrail::detail::call<int>(int)",
          "handrail::detail::(anonymous namespace)::find(int)",
          "bool handrail::operator< <int>(handrail::edge<int> const&, handrail::edge<int> const&)",
          "handrail::x::operator->() const", "handrail::x::operator unsigned long() const",
          "handrail::f(int)::{lambda(int, int)#1}::operator()(int, int) const"}) {
        BOOST_TEST(written::is_part_of_handrail({.function = inside}), inside);
    }
    BOOST_TEST(written::is_part_of_handrail({.module = "/usr/lib/libhandrail.so.0"}));
}

BOOST_AUTO_TEST_CASE(a_call_of_the_program_s_is_not_one_inside_the_library) {
    for (std::string const outside :
         {"", "main", "handrail_user::f(int)", "serve(handrail::file const&)",
          "handrail::shared<session> make_session<session>(int)",
          "handrail::file open_log<int>(int)", "void app::serve<handrail::file>(handrail::file)",
          "(anonymous namespace)::open_log", "app::operator_of(handrail::file)",
          "app::operator<<(std::ostream&, handrail::file const&)",
          "app::f(handrail::file)::{lambda(handrail::file)#1}::operator()(handrail::file) const"}) {
        BOOST_TEST(!written::is_part_of_handrail({.function = outside}), outside);
    }
    BOOST_TEST(!written::is_part_of_handrail({.module = "/usr/bin/libhandrail_user.so"}));
}

BOOST_AUTO_TEST_CASE(a_frame_without_a_name_brings_the_hint_how_to_get_one) {
    auto report = ring_report();
    BOOST_TEST(written::to_text(report, {}, "use -g").find("use -g") == std::string::npos);
    report.findings[0].frames[0].function.clear();
    BOOST_TEST(written::to_text(report, {}, "use -g").ends_with("  names         use -g\n"));
}

BOOST_AUTO_TEST_SUITE_END()
