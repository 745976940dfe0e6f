// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// What the files of an inspected program's modules say: symbols, lines, types. Read with libdwfl of
// elfutils.
//
//     debug_info info(*program, {.debug_files = true});
//     info.symbol_at(pc);      // "chat::session::start()"
//
// Every answer can be empty: modules are stripped, have been replaced, or are damaged.
//
// Thread safety: none.

#pragma once

#include "lib/inspect/target/target.hpp"
#include "lib/inspect/types/type.hpp"
#include "lib/leak_check/report/written_report.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace handrail::inspect {

struct debug_info_options {
    bool debug_files = true;  // read DWARF; otherwise only symbol tables
};

// A variable in static or thread-local storage.
struct variable {
    std::string name{};  // "net::registry::instance()::one"
    address begin = 0;
    std::uint64_t size = 0;
    inspect::type type{};
};

class debug_info {
public:
    explicit debug_info(target const& program, debug_info_options const& wanted = {});
    debug_info(debug_info const&) = delete;
    debug_info& operator=(debug_info const&) = delete;
    ~debug_info();

    // Returns: the mangled name of the symbol that begins at the address.
    std::string_view raw_symbol_at(address at) const;
    std::string symbol_at(address at) const;  // demangled

    // Returns: "app+0x16556"; empty outside modules.
    std::string module_offset(address at) const;
    // Returns: the file of the module around the address; empty outside modules.
    std::string module_file(address at) const;

    // Returns: the frames for a return address, innermost first, those of inlined calls included.
    std::vector<leak_check::written::frame> frames_at(address return_address) const;

    // Returns: the class whose vtable begins at vptr (the address that objects hold), by RTTI, as
    //   the demangler spells it: "chat::session"; empty: there is no vtable.
    std::string_view class_of_vptr(address vptr) const;
    // Returns: the type of objects with this vptr.
    type type_of_vptr(address vptr) const;

    // Returns: the class of which the function that begins there, or a part of it ("f.cold"), is a
    //   member. Empty if the linker has folded functions of several classes into one.
    type class_of_function(address function) const;
    // Returns: the type of the frame for a coroutine's resume or destroy function.
    type coroutine_frame(address resume) const;

    // Returns: the type with this name in the module around `near`, or else in another one. Spaces,
    //   where const is, and spellings of integers ("unsigned long" and "long unsigned int") do not
    //   matter. Empty if different types have that name.
    type type_named(address near, std::string_view name) const;

    // Returns: the variable in static storage around the address; without debug information, its
    //   symbol, with an empty type.
    std::optional<variable> variable_around(address at) const;

    // Returns: the writable segments of modules, as regions: initialised data and bss.
    std::vector<region> writable_segments() const;

    // What could not be read, a sentence each: "libfoo.so has been replaced since …".
    std::vector<std::string> const& problems() const noexcept;

private:
    class state;
    std::unique_ptr<state> state_;
};

}  // namespace handrail::inspect
