// error: this_owner_is_a_temporary_give_the_guard_a_name_and_pass_that
// A temporary guard would end, and its cleanups run, in the same statement.
#include <handrail/cleanup.hpp>
#include <handrail/file.hpp>

void misuse() {
    handrail::file kept = handrail::file::open("x", handrail::file::read_only);
#ifdef HANDRAIL_CONTROL
    handrail::add_cleanup(kept, [] {});
#else
    handrail::add_cleanup(std::move(kept), [] {});
#endif
}
