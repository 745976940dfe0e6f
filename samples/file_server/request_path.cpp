// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "request_path.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>

namespace file_server {

namespace fs = std::filesystem;

namespace {

std::optional<std::string> decoded(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i != text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i];
            continue;
        }
        unsigned value = 0;
        auto const* const first = text.data() + i + 1;
        if (text.size() - i < 3 || std::from_chars(first, first + 2, value, 16).ptr != first + 2) {
            return std::nullopt;
        }
        result += static_cast<char>(value);
        i += 2;
    }
    return result;
}

bool is_below(fs::path const& root, fs::path const& path) {
    return std::mismatch(root.begin(), root.end(), path.begin(), path.end()).first == root.end();
}

}  // namespace

resolved_path resolve(fs::path const& root, std::string_view target) {
    auto const text = decoded(target.substr(0, target.find_first_of("?#")));
    if (!text || text->empty() || text->front() != '/' || text->find('\0') != text->npos) {
        return {{}, path_problem::malformed};
    }
    fs::path const relative = fs::path(*text).relative_path();
    if (std::find(relative.begin(), relative.end(), "..") != relative.end()) {
        return {{}, path_problem::escapes};
    }
    std::error_code ec;
    fs::path path = fs::canonical(root / relative, ec);
    if (!ec && fs::is_directory(path, ec)) {
        path = fs::canonical(path / "index.html", ec);
    }
    if (ec) {
        return {{}, path_problem::missing};
    }
    return is_below(root, path) ? resolved_path{path} : resolved_path{{}, path_problem::escapes};
}

}  // namespace file_server
