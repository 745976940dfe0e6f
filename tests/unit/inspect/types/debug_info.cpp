// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
//
// Reads the debug information of modules that were made of the same sources in several ways. They
// are loaded into the test, which inspects itself.

#include "lib/inspect/types/debug_info.hpp"
#include "tests/unit/inspect/self_target.hpp"
#include "tests/unit/inspect/targets/shapes.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include <dlfcn.h>

namespace inspect = handrail::inspect;

// The modules' objects, whose types they alone know, stay when a module is unloaded.
extern "C" [[gnu::visibility("default")]] char const* __asan_default_options() {
    return "detect_leaks=0";
}

namespace {

inspect::address address_of(void const* what) { return reinterpret_cast<inspect::address>(what); }

// The arguments are the modules' files. Those with "none" or "lines" in their names have no
// information about types.
struct module_under_test {
    explicit module_under_test(std::string_view file)
        : name(file), handle(::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) {
        BOOST_REQUIRE_MESSAGE(handle != nullptr, ::dlerror());
        auto const fill = reinterpret_cast<void (*)(shapes&)>(::dlsym(handle, "shapes_of"));
        BOOST_REQUIRE(fill != nullptr);
        fill(things);
        program = std::make_unique<handrail_test::self_target>();
        info = std::make_unique<inspect::debug_info>(*program);
    }
    module_under_test(module_under_test const&) = delete;
    module_under_test& operator=(module_under_test const&) = delete;
    ~module_under_test() { ::dlclose(handle); }

    bool has(std::string_view part) const { return name.find(part) != name.npos; }
    bool has_types() const { return !has("none") && !has("lines") && !has("stripped"); }
    bool is_clang() const { return has("clang"); }
    inspect::address vptr_of(void const* object) const {
        return program->memory().word(address_of(object));
    }
    inspect::type dynamic_type(void const* object) const {
        return info->type_of_vptr(vptr_of(object));
    }

