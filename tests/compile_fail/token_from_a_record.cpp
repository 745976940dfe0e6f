// error: private
// Tokens come from add_cleanup only.
#include <handrail/cleanup.hpp>

void misuse(handrail::cleanup const& token, handrail::detail::record* record) {
#ifdef HANDRAIL_CONTROL
    static_cast<void>(record);
    handrail::cleanup const copy(token);
#else
    static_cast<void>(token);
    handrail::cleanup const copy(record);
#endif
}
