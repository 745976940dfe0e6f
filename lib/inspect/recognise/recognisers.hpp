// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// All recognisers. recognisers.cpp has the tables of them.

#pragma once

#include "lib/inspect/recognise/recogniser.hpp"

#include <string_view>

namespace handrail::inspect {

// By what stands in the block itself. Returns: whether it is known now.
using content_recogniser = bool (*)(recognition& look, node_id at);

bool recognise_std_control_block(recognition& look, node_id at);    // shared_ptr.cpp
bool recognise_boost_control_block(recognition& look, node_id at);  // boost_shared_ptr.cpp
bool recognise_asio_service(recognition& look, node_id at);         // asio_service.cpp
bool recognise_functor_of_libcxx(recognition& look, node_id at);    // function.cpp
bool recognise_class(recognition& look, node_id at);                // class.cpp
bool recognise_stream(recognition& look, node_id at);               // file_stream.cpp
bool recognise_descriptor_state(recognition& look, node_id at);     // asio_descriptor.cpp
bool recognise_operation(recognition& look, node_id at);            // asio_operation.cpp
bool recognise_coroutine(recognition& look, node_id at);            // coroutine.cpp
bool recognise_ssl(recognition& look, node_id at);                  // asio_ssl.cpp

// By the words around a reference whose place has no known type.
using word_recogniser = bool (*)(recognition& look, reference& through);

bool recognise_functor_by_words(recognition& look, reference& through);    // function.cpp
bool recognise_weak_self_by_place(recognition& look, reference& through);  // shared_ptr.cpp
bool recognise_any_by_words(recognition& look, reference& through);        // alternatives.cpp
bool recognise_hash_by_words(recognition& look, reference& through);       // hash_by_words.cpp
bool recognise_tree_by_words(recognition& look, reference& through);       // tree_by_words.cpp
bool recognise_deque_by_words(recognition& look, reference& through);      // deque_by_words.cpp
bool recognise_engine_by_words(recognition& look, reference& through);     // asio_ssl.cpp

// By the type of the place. Returns: null if no recogniser knows the type.
place_rule const* rule_for(type const& of);

extern place_rule const shared_ptr_rule, weak_ptr_rule;                            // shared_ptr.cpp
extern place_rule const boost_shared_rule, boost_weak_rule, boost_intrusive_rule;  // boost_…
extern place_rule const function_rule, boost_function_rule;                        // function.cpp
extern place_rule const any_rule, variant_rule, optional_rule;               // alternatives.cpp
extern place_rule const unique_ptr_rule, string_rule;                        // owners.cpp
extern place_rule const vector_rule, deque_rule;                             // sequences.cpp
extern place_rule const list_rule, forward_list_rule, tree_rule, hash_rule;  // node_containers.cpp
extern place_rule const awaitable_rule;                                      // asio_awaitable.cpp
extern place_rule const cancellation_signal_rule;  // asio_cancellation.cpp
extern place_rule const ssl_engine_rule;           // asio_ssl.cpp
extern place_rule const op_queue_rule;             // asio_operation.cpp
extern place_rule const timer_data_rule;           // asio_timer.cpp
extern place_rule const handrail_shared_rule, handrail_weak_rule, handrail_edge_rule,
    handrail_chain_rule;  // handrail.cpp

// What several recognisers need:

// Effects: reads the waits of an embedded timer queue. service: the node with it.
void read_timer_queues(recognition& look, node_id service);
// Effects: makes the links of channels and strands, which a service has in lists, weak.
void read_links(recognition& look, node_id service);
// Returns: whether Asio's classes have the name: "asio::detail::scheduler", with or without boost.
bool is_asio_class(std::string_view name, std::string_view unqualified);
// Effects: records the operations of a queue as pending. first: the address of the front one.
void read_operations(recognition& look, address first, pending_operation what);
// The name of the nodes that Asio's reactor has for descriptors.
inline constexpr std::string_view asio_descriptor_state = "asio's state of a descriptor";
// Effects: finds the objects that hold a descriptor state of the reactor, such as sockets.
void find_asio_owners(recognition& look);
// Effects: finds what owns the frames of coroutines that are asio::awaitable.
void find_owners_of_frames(recognition& look);
// Effects: finds where descriptors' numbers are.
void find_holders(recognition& look);
// Effects: sets what a plain or smart pointer of this type points to.
void set_pointee(recognition& look, reference const& through, type const& pointee, bool exact);

// Returns: whether the reference lies in a variable of a suspended coroutine, which may have ended.
//   Parameters live as long as the frame.
bool may_have_ended(recognition const& look, reference const& local);

// Returns: the n-th argument in "name<first, second<x, y> >"; empty if there is none.
std::string_view template_argument_text(std::string_view name, unsigned n);

}  // namespace handrail::inspect
