// error: use of deleted function|call to deleted constructor
// A handle has one owner.
#include <handrail/handle.hpp>

#include <utility>

handrail::descriptor misuse(handrail::descriptor& owner) {
#ifdef HANDRAIL_CONTROL
    return std::move(owner);
#else
    return owner;
#endif
}
