// error: managed_edges names an edge twice
// An edge that is counted twice would hide a reference from outside.
#include <handrail/shared.hpp>

struct node {
    handrail::edge<node> next;
    handrail::edge<node> other;
#ifdef HANDRAIL_CONTROL
    using managed_edges = handrail::edges<&node::next, &node::other>;
#else
    using managed_edges = handrail::edges<&node::next, &node::next>;
#endif
};

void misuse() { handrail::make<node>(); }
