// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/types/module.hpp"

#include <elfutils/libdwelf.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace handrail::inspect {

namespace {

std::string_view bytes_of(void const* bytes, ssize_t size) {
    return {static_cast<char const*>(bytes), size > 0 ? static_cast<std::size_t>(size) : 0};
}

int find_no_elf(Dwfl_Module*, void**, char const*, Dwarf_Addr, char**, Elf**) { return -1; }

// libdw opens a file that several modules share by the name in the module, unless the session has
// found it.
bool needs_shared_file(Dwarf* dwarf) {
    char const* name = nullptr;
    void const* build_id = nullptr;
    ssize_t const size = ::dwelf_dwarf_gnu_debugaltlink(dwarf, &name, &build_id);
    return size > 0 && !open_debug_file(bytes_of(build_id, size));
}

}  // namespace

std::string module::short_name() const { return image_.file.substr(image_.file.rfind('/') + 1); }

bool module::is_c_library() const {
    static constexpr auto names = std::to_array<std::string_view>(
        {"libc.so", "libc-", "ld-linux", "libm.so", "libm-", "libpthread", "libdl.so", "librt.so"});
    std::string const name = short_name();
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view each) { return name.starts_with(each); });
}

Dwfl_Callbacks const* module::callbacks() noexcept {
    static Dwfl_Callbacks const functions{.find_elf = find_no_elf,
                                          .find_debuginfo = &module::find_debug_file,
                                          .section_address = ::dwfl_offline_section_address,
                                          .debuginfo_path = nullptr};
    return &functions;
}

int module::find_debug_file(Dwfl_Module* of, void** user_data, char const* name, Dwarf_Addr base,
                            char const* file, char const* link, GElf_Word checksum, char** found) {
    unsigned char const* bytes = nullptr;
    GElf_Addr where = 0;
    int const size = ::dwfl_module_build_id(of, &bytes, &where);
    if (file_descriptor opened = open_debug_file(bytes_of(bytes, size))) {
        return opened.release();
    }
    auto const* const self = static_cast<module const*>(*user_data);
    return self != nullptr && self->trusted_
               ? ::dwfl_standard_find_debuginfo(of, user_data, name, base, file, link, checksum,
                                                found)
               : -1;
}

void module::open(Dwfl* session, pid_t process, std::string const& program,
                  std::vector<std::string>& problems) {
    module_file opened = open_module(image_, process, program);
    if (opened.file) {
        std::string const name = short_name();
        elf_ = ::dwfl_report_elf(session, name.c_str(), image_.file.c_str(), opened.file.number(),
                                 image_.bias, true);
        if (elf_ != nullptr) {
            static_cast<void>(opened.file.release());  // elf_ closes it
            trusted_ = opened.trusted;
            void** user_data = nullptr;
            ::dwfl_module_info(elf_, &user_data, nullptr, nullptr, nullptr, nullptr, nullptr,
                               nullptr);
            *user_data = this;
            return;
        }
        char const* const why = ::dwfl_errmsg(-1);
        opened.problem = why != nullptr ? why : "libdwfl cannot read it";
    }
    problems.push_back("what is in " + image_.file + " has no names: " + opened.problem);
}

symbol_table const* module::symbols() {
    if (!symbols_ && elf_ != nullptr) {
        symbols_.emplace(elf_);
    }
    return symbols_ ? &*symbols_ : nullptr;
}

dwarf_index* module::types(std::vector<std::string>& problems) {
    if (!types_) {
        types_ = read_types(problems);
    }
    return types_->get();
}

std::unique_ptr<dwarf_index> module::read_types(std::vector<std::string>& problems) {
    Dwarf* const dwarf =
        elf_ != nullptr && !is_c_library() ? ::dwfl_module_getdwarf(elf_, &types_bias_) : nullptr;
    if (dwarf == nullptr) {
        return nullptr;
    }
    if (!trusted_ && needs_shared_file(dwarf)) {
        problems.push_back(short_name() +
                           " belongs to another user: the file with debug information that it "
                           "names is not read");
        return nullptr;
    }
    auto index = std::make_unique<dwarf_index>(dwarf, trusted_);
    if (std::size_t const missing = index->missing_units(); missing != 0) {
        problems.push_back(
            "the debug information of " + std::to_string(missing) + " units of " + short_name() +
            (trusted_ ? " is in .dwo files that are missing"
                      : " is in .dwo files, which are not read: it belongs to another user"));
    }
    return index;
}

}  // namespace handrail::inspect
