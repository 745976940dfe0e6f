// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/types/debug_info.hpp"

#include "lib/inspect/types/dwarf_index.hpp"
#include "lib/inspect/types/dwarf_reading.hpp"
#include "lib/inspect/types/frames.hpp"
#include "lib/inspect/types/module.hpp"
#include "lib/inspect/types/names.hpp"
#include "lib/inspect/types/rtti.hpp"
#include "lib/inspect/types/type_name.hpp"

#include <algorithm>
#include <optional>
#include <sstream>
#include <unordered_map>
#include <utility>

#include <dwarf.h>

namespace handrail::inspect {

namespace {

struct end_session {
    void operator()(Dwfl* session) const noexcept { ::dwfl_end(session); }
};

std::string text_of(symbol const* found) {
    return found != nullptr ? demangled_symbol(found->name) : std::string();
}

// g++ describes the frame as a parameter of the resume function, by a pointer; clang as a variable,
// of which nothing or little is left when it optimises. In clang's function, the coroutine's own
// parameters are the others.
std::optional<Dwarf_Die> frame_of(Dwarf_Die const& function) {
    std::optional<Dwarf_Die> found;
    for_each_child(function, [&](Dwarf_Die const& child) {
        bool const is_parameter =
            tag_of(child) == DW_TAG_formal_parameter && name_of(child) == "frame_ptr";
        if (is_parameter ||
            (tag_of(child) == DW_TAG_variable && name_of(child) == "__coro_frame")) {
            found = child;
        }
        return !found;
    });
    return found;
}

}  // namespace

class debug_info::state {
public:
    state(target const& program, debug_info_options const& wanted);

    module* module_around(address at) const;
    symbol const* symbol_around(address at) const;
    dwarf_index* types_around(address at);
    std::string const& class_by_vptr(address vptr);
    type type_by_vptr(address vptr);
    type type_by_functions(address vptr, std::string const& name);
    type type_named(address near, std::string_view normalised_name);
    std::vector<leak_check::written::frame> frames_at(address return_address);
    std::optional<variable> described_variable(address at);
    template <class TypeOf>
    type common_type(address function, TypeOf type_of_function);

    target const& program;
    std::vector<std::string> problems{};
    std::vector<std::unique_ptr<module>> modules{};  // by address

private:
    dwarf_index* types_of(module& in);
    type type_elsewhere(dwarf_index const* but, std::string_view normalised_name);

