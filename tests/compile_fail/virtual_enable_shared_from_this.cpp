// error: enable_shared_from_this<T> must not be a virtual base of T
// A pointer to a virtual base cannot be converted to a pointer to the object.
#include <handrail/shared.hpp>

#ifdef HANDRAIL_CONTROL
struct channel : handrail::enable_shared_from_this<channel> {};
#else
struct channel : virtual handrail::enable_shared_from_this<channel> {};
#endif
struct logged : virtual channel {};

void misuse() { handrail::make<logged>()->shared_from_this(); }
