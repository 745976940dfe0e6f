// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/findings/mentions.hpp"

#include "lib/inspect/graph/thread_memory.hpp"
#include "lib/inspect/graph/words.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include <elf.h>

namespace handrail::inspect {

namespace {

class search {
public:
    search(std::unordered_set<int> const& numbers, recognition const& look, ownership const& owners)
        : numbers_(numbers), look_(look), owners_(owners), reader_(look.program.memory()) {}

    void in_heap() {
        for (node_id at = 0; at != look_.graph.heap_count(); ++at) {
            if (owners_.reach(at) != reach::none && !is_of_a_library(look_.graph.nodes[at].kind)) {
                in_block(at);
            }
        }
    }

    void in_static_storage() {
        for (region const& each : look_.info.writable_segments()) {
            if (!is_of_the_system(look_.info.module_file(each.begin))) {
                in_words(each.begin, each.end);
            }
        }
    }

    void on_stacks() {
        auto const memories = memory_of_threads(look_.program);
        auto const threads = look_.program.threads();
        for (std::size_t i = 0; i != threads.size(); ++i) {
            extent const stack = memories[i].stack;
            if (!threads[i].is_main) {
                in_words(stack.begin, stack.end);
            } else if (!look_.program.main_has_returned()) {
                in_words(stack.begin, begin_of_auxiliary_vector(stack));
            }
        }
    }

    std::unordered_set<int> found;

private:
    // What they hold is recognised.
    static bool is_of_a_library(node_kind kind) {
        return kind == node_kind::service || kind == node_kind::stream ||
               kind == node_kind::operation;
    }

    // The libraries that the tool preloads have numbers of their own.
    static bool is_preloaded(std::string_view file) {
        std::string_view const name = file.substr(file.rfind('/') + 1);
        return name.starts_with("libhandrail_preload") || name.starts_with("libhandrail_block_map");
    }

    static bool is_of_the_system(std::string_view file) {
        constexpr std::array<std::string_view, 3> folders{"/usr/lib/", "/lib/", "/lib64/"};
        return is_preloaded(file) ||
               std::any_of(folders.begin(), folders.end(),
                           [&](std::string_view folder) { return file.starts_with(folder); });
    }

    // Above the frames of main() is a vector of small numbers and values, getauxval(3), in which
    // the kernel puts these side by side: {AT_PHDR, address}, {AT_PHENT, 56}, {AT_PHNUM, n}.
    address begin_of_auxiliary_vector(extent stack) {
        constexpr std::uint64_t most_before = 8 * 16;
        address begin = stack.end;
        std::array<std::uint64_t, 5> last{};
        reader_.for_each(stack.begin, stack.end, [&](address at, std::uint64_t value) {
            std::rotate(last.begin(), last.begin() + 1, last.end());
            last.back() = value;
            if (last[0] == AT_PHDR && last[2] == AT_PHENT && last[4] == AT_PHNUM) {
                begin = std::min(begin, at - sizeof last - most_before);
            }
        });
        return std::max(begin, stack.begin);
    }

    bool is_wanted(std::uint32_t value) const {
        return numbers_.contains(static_cast<int>(value)) &&
               !found.contains(static_cast<int>(value));
    }

    void in_block(node_id at) {
        node const& in = look_.graph.nodes[at];
        reader_.for_each(in.begin, in.end(), [&](address word, std::uint64_t value) {
            add_half(at, word - in.begin, static_cast<std::uint32_t>(value));
            add_half(at, word - in.begin + 4, static_cast<std::uint32_t>(value >> 32));
        });
    }

    void add_half(node_id at, std::uint64_t offset, std::uint32_t value) {
        if (is_wanted(value) && may_be_int(at, static_cast<std::uint32_t>(offset))) {
            found.insert(static_cast<int>(value));
        }
    }

    bool may_be_int(node_id at, std::uint32_t offset) const {
        place const* const known = look_.place_of(at, offset).at;
        return known == nullptr || known->what.kind() != type_kind::base ||
               known->what.name() == "int";
    }

    void in_words(address begin, address end) {
        reader_.for_each(begin, end, [&](address, std::uint64_t value) {
            for (auto const half :
                 {static_cast<std::uint32_t>(value), static_cast<std::uint32_t>(value >> 32)}) {
                if (is_wanted(half)) {
                    found.insert(static_cast<int>(half));
                }
            }
        });
    }

    std::unordered_set<int> const& numbers_;
    recognition const& look_;
    ownership const& owners_;
    word_reader reader_;
};

}  // namespace

std::unordered_set<int> mentioned(std::unordered_set<int> const& numbers, recognition const& look,
                                  ownership const& owners) {
    if (numbers.empty()) {
        return {};
    }
    search all(numbers, look, owners);
    all.in_heap();
    all.in_static_storage();
    all.on_stacks();
    return std::move(all.found);
}

}  // namespace handrail::inspect
