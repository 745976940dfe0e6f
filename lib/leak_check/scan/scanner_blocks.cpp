// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// The scanner's untyped blocks: how one is reached for the first time, and again.

#include "lib/leak_check/memory/heap_blocks.hpp"
#include "lib/leak_check/scan/containers.hpp"
#include "lib/leak_check/scan/scanner.hpp"

#include <algorithm>

namespace handrail::leak_check {

// The blocks that a container's words reach: what the recognisers ask for and add.
class scanner::reached_blocks final : public container_blocks {
public:
    reached_blocks(scanner& scan, std::ptrdiff_t offset, word_range const& range) noexcept
        : scan_(scan), offset_(offset), range_(range) {}

    std::size_t new_block(std::uintptr_t begin) override {
        std::size_t const size = scan_.index_.index_heap_block(begin);
        address_entry const* const known = scan_.index_.find(begin);
        return known == nullptr || known->kind == address_kind::handle ? size : 0;
    }
    void add(std::uintptr_t begin, std::uintptr_t live_begin, std::uintptr_t live_end) override {
        add(begin, live_begin, live_end, ownership::proven);
    }
    void add(std::uintptr_t begin, std::uintptr_t live_begin, std::uintptr_t live_end,
             ownership confidence) {
        scan_.add_block({.begin = live_begin,
                         .end = live_end,
                         .source = scan_.source_,
                         .parent = range_.block,
                         .first_offset = offset_,
                         .confidence = confidence},
                        begin, range_);
    }

private:
    scanner& scan_;
    std::ptrdiff_t offset_;
    word_range const& range_;
};

void scanner::scan_new_block(window const& words, word_range const& range) {
    reached_blocks blocks(*this, words.offset(), range);
    if (!recognise_container(words, blocks)) {
        std::uintptr_t const begin = words[0];
        blocks.add(begin, begin, begin + heap_blocks::size_of(begin),
                   ownership_of(words, registration_, index_));
    }
}

// A cleanup that points to a block with handles in it does not own the block: most likely it points
// to the object around its own handle. An operation of Asio belongs to its io_context.
void scanner::add_block(untyped_block const& block, std::uintptr_t begin, word_range const& range) {
    if (add_pointers_to_handles(begin, block.first_offset, range)) {
        return;
    }
    if (is_asio_operation(begin)) {
        reaches_unknown_ = true;
        return;
    }
    index_.add_untyped(begin, static_cast<std::uint32_t>(found_.blocks.size()));
    untyped_block& added = found_.blocks.emplace_back(block);
    if (block.parent != no_block) {
        added.first_offset = found_.blocks[block.parent].first_offset;
        added.depth = found_.blocks[block.parent].depth + 1;
    }
}

// A link to the next operation, then the function that completes it.
bool scanner::is_asio_operation(std::uintptr_t block) const noexcept {
    return !index_.is_code(heap_blocks::read_word(block)) &&
           index_.is_code(heap_blocks::read_word(block + word_size));
}

// The header of a list points to its last node, too, that of a map to its outermost ones. A node
// reached from there first is proven to be owned by the words that the scan reads later.
void scanner::reach_again(untyped_block& known, window const& words) const noexcept {
    if (known.source == source_) {
        ownership const confidence = ownership_of(words, registration_, index_);
        known.confidence = std::max(known.confidence, confidence);
        known.ambiguous &= known.confidence != ownership::proven;
    } else {
        known.ambiguous |= known.confidence != ownership::proven;
    }
}

// Returns: whether a cleanup points to a block in which handles lie.
bool scanner::add_pointers_to_handles(std::uintptr_t block, std::ptrdiff_t offset,
                                      word_range const& range) {
    node_id const first = registration_ != nullptr ? index_.first_handle(block) : no_node;
    for (node_id h = first; h != no_node; h = index_.next_handle_in_block(h)) {
        add_pointer(h, offset, range);
    }
    return first != no_node;
}

}  // namespace handrail::leak_check
