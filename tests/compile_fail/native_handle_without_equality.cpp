// error: native_handles_need_equality
// A struct needs an == that says whether two of them are the same resource.
#include <handrail/handle.hpp>

#include <boost/system/error_code.hpp>

struct image {
    void* device;
    int id;
#ifdef HANDRAIL_CONTROL
    bool operator==(image const&) const = default;
#endif
};

struct image_traits {
    using native_handle_type = image;
    static image invalid() noexcept { return {}; }
    static bool is_valid(image h) noexcept { return h.device != nullptr; }
    static boost::system::error_code close(image) noexcept { return {}; }
    static constexpr char const* kind = "image";
};

handrail::unique_handle<image_traits> use;
