// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include <handrail/error.hpp>

#include <boost/system/errc.hpp>

#include <cstddef>
#include <string>

namespace handrail {

namespace {

namespace errc = boost::system::errc;

struct description {
    char const* message;
    errc::errc_t equal_to;
};

description describe(int value) noexcept {
    switch (static_cast<error>(value)) {
        case error::append_without_write_access:
            return {"append needs write access, but read_only was given", errc::invalid_argument};
        case error::truncate_without_write_access:
            return {"truncate needs write access, but read_only was given", errc::invalid_argument};
        case error::exclusive_without_create:
            return {"exclusive has no effect without create", errc::invalid_argument};
        case error::unknown_open_flags:
            return {"the flags have unknown bits", errc::invalid_argument};
        case error::nul_in_path: return {"the path contains a NUL", errc::invalid_argument};
        case error::offset_while_appending:
            return {"the file was opened with append: writes go to its end, not to an offset",
                    errc::invalid_argument};
        case error::bytes_past_end_of_file:
            return {"the bytes are past the end of the file", errc::invalid_argument};
        case error::length_needed:
            return {"the length of a device is not known: a length is needed",
                    errc::invalid_argument};
        case error::not_opened_for_reading:
            return {"the file was not opened for reading", errc::permission_denied};
        case error::not_opened_for_writing:
            return {"the file was not opened for writing", errc::permission_denied};
    }
    return {"unknown error", errc::invalid_argument};
}

// Boost's base class has a protected destructor that is intentionally not virtual.
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

// Two copies of the category in one process are equal because of the number, which is random.
class handrail_category final : public boost::system::error_category {
public:
    constexpr handrail_category() noexcept : error_category(0x6d2a1b0c97e4f583) {}

    char const* name() const noexcept override { return "handrail"; }
    std::string message(int value) const override { return describe(value).message; }
    char const* message(int value, char*, std::size_t) const noexcept override {
        return describe(value).message;
    }
    boost::system::error_condition default_error_condition(int value) const noexcept override {
        return make_error_condition(describe(value).equal_to);
    }
};

constinit handrail_category const category;

}  // namespace

boost::system::error_category const& error_category() noexcept { return category; }

}  // namespace handrail
