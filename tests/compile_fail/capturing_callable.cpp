// error: add_cleanup takes a callable without captures
// Captures hide what a cleanup holds; they must be marked with capturing().
#include <handrail/cleanup.hpp>
#include <handrail/handle.hpp>

void misuse(handrail::descriptor& owner, int state) {
#ifdef HANDRAIL_CONTROL
    handrail::add_cleanup(owner, handrail::capturing([state] { static_cast<void>(state); }));
#else
    handrail::add_cleanup(owner, [state] { static_cast<void>(state); });
#endif
}
