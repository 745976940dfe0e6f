// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Asio's services belong to an execution_context. They know sockets, timers, channels and strands
// through lists, and own none of them: what leads from a service to anything but another service
// is weak. Operations in a service's queue are pending.

#include "lib/inspect/recognise/recognisers.hpp"

namespace handrail::inspect {

namespace {

std::string_view without_boost(std::string_view name) {
    constexpr std::string_view boost = "boost::";
    name.remove_prefix(name.starts_with(boost) ? boost.size() : 0);
    return name;
}

bool is_service(std::string_view name) {
    name = without_boost(name);
    std::string_view const head = name.substr(0, name.find('<'));
    return name.starts_with("beast::websocket::detail::service") ||
           (name.starts_with("asio::") &&
            (head.ends_with("service") || head == "asio::detail::scheduler" ||
             head == "asio::detail::epoll_reactor" ||
             head == "asio::detail::resolver_thread_pool"));
}

void read_references(recognition& look, node_id at) {
    for (reference& each : look.graph.of(at)) {
        bool const leads_to_service =
            each.target_offset == 0 && is_service(look.class_of(each.to).name);
        look.set_strength(each, leads_to_service ? strength::strong : strength::weak);
        if (!leads_to_service && each.target_offset == 0) {
            read_operations(look, look.begin_of(each.to), {.service = at});
        }
    }
}

// A signal's registration points to the queue of waiting operations in the signal_set.
void read_signals(recognition& look, node_id at) {
    constexpr std::uint64_t queue = 8;
    for (reference const& each : look.graph.of(at)) {
        if (each.target_offset != 0 || !look.class_of(each.to).name.empty()) {
            continue;
        }
        for (reference& word : look.graph.of(each.to)) {
            look.set_strength(word, strength::weak);
        }
        address const front = look.word(look.begin_of(each.to) + queue);
        read_operations(look, look.word(front), {.service = at});
    }
}

}  // namespace

bool is_asio_class(std::string_view name, std::string_view unqualified) {
    return without_boost(name) == unqualified;
}

bool recognise_asio_service(recognition& look, node_id at) {
    class_facts const& of = look.class_of(at);
    if (of.name.empty() || !is_service(of.name)) {
        return false;
    }
    look.set(at, node_kind::service, look.fitting(of.what, at, 0), 0, of.name);
    if (is_asio_class(of.name, "asio::detail::signal_set_service")) {
        read_signals(look, at);
    }
    read_timer_queues(look, at);
    read_links(look, at);
    read_references(look, at);
    return true;
}

}  // namespace handrail::inspect
