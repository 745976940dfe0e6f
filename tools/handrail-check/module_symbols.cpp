// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "module_symbols.hpp"

#include "input.hpp"

#include <boost/core/demangle.hpp>

#include <dwarf.h>
#include <elfutils/libdw.h>

#include <cstdlib>
#include <string_view>
#include <utility>

#include <fcntl.h>

namespace handrail_check {

namespace {

struct free_memory {
    void operator()(void* memory) const noexcept { std::free(memory); }
};
// Scopes of libdw, which the caller frees.
using scopes = std::unique_ptr<Dwarf_Die, free_memory>;

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

// Returns: the declaration, which lies in the function's namespace or class.
Dwarf_Die declaration_of(Dwarf_Die function) {
    for (unsigned const link : {DW_AT_abstract_origin, DW_AT_specification}) {
        Dwarf_Attribute attribute;
        Dwarf_Die target;
        if (::dwarf_formref_die(::dwarf_attr(&function, link, &attribute), &target) != nullptr) {
            function = target;
        }
    }
    return function;
}

// "server::(anonymous namespace)::serve": the names of the scopes around a function and its own.
std::string qualified_name(Dwarf_Die* function) {
    Dwarf_Die declaration = declaration_of(*function);
    Dwarf_Die* found = nullptr;
    int const count = ::dwarf_getscopes_die(&declaration, &found);
    scopes const around(found);
    std::string name = text_or_empty(::dwarf_diename(function));
    for (int i = 1; i < count && !name.empty(); ++i) {
        char const* const scope = ::dwarf_diename(&found[i]);
        switch (::dwarf_tag(&found[i])) {
            case DW_TAG_namespace:
                name.insert(
                    0, (scope != nullptr ? scope : "(anonymous namespace)") + std::string("::"));
                break;
            case DW_TAG_class_type:
            case DW_TAG_structure_type:
                name.insert(0, (scope != nullptr ? scope : "(unnamed)") + std::string("::"));
                break;
            default: break;
        }
    }
    return name;
}

// The linkage name includes scopes and parameters. C functions have none, nor have functions of
// internal linkage.
std::string name_of(Dwarf_Die* function) {
    for (unsigned const name : {DW_AT_linkage_name, DW_AT_MIPS_linkage_name}) {
        Dwarf_Attribute attribute;
        if (char const* const mangled =
                ::dwarf_formstring(::dwarf_attr_integrate(function, name, &attribute))) {
            return boost::core::demangle(mangled);
        }
    }
    return qualified_name(function);
}

// Where the code of an inlined function was inlined.
void set_call_site(written::frame& f, Dwarf_Die* inlined, Dwarf_Die* unit) {
    Dwarf_Attribute attribute;
    Dwarf_Word file = 0, line = 0;
    Dwarf_Files* files = nullptr;
    if (::dwarf_formudata(::dwarf_attr(inlined, DW_AT_call_line, &attribute), &line) == 0 &&
        ::dwarf_formudata(::dwarf_attr(inlined, DW_AT_call_file, &attribute), &file) == 0 &&
        ::dwarf_getsrcfiles(unit, &files, nullptr) == 0) {
        f.file = text_or_empty(::dwarf_filesrc(files, file, nullptr, nullptr));
        f.line = f.file.empty() ? 0 : static_cast<std::uint32_t>(line);
    }
}

void set_line(written::frame& f, Dwfl_Module* module, Dwarf_Addr address) {
    int line = 0;
    Dwfl_Line* const found = ::dwfl_module_getsrc(module, address);
    char const* const file = found != nullptr
                                 ? ::dwfl_lineinfo(found, nullptr, &line, nullptr, nullptr, nullptr)
                                 : nullptr;
    if (file != nullptr && line > 0) {
        f.file = file;
        f.line = static_cast<std::uint32_t>(line);
    }
}

// Returns: a frame for each function that the code at the address belongs to, innermost first.
//   innermost has the line of the address.
std::vector<written::frame> frames_in(Dwarf_Die* unit, Dwarf_Addr address,
                                      written::frame innermost) {
    Dwarf_Die* found = nullptr;
    int const count = ::dwarf_getscopes(unit, address, &found);
    scopes const around(found);
    if (count <= 0) {
        return {};
    }
    // The scopes around the address are those of the source, and leave out the functions into which
    // code was inlined; the scopes around the innermost of them are those of the code.
    Dwarf_Die* nested = nullptr;
    int const depth = ::dwarf_getscopes_die(&found[0], &nested);
    scopes const of_code(nested);
    std::vector<written::frame> frames;
    for (int i = 0; i < depth; ++i) {
        int const tag = ::dwarf_tag(&nested[i]);
        if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram) {
            continue;
        }
        innermost.function = name_of(&nested[i]);
        innermost.inlined = tag == DW_TAG_inlined_subroutine;
        frames.push_back(innermost);
        if (!innermost.inlined) {
            break;
        }
        set_call_site(innermost, &nested[i], unit);
    }
    return frames;
}

}  // namespace

module_symbols::module_symbols(std::string const& file, std::string const& build_id) {
    open(file, build_id);
}

void module_symbols::open(std::string const& file, std::string const& build_id) {
    static Dwfl_Callbacks const callbacks{.find_elf = ::dwfl_build_id_find_elf,
                                          .find_debuginfo = ::dwfl_standard_find_debuginfo,
                                          .section_address = ::dwfl_offline_section_address,
                                          .debuginfo_path = nullptr};
    auto const input = open_input(any_directory, file);
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
    written::frame base = f;
    set_line(base, module_, call);
    Dwarf_Addr bias = 0;
    Dwarf_Die* const unit = ::dwfl_module_addrdie(module_, call, &bias);
    auto frames =
        unit != nullptr ? frames_in(unit, call - bias, base) : std::vector<written::frame>();
    if (frames.empty()) {
        if (char const* const symbol = ::dwfl_module_addrname(module_, call)) {
            base.function = boost::core::demangle(symbol);
        }
        frames.push_back(std::move(base));
    }
    return frames;
}

}  // namespace handrail_check
