// error: traced inside of traced
// The inner container would not know the object that a pass must see changed.
#include <handrail/shared.hpp>

#include <list>
#include <vector>

struct node {
    using kids = std::vector<handrail::edge<node>>;
#ifdef HANDRAIL_CONTROL
    handrail::traced<std::list<kids>> all;
#else
    handrail::traced<std::list<handrail::traced<kids>>> all;
#endif
    using managed_edges = handrail::edges<&node::all>;
};

void misuse() { handrail::make<node>(); }
