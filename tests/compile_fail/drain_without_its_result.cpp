// error: ignoring return value of
// Whether everything has run is the point of drain().
#include <handrail/runner.hpp>

#include <chrono>

#pragma GCC diagnostic error "-Wunused-result"

void misuse() {
#ifdef HANDRAIL_CONTROL
    if (!handrail::drain(std::chrono::seconds(1))) {
    }
#else
    handrail::drain(std::chrono::seconds(1));
#endif
}
