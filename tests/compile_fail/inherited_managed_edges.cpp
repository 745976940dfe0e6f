// error: this class has managed_edges from a base only
// The edges of the derived class would be forgotten.
#include <handrail/shared.hpp>

struct base {
    handrail::edge<base> up;
    using managed_edges = handrail::edges<&base::up>;
};
struct derived : base {
    handrail::edge<base> down;
#ifdef HANDRAIL_CONTROL
    using managed_edges = handrail::edges<&derived::down>::with<base>;
#endif
};

void misuse() { handrail::make<derived>(); }
