// error: number_returns_an_integer
// number(h) must return an integer; another result would be ignored silently.
#include <handrail/handle.hpp>

#include <boost/system/error_code.hpp>

struct library_traits {
    using native_handle_type = void*;
    static void* invalid() noexcept { return nullptr; }
    static bool is_valid(void* h) noexcept { return h != nullptr; }
    static boost::system::error_code close(void*) noexcept { return {}; }
    static constexpr char const* kind = "library";
#ifdef HANDRAIL_CONTROL
    static int number(void*) noexcept { return 1; }
#else
    static void* number(void* h) noexcept { return h; }
#endif
};

handrail::unique_handle<library_traits> use;
