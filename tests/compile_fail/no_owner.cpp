// error: this_is_no_owner_pass_a_handle_or_a_shared
// What cleanups hang on is a handle of this library or a managed object; for all that take an
// owner.
#include <handrail/cleanup.hpp>
#include <handrail/handle.hpp>

void misuse(handrail::descriptor& owner) {
#ifdef HANDRAIL_CONTROL
    handrail::add_cleanup(owner, [] {});
#else
    handrail::add_cleanup(owner.native_handle(), [] {});
#endif
}
