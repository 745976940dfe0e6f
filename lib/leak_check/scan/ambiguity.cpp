// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/scan/ambiguity.hpp"

#include "lib/leak_check/memory/heap_blocks.hpp"
#include "lib/leak_check/memory/window.hpp"
#include "lib/leak_check/scan/words_in.hpp"

#include <handrail/detail/base/as_integer.hpp>

namespace handrail::leak_check {

namespace {

class marker {
public:
    marker(address_index const& index, scan_result& found) noexcept
        : index_(index), found_(found) {}

    // Effects: marks the blocks referenced from here whose ownership is no stronger than this.
    void mark_from(void const* begin, std::size_t size, ownership strongest) {
        words_in const range(detail::as_integer(begin), size);
        for (window words(range.begin, range.count); !words.at_end(); words.next()) {
            address_entry const* const known = index_.find(words[0]);
            if (known != nullptr && known->kind == address_kind::untyped_block) {
                untyped_block& block = found_.blocks[known->index];
                block.ambiguous |= block.confidence <= strongest;
            }
        }
    }

    // Effects: the same for heap blocks that the scan has not reached.
    void mark_from_unreached_blocks() {
        heap_blocks::for_each(
            [](void* self, void const* begin, std::size_t size) {
                auto& m = *static_cast<marker*>(self);
                if (m.index_.find(detail::as_integer(begin)) == nullptr) {
                    m.mark_from(begin, size, ownership::likely);
                }
            },
            this);
    }

private:
    address_index const& index_;
    scan_result& found_;
};

// A parent comes before its children.
void spread_to_children(scan_result& found) noexcept {
    for (untyped_block& each : found.blocks) {
        each.ambiguous |= each.parent != no_block && found.blocks[each.parent].ambiguous;
    }
}

}  // namespace

void mark_ambiguous_blocks(address_index const& index, root_memory const& roots,
                           scan_result& found) {
    if (found.blocks.empty()) {
        return;
    }
    marker mark(index, found);
    mark.mark_from(roots.stack.begin, roots.stack.size, ownership::doubtful);
    for (port::segment const& each : roots.modules) {
        if (each.writable) {
            mark.mark_from(each.begin, each.size, ownership::likely);
        }
    }
    mark.mark_from_unreached_blocks();
    for (std::uint32_t const each : index.reclassified()) {
        found.blocks[each].ambiguous = true;
    }
    spread_to_children(found);
}

}  // namespace handrail::leak_check
