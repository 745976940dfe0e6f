// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Recognisers know how libraries lay out what they put into memory: control blocks, functions,
// containers, coroutine frames, Asio's operations. Each is a small file; recognisers.cpp has tables
// that name them all. To add one: write the file, declare it in recognisers.hpp, add its line.
//
//     recognition look(*program, info, graph);
//     recognise(look);
//     look.graph.nodes[id].name;  // "chat::session"
//
//  1. What a recogniser reads may be torn or forged: it checks each word, and bounds each list.
//  2. A strength is set once. A word whose object has been destroyed is weak.
//
// Thread safety: none.

#pragma once

#include "lib/inspect/graph/object_graph.hpp"
#include "lib/inspect/recognise/place.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace handrail::inspect {

// The steps after which a list in the program is taken for damaged.
inline constexpr unsigned max_list = 1'000'000;

// At most this many places are recorded for one number.
inline constexpr std::size_t max_holders = 16;

// A counted object: where its counts are.
struct counted {
    node_id control = no_node;  // the block with the counts
    node_id object = no_node;   // the block with the object; the same if the object lies in it
    std::uint32_t strong = 0;   // the count that was read
    std::uint32_t weak = 0;     // without the one that all strong references share
};

// A descriptor's number, where an owner of it has it.
struct descriptor_holder {
    int number = -1;
    node_id at = no_node;      // no_node: on a stack
    std::uint32_t offset = 0;  // in the node
    address on_stack = 0;      // where the number is; 0: in a node

    bool operator==(descriptor_holder const&) const = default;
};

// An operation of Asio that waits in a queue.
struct pending_operation {
    node_id operation = no_node;
    node_id service = no_node;  // of the io_context that would complete it
    bool timer = false;
    bool never = false;  // it waits for a timer whose expiry is the end of time
};

// What a vptr says.
struct class_facts {
    std::string_view name{};  // empty: the word is no vptr
    type what{};
};

// What recognisers read, and what they find.
class recognition {
public:
    // program, info and graph outlive *this.
    recognition(target const& of, debug_info const& about, object_graph& into);
    recognition(recognition const&) = delete;
    recognition& operator=(recognition const&) = delete;

    target const& program;
    debug_info const& info;
    object_graph& graph;

    std::vector<counted> counts;
    std::vector<descriptor_holder> holders;  // each once
    std::vector<pending_operation> pending;

    // Effects: sets what the node is, with its name shortened for people, and queues it so that its
    //   words are looked at; none if it is known already. Returns: whether it was set.
    bool set(node_id at, node_kind kind, type object_type, std::uint64_t object_offset,
             std::string_view name);
    bool is_known(node_id at) const { return graph.nodes[at].kind != node_kind::unknown; }

    // Effects: sets the strength, unless it is set already.
    void set_strength(reference& of, strength to) {
        if (of.strength == strength::unknown) {
            of.strength = to;
        }
    }
    // Effects: the same for the reference in the word, if there is one.
    void set_strength(address word, strength to);

    // Effects: none if it is known, or if the number has max_holders already.
    void add_holder(descriptor_holder const& found);

    std::uint64_t word(address at) const { return program.memory().word(at); }
    std::uint32_t half_word(address at) const {
        return program.memory().read<std::uint32_t>(at).value_or(0);
    }
    bool is_code(address at) const;         // in an executable region of a module
    bool is_module_data(address at) const;  // in a module, and not code

    // Returns: what is known by the vptr that begins the node's block.
    class_facts const& class_of(node_id at) const { return class_of_vptr(word(begin_of(at))); }
    class_facts const& class_of_vptr(address vptr) const;
    // Returns: the mangled name of the function that begins there, or an empty one.
    std::string_view function_at(address code) const;

    address begin_of(node_id at) const { return graph.nodes[at].begin; }
    // Returns: the type of the object, if there is room for it behind the offset.
    type fitting(type wanted, node_id in, std::uint64_t offset) const;

    // Returns: what the type of the node says of the word; with the path, for reports.
    found_place place_of(node_id at, std::uint32_t offset) const;
    std::string path_of(node_id at, std::uint32_t offset) const;

    unsigned nested_states = 0;  // how many descriptor states, one in another, are being read

    std::deque<node_id> queue;  // known, but their words have not been looked at

private:
    struct module_range {
        address begin, end;
        bool executable;
    };
    std::string_view name_for_people(std::string_view name);
    module_range const* range_around(address at) const;
    found_place resolve(node_id at, std::uint32_t offset, std::string* path) const;

    std::vector<module_range> modules_;
    std::unordered_map<int, std::vector<descriptor_holder>> holders_of_;  // by number
    mutable std::unordered_map<address, class_facts> classes_;
    mutable std::unordered_map<address, std::string_view> functions_;
    std::unordered_map<std::string_view, std::string_view> short_names_;
    mutable place_cache places_;
};

// Effects: applies all recognisers until nothing is left to look at.
void recognise(recognition& look);

}  // namespace handrail::inspect
