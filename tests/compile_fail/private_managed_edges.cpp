// error: managed_edges must be public
// A private list would be skipped in silence.
#include <handrail/shared.hpp>

class node {
    handrail::edge<node> next_;

#ifdef HANDRAIL_CONTROL
public:
#endif
    using managed_edges = handrail::edges<&node::next_>;
};

void misuse() { handrail::make<node>(); }
