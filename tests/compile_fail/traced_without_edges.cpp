// error: traced<C>: C holds no edges
// A container without edges needs no lock of this library.
#include <handrail/shared.hpp>

#include <vector>

struct node;
#ifdef HANDRAIL_CONTROL
using kids = std::vector<handrail::edge<node>>;
#else
using kids = std::vector<int>;
#endif
struct node {
    handrail::traced<kids> all;
    using managed_edges = handrail::edges<&node::all>;
};

void misuse() { handrail::make<node>(); }
