// Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.

#include "lib/inspect/types/names.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <utility>
#include <vector>

// Of libsupc++: demangles piece by piece, so that the caller can stop it. abi::__cxa_demangle()
// makes gigabytes of a name of a few hundred characters whose parts refer to each other.
extern "C" int __gcclibcxx_demangle_callback(char const* mangled,
                                             void (*piece)(char const*, std::size_t, void*),
                                             void* to);

namespace handrail::inspect {

namespace {

constexpr unsigned max_depth = 100;

struct too_long {};

std::string demangled(char const* mangled) {
    std::string text;
    auto const append = [](char const* piece, std::size_t size, void* to) {
        auto& all = *static_cast<std::string*>(to);
        all.append(piece, size);
        if (all.size() > max_name) {
            throw too_long();
        }
    };
    try {
        return ::__gcclibcxx_demangle_callback(mangled, append, &text) == 0 ? text : std::string();
    } catch (too_long const&) {
        return {};
    }
}

bool is_short(char const* text) { return std::char_traits<char>::length(text) <= max_name; }

bool is_word(char c) noexcept {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}

bool is_digit(char c) noexcept { return '0' <= c && c <= '9'; }

// Arguments that templates of the standard library and of Asio have by default.
bool is_default(std::string_view argument) {
    static constexpr auto defaults = std::to_array<std::string_view>(
        {"std::allocator<", "std::char_traits<", "std::default_delete<", "std::equal_to<",
         "std::hash<", "std::less<"});
    return argument == "boost::asio::any_io_executor" || argument == "asio::any_io_executor" ||
           argument == "(__gnu_cxx::_Lock_policy)2" ||
           std::any_of(defaults.begin(), defaults.end(),
                       [&](std::string_view each) { return argument.starts_with(each); });
}

// "unsigned long" for "long unsigned int": the one name of an integer type that has several.
struct integer_words {
    bool is_unsigned = false, is_signed = false, is_char = false, is_short = false, any = false;
    unsigned longs = 0;

    bool take(std::string_view word) {
        bool const known = word == "int" || (word == "unsigned" && (is_unsigned = true)) ||
                           (word == "signed" && (is_signed = true)) ||
                           (word == "char" && (is_char = true)) ||
                           (word == "short" && (is_short = true)) || (word == "long" && ++longs);
        any |= known;
        return known;
    }
    std::string text() const {
        std::string size = is_char ? "char" : is_short ? "short" : longs == 0 ? "int" : "";
        for (unsigned i = 0; i != std::min(longs, 2u); ++i) {
            size += "long";
        }
        return (is_unsigned ? "unsigned" : is_char && is_signed ? "signed" : "") + size;
    }
};

// Reads a name from left to right and writes it again: shortened or normalised.
class rewriter {
public:
    rewriter(std::string_view name, bool for_comparison) noexcept
        : rest_(name), for_comparison_(for_comparison) {}

    std::string all() {
        std::string text;
        while (!rest_.empty()) {
            text += type();
            if (!rest_.empty()) {  // an unmatched bracket, or a comma outside brackets
                text += rest_.front();
                rest_.remove_prefix(1);
            }
        }
        return text;
    }

private:
    // Up to a comma or a closing bracket that belongs to what is around it.
    std::string type() {
        std::string text;
        bool leading_const = false;
        while (!rest_.empty() && !ends_type(rest_.front())) {
            if (for_comparison_ && leading_const && (rest_[0] == '*' || rest_[0] == '&')) {
                text += "const";
                leading_const = false;
            }
            if (is_word(rest_.front())) {
                word(text, leading_const);
            } else {
                punctuation(text);
            }
        }
        while (!text.empty() && text.back() == ' ') {
            text.pop_back();
        }
        return text + (leading_const ? "const" : "");
    }

    static bool ends_type(char c) noexcept {
        return c == ',' || c == '>' || c == ')' || c == '}' || c == ']';
    }

    std::string_view next_word() const {
        auto const end = std::find_if_not(rest_.begin(), rest_.end(), is_word);
        return rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    }

    void word(std::string& text, bool& leading_const) {
        std::string_view const first = next_word();
        if (for_comparison_ && integer(text)) {
            return;
        }
        rest_.remove_prefix(first.size());
        if (for_comparison_ && first == "const" && text.empty()) {
            leading_const = true;
        } else if (for_comparison_ && first == "lambda" && rest_.starts_with(" at ")) {
            text = normalised_lambda;
            rest_.remove_prefix(std::min(rest_.find_first_of(",>)}]*&"), rest_.size()));
        } else if (first.starts_with("$_")) {  // clang's name for one in a function
            lambda(text);
        } else if (first == "operator") {
            operator_name(text);
        } else if (for_comparison_ && is_digit(first.front())) {
            text += first.substr(0, first.find_last_not_of("uUlL") + 1);
        } else {
            text += first;
        }
    }

    bool integer(std::string& text) {
        integer_words words;
        std::string_view after = rest_;
        while (words.take(next_word())) {
            rest_.remove_prefix(next_word().size());
            after = rest_;
            rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
        }
        rest_ = after;
        text += words.any ? words.text() : "";
        return words.any;
    }

    // The brackets in "operator<" and "operator()" enclose nothing.
    void operator_name(std::string& text) {
        text += "operator";
        std::size_t const symbols =
            rest_.starts_with("()") ? 2 : rest_.find_first_not_of("<>-=!+*/%^&|~,[]");
        std::size_t const size = std::min(symbols, rest_.size());
        text += rest_.substr(0, size);
        rest_.remove_prefix(size);
    }

