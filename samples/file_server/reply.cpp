// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "reply.hpp"

#include "byte_range.hpp"
#include "http_text.hpp"
#include "status.hpp"

#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace file_server {

namespace {

using http::field;
using http::status;

constexpr std::size_t max_target = 4096;

std::string_view value(request const& asked, field name) noexcept {
    auto const found = asked.find(name);
    return found == asked.end() ? std::string_view() : std::string_view(found->value());
}

// Equal for all clients that get this version of the file.
std::string entity_tag(file_version const& version) {
    char text[64];
    auto const changed = std::chrono::file_clock::to_sys(version.changed).time_since_epoch();
    std::snprintf(text, sizeof text, "\"%llx-%llx\"", static_cast<unsigned long long>(version.size),
                  static_cast<unsigned long long>(changed.count()));
    return text;
}

std::string last_modified(file_version const& version) {
    auto const when = std::chrono::file_clock::to_sys(version.changed);
    return http_date(std::chrono::floor<std::chrono::seconds>(when));
}

reply new_reply(status what, unsigned version, bool keep_alive) {
    reply made;
    made.message.result(what);
    made.message.version(version);
    made.message.keep_alive(keep_alive);
    auto const now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    made.message.set(field::date, http_date(now));
    return made;
}

// The body is the reason. What follows a bad request may be part of that request, so the
// connection is not kept.
reply refusal(status why, request const& asked) {
    reply made = new_reply(why, asked.version(), asked.keep_alive() && why != status::bad_request);
    auto const text = http::obsolete_reason(why);
    made.message.set(field::content_type, "text/plain");
    made.message.content_length(text.size());
    if (asked.method() != http::verb::head) {
        made.message.body() = {text.data(), text.size()};
    }
    return made;
}

// Returns: ok, or what is wrong with a request apart from its target.
status check(request const& asked) {
    if (asked.count(field::host) > 1 || (asked.version() == 11 && asked.count(field::host) == 0)) {
        return status::bad_request;
    }
    if (asked.method() == http::verb::unknown) {
        return status::not_implemented;
    }
    if (asked.method() != http::verb::get && asked.method() != http::verb::head) {
        return status::method_not_allowed;
    }
    return asked.target().size() > max_target ? status::uri_too_long : status::ok;
}

// Dates are compared as text, because clients send back what they got.
bool client_has(request const& asked, std::string_view tag, std::string_view date) {
    std::string_view const tags = value(asked, field::if_none_match);
    return tags.empty() ? value(asked, field::if_modified_since) == date
                        : tags == "*" || tags.find(tag) != tags.npos;
}

// Only GET has ranges; If-Range cancels them if the file has changed.
byte_range wanted_range(request const& asked, std::uint64_t size, std::string_view tag,
                        std::string_view date) {
    std::string_view const unless = value(asked, field::if_range);
    bool const same = unless.empty() || unless == tag || unless == date;
    if (asked.method() != http::verb::get || !same || asked.count(field::range) > 1) {
        return {};
    }
    return choose_range(value(asked, field::range), size);
}

std::string content_range(byte_range const& range, std::uint64_t size) {
    std::string const total = "/" + std::to_string(size);
    return range.what == byte_range::kind::unsatisfiable
               ? "bytes *" + total
               : "bytes " + std::to_string(range.first) + "-" +
                     std::to_string(range.first + range.length - 1) + total;
}

// Effects: makes the range of the file the body of the message.
void set_body(reply& made, byte_range const& range, request const& asked) {
    made.message.set(field::content_type, media_type(made.file->path));
    made.message.content_length(range.length);
    if (asked.method() == http::verb::get && range.length > 0) {
        auto const bytes =
            std::as_const(made.file->body).bytes().subspan(range.first, range.length);
        made.message.body() = {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
    }
}

reply send(handrail::shared<served_file> file, request const& asked) {
    std::uint64_t const size = file->version.size;
    std::string const tag = entity_tag(file->version);
    std::string const date = last_modified(file->version);
    byte_range range = wanted_range(asked, size, tag, date);
    status what = range.what == byte_range::kind::part ? status::partial_content : status::ok;
    if (client_has(asked, tag, date)) {
        what = status::not_modified;
    } else if (range.what == byte_range::kind::unsatisfiable) {
        reply made = refusal(status::range_not_satisfiable, asked);
        made.message.set(field::content_range, content_range(range, size));
        return made;
    }
    reply made = new_reply(what, asked.version(), asked.keep_alive());
    made.file = std::move(file);
    made.message.set(field::etag, tag);
    made.message.set(field::last_modified, date);
    made.message.set(field::accept_ranges, "bytes");
    if (what == status::not_modified) {
        return made;
    }
    if (what == status::partial_content) {
        made.message.set(field::content_range, content_range(range, size));
    } else {
        range.length = size;
    }
    set_body(made, range, asked);
    return made;
}

}  // namespace

reply answer(request const& asked, site const& from) {
    if (status const wrong = check(asked); wrong != status::ok) {
        reply made = refusal(wrong, asked);
        if (wrong == status::method_not_allowed) {
            made.message.set(field::allow, "GET, HEAD");
        }
        return made;
    }
    auto const found = from.root.find(asked.target());
    if (found.status != status::ok) {
        return refusal(found.status, asked);
    }
    boost::system::error_code ec;
    auto file = from.files->open(found.file, ec);
    return file ? send(std::move(file), asked) : refusal(status_of(ec), asked);
}

reply refuse(status why) {
    request unknown;
    unknown.version(11);
    unknown.keep_alive(false);
    return refusal(why, unknown);
}

}  // namespace file_server
