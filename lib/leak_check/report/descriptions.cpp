// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/leak_check/report/descriptions.hpp"

#include "lib/base/escaping.hpp"
#include "lib/base/text_buffer.hpp"

#include <boost/core/demangle.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace handrail::leak_check {

namespace {

std::string named(std::string text, std::string const& name) {
    return name.empty() ? text : text + " \"" + detail::escaped(name) + "\"";
}

}  // namespace

std::string describe(handle_facts const& handle) {
    std::string text = handle.kind;
    if (handle.has_number) {
        detail::fixed_text<32> number;
        number.append_number(handle.native);
        text += " ";
        text += number.view();
    }
    return named(std::move(text), handle.name);
}

std::string describe(guard_entry const& handle) { return describe(facts_of(handle)); }

std::string describe(owner_facts const& owner) {
    if (owner.type == nullptr || owner.is_handle) {
        handle_facts handle = owner.handle;
        if (!owner.name.empty()) {
            handle.name = owner.name;
        }
        return describe(handle);
    }
    std::string const object = named(type_text(owner.type), owner.name);
    return owner.has_handle ? object + " with " + describe(owner.handle) : object;
}

std::string describe(registry const& all, object_entry const& object) {
    return describe(all.facts_of(object));
}

std::string location_text(std::source_location where) {
    if (where.line() == 0) {
        return "unknown location";
    }
    std::string_view file = where.file_name();
    file.remove_prefix(std::min(file.size(), file.find_last_of('/') + 1));
    return std::string(file) + ":" + std::to_string(where.line());
}

std::string location_key_text(std::source_location where) {
    return location_text(where) + ":" + std::to_string(where.column());
}

std::string cleanup_at(std::source_location where) { return "cleanup at " + location_text(where); }

std::string type_text(char const* mangled) { return boost::core::demangle(mangled); }

step omission_of(std::size_t steps) {
    step omission;
    omission.omitted = steps;
    return omission;
}

void add_opening(finding& f, handle_facts const& handle, clock::time_point now) {
    f.opened = handle.where;
    f.age = now - handle.since;
    f.frames = handle.frames;
}

}  // namespace handrail::leak_check
