// error: this_owner_is_const_pass_a_reference_that_is_not
// A cleanup changes its owner.
#include <handrail/cleanup.hpp>
#include <handrail/handle.hpp>

#ifdef HANDRAIL_CONTROL
void misuse(handrail::descriptor& owner) {
    handrail::add_cleanup(owner, [] {});
}
#else
void misuse(handrail::descriptor const& owner) {
    handrail::add_cleanup(owner, [] {});
}
#endif
