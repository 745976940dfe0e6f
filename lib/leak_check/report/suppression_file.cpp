// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/report/suppression_file.hpp"

#include "lib/base/escaping.hpp"
#include "lib/base/no_destroy.hpp"
#include "lib/leak_check/report/suppressions.hpp"
#include "lib/leak_check/report/warning.hpp"
#include "platform/port.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace handrail::leak_check {

namespace {

struct rules_of_process {
    std::string file;  // as warnings call it
    std::vector<suppression> all;
};
rules_of_process& process_rules() noexcept {
    static detail::no_destroy<rules_of_process> instance;
    return *instance;
}

constexpr std::size_t max_bytes = std::size_t{1} << 20;
constexpr std::size_t max_warnings = 10;

// Returns: the contents of a file; ec: file_too_large above max_bytes.
std::string contents(std::string const& path, boost::system::error_code& ec) {
    std::string text;
    auto const h = port::open_regular_file(path, ec);
    std::size_t size = 0;
    while (!ec.failed()) {
        text.resize(size + 4096);
        auto const got = port::read_some(h, text.data() + size, 4096, ec);
        text.resize(size + got);
        if (got == 0) {
            break;
        }
        size += got;
        if (size > max_bytes) {
            ec = make_error_code(boost::system::errc::file_too_large);
        }
    }
    if (h != port::invalid_handle) {
        static_cast<void>(port::close_handle(h));
    }
    return text;
}

std::string reason(boost::system::error_code const& ec) {
    namespace errc = boost::system::errc;
    return ec == errc::not_supported    ? "it is not a regular file"
           : ec == errc::file_too_large ? "it is larger than 1 MB"
                                        : ec.message();
}

// A file that is something else has many lines that are not rules.
void warn_of(std::vector<std::string> const& warnings) {
    std::size_t const shown = std::min(warnings.size(), max_warnings);
    for (std::size_t i = 0; i != shown; ++i) {
        warn(process_rules().file + ", " + warnings[i]);
    }
    if (shown != warnings.size()) {
        warn(process_rules().file + ": " + std::to_string(warnings.size() - shown) +
             " more lines are not rules; ignored");
    }
}

}  // namespace

void read_suppressions(std::string const& path) {
    process_rules().file = "suppressions \"" + detail::escaped(path) + "\"";
    boost::system::error_code ec;
    std::string const text = contents(path, ec);
    if (ec.failed()) {
        warn("cannot read the " + process_rules().file + ": " + reason(ec));
        return;
    }
    auto parsed = parse_suppressions(text);
    warn_of(parsed.warnings);
    process_rules().all = std::move(parsed.rules);
}

void suppress(report& r) { suppress(r, process_rules().all); }

void warn_of_unused_suppressions() {
    for (suppression& rule : process_rules().all) {
        if (std::atomic_ref(rule.used).load(std::memory_order_relaxed) == 0) {
            warn(process_rules().file + ", line " + std::to_string(rule.line) + ": \"" +
                 detail::escaped(rule.id + ":" + rule.glob) + "\" hid nothing");
        }
    }
}

}  // namespace handrail::leak_check
