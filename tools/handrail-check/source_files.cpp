// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "source_files.hpp"

#include "input.hpp"

#include <algorithm>
#include <string_view>

#include <fcntl.h>

namespace handrail_check {

namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t lines_before = 3;
constexpr std::uint32_t lines_after = 3;

// The way from a directory down to a path, both without dots; empty if there is none.
fs::path way_down(fs::path const& from, fs::path const& to) {
    fs::path const way = to.lexically_relative(from);
    return way.empty() || *way.begin() == ".." || *way.begin() == "." ? fs::path() : way;
}

// No step of the way is a link, or becomes one meanwhile.
std::optional<input_file> open_without_links(fs::path const& from, fs::path const& way) {
    constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
    handrail::descriptor directory(::open(from.c_str(), flags));
    for (auto step = way.begin(); directory; ++step) {
        if (std::next(step) == way.end()) {
            return open_input(directory.native_handle(), step->string(), O_NOFOLLOW);
        }
        directory = handrail::descriptor(::openat(directory.native_handle(), step->c_str(), flags));
    }
    return std::nullopt;
}

std::string cut(std::string_view line) {
    bool const whole = line.size() <= source_files::max_columns;
    return std::string(line.substr(0, source_files::max_columns)) + (whole ? "" : "…");
}

}  // namespace

source_files::source_files(std::vector<std::string> const& directories) {
    for (std::string const& each : directories) {
        std::error_code none;
        fs::path named = fs::absolute(each.empty() ? "." : each).lexically_normal();
        if (!named.has_filename()) {
            named = named.parent_path();  // "src/"
        }
        roots_.push_back({named, fs::canonical(named, none)});
    }
}

fs::path source_files::path_of(std::string const& name) const {
    return (roots_.front().named / name).lexically_normal();
}

bool source_files::is_below_a_root(fs::path const& path) const {
    return std::any_of(roots_.begin(), roots_.end(), [&](root const& each) {
        return !way_down(each.named, path).empty() || !way_down(each.real, path).empty();
    });
}

// path: absolute, without dots.
std::optional<std::string> source_files::read_below(fs::path const& path) const {
    std::error_code ec;
    if (!is_below_a_root(path)) {
        return std::nullopt;  // not even examined, since that might wait for a network
    }
    fs::path const real = fs::canonical(path, ec);
    for (root const& each : roots_) {
        fs::path const way = each.real.empty() || ec ? fs::path() : way_down(each.real, real);
        if (way.empty()) {
            continue;
        }
        if (auto const file = open_without_links(each.real, way); file && file->size != 0) {
            return read_input(*file, max_bytes);
        }
    }
    return std::nullopt;
}

std::string source_files::read(std::string const& name) const {
    if (name.find('\0') == name.npos) {
        for (root const& each : roots_) {
            if (auto text = read_below((each.named / name).lexically_normal())) {
                return std::move(*text);
            }
        }
    }
    return {};
}

std::string const& source_files::content_of(std::string const& name) {
    auto const [place, fresh] = contents_.try_emplace(name);
    if (fresh && kept_ < max_kept) {
        place->second = read(name);
        kept_ += place->second.size();
    }
    return place->second;
}

std::vector<source_line> source_files::around(std::string const& name, std::uint32_t line) {
    std::vector<source_line> found;
    if (line == 0 || locations_ == max_locations) {
        return found;
    }
    std::string_view rest = content_of(name);
    locations_ += rest.empty() ? 0 : 1;
    for (std::uint64_t number = 1; !rest.empty() && number <= std::uint64_t{line} + lines_after;
         ++number) {
        auto const end = std::min(rest.find('\n'), rest.size());
        if (number + lines_before >= line) {
            found.push_back({static_cast<std::uint32_t>(number), cut(rest.substr(0, end))});
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return found;
}

}  // namespace handrail_check
