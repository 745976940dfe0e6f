// error: no_array_is_managed_make_a_std_vector_or_a_std_array
// Arrays are managed as containers, which know how many elements they have.
#include <handrail/shared.hpp>

#include <vector>

void misuse() {
#ifdef HANDRAIL_CONTROL
    handrail::make<std::vector<int>>(3);
#else
    handrail::make<int[]>(3);
#endif
}
