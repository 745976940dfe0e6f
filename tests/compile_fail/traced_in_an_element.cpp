// error: traced inside of traced
// Elements are added and removed; the inner container does not know which object it is in.
#include <handrail/shared.hpp>

#include <list>

struct node;
struct element {
#ifdef HANDRAIL_CONTROL
    handrail::edge<node> kids;
#else
    handrail::traced<std::list<handrail::edge<node>>> kids;
#endif
    using managed_edges = handrail::edges<&element::kids>;
};
struct node {
    handrail::traced<std::list<element>> elements;
    using managed_edges = handrail::edges<&node::elements>;
};

void misuse() { handrail::make<node>(); }
