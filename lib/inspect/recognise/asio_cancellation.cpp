// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// asio::cancellation_signal: a pointer to the handler that was put into its slot, which it owns.

#include "lib/inspect/recognise/recognisers.hpp"

namespace handrail::inspect {

namespace {

bool is_signal(type const& of) { return is_asio_class(of.name(), "asio::cancellation_signal"); }

void apply_signal(recognition& look, reference& through, place const&) {
    look.set_strength(through, strength::strong);
}

}  // namespace

place_rule const cancellation_signal_rule{is_signal, apply_signal};

}  // namespace handrail::inspect
