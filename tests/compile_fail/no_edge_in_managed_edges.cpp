// error: managed_edges names a member that is not an edge
// A shared is a reference from outside, which the collector must not count as an edge.
#include <handrail/shared.hpp>

struct node {
#ifdef HANDRAIL_CONTROL
    handrail::edge<node> next;
#else
    handrail::shared<node> next;
#endif
    using managed_edges = handrail::edges<&node::next>;
};

void misuse() { handrail::make<node>(); }
