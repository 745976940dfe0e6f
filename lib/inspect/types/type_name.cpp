// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/types/type_name.hpp"

#include "lib/inspect/types/dwarf_index.hpp"
#include "lib/inspect/types/names.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <dwarf.h>

namespace handrail::inspect {

namespace {

constexpr unsigned max_depth = 60;
constexpr unsigned max_parts = 4000;  // scopes, names and arguments of one name

// The names that the demangler has for what g++ calls otherwise.
std::string_view base_name(std::string_view name) {
    static constexpr auto names = std::to_array<std::pair<std::string_view, std::string_view>>(
        {{"long int", "long"},
         {"long long int", "long long"},
         {"long long unsigned int", "unsigned long long"},
         {"long unsigned int", "unsigned long"},
         {"short int", "short"},
         {"short unsigned int", "unsigned short"},
         {"unsigned int", "unsigned int"}});
    for (auto const& [written, demangled] : names) {
        if (name == written) {
            return demangled;
        }
    }
    return name;
}

class name_writer {
public:
    explicit name_writer(dwarf_index const& index) noexcept : index_(index) {}

    // A type, a function, a variable or a namespace with the scopes around it.
    std::string with_scopes(Dwarf_Die const& entry) {
        if (++depth_ > max_depth || ++parts_ > max_parts) {
            --depth_;
            return "?";
        }
        std::string text = is_lambda(entry) ? lambda(entry) : scopes(entry) + own_name(entry);
        --depth_;
        return text;
    }

    std::string type_text(std::optional<Dwarf_Die> const& type) {
        if (++depth_ > max_depth || ++parts_ > max_parts) {
            --depth_;
            return "?";
        }
        std::string text = type ? spelled(*type, tag_of(*type)) : "void";
        --depth_;
        return text;
    }

private:
    std::string spelled(Dwarf_Die const& type, int tag) {
        auto const inner = linked(type, DW_AT_type);
        switch (tag) {
            case DW_TAG_pointer_type: return pointer(inner);
            case DW_TAG_reference_type: return type_text(inner) + "&";
            case DW_TAG_rvalue_reference_type: return type_text(inner) + "&&";
            case DW_TAG_const_type: return type_text(inner) + " const";
            case DW_TAG_volatile_type: return type_text(inner) + " volatile";
            case DW_TAG_typedef:
            case DW_TAG_template_alias:
            case DW_TAG_restrict_type:
            case DW_TAG_atomic_type: return type_text(inner);
            case DW_TAG_array_type: return array(type, inner);
            case DW_TAG_subroutine_type: return type_text(inner) + " " + parameters(type);
            case DW_TAG_ptr_to_member_type:
                return type_text(inner) + " " + type_text(linked(type, DW_AT_containing_type)) +
                       "::*";
            case DW_TAG_base_type: return std::string(base_name(name_of(type)));
            default: return with_scopes(type);
        }
    }

    std::string pointer(std::optional<Dwarf_Die> const& to) {
        return to && tag_of(*to) == DW_TAG_subroutine_type
                   ? type_text(linked(*to, DW_AT_type)) + " (*)" + parameters(*to)
                   : type_text(to) + "*";
    }

    std::string array(Dwarf_Die const& type, std::optional<Dwarf_Die> const& element) {
        std::string text = type_text(element) + " ";
        for_each_child(type, [&](Dwarf_Die const& range) {
            auto const upper = number_of(range, DW_AT_upper_bound);
            auto const count = upper ? std::optional(*upper + 1) : number_of(range, DW_AT_count);
            text += '[' + (count ? std::to_string(*count) : "") + ']';
            return text.size() < max_name;
        });
        return text;
    }

    std::string parameters(Dwarf_Die const& function) {
        std::string text;
        for_each_child(function, [&](Dwarf_Die const& child) {
            text += text.empty() ? "" : ", ";
            text += tag_of(child) == DW_TAG_unspecified_parameters
                        ? "..."
                        : type_text(linked(child, DW_AT_type));
            return text.size() < max_name;
        });
        return "(" + text + ")";
    }

    static std::string lambda(Dwarf_Die const& type) {
        std::string_view const file = file_of(type);
        return "lambda at " +
               (file.empty() ? "line " : std::string(file.substr(file.rfind('/') + 1)) + ":") +
               std::to_string(line_of(type));
    }

