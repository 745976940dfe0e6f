// error: this_is_no_owner_pass_a_guard_or_a_shared
// As add_cleanup: every function that takes an owner says so.
#include <handrail/handle.hpp>
#include <handrail/runner.hpp>

#include <memory>

void misuse(handrail::descriptor& owner) {
#ifdef HANDRAIL_CONTROL
    handrail::set_runner(owner, handrail::runner());
#else
    handrail::set_runner(std::make_shared<int>(owner.native_handle()), handrail::runner());
#endif
}
