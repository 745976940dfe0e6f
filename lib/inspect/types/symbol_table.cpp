// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/types/symbol_table.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

namespace handrail::inspect {

namespace {

// The larger, the better.
using quality = std::tuple<bool, bool>;

struct candidate {
    symbol what;
    quality rank;
};

std::optional<candidate> candidate_at(Dwfl_Module* module, int index) {
    GElf_Sym found{};
    GElf_Addr at = 0;
    GElf_Word section = 0;
    char const* const name =
        ::dwfl_module_getsym_info(module, index, &found, &at, &section, nullptr, nullptr);
    int const kind = GELF_ST_TYPE(found.st_info);
    bool const is_code = kind == STT_FUNC || kind == STT_GNU_IFUNC;
    if (name == nullptr || *name == '\0' || found.st_shndx == SHN_UNDEF ||
        !(is_code || kind == STT_OBJECT || kind == STT_NOTYPE)) {
        return std::nullopt;
    }
    return candidate{{at, found.st_size, name, kind == STT_OBJECT},
                     {kind != STT_NOTYPE, GELF_ST_BIND(found.st_info) != STB_LOCAL}};
}

}  // namespace

symbol_table::symbol_table(Dwfl_Module* module) {
    int const count = ::dwfl_module_getsymtab(module);
    std::vector<candidate> found;
    for (int i = 1; i < count; ++i) {
        if (auto const each = candidate_at(module, i)) {
            found.push_back(*each);
        }
    }
    std::stable_sort(found.begin(), found.end(), [](candidate const& a, candidate const& b) {
        return std::tie(a.what.begin, b.rank) < std::tie(b.what.begin, a.rank);
    });
    for (candidate const& each : found) {
        if (symbols_.empty() || symbols_.back().begin != each.what.begin) {
            symbols_.push_back(each.what);
        }
    }
}

symbol const* symbol_table::around(address at) const noexcept {
    auto const next =
        std::upper_bound(symbols_.begin(), symbols_.end(), at,
                         [](address wanted, symbol const& each) { return wanted < each.begin; });
    if (next == symbols_.begin()) {
        return nullptr;
    }
    symbol const& before = *(next - 1);
    return at == before.begin || at - before.begin < before.size ? &before : nullptr;
}

}  // namespace handrail::inspect
