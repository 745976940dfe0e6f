// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "response.hpp"

#include "request_path.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace file_server {

namespace fs = std::filesystem;

namespace {

std::string_view content_type(fs::path const& path) {
    using namespace std::string_view_literals;
    constexpr std::array types{
        std::pair{".html"sv, "text/html; charset=utf-8"sv},
        std::pair{".css"sv, "text/css"sv},
        std::pair{".js"sv, "text/javascript"sv},
        std::pair{".json"sv, "application/json"sv},
        std::pair{".txt"sv, "text/plain; charset=utf-8"sv},
        std::pair{".png"sv, "image/png"sv},
        std::pair{".jpg"sv, "image/jpeg"sv},
        std::pair{".svg"sv, "image/svg+xml"sv},
    };
    std::string const suffix = path.extension().string();
    auto const known =
        std::find_if(types.begin(), types.end(), [&](auto const& t) { return t.first == suffix; });
    return known != types.end() ? known->second : "application/octet-stream";
}

struct byte_range {
    std::size_t first;
    std::size_t last;  // inclusive
};

std::optional<std::size_t> number(std::string_view digits) {
    std::size_t value = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    bool const good = error == std::errc() && end == digits.data() + digits.size();
    return good ? std::optional(value) : std::nullopt;
}

enum class range_kind { none, good, unsatisfiable };

// RFC 9110, 14.1.2: "bytes=a-b", "bytes=a-", "bytes=-n". Anything else, several ranges too, is
// ignored, as it allows.
range_kind parse_range(std::string_view text, std::size_t size, byte_range& range) {
    constexpr std::string_view unit = "bytes=";
    auto const dash = text.find('-');
    if (!text.starts_with(unit) || dash == text.npos) {
        return range_kind::none;
    }
    std::string_view const before = text.substr(unit.size(), dash - unit.size());
    auto const first = number(before);
    auto const last = number(text.substr(dash + 1));
    bool const open_end = dash + 1 == text.size();
    if (before.empty() && last) {
        range = {size - std::min(*last, size), size - 1};
        return *last != 0 && size != 0 ? range_kind::good : range_kind::unsatisfiable;
    }
    if (!first || (!last && !open_end) || (last && *last < *first)) {
        return range_kind::none;
    }
    range = {*first, std::min(last.value_or(size), size - 1)};
    return *first < size ? range_kind::good : range_kind::unsatisfiable;
}

http::status status_of(path_problem problem) {
    switch (problem) {
        case path_problem::malformed: return http::status::bad_request;
        case path_problem::escapes: return http::status::forbidden;
        default: return http::status::not_found;
    }
}

response failed(http::status why) {
    response r;
    r.header.result(why);
    r.text = std::string(http::obsolete_reason(why)) + "\n";
    r.header.set(http::field::content_type, "text/plain");
    return r;
}

void select_window(response& r, std::string_view wanted) {
    auto const all = r.file->content();
    byte_range range{};
    switch (parse_range(wanted, all.size(), range)) {
        case range_kind::none: r.window = all; break;
        case range_kind::good:
            r.window = all.subspan(range.first, range.last - range.first + 1);
            r.header.result(http::status::partial_content);
            r.header.set(http::field::content_range, "bytes " + std::to_string(range.first) + "-" +
                                                         std::to_string(range.last) + "/" +
                                                         std::to_string(all.size()));
            break;
        case range_kind::unsatisfiable: {
            auto const size = std::to_string(all.size());
            r = failed(http::status::range_not_satisfiable);
            r.header.set(http::field::content_range, "bytes */" + size);
        }
    }
}

response file_response(request const& asked, fs::path const& path, file_cache& files) {
    boost::system::error_code ec;
    auto file = files.get(path, ec);
    if (file == nullptr) {
        bool const denied = ec == boost::system::errc::permission_denied;
        return failed(denied ? http::status::forbidden : http::status::not_found);
    }
    response r;
    r.header.result(http::status::ok);
    r.header.set(http::field::content_type, content_type(path));
    r.header.set(http::field::accept_ranges, "bytes");
    r.file = std::move(file);
    select_window(r, asked[http::field::range]);
    return r;
}

response routed(request const& asked, fs::path const& root, file_cache& files) {
    if (asked.method() != http::verb::get && asked.method() != http::verb::head) {
        response r = failed(http::status::method_not_allowed);
        r.header.set(http::field::allow, "GET, HEAD");
        return r;
    }
    auto const target = resolve(root, asked.target());
    return target.problem == path_problem::none ? file_response(asked, target.path, files)
                                                : failed(status_of(target.problem));
}

}  // namespace

response answer(request const& asked, fs::path const& root, file_cache& files) {
    response r = routed(asked, root, files);
    r.header.version(asked.version());
    r.header.keep_alive(asked.keep_alive());
    r.header.content_length(r.body().size());
    r.with_body = asked.method() != http::verb::head;
    return r;
}

response refuse(http::status why) {
    response r = failed(why);
    r.header.version(11);
    r.header.keep_alive(false);
    r.header.content_length(r.body().size());
    return r;
}

}  // namespace file_server
