// error: managed_edges names a container of edges that is not traced
// A pass cannot lock a container that is not traced.
#include <handrail/shared.hpp>

#include <vector>

struct node {
#ifdef HANDRAIL_CONTROL
    handrail::traced<std::vector<handrail::edge<node>>> kids;
#else
    std::vector<handrail::edge<node>> kids;
#endif
    using managed_edges = handrail::edges<&node::kids>;
};

void misuse() { handrail::make<node>(); }
