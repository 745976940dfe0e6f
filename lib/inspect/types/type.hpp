// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Types of an inspected program, as its debug information describes them.
//
//     type const session = info.type_named("chat::session");
//     std::optional<member> const found = session.member_at(40);
//
// A type is a small value; it stays valid as long as the debug_info that it comes from. An empty
// one says that nothing is known. Typedefs and qualifiers are removed: a type is never one of them.
//
// Thread safety: none: the readers of elfutils cache what they read.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace handrail::inspect {

class dwarf_index;

enum class type_kind {
    none,
    base,
    pointer,
    reference,
    array,
    class_type,
    union_type,
    enumeration,
    function
};

struct member;

class type {
public:
    type() = default;
    type(dwarf_index const& index, std::uint64_t offset) noexcept
        : index_(&index), offset_(offset) {}

    explicit operator bool() const noexcept { return index_ != nullptr; }
    // Units have descriptions of their own of one class: two types that differ may be the same
    // class.
    bool operator==(type const&) const = default;

    type_kind kind() const;
    std::uint64_t size() const;  // bytes; 0: not known

    // With namespaces and template arguments, allocators and such left out:
    //   "std::map<int, std::shared_ptr<net::connection>>", "lambda at session.cpp:17".
    std::string name() const;
    // The last part, with its template arguments as the compiler wrote them: "shared_ptr<net::…>".
    std::string_view bare_name() const;
    bool is_lambda() const;
    // Whether bare_name() is `name` or a specialisation of it, and the type is in the namespace std
    // or in one inside it (std::__cxx11).
    bool is_std(std::string_view name) const;

    type target() const;                              // of a pointer, a reference, an array
    type template_argument(unsigned position) const;  // among the type arguments
    type nested(std::string_view name) const;         // of a data member with that name, the type
    std::vector<member> members() const;              // bases first, in order; without static ones

    // Returns: the direct member or base that contains the byte at offset; of those of a union, the
    //   first.
    std::optional<member> member_at(std::uint64_t offset) const;

    dwarf_index const* index() const noexcept { return index_; }
    std::uint64_t offset() const noexcept { return offset_; }

private:
    dwarf_index const* index_ = nullptr;
    std::uint64_t offset_ = 0;  // of the entry in .debug_info
};

struct member {
    std::string name{};  // empty: a base class, or an unnamed union
    inspect::type type{};
    std::uint64_t offset = 0;
};

}  // namespace handrail::inspect
