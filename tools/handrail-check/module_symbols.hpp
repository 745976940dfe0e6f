// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the file of one module says about addresses in it, read with libdwfl of elfutils.
//
// Thread safety: none.

#pragma once

#include "checked.hpp"

#include <elfutils/libdwfl.h>

#include <memory>
#include <string>
#include <vector>

namespace handrail_check {

class module_symbols {
public:
    // build_id: that the file must have, in hexadecimal; empty: that it must have none.
    module_symbols(std::string const& file, std::string const& build_id);

    bool is_open() const noexcept { return module_ != nullptr; }
    // Why it is not open: "it has been replaced since (…)".
    std::string const& problem() const noexcept { return problem_; }

    // Requires: is_open(). Returns: the frames that f stands for, innermost first: those of inlined
    //   calls, then that of the function which contains the code. Empty if nothing is known about
    //   the address.
    std::vector<written::frame> frames_at(written::frame const& f) const;

private:
    struct end_session {
        void operator()(Dwfl* session) const noexcept { ::dwfl_end(session); }
    };

    void open(std::string const& file, std::string const& build_id);

    std::unique_ptr<Dwfl, end_session> session_;
    Dwfl_Module* module_ = nullptr;  // of session_
    Dwarf_Addr bias_ = 0;            // of module_, added to addresses of the file
    std::string problem_;
};

}  // namespace handrail_check