    void punctuation(std::string& text) {
        switch (rest_.front()) {
            case '<': template_arguments(text); break;
            case '(': parentheses(text); break;
            case '{': braces(text); break;
            case '[': text += '[' + joined(list(']')) + ']'; break;
            case ' ': space(text); break;
            default: text += rest_.front(); rest_.remove_prefix(1);
        }
    }

    void space(std::string& text) {
        rest_.remove_prefix(1);
        if (!for_comparison_ && !text.empty() && text.back() != ' ') {
            text += ' ';
        }
    }

    // Returns: the parts between here and the closing bracket, which is removed as well.
    std::vector<std::string> list(char closing) {
        rest_.remove_prefix(1);
        ++depth_;
        std::vector<std::string> parts;
        while (!rest_.empty() && rest_.front() != closing) {
            if (depth_ > max_depth) {
                parts.emplace_back(rest_);
                rest_ = {};
                break;
            }
            parts.push_back(type());
            if (!rest_.empty() && rest_.front() != closing) {
                rest_.remove_prefix(1);  // a comma, or a bracket that does not match
            }
            rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
        }
        rest_.remove_prefix(std::min<std::size_t>(1, rest_.size()));
        --depth_;
        return parts;
    }

    std::string joined(std::vector<std::string> const& parts) const {
        std::string text;
        for (std::string const& each : parts) {
            text += (text.empty() ? "" : for_comparison_ ? "," : ", ") + each;
        }
        return text;
    }

    void template_arguments(std::string& text) {
        std::vector<std::string> arguments = list('>');
        while (!for_comparison_ && arguments.size() > 1 && is_default(arguments.back())) {
            arguments.pop_back();
        }
        std::string_view const prefix = "std::basic_";
        std::size_t const begin = for_comparison_ ? text.npos : text.rfind(prefix);
        if (begin != text.npos && arguments == std::vector<std::string>{"char"} &&
            text.find_first_of(":<", begin + prefix.size()) == text.npos) {
            text.erase(begin + 5, 6);  // "basic_"
        } else {
            text += '<' + joined(arguments) + '>';
        }
    }

    void parentheses(std::string& text) {
        static constexpr std::string_view anonymous = "(anonymous namespace)";
        if (rest_.starts_with(anonymous)) {
            text += anonymous;
            rest_.remove_prefix(anonymous.size());
            return;
        }
        std::string const inside = joined(list(')'));
        if (!for_comparison_ || !is_scope()) {
            text += '(' + inside + ')';
        }
    }

    // Effects: removes the qualifiers of a member function around a local type. Returns: whether
    //   the function is a scope.
    bool is_scope() {
        for (std::string_view const qualifiers : {"::", " const::"}) {
            if (rest_.starts_with(qualifiers)) {
                rest_.remove_prefix(qualifiers.size() - 2);
                return true;
            }
        }
        return false;
    }

    // "{lambda(int)#1}" after the function that it is in.
    void braces(std::string& text) {
        bool const is_lambda = rest_.starts_with("{lambda");
        std::string const inside = joined(list('}'));
        if (is_lambda) {
            lambda(text);
        } else {
            text += '{' + inside + '}';
        }
    }

    // text: the function that the lambda is in.
    void lambda(std::string& text) const {
        std::string const around = text.ends_with("::") ? text.substr(0, text.size() - 2) : "";
        text = for_comparison_  ? std::string(normalised_lambda)
               : around.empty() ? "lambda"
                                : "lambda in " + around;
    }

    std::string_view rest_;
    bool const for_comparison_;
    unsigned depth_ = 0;
};

// The scopes that a reader need not see.
void remove_inline_namespaces(std::string& name) {
    for (std::string_view const scope : {"std::__cxx11::", "std::__1::", "std::__ndk1::",
                                         "std::__n4861::", "std::_V2::", "chrono::_V2::"}) {
        std::size_t const kept = scope.find("::") + 2;
        for (std::size_t at = name.find(scope); at != name.npos; at = name.find(scope, at + kept)) {
            name.erase(at + kept, scope.size() - kept);
        }
    }
}

}  // namespace

std::string demangled_symbol(char const* symbol) {
    std::string_view const name = symbol;
    if (!name.starts_with("_Z") || name.size() > max_name) {
        return std::string(name.substr(0, max_name));
    }
    std::string text = demangled(symbol);
    return text.empty() ? std::string(name) : text;
}

std::string demangled_type(char const* mangled) {
    return *mangled != '_' && is_short(mangled) ? demangled(mangled) : std::string();
}

std::string shortened(std::string_view name) {
    std::string text(name);
    if (name.size() <= max_name) {
        remove_inline_namespaces(text);
        text = rewriter(text, false).all();
    }
    return text;
}

std::string normalised(std::string_view name) {
    return name.size() <= max_name ? rewriter(name, true).all() : std::string(name);
}

std::string_view last_identifier(std::string_view name) {
    int depth = 0;
    std::size_t end = name.size();
    for (std::size_t i = name.size(); i != 0; --i) {
        char const c = name[i - 1];
        depth += (c == '>') - (c == '<');
        if (c == '<' && depth == 0) {
            end = i - 1;
        } else if (depth == 0 && i < end && c == ':') {
            return name.substr(i, end - i);
        }
    }
    return name.substr(0, end);
}

}  // namespace handrail::inspect
