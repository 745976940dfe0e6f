// error: no_array_is_managed_make_a_std_vector_or_a_std_array
// heap::make<T> refuses arrays, as make<T> does.
#include <handrail/shared.hpp>

#include <array>

void misuse(handrail::heap& graph) {
#ifdef HANDRAIL_CONTROL
    graph.make<std::array<int, 3>>();
#else
    graph.make<int[3]>();
#endif
}
