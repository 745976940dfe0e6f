// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/recognise/recognisers.hpp"

#include <string_view>
#include <utility>

namespace handrail::inspect {

namespace {

// The first that knows a block wins: those that demand more come first.
constexpr content_recogniser contents[] = {
    recognise_std_control_block,
    recognise_boost_control_block,
    recognise_asio_service,
    recognise_functor_of_libcxx,
    recognise_class,
    recognise_stream,
    recognise_descriptor_state,
    recognise_operation,
    recognise_coroutine,
    recognise_ssl,
};

constexpr word_recogniser words[] = {
    recognise_functor_by_words, recognise_weak_self_by_place, recognise_any_by_words,
    recognise_hash_by_words,    recognise_tree_by_words,      recognise_deque_by_words,
    recognise_engine_by_words,
};

struct named_rule {
    std::string_view name;  // of the type, without its template arguments
    place_rule const* rule;
};

// By the unqualified name; the rule then looks at the rest.
constexpr named_rule rules[] = {
    {"shared_ptr", &shared_ptr_rule},
    {"__shared_ptr", &shared_ptr_rule},
    {"weak_ptr", &weak_ptr_rule},
    {"__weak_ptr", &weak_ptr_rule},
    {"shared_ptr", &boost_shared_rule},
    {"weak_ptr", &boost_weak_rule},
    {"intrusive_ptr", &boost_intrusive_rule},
    {"function", &function_rule},
    {"function", &boost_function_rule},
    {"any", &any_rule},
    {"variant", &variant_rule},
    {"optional", &optional_rule},
    {"unique_ptr", &unique_ptr_rule},
    {"basic_string", &string_rule},
    {"vector", &vector_rule},
    {"deque", &deque_rule},
    {"list", &list_rule},
    {"forward_list", &forward_list_rule},
    {"map", &tree_rule},
    {"multimap", &tree_rule},
    {"set", &tree_rule},
    {"multiset", &tree_rule},
    {"unordered_map", &hash_rule},
    {"unordered_multimap", &hash_rule},
    {"unordered_set", &hash_rule},
    {"unordered_multiset", &hash_rule},
    {"awaitable", &awaitable_rule},
    {"cancellation_signal", &cancellation_signal_rule},
    {"engine", &ssl_engine_rule},
    {"op_queue", &op_queue_rule},
    {"per_timer_data", &timer_data_rule},
    {"shared", &handrail_shared_rule},
    {"weak", &handrail_weak_rule},
    {"edge", &handrail_edge_rule},
    {"chain", &handrail_chain_rule},
};

void recognise_content(recognition& look, node_id at) {
    for (content_recogniser const each : contents) {
        if (look.is_known(at) || each(look, at)) {
            return;
        }
    }
}

void recognise_word(recognition& look, reference& through) {
    found_place const found = look.place_of(through.from, through.offset);
    if (!found.alive) {
        look.set_strength(through, strength::weak);
    } else if (found.at == nullptr || found.at->what.kind() == type_kind::base) {
        for (word_recogniser const each : words) {
            if (each(look, through)) {
                return;
            }
        }
    } else if (found.at->rule != nullptr) {
        found.at->rule->apply(look, through, *found.at);
    } else if (found.at->what.kind() == type_kind::pointer) {
        look.set_strength(through, found.at->is_list_link ? strength::weak : strength::raw);
        set_pointee(look, through, found.at->what.target(), true);
    }
}

void recognise_words(recognition& look, node_id of) {
    for (reference& each : look.graph.of(of)) {
        recognise_word(look, each);
    }
}

void recognise_queued(recognition& look, std::vector<bool>& done) {
    while (!look.queue.empty()) {
        node_id const next = look.queue.front();
        look.queue.pop_front();
        if (!done[next]) {
            done[next] = true;
            recognise_words(look, next);
        }
    }
}

}  // namespace

place_rule const* rule_for(type const& of) {
    std::string_view const bare = of.bare_name();
    std::string_view const name = bare.substr(0, bare.find('<'));
    for (named_rule const& each : rules) {
        if (each.name == name && each.rule->knows(of)) {
            return each.rule;
        }
    }
    return nullptr;
}

void set_pointee(recognition& look, reference const& through, type const& pointee, bool exact) {
    if (look.is_known(through.to) || through.target_offset != 0 ||
        pointee.kind() != type_kind::class_type) {
        return;
    }
    type const what = look.fitting(pointee, through.to, 0);
    // malloc rounds sizes up to 24, 40, 56 …: a larger block is an array, or of a derived class.
    std::uint64_t const room = look.graph.nodes[through.to].size;
    if (what && (!exact || room < what.size() + 24)) {
        look.set(through.to, node_kind::object, what, 0, what.name());
    }
}

std::string_view template_argument_text(std::string_view name, unsigned n) {
    std::size_t const open = name.find('<');
    if (open == name.npos) {
        return {};
    }
    unsigned depth = 0;
    std::size_t from = open + 1;
    for (std::size_t i = from; i != name.size(); ++i) {
        char const c = name[i];
        bool const closes = c == '>' || c == ')' || c == '}';
        if (depth == 0 && (c == ',' || c == '>')) {
            if (n == 0) {
                return name.substr(from, i - from);
            }
            if (c == '>') {
                return {};
            }
            --n;
            from = i + (name.substr(i + 1, 1) == " " ? 2 : 1);
        }
        depth += c == '<' || c == '(' || c == '{' ? 1 : 0;
        depth -= closes && depth != 0 ? 1 : 0;
    }
    return {};
}

void recognise(recognition& look) {
    for (node_id at = 0; at != look.graph.heap_count(); ++at) {
        recognise_content(look, at);
    }
    std::vector<bool> done(look.graph.nodes.size());
    recognise_queued(look, done);
    for (node_id at = look.graph.heap_count(); at != look.graph.nodes.size(); ++at) {
        recognise_words(look, at);
        recognise_queued(look, done);
    }
    for (node_id at = 0; at != look.graph.heap_count(); ++at) {
        if (!done[at]) {
            done[at] = true;
            recognise_words(look, at);
            recognise_queued(look, done);
        }
    }
    find_owners_of_frames(look);
    find_holders(look);
}

}  // namespace handrail::inspect