    bool const debug_files_;
    std::unique_ptr<Dwfl, end_session> session_{::dwfl_begin(module::callbacks())};
    std::unordered_map<address, std::string> classes_{};
    std::unordered_map<address, type> types_by_vptr_{};
};

debug_info::state::state(target const& inspected, debug_info_options const& wanted)
    : program(inspected), debug_files_(wanted.debug_files) {
    if (session_ == nullptr) {
        problems.emplace_back("nothing has a name: libdwfl does not start");
        return;
    }
    ::dwfl_report_begin(session_.get());
    for (module_image& image : modules_in(program.memory())) {
        modules.push_back(std::make_unique<module>(std::move(image)));
        modules.back()->open(session_.get(), program.process(), program.program(), problems);
    }
    ::dwfl_report_end(session_.get(), nullptr, nullptr);
}

module* debug_info::state::module_around(address at) const {
    auto const next = std::upper_bound(
        modules.begin(), modules.end(), at,
        [](address wanted, auto const& each) { return wanted < each->image().begin; });
    return next != modules.begin() && (*(next - 1))->image().contains(at) ? (next - 1)->get()
                                                                          : nullptr;
}

symbol const* debug_info::state::symbol_around(address at) const {
    module* const in = module_around(at);
    symbol_table const* const symbols = in != nullptr ? in->symbols() : nullptr;
    return symbols != nullptr ? symbols->around(at) : nullptr;
}

dwarf_index* debug_info::state::types_of(module& in) {
    dwarf_index* const index = debug_files_ ? in.types(problems) : nullptr;
    if (index != nullptr && !index->elsewhere) {
        index->elsewhere = [this, index](std::string_view name) {
            return type_elsewhere(index, name);
        };
    }
    return index;
}

dwarf_index* debug_info::state::types_around(address at) {
    module* const in = module_around(at);
    return in != nullptr ? types_of(*in) : nullptr;
}

type debug_info::state::type_elsewhere(dwarf_index const* but, std::string_view normalised_name) {
    for (auto const& each : modules) {
        dwarf_index* const index = types_of(*each);
        if (index != nullptr && index != but) {
            if (type const found = index->type_named(normalised_name)) {
                return found;
            }
        }
    }
    return {};
}

type debug_info::state::type_named(address near, std::string_view normalised_name) {
    dwarf_index* const index = types_around(near);
    type const found = index != nullptr ? index->type_named(normalised_name) : type();
    return found ? found : type_elsewhere(index, normalised_name);
}

std::string const& debug_info::state::class_by_vptr(address vptr) {
    auto const [found, fresh] = classes_.try_emplace(vptr);
    if (fresh) {
        found->second = class_by_vtable(program.memory(), vptr);
    }
    return found->second;
}

// Returns: the type that type_of_function has for the function which begins there; empty if there
//   are several functions with types of different names.
template <class TypeOf>
type debug_info::state::common_type(address function, TypeOf type_of_function) {
    module* const in = module_around(function);
    dwarf_index const* const index = in != nullptr ? types_of(*in) : nullptr;
    type common;
    if (index == nullptr) {
        return common;
    }
    for (Dwarf_Die const& each : index->functions_at(function - in->types_bias())) {
        type const found = type_of_function(*index, each);
        if (common && found && found != common && found.name() != common.name()) {
            return {};
        }
        common = common ? common : found;
    }
    return common;
}

// The functions in the vtable lead to the class itself, also where others have the same name; its
// own are among those of its bases.
type debug_info::state::type_by_functions(address vptr, std::string const& name) {
    for (address const function : virtual_functions(program.memory(), vptr)) {
        type const owner = common_type(function, [](dwarf_index const& index, auto const& each) {
            return index.class_of(each);
        });
        auto const entry = owner ? owner.index()->entry(owner.offset()) : std::nullopt;
        if (entry && owner.size() != 0 && normalised(full_name(*owner.index(), *entry)) == name) {
            return owner;
        }
    }
    return {};
}

type debug_info::state::type_by_vptr(address vptr) {
    std::string const& name = class_by_vptr(vptr);
    if (name.empty()) {
        return {};
    }
    bool const fresh = types_by_vptr_.try_emplace(vptr).second;
    if (fresh) {
        std::string const key = normalised(name);
        type found = type_by_functions(vptr, key);
        types_by_vptr_[vptr] = found ? found : type_named(vptr, key);
    }
    return types_by_vptr_[vptr];
}

std::vector<leak_check::written::frame> debug_info::state::frames_at(address return_address) {
    module* const in = module_around(return_address - 1);
    if (in == nullptr) {
        return {};
    }
    leak_check::written::frame base;
    base.module = in->image().file;
    base.address = return_address - in->image().bias;
    if (in->elf() == nullptr) {
        return {base};
    }
    address const call = return_address - 1;  // in the call, before the return address
    dwarf_index const* const index = types_of(*in);
    auto const root = index != nullptr ? index->unit_around(call - in->types_bias()) : std::nullopt;
    return frames_of_call(in->elf(), call,
                          root ? std::optional(placed_unit{*root, in->types_bias()}) : std::nullopt,
                          base);
}

std::optional<variable> debug_info::state::described_variable(address at) {
    module* const in = module_around(at);
    dwarf_index const* const index = in != nullptr ? types_of(*in) : nullptr;
    auto const found =
        index != nullptr ? index->variable_before(at - in->types_bias()) : std::nullopt;
    auto const described = found ? type_of(found->entry) : std::nullopt;
    if (!described) {
        return std::nullopt;
    }
    variable result{.begin = found->address + in->types_bias(), .type = index->type_at(*described)};
    result.size = result.type.size();
    if (at - result.begin >= result.size) {
        return std::nullopt;
    }
    std::string_view const mangled = linkage_name_of(found->entry);
    result.name = shortened(mangled.empty() ? full_name(*index, found->entry)
                                            : demangled_symbol(mangled.data()));
    return result;
}

debug_info::debug_info(target const& program, debug_info_options const& wanted)
    : state_(std::make_unique<state>(program, wanted)) {}

debug_info::~debug_info() = default;

std::string_view debug_info::raw_symbol_at(address at) const {
    symbol const* const found = state_->symbol_around(at);
    return found != nullptr && found->begin == at ? found->name : std::string_view();
}

std::string debug_info::symbol_at(address at) const {
    symbol const* const found = state_->symbol_around(at);
    return found != nullptr && found->begin == at ? text_of(found) : std::string();
}

std::string debug_info::module_offset(address at) const {
    module const* const in = state_->module_around(at);
    if (in == nullptr) {
        return {};
    }
    std::ostringstream text;
    text << in->short_name() << "+0x" << std::hex << at - in->image().bias;
    return text.str();
}

std::string debug_info::module_file(address at) const {
    module const* const in = state_->module_around(at);
    return in != nullptr ? in->image().file : std::string();
}

std::vector<leak_check::written::frame> debug_info::frames_at(address return_address) const {
    return state_->frames_at(return_address);
}

std::string_view debug_info::class_of_vptr(address vptr) const {
    return state_->class_by_vptr(vptr);
}

type debug_info::type_of_vptr(address vptr) const { return state_->type_by_vptr(vptr); }

type debug_info::class_of_function(address function) const {
    return state_->common_type(function, [](dwarf_index const& index, Dwarf_Die const& each) {
        return index.class_of(each);
    });
}

type debug_info::coroutine_frame(address resume) const {
    type const pointer =
        state_->common_type(resume, [&](dwarf_index const& index, Dwarf_Die const& each) {
            auto const variable = frame_of(each);
            auto const described = variable ? type_of(*variable) : std::nullopt;
            return described ? index.type_at(*described) : type();
        });
    return pointer.kind() == type_kind::pointer ? pointer.target() : pointer;
}

type debug_info::type_named(address near, std::string_view name) const {
    return state_->type_named(near, normalised(name));
}

std::optional<variable> debug_info::variable_around(address at) const {
    symbol const* const found = state_->symbol_around(at);
    if (auto described = state_->described_variable(at)) {
        // clang leaves out the name of a function that is inlined everywhere.
        bool const lacks_function = described->name.find("(unnamed)::") != std::string::npos;
        if (lacks_function && found != nullptr && found->begin == described->begin) {
            described->name = shortened(text_of(found));
        }
        return described;
    }
    if (found == nullptr || !found->is_object) {
        return std::nullopt;
    }
    return variable{shortened(text_of(found)), found->begin, found->size, {}};
}

std::vector<region> debug_info::writable_segments() const {
    std::vector<region> found;
    auto const mappings = state_->program.memory().regions();
    for (auto const& each : state_->modules) {
        for (auto const& segment : each->image().segments) {
            for (region const& mapping : mappings) {
                region part = mapping;
                part.begin = std::max(mapping.begin, segment.begin);
                part.end = std::min(mapping.end, segment.end);
                if (segment.writable && mapping.writable && part.begin < part.end) {
                    part.file = each->image().file;
                    found.push_back(part);
                }
            }
        }
    }
    return found;
}

std::vector<std::string> const& debug_info::problems() const noexcept { return state_->problems; }

}  // namespace handrail::inspect
