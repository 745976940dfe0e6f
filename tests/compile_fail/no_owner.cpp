// error: this_is_no_owner_pass_a_guard_or_a_shared
// Cleanups are registered with a guard of this library or with a managed object.
#include <handrail/cleanup.hpp>
#include <handrail/handle.hpp>

void misuse(handrail::descriptor& owner) {
#ifdef HANDRAIL_CONTROL
    handrail::add_cleanup(owner, [] {});
#else
    handrail::add_cleanup(owner.native_handle(), [] {});
#endif
}