    std::string name;
    void* handle;
    shapes things{};
    std::unique_ptr<handrail_test::self_target> program{};
    std::unique_ptr<inspect::debug_info> info{};
};

void classes_are_known_by_their_vtables_in_each_module(module_under_test const& m) {
    BOOST_TEST(m.info->class_of_vptr(m.vptr_of(m.things.session)) == "net::session");
    BOOST_TEST(m.info->class_of_vptr(m.vptr_of(m.things.base)) == "net::session");
    BOOST_TEST(m.info->class_of_vptr(m.vptr_of(m.things.hidden)) ==
               "(anonymous namespace)::hidden");
    BOOST_TEST(m.info->class_of_vptr(m.vptr_of(m.things.session) + 1) == "");
    BOOST_TEST(m.info->class_of_vptr(address_of(m.things.session)) == "");
    BOOST_TEST(m.info->class_of_vptr(0) == "");
}

void types_of_vtables_have_members(module_under_test const& m) {
    inspect::type const session = m.dynamic_type(m.things.session);
    if (!m.has_types()) {
        BOOST_TEST(!session);
        return;
    }
    BOOST_TEST(session.name() == "net::session");
    BOOST_TEST(session.nested("peers_").name() ==
               "std::map<int, std::shared_ptr<net::session const>>");
    BOOST_TEST(session.nested("on_close_").is_std("function"));
    BOOST_TEST(session.nested("words_").name() == "std::unique_ptr<unsigned long []>");
    auto const member = session.member_at(56);
    BOOST_REQUIRE(member.has_value());
    BOOST_TEST(member->name == "on_close_");
    auto const first = session.member_at(0);  // not the empty base, which is there as well
    BOOST_REQUIRE(first.has_value());
    BOOST_TEST(first->type.name() == "net::named");
    BOOST_TEST(!session.member_at(session.size()).has_value());
}

void classes_of_one_name_are_told_apart(module_under_test const& m) {
    inspect::type const one = m.dynamic_type(m.things.hidden);
    inspect::type const other = m.dynamic_type(m.things.other_hidden);
    BOOST_TEST(!!one == m.has_types());
    BOOST_TEST(!!one.nested("in_shapes") == m.has_types());
    BOOST_TEST(!!other.nested("in_more_shapes") == m.has_types());
    BOOST_TEST(
        !m.info->type_named(address_of(m.things.static_member), "(anonymous namespace)::hidden"));
}

void template_arguments_are_types(module_under_test const& m) {
    inspect::type const counts = m.dynamic_type(m.things.control_block);
    BOOST_TEST(counts.template_argument(0).name() == (m.has_types() ? "net::session" : ""));
    BOOST_TEST(counts.is_std("_Sp_counted_ptr_inplace") == m.has_types());
    BOOST_TEST(!counts.is_std("_Sp_counted"));
    inspect::type const state = m.dynamic_type(m.things.thread_state);
    BOOST_TEST(state.template_argument(0).is_lambda() == m.has_types());
}

void a_function_leads_to_its_class(module_under_test const& m) {
    auto const code = address_of(m.things.function_code);
    inspect::type const functor = m.info->class_of_function(code).template_argument(1);
    BOOST_TEST(!m.info->class_of_function(code + 1));
    if (m.has_types()) {
        BOOST_TEST(functor.is_lambda());
        BOOST_TEST(functor.name() ==
                   "lambda at shapes.cpp:" + std::to_string(m.things.lambda_line));
        BOOST_TEST(functor.members().size() == 2u);
    } else {
        BOOST_TEST(!functor);
    }
}

void a_coroutine_has_a_frame(module_under_test const& m) {
    inspect::type const frame = m.info->coroutine_frame(address_of(m.things.coroutine_resume));
    bool const is_optimised = m.is_clang() && m.has("O2");  // clang 14 describes a frame even then
    if (!is_optimised) {
        BOOST_TEST(!!frame == m.has_types());
    }
    auto const members = frame.members();
    BOOST_TEST(std::any_of(members.begin(), members.end(), [](auto const& each) {
                   return each.type.is_std("shared_ptr");
               }) == (m.has_types() && !is_optimised));
}

void variables_have_scopes(module_under_test const& m) {
    auto const one = m.info->variable_around(address_of(m.things.local_static) + 8);
    if (m.has("stripped")) {
        BOOST_TEST(!one.has_value());
        return;
    }
    BOOST_REQUIRE(one.has_value());
    BOOST_TEST(one->name == "net::registry::instance()::one");
    BOOST_TEST(one->begin == address_of(m.things.local_static));
    BOOST_TEST(one->size == 16u);
    BOOST_TEST(one->type.name() == (m.has_types() ? "net::registry" : ""));
    auto const count = m.info->variable_around(address_of(m.things.static_member));
    BOOST_REQUIRE(count.has_value());
    BOOST_TEST(count->name == "net::session::count");
    auto const of_inlined = m.info->variable_around(address_of(m.things.static_of_inlined));
    BOOST_REQUIRE(of_inlined.has_value());
    BOOST_TEST(of_inlined->name == "net::calls()::count");
}

void frames_have_functions_and_lines(module_under_test const& m) {
    auto const frames = m.info->frames_at(address_of(m.things.return_address));
    BOOST_REQUIRE(!frames.empty());
    BOOST_TEST(frames.front().module.ends_with(m.name));
    BOOST_TEST(frames.back().function.starts_with("shapes_of"));
    if (!m.has("none") && !m.has("stripped")) {
        BOOST_TEST(frames.front().file.ends_with("shapes.cpp"));
        BOOST_TEST(frames.front().line == m.things.call_line);
    }
}

void names_are_found_in_any_spelling(module_under_test const& m) {
    auto const near = address_of(m.things.static_member);
    for (char const* const name :
         {"std::shared_ptr<net::session const>", "std::shared_ptr< const net::session >"}) {
        BOOST_TEST(!!m.info->type_named(near, name) == m.has_types());
    }
    BOOST_TEST(!m.info->type_named(near, "net::connection"));
    BOOST_TEST(!m.info->type_named(near, "std::shared_ptr<"));
    BOOST_TEST(!m.info->type_named(near, ""));
}

void nothing_is_known_outside_modules(module_under_test const& m) {
    auto const outside = address_of(m.things.session);
    BOOST_TEST(m.info->symbol_at(outside) == "");
    BOOST_TEST(m.info->module_offset(outside) == "");
    BOOST_TEST(m.info->frames_at(outside).empty());
    BOOST_TEST(!m.info->variable_around(outside).has_value());
    BOOST_TEST(!m.info->class_of_function(outside));
}

}  // namespace

// One module at a time: where one has no information about a type, that of another would be found.
BOOST_AUTO_TEST_CASE(each_module_is_understood) {
    auto const& suite = boost::unit_test::framework::master_test_suite();
    BOOST_REQUIRE(suite.argc > 1);
    for (int i = 1; i != suite.argc; ++i) {
        BOOST_TEST_CONTEXT(suite.argv[i]) {
            module_under_test const m(suite.argv[i]);
            classes_are_known_by_their_vtables_in_each_module(m);
            types_of_vtables_have_members(m);
            classes_of_one_name_are_told_apart(m);
            template_arguments_are_types(m);
            a_function_leads_to_its_class(m);
            a_coroutine_has_a_frame(m);
            variables_have_scopes(m);
            frames_have_functions_and_lines(m);
            names_are_found_in_any_spelling(m);
            nothing_is_known_outside_modules(m);
        }
    }
}
