#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Refuses co_await inside conditional, logical and comma expressions.

usage: awaits.py SOURCE_ROOT [--self-test]

g++ (seen with 12 and 14) evaluates operands of a branch that is not taken: `c ? co_await f(*x) : y`
dereferences x whatever c is. This fails only where the operand has preconditions, and not with
every version; so the pattern is refused everywhere, also in the documents' examples. An `if` does
the same.

How: an awaiting expression is followed outwards through its brackets, up to the enclosing block or
statement. None of these levels may have one of the operators. The body of a lambda is a block of
its own.
"""

import pathlib
import re
import sys

FOLDERS = ("include", "lib", "platform", "samples", "tests", "tools", "bench", "docs")
TOKEN = re.compile(r"""
    R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)" | "(?:\\.|[^"\\\n])*" | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*' | //[^\n]* | /\*.*?\*/
    | ^[ \t]*\#(?:\\\n|[^\n])*
    | (?P<word>[A-Za-z_]\w*) | (?P<number>\.?\d(?:[\w.']|[eEpP][+-])*) | (?P<sign>::|->|<<=|>>=|<=>|==|!=|<=|>=|&&|\|\||[-+*/%&|^]=|\S)
    """, re.VERBOSE | re.DOTALL | re.MULTILINE)
CLOSING = {"(": ")", "[": "]", "{": "}"}
ASSIGNING = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
OPERATORS = {"?": "conditional", "&&": "logical", "||": "logical", "and": "logical", "or": "logical", ",": "comma"}
# A bracket after one of these encloses an expression, not the arguments of a call.
NO_CALL = {"if", "while", "switch", "for", "return", "co_return", "co_await", "co_yield", "throw", "case"}


class group:
    """The tokens between two brackets; a token is (text, line), or a group."""

    def __init__(self, opening, line, before):
        self.opening, self.line, self.before, self.parts = opening, line, before, []

    def is_call(self):
        return self.opening == "(" and re.fullmatch(r"\w+|[])>]", self.before) and self.before not in NO_CALL

    def is_list(self):
        """Whether its commas are not operators: arguments, captures, initialisers."""
        return self.is_call() or self.opening == "[" or self.is_initialiser()

    def is_initialiser(self):
        return self.opening == "{" and all(text_of(part) != ";" for part in self.parts)


def text_of(part):
    return part.opening if isinstance(part, group) else part[0]


def tree_of(text):
    root = group("{", 1, "")
    open_groups = [root]
    for match in TOKEN.finditer(text):
        token = match.group()
        if match.lastgroup not in ("word", "number", "sign"):
            continue
        top = open_groups[-1]
        line = text.count("\n", 0, match.start()) + 1
        if token in CLOSING:
            inner = group(token, line, last_text(top))
            top.parts.append(inner)
            open_groups.append(inner)
        elif token in CLOSING.values():
            if len(open_groups) > 1:
                open_groups.pop()
        else:
            top.parts.append((token, line))
    return root


def last_text(of):
    if not of.parts:
        return ""
    last = of.parts[-1]
    return CLOSING[last.opening] if isinstance(last, group) else last[0]


def statements_of(of):
    """Yields the parts of a level, split at semicolons and after blocks."""
    statement = []
    for part in of.parts:
        if text_of(part) == ";":
            yield statement
            statement = []
            continue
        statement.append(part)
        if isinstance(part, group) and part.opening == "{" and not part.is_initialiser():
            yield statement
            statement = []
    yield statement


def without_template_arguments(parts):
    """Removes <…> around nothing but names, whose commas are not operators."""
    kept, at = [], 0
    while at < len(parts):
        end = end_of_arguments(parts, at) if kept and text_of(parts[at]) == "<" else None
        if end is None:
            kept.append(parts[at])
            at += 1
        else:
            kept.append((">", 0))
            at = end
    return kept


def end_of_arguments(parts, at):
    depth = 0
    for index in range(at, len(parts)):
        text = text_of(parts[index])
        depth += {"<": 1, ">": -1}.get(text, 0)
        if depth == 0:
            return index + 1
        if not re.fullmatch(r"\w+|::|[<>,*&()]|&&", text):
            return None
    return None


def violations_in(text):
    found = []
    visit(tree_of(text), found)
    return sorted(set(found))


def visit(of, found):
    """Returns the lines of awaiting expressions that belong to an expression around this group."""
    awaiting_here = []
    for statement in statements_of(of):
        parts = without_template_arguments(statement)
        awaiting = []  # (index in parts, line)
        for index, part in enumerate(parts):
            if isinstance(part, group):
                awaiting += [(index, line) for line in visit(part, found)]
            elif part[0] == "co_await":
                awaiting.append((index, part[1]))
        for index, line in awaiting:
            found += [(line, kind) for kind in operators_beside(parts, index, of.is_list())]
        awaiting_here += [line for _, line in awaiting]
    return [] if of.opening == "{" and not of.is_initialiser() else awaiting_here


def operators_beside(parts, index, is_list):
    """Returns the operators of the expression that contains parts[index]."""
    begin, end = bounds_of(parts, index, is_list)
    kinds = set()
    for part in parts[begin:end]:
        kind = OPERATORS.get(text_of(part))
        if kind is not None and (kind != "comma" or not is_list):
            kinds.add(kind)
    return sorted(kinds)


def bounds_of(parts, index, is_list):
    texts = [text_of(part) for part in parts]
    begin, end = 0, len(parts)
    for at in range(index - 1, -1, -1):
        # A declaration ends at an assignment, and its && is a reference; a label or the declaration
        # of a range ends at a colon that has no "?".
        ends_declaration = texts[at] in ASSIGNING or texts[at] == ":"
        if (is_list and texts[at] == ",") or (ends_declaration and "?" not in texts[:at]):
            begin = at + 1
            break
    for at in range(index, len(parts)):
        if is_list and texts[at] == ",":
            end = at
            break
    return begin, end


def examples_in(text):
    """Returns the C++ examples of a document, with an empty line for each other line, so that the
    line numbers stay."""
    kept, inside = [], False
    for line in text.split("\n"):
        if line.lstrip().startswith("```"):
            inside = line.strip() in ("```cpp", "```c++")
            line = ";"  # ends the last statement of the example
        kept.append(line if inside or line == ";" else "")
    return "\n".join(kept)


def files_of(root):
    yield from sorted(root.glob("*.md"))
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".cpp", ".hpp", ".md"):
                yield path


REFUSED = {
    "co_return why ? co_await send(refuse(*why)) : gone;": "conditional",
    "x = ok ? y : co_await f();": "conditional",
    "x = co_await f() ? a : b;": "conditional",
    "x = ok ? g(1, co_await f()) : b;": "conditional",
    "x = ok ? reply{co_await f()} : b;": "conditional",
    "g(ok ? co_await f() : b);": "conditional",
    "if (ok && co_await f()) {}": "logical",
    "if (ok and co_await f()) {}": "logical",
    "while ((co_await f()).ok() || done) {}": "logical",
    "bool const x = ok && !(co_await f());": "logical",
    "CHECK(co_await f() && ok);": "logical",
    "a(), co_await f();": "comma",
    "x = (a(), co_await f());": "comma",
    "for (;; ++i, co_await f()) {}": "comma",
    "co_return a(), co_await f();": "comma",
    "spawn([&] { return ok ? co_await f() : b; }, token);": "conditional",
}
ALLOWED = [
    "co_await (a() || b());",
    "auto&& [a, b] = co_await f(c, d);",
    "std::map<int, std::pair<A, B>> m = co_await f();",
    "for (auto&& each : co_await f()) {}",
    "if (auto&& x = co_await f(); x && y) {}",
    "g(a && b, co_await f());",
    "spawn(context, [a, &b]() -> awaitable<void> { co_await f(); }, token);",
    "x = ok ? spawn([] { co_await f(); g(); }) : b;",
    "// ok ? co_await f() : b",
    'log("ok ? co_await f() : b");',
    "case 1: co_await f();",
    "if (ok) { co_await f(); } x = a ? b : c;",
    "std::array<char, 4> unread{1'0, 2}; auto const [ec, size] = co_await f(buffer(unread), awaited);",
]


def self_test():
    for text, kind in REFUSED.items():
        if [k for _, k in violations_in("void g() {\n" + text + "\n}")] != [kind]:
            sys.exit(f"not refused as {kind}: {text}: {violations_in(text)}")
    for text in ALLOWED:
        if got := violations_in("void g() {\n" + text + "\n}"):
            sys.exit(f"refused: {text}: {got}")
    if violations_in("void g() {\n\n  x = ok ? co_await f() : b;\n}") != [(3, "conditional")]:
        sys.exit("the line is wrong")
    document = "ok ? co_await f() : b\n```cpp\nx = ok ? co_await f() : b;\n```\n```\ny = ok ? co_await f() : b;\n```\n"
    if violations_in(examples_in(document)) != [(3, "conditional")]:
        sys.exit(f"in a document: {violations_in(examples_in(document))}")


def main():
    if "--self-test" in sys.argv:
        self_test()
        return
    root = pathlib.Path(sys.argv[1])
    bad, awaiting = [], 0
    for path in files_of(root):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".md":
            text = examples_in(text)
        if "co_await" in text:
            awaiting += 1
            bad += [f"{path.relative_to(root)}:{line}: co_await in a {kind} expression" for line, kind in violations_in(text)]
    if awaiting == 0:
        sys.exit("no file awaits anything: is this the source root?")
    if bad:
        sys.exit("\n".join(bad))


if __name__ == "__main__":
    main()
