// error: fn takes an argument as an lvalue reference
// A cleanup is given its own copies, as rvalues.
#include <handrail/cleanup.hpp>
#include <handrail/handle.hpp>

#include <string>

void misuse(handrail::descriptor& owner) {
#ifdef HANDRAIL_CONTROL
    handrail::add_cleanup(owner, [](std::string const&) {}, std::string("text"));
#else
    handrail::add_cleanup(owner, [](std::string&) {}, std::string("text"));
#endif
}
