// error: use of deleted function|call to implicitly-deleted copy constructor
#include <handrail/file.hpp>

#include <utility>

handrail::file misuse(handrail::file& owner) {
#ifdef HANDRAIL_CONTROL
    return std::move(owner);
#else
    return owner;
#endif
}
