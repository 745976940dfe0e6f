// error: add_cleanup cannot call fn with these arguments
// The arguments are copied and passed as rvalues, which the callable must accept.
#include <handrail/cleanup.hpp>
#include <handrail/handle.hpp>

#include <string>

void misuse(handrail::descriptor& owner) {
#ifdef HANDRAIL_CONTROL
    handrail::add_cleanup(owner, [](std::string) {}, std::string("text"));
#else
    handrail::add_cleanup(owner, [](std::string) {}, 5);
#endif
}
