// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Objects of classes with virtual functions.

#include "lib/inspect/recognise/recognisers.hpp"

namespace handrail::inspect {

bool recognise_class(recognition& look, node_id at) {
    class_facts const& of = look.class_of(at);
    return !of.name.empty() &&
           look.set(at, node_kind::object, look.fitting(of.what, at, 0), 0, of.name);
}

}  // namespace handrail::inspect
