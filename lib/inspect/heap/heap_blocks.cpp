// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/heap/heap_blocks.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace handrail::inspect {
namespace {

constexpr std::uint64_t page = 4096;
constexpr std::uint64_t far_apart = 256 * page;

bool begins_before(heap_block const& a, heap_block const& b) noexcept { return a.begin < b.begin; }

}  // namespace

heap_blocks::heap_blocks(std::vector<heap_block> blocks) : blocks_(std::move(blocks)) {
    if (!std::is_sorted(blocks_.begin(), blocks_.end(), begins_before)) {
        std::sort(blocks_.begin(), blocks_.end(), begins_before);
    }
    address end = 0;
    std::erase_if(blocks_, [&](heap_block const& each) {
        bool const wrong = each.begin < end || each.size > ~std::uint64_t{0} - each.begin;
        end = wrong ? end : each.end();
        return wrong;
    });
    std::uint32_t from = 0;
    auto const count = static_cast<std::uint32_t>(blocks_.size());
    for (std::uint32_t i = 1; i <= count; ++i) {
        if (i == count || blocks_[i].begin - blocks_[i - 1].begin > far_apart) {
            add_cluster(from, i);
            from = i;
        }
    }
}

void heap_blocks::add_cluster(std::uint32_t from, std::uint32_t to) {
    cluster added{.begin = blocks_[from].begin / page * page, .end = blocks_[to - 1].end()};
    for (std::uint32_t i = from; i != to; ++i) {
        std::size_t const pages = (blocks_[i].begin - added.begin) / page + 1;
        added.first.resize(std::max(pages, added.first.size()), i);
    }
    added.first.push_back(to);
    clusters_.push_back(std::move(added));
}

std::optional<std::uint32_t> heap_blocks::around(address at) const noexcept {
    auto const after =
        std::upper_bound(clusters_.begin(), clusters_.end(), at,
                         [](address a, cluster const& each) { return a < each.begin; });
    if (after == clusters_.begin() || at >= std::prev(after)->end) {
        return std::nullopt;
    }
    cluster const& in = *std::prev(after);
    std::size_t const last_page = in.first.size() - 2;
    std::size_t const index = std::min<std::size_t>((at - in.begin) / page, last_page);
    // The block can begin in an earlier page: it is the last one that does not begin behind `at`.
    auto const candidates =
        std::upper_bound(blocks_.begin() + in.first[index], blocks_.begin() + in.first[index + 1],
                         at, [](address a, heap_block const& each) { return a < each.begin; });
    if (candidates == blocks_.begin() || std::prev(candidates)->end() <= at) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(std::prev(candidates) - blocks_.begin());
}

}  // namespace handrail::inspect