    std::string scopes(Dwarf_Die const& entry) {
        std::optional<Dwarf_Die> around = index_.scope_of(entry);
        for (unsigned i = 0; around && tag_of(*around) == DW_TAG_lexical_block && i != max_depth;
             ++i) {
            around = index_.parent_of(*around);
        }
        return around && is_scope(tag_of(*around)) ? with_scopes(resolved(*around)) + "::" : "";
    }

    static bool is_scope(int tag) {
        return tag == DW_TAG_namespace || tag == DW_TAG_subprogram ||
               tag == DW_TAG_enumeration_type || is_class(tag);
    }

    std::string own_name(Dwarf_Die const& entry) {
        int const tag = tag_of(entry);
        std::string name(name_of(entry));
        if (name.empty()) {
            return tag == DW_TAG_namespace ? "(anonymous namespace)" : "(unnamed)";
        }
        if (tag == DW_TAG_subprogram) {
            return name + "()";
        }
        if (is_class(tag)) {
            if (auto const arguments = template_parameters(entry); !arguments.empty()) {
                return name.substr(0, name.find('<')) + '<' + argument_list(arguments) + '>';
            }
        }
        return name;
    }

    std::string argument_list(std::vector<Dwarf_Die> const& arguments) {
        std::string text;
        for (Dwarf_Die const& each : arguments) {
            text += text.empty() ? "" : ", ";
            switch (tag_of(each)) {
                case DW_TAG_template_type_parameter:
                    text += type_text(linked(each, DW_AT_type));
                    break;
                case DW_TAG_template_value_parameter: text += value(each); break;
                default: text += template_name(each);
            }
            if (text.size() > max_name) {
                break;
            }
        }
        return text;
    }

    static std::string template_name(Dwarf_Die const& parameter) {
        Dwarf_Die of = parameter;
        Dwarf_Attribute found;
        char const* const name =
            ::dwarf_formstring(::dwarf_attr(&of, DW_AT_GNU_template_name, &found));
        return name != nullptr ? name : "?";
    }

    std::string value(Dwarf_Die const& parameter) {
        Dwarf_Die of = parameter;
        Dwarf_Attribute found;
        Dwarf_Sword number = 0;
        if (::dwarf_formsdata(::dwarf_attr(&of, DW_AT_const_value, &found), &number) != 0) {
            return "?";
        }
        auto type = linked(parameter, DW_AT_type);
        for (unsigned i = 0; type && tag_of(*type) == DW_TAG_typedef && i != max_links; ++i) {
            type = linked(*type, DW_AT_type);
        }
        std::string_view const name = type ? name_of(*type) : "";
        if (name == "bool") {
            return number != 0 ? "true" : "false";
        }
        bool const named_type =
            type && (tag_of(*type) == DW_TAG_enumeration_type || name.find("char") != name.npos);
        return (named_type ? "(" + type_text(type) + ")" : "") + std::to_string(number);
    }

    dwarf_index const& index_;
    unsigned depth_ = 0;
    unsigned parts_ = 0;
};

}  // namespace

std::string full_name(dwarf_index const& index, Dwarf_Die const& entry) {
    name_writer writer(index);
    switch (tag_of(entry)) {
        case DW_TAG_subprogram:
        case DW_TAG_variable: return writer.with_scopes(entry);
        default: return writer.type_text(entry);
    }
}

// Both compilers leave the closure's class unnamed. clang calls it a class, which "struct {}" is
// not, and describes the operator only if it is called; g++ calls it a structure.
bool is_lambda(Dwarf_Die const& type) {
    if (!is_class(tag_of(type))) {
        return false;
    }
    std::string_view const name = name_of(type);
    if (!name.empty()) {
        return name.starts_with("<lambda") || name.starts_with("(lambda");
    }
    bool found = tag_of(type) == DW_TAG_class_type;
    for_each_child(type, [&](Dwarf_Die const& child) {
        found |= tag_of(child) == DW_TAG_subprogram && name_of(child).starts_with("operator()");
        return !found;
    });
    return found;
}

}  // namespace handrail::inspect
