// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/recognise/place.hpp"

#include "lib/inspect/recognise/recognisers.hpp"

#include <functional>
#include <utility>

namespace handrail::inspect {

namespace {

// How reports name a step into a member: what libraries call their internals says nothing.
void append_step(std::string& path, type const& of, std::string_view name) {
    if (of.is_lambda()) {
        name.remove_prefix(name.starts_with("__") ? 2 : 0);  // g++ writes __self for self
        if (!path.empty()) {
            path += ' ' + of.name() + ' ';
        }
        path += '[' + std::string(name) + ']';
        return;
    }
    if (name.empty() || name.starts_with("_M_") || name.starts_with("__")) {
        return;
    }
    path += (path.empty() ? "" : ".") + std::string(name);
}

bool names_list_link(std::string_view path) {
    std::string_view const name = path.substr(path.rfind('.') + 1);
    return name == "next_" || name == "prev_";
}

// clang describes what it has no variable for, in the frame of a coroutine, by the size alone: such
// a pointer may belong to an object that owns what it points to.
bool is_of_unknown_object(member const& found) {
    return found.type.kind() == type_kind::pointer && found.name.starts_with("PointerType");
}

// Effects: goes one step into the type. Returns: whether there is one.
bool descend(place& at) {
    if (at.what.kind() == type_kind::array) {
        type const element = at.what.target();
        std::uint64_t const size = element.size();
        if (size == 0) {
            return false;
        }
        at.path += '[' + std::to_string(at.within / size) + ']';
        at.within %= size;
        at.what = element;
        return true;
    }
    auto found = at.what.member_at(at.within);
    if (!found || found->offset > at.within || is_of_unknown_object(*found)) {
        return false;
    }
    append_step(at.path, at.what, found->name);
    at.within -= found->offset;
    at.what = found->type;
    return true;
}

std::optional<member> member_named(type const& in, std::string_view name, unsigned depth) {
    if (depth == 8) {
        return std::nullopt;
    }
    std::vector<member> const all = in.members();
    for (member const& each : all) {
        if (each.name == name) {
            return each;
        }
    }
    for (member const& each : all) {
        if (each.type.kind() != type_kind::class_type) {
            continue;
        }
        if (auto found = member_named(each.type, name, depth + 1)) {
            found->offset += each.offset;
            return found;
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<place> place_at(type of, std::uint64_t offset) {
    place at{.what = of, .within = offset};
    bool is_of_asio = false;  // the class that has the member
    for (unsigned depth = 0; depth != max_type_depth; ++depth) {
        switch (at.what.kind()) {
            case type_kind::base:
            case type_kind::enumeration:
            case type_kind::pointer:
            case type_kind::reference:
                at.is_list_link = is_of_asio && names_list_link(at.path);
                return at;
            case type_kind::class_type:
                at.rule = rule_for(at.what);
                if (at.rule != nullptr) {
                    return at;
                }
                is_of_asio = at.what.name().find("asio::") != std::string::npos;
                [[fallthrough]];
            case type_kind::array:
                if (!descend(at)) {
                    return std::nullopt;
                }
                break;
            default: return std::nullopt;  // of a union, nobody knows which member is alive
        }
    }
    return std::nullopt;
}

std::optional<member> member_named(type const& in, std::string_view name) {
    return member_named(in, name, 0);
}

std::size_t place_cache::hash::operator()(key const& of) const noexcept {
    constexpr std::uint64_t mix = 0x9e37'79b9'7f4a'7c15;
    auto const index = reinterpret_cast<std::uintptr_t>(of.of.index());
    std::uint64_t const sum = (index ^ of.of.offset() * mix) + of.offset;
    return static_cast<std::size_t>(sum * mix >> 8);
}

place const* place_cache::at(type of, std::uint64_t offset) {
    auto const [found, fresh] = known_.try_emplace({of, offset});
    if (fresh) {
        found->second = place_at(of, offset);
    }
    return found->second ? &*found->second : nullptr;
}

}  // namespace handrail::inspect
