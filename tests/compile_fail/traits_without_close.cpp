// error: Traits::close(h)
// Traits name what unique_handle needs; the error names what is missing.
#include <handrail/handle.hpp>

struct incomplete_traits {
    using native_handle_type = int;
    static int invalid() noexcept { return -1; }
    static bool is_valid(int h) noexcept { return h >= 0; }
#ifdef HANDRAIL_CONTROL
    static boost::system::error_code close(int) noexcept { return {}; }
#endif
    static constexpr char const* kind = "incomplete";
};

handrail::unique_handle<incomplete_traits> misuse(int h) {
    return handrail::unique_handle<incomplete_traits>(h);
}
