// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "document_root.hpp"

#include "status.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <system_error>

namespace file_server {

namespace {

namespace fs = std::filesystem;
using boost::beast::http::status;

// Returns: "/a/b" for "/a/b?c" and for "http://host/a/b?c", which a server has to accept too; empty
//   for anything else.
std::string_view path_of(std::string_view target) noexcept {
    constexpr std::string_view scheme = "http://";
    if (boost::beast::iequals(target.substr(0, scheme.size()), scheme)) {
        auto const slash = target.find('/', scheme.size());
        target = slash == target.npos ? std::string_view("/") : target.substr(slash);
    }
    return target.starts_with('/') ? target.substr(0, target.find_first_of("?#"))
                                   : std::string_view();
}

std::optional<char> hex_byte(std::string_view digits) noexcept {
    unsigned char value = 0;
    auto const [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    bool const good = digits.size() == 2 && end == digits.data() + 2 && error == std::errc();
    return good ? std::optional(static_cast<char>(value)) : std::nullopt;
}

// Returns: the text with %xx decoded; nothing if that is malformed or yields a NUL.
std::optional<std::string> decoded(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            auto const byte = hex_byte(text.substr(i + 1, 2));
            if (!byte) {
                return std::nullopt;
            }
            c = *byte;
            i += 2;
        }
        if (c == '\0') {
            return std::nullopt;
        }
        plain += c;
    }
    return plain;
}

// Clients resolve ".." themselves (RFC 3986); one that sends it tries to leave the root.
bool climbs(fs::path const& relative) {
    return relative.has_root_path() ||
           std::find(relative.begin(), relative.end(), "..") != relative.end();
}

}  // namespace

document_root::document_root(fs::path const& folder) : folder_(fs::canonical(folder)) {
    if (!fs::is_directory(folder_)) {
        throw fs::filesystem_error("serve", folder,
                                   std::make_error_code(std::errc::not_a_directory));
    }
}

document_root::result document_root::find(std::string_view target) const {
    std::string_view const path = path_of(target);
    auto const plain = decoded(path);
    if (path.empty() || !plain) {
        return {status::bad_request, {}};
    }
    // Appending an absolute path would replace the root.
    fs::path const relative(plain->substr(std::min(plain->find_first_not_of('/'), plain->size())));
    if (climbs(relative)) {
        return {status::forbidden, {}};
    }
    return regular_file(folder_ / relative);
}

document_root::result document_root::regular_file(fs::path const& path) const {
    std::error_code ec;
    fs::path canonical = fs::canonical(path, ec);
    if (ec) {
        return {status_of(ec), {}};
    }
    if (!contains(canonical)) {
        return {status::forbidden, {}};
    }
    fs::file_type const type = fs::status(canonical, ec).type();
    if (type == fs::file_type::directory) {
        // One step: an index.html that is a folder itself is refused below.
        auto index = path.filename() == "index.html" ? result{status::forbidden, {}}
                                                     : regular_file(path / "index.html");
        // The reply does not reveal whether a folder without an index exists, nor list it.
        return index.status == status::not_found ? result{status::forbidden, {}} : index;
    }
    // Only regular files: opening a pipe would wait for its writer.
    return type == fs::file_type::regular ? result{status::ok, std::move(canonical)}
                                          : result{status::forbidden, {}};
}

bool document_root::contains(fs::path const& canonical) const {
    auto const [own, other] =
        std::mismatch(folder_.begin(), folder_.end(), canonical.begin(), canonical.end());
    return own == folder_.end();
}

}  // namespace file_server
