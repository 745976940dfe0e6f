// error: nodiscard
// A deferral that is not a variable ends at once and defers nothing.
#include <handrail/cleanup.hpp>

#pragma GCC diagnostic error "-Wunused-result"
#pragma GCC diagnostic error "-Wunused-value"

void misuse() {
#ifdef HANDRAIL_CONTROL
    handrail::deferral wait;
#else
    handrail::deferral();
#endif
}
