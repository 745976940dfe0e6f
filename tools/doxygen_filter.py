#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Makes Doxygen comments of the plain comments in a public header; docs/Doxyfile runs it on each.

usage: doxygen_filter.py HEADER...     prints the headers, each line at its number
       doxygen_filter.py --self-test

- Comment lines before a declaration document it. If several declarations follow, up to a blank
  line or the next comment, they document all of them.
- A comment after a member or an enumerator, on its line, documents that.
- The first comment of the file, without its copyright line, documents the file.
- "Effects:" and the other labels of contracts begin paragraphs. Lines indented by four or more
  are code. Everything else is plain text, whatever it means to Doxygen.
- Left out are, unless they have a comment, copying, moving and what is defaulted or deleted; and
  deduction guides and specialisations of other libraries' templates, such as std::hash.
"""

import re
import sys

LABEL = re.compile(r"\b(Requires|Effects|Returns|Errors|Allocates|Thread safety|Not promised): ")
COMMENT = re.compile(r"^(\s*)//( ?.*)$")
SCOPE = re.compile(r"^(?:inline\s+)?(namespace|class|struct|union|enum|extern \"C\")\b")
NEEDS_NO_COMMENT = re.compile(
    r"(?:constexpr )?(\w+)\(\1(?: const&|&&)[ \w]*\)"
    r"|(\w+)& operator=\(\2(?: const&|&&)?[ \w]*\)"
    r"|~?\w+\(\)(?: noexcept)? = (?:default|delete)"
    r"|(\w+)\([^()]*\) -> \3<")
VALUE = re.compile(r"(?:inline |static |constexpr )*concept\b|.*[^=!<>]=\s*[^=]")
END_OF_PARAMETERS = re.compile(r"\)\s*(?:const|noexcept|requires|->|$)")
ACCESS = re.compile(r"\s*(?:public|protected|private):")
CODE_INDENT = "    "


def without_template(text):
    """A declaration without the template<…> before it."""
    while text.startswith("template"):
        depth, position = 0, text.find("<")
        for position in range(position, len(text)):
            depth += {"<": 1, ">": -1}.get(text[position], 0)
            if depth == 0:
                break
        text = text[position + 1:].lstrip()
    return text


class Declarations:
    """Reads code line by line and says where lines stand."""

    def __init__(self):
        self.scopes = []  # "scope", "enum"; "" for a body or an initialiser
        self.head = ""  # of the declaration that has begun
        self.parentheses = 0

    def between(self):
        """Between declarations, of a namespace or a class."""
        return all(self.scopes) and not self.head.strip() and self.parentheses == 0

    def in_scope(self):
        return all(self.scopes) and self.parentheses == 0

    def read(self, line):
        for symbol in re.findall(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|.', line.strip() + " "):
            self.take(symbol)

    def take(self, symbol):
        if symbol in "()":
            self.parentheses += {"(": 1, ")": -1}[symbol]
        if symbol == "{":
            scope = self.parentheses == 0 and SCOPE.match(without_template(self.head.strip()))
            self.scopes.append({"enum": "enum"}.get(scope.group(1), "scope") if scope else "")
            self.head = "" if scope else self.head + symbol
        elif symbol == "}" and self.scopes:
            rest = "" if self.scopes.pop() else self.head
            self.head = rest if self.parentheses or not all(self.scopes) or is_value(rest) else ""
        elif symbol == self.separator() and self.parentheses == 0 and all(self.scopes):
            self.head = ""
        else:
            self.head += symbol

    def separator(self):
        return "," if self.scopes[-1:] == ["enum"] else ";"


def is_value(head):
    """Braces after "=" or a name, as in int x{1}; or concept c = requires { … }; end with ";"."""
    before = without_template(head.strip()).split("{")[0]
    if "(" not in before:
        return True
    begins_value = VALUE.match(before) is not None
    return begins_value and "operator" not in before and not END_OF_PARAMETERS.search(before)


def plain(text):
    """Text in which nothing means anything to Doxygen; what stands in backticks is code."""
    text = re.sub(r"[\\@<>#%&\"]", lambda found: "\\" + found.group(0), text)
    return re.sub(r"`([^`]*)`", r"<tt>\1</tt>", text)


def formatted(texts):
    """The lines of a comment, as Doxygen shall read them."""
    lines, code = [], False
    for number, text in enumerate(texts):
        is_code = is_code_line(text) or (code and not text.strip() and continues(texts, number))
        line = ""
        if is_code and not code:
            line = "@code{.cpp} "
        elif code and not is_code:
            line = "@endcode "
        code = is_code
        lines.append(line + (code_text(text) if is_code else paragraph(text)))
    if code:
        lines[-1] += " @endcode"
    return lines


def without_code(texts):
    """A comment without its examples, for declarations after the first."""
    return [text for text in texts if not is_code_line(text)]


def is_code_line(text):
    return text.startswith(" " + CODE_INDENT)


def paragraph(text):
    return LABEL.sub(r"<p><b>\1:</b> ", plain(text.strip()))


def code_text(text):
    """A line of code; a zero-width space keeps the end of its comment from ending ours."""
    return text[1:].replace("*/", "*\u200b/")


def continues(texts, number):
    """Whether the next line that is not blank is code, too."""
    return is_code_line(next((text for text in texts[number:] if text.strip()), ""))


class Header:
    def __init__(self, text):
        self.lines = text.splitlines()
        self.result = list(self.lines)
        self.marks = {}  # what stands before lines: groups begin and end there

    def comment_at(self, number):
        """The end of the comment lines that begin there, and their texts."""
        texts = []
        while number < len(self.lines) and (found := COMMENT.match(self.lines[number])):
            texts.append(found.group(2))
            number += 1
        return number, texts

    def put_comment(self, first, texts, start):
        indent = COMMENT.match(self.lines[first]).group(1)
        for offset, text in enumerate(formatted(texts)):
            self.result[first + offset] = f"{indent}{start} {text}".rstrip()

    def file_comment(self):
        end, texts = self.comment_at(0)
        texts[:1] = ["@file"]
        for offset, text in enumerate(["@file", *formatted(texts[1:])]):
            self.result[offset] = f"/// {text}".rstrip()
        return end

    def filtered(self):
        declarations, number = Declarations(), self.file_comment()
        while number < len(self.lines):
            if declarations.between() and self.is_left_out(number, declarations):
                number = self.leave_out(number, declarations)
            elif declarations.between() and COMMENT.match(self.lines[number]):
                number = self.documented(number, declarations)
            else:
                self.one_line(number, declarations)
                number += 1
        lines = [*self.result, ""] if len(self.result) in self.marks else self.result
        return "".join(self.marks.get(at, "") + line + "\n" for at, line in enumerate(lines))

    def is_left_out(self, number, declarations):
        if NEEDS_NO_COMMENT.match(self.declaration_at(number)):
            return True
        # Outside of namespaces, headers specialise templates of other libraries.
        number, _ = self.comment_at(number)
        line = self.lines[number] if number < len(self.lines) else ""
        return not declarations.scopes and re.match(r"(?!inline |namespace\b)[a-z]", line)

    def declaration_at(self, number):
        text = " ".join(line.strip() for line in self.lines[number:number + 5])
        return without_template(text)

    def leave_out(self, number, declarations):
        self.mark(number, "/** @cond */")
        number, _ = self.comment_at(number)
        depth = len(declarations.scopes)
        self.one_line(number, declarations)
        while not declarations.between() or len(declarations.scopes) != depth:
            number += 1
            self.one_line(number, declarations)
        self.mark(number + 1, "/** @endcond */")
        return number + 1

    def mark(self, number, text):
        self.marks[number] = self.marks.get(number, "") + text + " "

    def documented(self, first, declarations):
        """A comment and the declarations that it documents."""
        number, texts = self.comment_at(first)
        body, depth = number, len(declarations.scopes)
        again = "/** " + " ".join(filter(None, formatted(without_code(texts)))) + " */"
        while number < len(self.lines):
            if declarations.between() and self.ends_group(number, number > body):
                break
            if declarations.between() and number > body:
                self.mark(number, again)
            self.one_line(number, declarations)
            number += 1
            if declarations.between() and len(declarations.scopes) != depth:
                break  # a class or namespace: its members have comments of their own
        if number == body:
            return number  # a comment on its own: a heading
        self.put_comment(first, texts, "///")
        return number

    def ends_group(self, number, within):
        line = self.lines[number].strip()
        next_comment = within and line.startswith("//")
        return not line or next_comment or ACCESS.match(line) or line.startswith(("}", "#", "namespace"))

    def one_line(self, number, declarations):
        """Reads a line of code; a comment on it becomes a comment about its member."""
        line = self.lines[number]
        if line.lstrip().startswith("#") or COMMENT.match(line):
            return
        code, comment = split_comment(line)
        in_scope = declarations.in_scope()
        if not ACCESS.match(code):
            declarations.read(code)
        if in_scope and comment is not None and ends_member(code) and declarations.in_scope():
            self.result[number] = code + "///< " + " ".join(formatted([comment]))
            self.continue_comment(number, len(code))

    def continue_comment(self, number, column):
        """Lines with nothing but a comment at that column go on with it."""
        number += 1
        while number < len(self.lines) and re.match(r"^\s+// ", self.lines[number]) \
                and self.lines[number].index("//") == column:
            text = plain(self.lines[number].strip()[2:].strip())
            self.result[number] = " " * column + "///< " + text
            number += 1


def split_comment(line):
    found = re.match(r'^((?:"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|[^"\'/]|/(?!/))*)//(.*)$', line)
    return (found.group(1), found.group(2)) if found else (line, None)


def ends_member(code):
    code = code.strip()
    return code.endswith((";", ",")) or re.fullmatch(r"\w+", code) is not None


SELF_TEST = [  # what follows "// C" and a blank line; what is in the result
    ("namespace n {\n// Names f.\nint f();\n", ["/// Names f."]),
    ("namespace n {\n// Both.\n//\n//     f();\nint f();\nint g();\n\nint h();\n",
     ["/// Both.", "\n/** Both. */ int g();", "\nint h();"]),
    ("namespace n {\n// One.\nint f() {\n    // inside\n    return 1;\n}\n\n", ["/// One.", "    // inside"]),
    ("namespace n {\nenum class e {\n    a,  // first\n    // second\n    b,\n    c  // third\n       // more\n};\n",
     ["a,  ///< first", "/// second", "c  ///< third\n       ///< more"]),
    ("namespace n {\nstruct s {\n    s(s const&) = delete;\n};\n", ["struct s {\n/** @cond */     s(s const&) = delete;\n/** @endcond */ };"]),
    ("namespace n {\nstruct s {\n    s(s&& a) : b(1) {\n        f();\n    }\n    int g();\n};\n",
     ["/** @cond */     s(s&&", "    }\n/** @endcond */     int g();"]),
    ("namespace n {\n// Effects: a <b>.\n//\n//     code(\"#\");\n//\n// After.\nint f();\n",
     ["/// <p><b>Effects:</b> a \\<b\\>.", "/// @code{.cpp}     code(\"#\");", "/// @endcode", "/// After."]),
    ("// Hash.\ntemplate <>\nstruct std::hash<x> {\n    int f();\n};\n\nnamespace n {\n",
     ["/** @cond */ // Hash.", "};\n/** @endcond */ \nnamespace n {"]),
]


def self_test():
    for header, expected in SELF_TEST:
        text = Header("// C\n\n" + header).filtered()
        for part in expected:
            assert part in text, f"{part!r} is not in\n{text}"


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return
    for name in sys.argv[1:]:
        with open(name, encoding="utf-8") as header:
            sys.stdout.write(Header(header.read()).filtered())


if __name__ == "__main__":
    main()
