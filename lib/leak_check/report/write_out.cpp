// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/report/write_out.hpp"

#include "platform/port.hpp"

namespace handrail::leak_check::written {

boost::system::error_code write_out(detail::native_handle to, std::string_view text) noexcept {
    return port::write_all(to, text.data(), text.size());
}

}  // namespace handrail::leak_check::written
