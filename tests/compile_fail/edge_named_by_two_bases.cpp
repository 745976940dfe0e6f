// error: managed_edges names an edge twice
// Both bases list the edges of the same virtual base, of which an object has one.
#include <handrail/shared.hpp>

struct part {
    handrail::edge<part> up;
    using managed_edges = handrail::edges<&part::up>;
};
struct one : virtual part {
    using managed_edges = handrail::edges<>::with<part>;
};
struct two : virtual part {
    using managed_edges = handrail::edges<>::with<part>;
};
struct whole : one, two {
#ifdef HANDRAIL_CONTROL
    using managed_edges = handrail::edges<>::with<part>;
#else
    using managed_edges = handrail::edges<>::with<one, two>;
#endif
};

void misuse() { handrail::make<whole>(); }
