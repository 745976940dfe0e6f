// error: traced inside of traced
// The elements come and go; no one tells the inner container which object it is in.
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
