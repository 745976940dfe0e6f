// error: C holds no edges
// The elements of a view belong to another container, where they may be counted, too.
#include <handrail/shared.hpp>

#include <span>
#include <vector>

struct node;
#ifdef HANDRAIL_CONTROL
using container = std::vector<handrail::edge<node>>;
#else
using container = std::span<handrail::edge<node>>;
#endif
struct node {
    handrail::traced<container> kids;
    using managed_edges = handrail::edges<&node::kids>;
};

void misuse() { handrail::make<node>(); }
