// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// One module of an inspected program with what its file says, read when it is asked for.
//
// Thread safety: none.

#pragma once

#include "lib/inspect/types/dwarf_index.hpp"
#include "lib/inspect/types/module_file.hpp"
#include "lib/inspect/types/module_image.hpp"
#include "lib/inspect/types/symbol_table.hpp"

#include <elfutils/libdwfl.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace handrail::inspect {

class module {
public:
    explicit module(module_image image) : image_(std::move(image)) {}

    module_image const& image() const noexcept { return image_; }
    // "libfoo.so.1"
    std::string short_name() const;
    // Whether it is part of the C library, whose types and variables nobody asks about.
    bool is_c_library() const;

    // Effects: adds its file to a session. problems: gets a sentence if the file cannot be used.
    void open(Dwfl* session, pid_t process, std::string const& program,
              std::vector<std::string>& problems);

    // Returns: null if the file could not be used.
    Dwfl_Module* elf() const noexcept { return elf_; }
    symbol_table const* symbols();
    // Returns: null if the module has no debug information.
    dwarf_index* types(std::vector<std::string>& problems);
    // What is added to addresses of the debug information.
    std::uint64_t types_bias() const noexcept { return types_bias_; }

    // Of a session with modules of this class.
    static Dwfl_Callbacks const* callbacks() noexcept;

private:
    static int find_debug_file(Dwfl_Module* of, void** user_data, char const* name, Dwarf_Addr base,
                               char const* file, char const* link, GElf_Word checksum,
                               char** found);
    std::unique_ptr<dwarf_index> read_types(std::vector<std::string>& problems);

    module_image image_;
    Dwfl_Module* elf_ = nullptr;
    bool trusted_ = false;
    std::optional<symbol_table> symbols_{};
    std::optional<std::unique_ptr<dwarf_index>> types_{};
    std::uint64_t types_bias_ = 0;
};

}  // namespace handrail::inspect
