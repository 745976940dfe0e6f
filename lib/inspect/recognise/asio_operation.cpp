// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Asio's operations: {next in the queue, function that completes it, result, …}. The function is a
// member of the operation's class. A queue is {front, back}.
//
// The memory of completed operations is used again. Their first byte is overwritten then, so that
// they have no valid link.

#include "lib/inspect/recognise/recognisers.hpp"

#include <string>

namespace handrail::inspect {

namespace {

struct named_operation {
    std::string_view class_name;
    std::string_view words;
};
constexpr named_operation known_operations[] = {
    {"reactive_socket_recv_op", "pending receive"},
    {"reactive_socket_recvfrom_op", "pending receive"},
    {"reactive_socket_recvmsg_op", "pending receive"},
    {"reactive_socket_send_op", "pending send"},
    {"reactive_socket_sendto_op", "pending send"},
    {"reactive_socket_accept_op", "pending accept"},
    {"reactive_socket_move_accept_op", "pending accept"},
    {"reactive_socket_connect_op", "pending connect"},
    {"reactive_wait_op", "pending wait for readiness"},
    {"reactive_null_buffers_op", "pending wait for readiness"},
    {"descriptor_read_op", "pending read"},
    {"descriptor_write_op", "pending write"},
    {"wait_handler", "pending wait of a timer"},
    {"signal_handler", "pending wait for a signal"},
    {"resolve_query_op", "pending name resolution"},
    {"resolve_endpoint_op", "pending name resolution"},
    {"channel_receive_op", "pending receive from a channel"},
    {"channel_send_op", "pending send to a channel"},
    {"executor_op", "posted handler"},
    {"completion_handler", "posted handler"},
};

// Mangled names have the length of each part before it: "15executor_opI".
std::string_view words_for(std::string_view symbol) {
    std::size_t first = symbol.npos;
    std::string_view words = "pending operation";
    for (named_operation const& each : known_operations) {
        std::string const part = std::to_string(each.class_name.size()).append(each.class_name);
        std::size_t const at = symbol.find(part);
        if (at < first) {
            first = at;
            words = each.words;
        }
    }
    return words;
}

bool has_valid_link(recognition const& look, address begin) {
    address const next = look.word(begin);
    return next == 0 || look.graph.node_around(next) != no_node;
}

bool completes_operations(std::string_view symbol) {
    return symbol.find("11do_complete") != symbol.npos || symbol.find("9do_action") != symbol.npos;
}

// The reactor's state of a descriptor is queued like an operation while events are delivered.
bool set_operation(recognition& look, node_id at) {
    if (look.graph.nodes[at].kind == node_kind::service || recognise_descriptor_state(look, at)) {
        return true;
    }
    address const complete = look.word(look.begin_of(at) + 8);
    type const what = look.fitting(look.info.class_of_function(complete), at, 0);
    std::string_view const symbol = look.function_at(complete);
    if (!look.set(at, node_kind::operation, what, 0, words_for(symbol))) {
        return look.graph.nodes[at].kind == node_kind::operation;
    }
    look.set_strength(look.begin_of(at), strength::strong);
    return true;
}

bool is_op_queue(type const& of) {
    return of.name().find("asio::detail::op_queue<") != std::string::npos;
}

void apply_op_queue(recognition& look, reference& through, place const& from) {
    look.set_strength(through, from.within == 0 ? strength::strong : strength::weak);
    if (from.within == 0) {
        read_operations(look, look.begin_of(through.to) + through.target_offset, {});
    }
}

// Unless its io_context is known, nothing says that an operation will complete.
void add_pending(recognition& look, pending_operation what, node_id operation) {
    if (what.service != no_node) {
        what.operation = operation;
        look.pending.push_back(what);
    }
}

}  // namespace

bool recognise_operation(recognition& look, node_id at) {
    address const begin = look.begin_of(at);
    return completes_operations(look.function_at(look.word(begin + 8))) &&
           has_valid_link(look, begin) && set_operation(look, at);
}

// Functions need no name here: what stands in a queue is an operation.
void read_operations(recognition& look, address first, pending_operation what) {
    for (unsigned n = 0; first != 0 && n != max_list; ++n) {
        // Inside a block, where a handler has memory of its own for its operation.
        node_id const at = look.graph.node_around(first);
        if (at != no_node && at < look.graph.heap_count() && look.begin_of(at) != first &&
            look.is_code(look.word(first + 8))) {
            add_pending(look, what, at);
            first = look.word(first);
            continue;
        }
        if (at == no_node || look.begin_of(at) != first || !look.is_code(look.word(first + 8)) ||
            look.is_code(look.word(first)) || !has_valid_link(look, first) ||
            !set_operation(look, at)) {
            return;
        }
        if (look.graph.nodes[at].kind == node_kind::operation) {
            add_pending(look, what, at);
        }
        first = look.word(first);
    }
}

place_rule const op_queue_rule{is_op_queue, apply_op_queue};

}  // namespace handrail::inspect
