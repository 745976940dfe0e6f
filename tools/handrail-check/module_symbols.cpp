// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "module_symbols.hpp"

#include "input.hpp"
#include "lib/inspect/types/frames.hpp"

#include <fcntl.h>

namespace handrail_check {

namespace {

std::string hexadecimal(unsigned char const* bytes, int size) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (int i = 0; i < size; ++i) {
        text += {digits[bytes[i] >> 4], digits[bytes[i] & 15]};
    }
    return text;
}

std::string build_id_of(Dwfl_Module* module) {
    unsigned char const* bytes = nullptr;
    GElf_Addr address = 0;
    int const size = ::dwfl_module_build_id(module, &bytes, &address);
    return hexadecimal(bytes, size);
}

std::string text_or_empty(char const* text) { return text != nullptr ? text : ""; }

}  // namespace

module_symbols::module_symbols(std::string const& file, std::string const& build_id) {
    open(file, build_id);
}

void module_symbols::open(std::string const& file, std::string const& build_id) {
    static Dwfl_Callbacks const callbacks{.find_elf = ::dwfl_build_id_find_elf,
                                          .find_debuginfo = ::dwfl_standard_find_debuginfo,
                                          .section_address = ::dwfl_offline_section_address,
                                          .debuginfo_path = nullptr};
    auto const input = open_input(working_directory, file);
    if (!input) {
        problem_ = "the file cannot be read: " + reason_of_errno();
        return;
    }
    handrail::descriptor copy(::fcntl(input->file.native_handle(), F_DUPFD_CLOEXEC, 0));
    session_.reset(::dwfl_begin(&callbacks));
    Dwfl_Module* const module = session_ != nullptr
                                    ? ::dwfl_report_offline(session_.get(), file.c_str(),
                                                            file.c_str(), copy.native_handle())
                                    : nullptr;
    if (module != nullptr) {
        static_cast<void>(copy.release());  // the module closes it
    }
    if (module == nullptr || ::dwfl_report_end(session_.get(), nullptr, nullptr) != 0) {
        problem_ =
            "it is not an ELF file that libdwfl can read: " + text_or_empty(::dwfl_errmsg(-1));
        return;
    }
    std::string const found = build_id_of(module);
    if (found != build_id) {
        problem_ = "the file has been replaced since (its build id is " +
                   (found.empty() ? "missing" : found) + ", that of the program was " +
                   (build_id.empty() ? "missing" : build_id) + ")";
    } else if (::dwfl_module_getelf(module, &bias_) != nullptr) {
        module_ = module;
    } else {
        problem_ = "its ELF file cannot be read: " + text_or_empty(::dwfl_errmsg(-1));
    }
}

std::vector<written::frame> module_symbols::frames_at(written::frame const& f) const {
    Dwarf_Addr const call = f.address - 1 + bias_;  // before the return address
    return handrail::inspect::frames_of_call(module_, call,
                                             handrail::inspect::unit_around(module_, call), f);
}

}  // namespace handrail_check
