// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/memory/memory.hpp"

#include <algorithm>
#include <utility>

namespace handrail::inspect {
namespace {

constexpr std::uint64_t chunk = 1 << 20;
enum chunk_state : std::uint8_t { not_loaded, without_data, with_data };

// Effects: drops regions that are empty or overlap an earlier one.
std::vector<region> in_order(std::vector<region> regions) {
    std::stable_sort(regions.begin(), regions.end(),
                     [](region const& a, region const& b) { return a.begin < b.begin; });
    address end = 0;
    std::erase_if(regions, [&](region const& each) {
        bool const wrong = each.begin >= each.end || each.begin < end;
        end = wrong ? end : each.end;
        return wrong;
    });
    return regions;
}

}  // namespace

memory::memory(std::vector<region> regions)
    : regions_(in_order(std::move(regions))), content_(regions_.size()) {}

region const* memory::region_around(address at) const noexcept {
    if (last_ < regions_.size() && regions_[last_].contains(at)) {
        return &regions_[last_];
    }
    auto const after =
        std::upper_bound(regions_.begin(), regions_.end(), at,
                         [](address a, region const& each) { return a < each.begin; });
    if (after == regions_.begin() || !std::prev(after)->contains(at)) {
        return nullptr;
    }
    last_ = static_cast<std::size_t>(std::prev(after) - regions_.begin());
    return &regions_[last_];
}

memory::content* memory::content_of(region const& of) const {
    content& found = content_[static_cast<std::size_t>(&of - regions_.data())];
    if (found.area.bytes().empty()) {
        if (of.size() > max_region) {
            return nullptr;
        }
        found.area = page_area(of.size());
        if (found.area.bytes().empty()) {
            return nullptr;
        }
        found.chunks.assign((of.size() + chunk - 1) / chunk, not_loaded);
    }
    return &found;
}

void memory::load(region const& of, content& into, std::uint64_t from, std::uint64_t to) const {
    std::uint64_t const last =
        std::min<std::uint64_t>((to + chunk - 1) / chunk, into.chunks.size());
    for (std::uint64_t i = from / chunk; i < last; ++i) {
        if (into.chunks[i] == not_loaded) {
            std::uint64_t const begin = i * chunk;
            std::uint64_t const size = std::min(chunk, of.size() - begin);
            bool const any = copy(of.begin + begin, into.area.bytes().subspan(begin, size));
            into.chunks[i] = any ? with_data : without_data;
        }
    }
}

std::span<std::byte const> memory::bytes(region const& of) const {
    content* const found = content_of(of);
    if (found == nullptr) {
        return {};
    }
    load(of, *found, 0, of.size());
    return found->area.bytes();
}

std::vector<extent> memory::used_parts(region const& of) const {
    std::vector<extent> parts;
    if (bytes(of).empty()) {
        return parts;
    }
    std::vector<std::uint8_t> const& chunks = content_of(of)->chunks;
    for (std::size_t i = 0; i != chunks.size(); ++i) {
        address const begin = of.begin + i * chunk;
        address const end = std::min(begin + chunk, of.end);
        if (chunks[i] == with_data && !parts.empty() && parts.back().end == begin) {
            parts.back().end = end;
        } else if (chunks[i] == with_data) {
            parts.push_back({begin, end});
        }
    }
    return parts;
}

std::span<std::byte const> memory::bytes_at(address at, std::size_t size) const {
    region const* const around = region_around(at);
    if (around == nullptr || size > around->end - at) {
        return {};
    }
    content* const found = content_of(*around);
    if (found == nullptr) {
        return {};
    }
    std::uint64_t const from = at - around->begin;
    load(*around, *found, from, from + size);
    return found->area.bytes().subspan(from, size);
}

std::string memory::text(address at, std::size_t max_size) const {
    region const* const around = region_around(at);
    if (around == nullptr) {
        return {};
    }
    auto const found = bytes_at(at, std::min<std::uint64_t>(max_size, around->end - at));
    auto const* const begin = reinterpret_cast<char const*>(found.data());
    return {begin, std::find(begin, begin + found.size(), '\0')};
}

}  // namespace handrail::inspect
