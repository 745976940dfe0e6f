#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Checks that no function has more than 40 lines, counted from its opening to its closing brace.

usage: functions.py ROOT              the check
       functions.py ROOT --self-test  planted violations must be found

It reads code as clang-format lays it out, and follows braces: a brace inside namespaces and classes
opens a function if a parameter list and its qualifiers come before it, or a lambda. Test cases are
functions; tables, namespaces and classes are not.
"""

import pathlib
import re
import sys

FOLDERS = ("include", "lib", "platform", "tools", "samples", "tests")
LONGEST = 40

LITERAL = r"""R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'"""
COMMENT = r"//[^\n]*|/\*.*?\*/|^[ \t]*\#(?:\\\n|[^\n])*"  # and preprocessor lines
NO_CODE = re.compile(f"(?P<literal>{LITERAL})|{COMMENT}", re.DOTALL | re.MULTILINE)

SCOPE = re.compile(r"^(?:(?:inline|extern|export|typedef|static|friend)\s+)*(?:\"\"|namespace|class|struct|union|enum)\b")
QUALIFIER = r"const|volatile|noexcept|override|final|mutable|try|&|&&|->.*|requires\b.*|\[\[.*\]\]|HANDRAIL_\w+|\(\)"
FUNCTION = re.compile(rf"\)\s*(?:(?:{QUALIFIER})\s*)*(?::[^:].*)?$", re.DOTALL)
LAMBDA = re.compile(rf"\]\s*(?:\(\)\s*(?:(?:{QUALIFIER})\s*)*)?$", re.DOTALL)
MEMBER_INITIALISER = re.compile(r"\)[\w\s]*:[^:](?:.*[^\w:])?[\w>]+\s*$", re.DOTALL)
REQUIREMENTS = re.compile(r"\brequires\s+requires\s*(?:\(\))?\s*$")


def code_of(text):
    """Returns the text without comments, literals and preprocessor lines, in as many lines."""
    def without(match):
        return ('""' if match.group("literal") else "") + "\n" * match.group().count("\n")
    return NO_CODE.sub(without, text)


def without_nested(text, opening, closing):
    """Empties the outermost brackets."""
    kept, depth = [], 0
    for character in text:
        depth -= character == closing and depth > 0
        if depth == 0:
            kept.append(character)
        depth += character == opening
    return "".join(kept)


def kind_of(head):
    """Returns what a brace opens: "scope", "function", "part of the head" (of a function), "other".

    The head is the text between the statement before and the brace."""
    head = without_nested(head.strip(), "(", ")")
    head = re.sub(r"\boperator\s*(?:\(\)|\[\]|[^\w\s(]+)", "operator", head)
    while head.startswith("template"):
        arguments = without_nested(head[len("template"):].lstrip(), "<", ">")
        head = re.sub(r"^<>\s*", "", arguments)
        head = re.sub(r"^requires\s*\(\)\s*", "", head)
    head = re.sub(r"^(?:public|protected|private):\s*", "", re.sub(r"^(?:\[\[[^\]]*\]\]\s*)+", "", head))
    if MEMBER_INITIALISER.search(head) or REQUIREMENTS.search(head):
        return "part of the head"
    if LAMBDA.search(head):
        return "function"
    if SCOPE.match(head) and not re.search(r"\)\s*(?:const|noexcept)?\s*$", head):
        return "scope"
    if "=" not in head and FUNCTION.search(head):
        return "function"
    return "other"


def functions_in(text):
    """Yields for each function the line of its opening brace and its number of lines."""
    code = code_of(text)
    kinds, head, line = [], "", 1
    begun = None  # the function that is open: its line, and how many braces are open around it
    for character in code:
        line += character == "\n"
        if character == "{":
            kind = kind_of(head) if begun is None else "inside"
            if kind == "function":
                begun = (line, len(kinds))
            kinds.append(kind)
            head = head if kind == "part of the head" else ""
        elif character == "}" and kinds:
            kind = kinds.pop()
            if begun is not None and len(kinds) == begun[1]:
                yield begun[0], line - begun[0] + 1
                begun = None
            head = head + "()" if kind == "part of the head" else ""
        elif character == ";" and (not kinds or kinds[-1] != "part of the head"):
            head = ""
        elif not kinds or kinds[-1] != "part of the head":
            head += character


def violations(root):
    count = 0
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.?pp")):
            for line, lines in functions_in(path.read_text(encoding="utf-8")):
                count += 1
                if lines > LONGEST:
                    yield f"{path.relative_to(root)}:{line}: a function of {lines} lines; at most {LONGEST}"
    if count == 0:
        yield "no function found: is this the source root?"


REFUSED = [
    "void f()", "int main(int argc, char** argv)", "auto f(int a = {}) noexcept -> std::vector<int>", "void a::b() const&",
    "template <class T> requires(sizeof(T) > 1) T f(T (*g)(T), std::map<int, T> const& m)", "bool operator==(a b, a c)",
    "a::a(int x) : b_(x), c_{x}, d_()", "BOOST_FIXTURE_TEST_CASE(name, fixture)", "int const x = [&](int y) noexcept",
    "template <class T> struct a; template <> int a<int>::operator()(int) const noexcept(true)", 'extern "C" int f(char c)',
    "struct stat of(char const* path)",
]
ALLOWED = [
    "namespace", "namespace a::b", "class a final : public b<(1 > 0)>", "template <class T> struct a<T(int)>", "enum class a : int",
    "constexpr std::array<int (*)(int), 2> table", "int table[] =", "union a", 'extern "C"', "struct alignas(8) a",
]


def self_test():
    lines = "    '{'; // {\n" * (LONGEST - 1)
    for head in REFUSED:
        for text in (f"{head} {{\n{lines}}}\n", f"namespace {{\nclass a {{\npublic:\n{head} {{\n{lines}}}\n}};\n}}\n"):
            if [length for _, length in functions_in(text)] != [LONGEST + 1]:
                sys.exit(f"not found: {head}: {list(functions_in(text))}")
    for head in ALLOWED:
        if found := list(functions_in(f"{head} {{\n{lines}}};\n")):
            sys.exit(f"no function: {head}: {found}")
    inner = 'void f() {\n  g([] {\n  });\n}\nchar const* text = R"(\nvoid h() {\n)";\n'
    if list(functions_in(f"namespace a {{\nint b[] = {{\n{lines}}};\n{inner}}}\n")) != [(LONGEST + 3, 4)]:
        sys.exit("a function after a table was counted wrongly")


def main():
    if sys.argv[2:] == ["--self-test"]:
        self_test()
        return
    found = list(violations(pathlib.Path(sys.argv[1])))
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
