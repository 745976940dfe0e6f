# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""What the head of a case says a right report must have.

    // EXPECT: HR050 certain count=3     exactly one finding with this rule, grade and count, and no
                                         other that is possible or certain; "certain|possible" allows both
    // SILENT                            instead: no finding that is possible or certain
    // RESOURCE: tcp                     a part of the finding's resource
    // NAMES: a::b::c_ ; lambda at @LEAK ; a::b
                                         all of these are in the finding's text, in this order; @LEAK is
                                         the file and line that is marked "// LEAK". Several lines are
                                         several orders
    // OPENED: theme::load               the finding's frames have this function, if births are recorded
                                         and the program has symbols
    // MAY: HR052                        another rule that may be reported as well
    // LEFT: 3 objects, 3 descriptors    what the case prints before it ends
    // LIBRARIES: ssl crypto             what it is linked with

What a report can know depends on the build: with debug information ("debug"), with symbols and
RTTI only ("symbols"), with RTTI only ("stripped"). EXPECT, NAMES and MAY hold for all of them, unless
a line with -WITHOUT-DEBUG-INFO replaces them for the last two, or one with -STRIPPED for the last.
"""

import dataclasses
import re

LEVELS = {"debug": [""], "symbols": ["-WITHOUT-DEBUG-INFO", ""], "stripped": ["-STRIPPED", "-WITHOUT-DEBUG-INFO", ""]}
BY_LEVEL = ("EXPECT", "NAMES", "MAY")
ALWAYS = ("RESOURCE", "OPENED", "LEFT", "LIBRARIES")
KEYS = {key + suffix for key in BY_LEVEL for suffix in LEVELS["stripped"]} | set(ALWAYS)

LINE = re.compile(r"^// ([A-Z]+(?:-[A-Z]+)*)(?::(.*))?$")
EXPECT = re.compile(r"^(HR\d{3}) ([a-z|]+) count=(\d+)$")
GRADES = {"note", "possible", "certain"}


class Mistake(Exception):
    """The head of a case cannot be understood."""


@dataclasses.dataclass(frozen=True)
class Expectation:
    """What a report of one build of a case must have; no rule: silence."""
    rule: str = ""
    grades: frozenset = frozenset()
    count: int = 0
    resource: str = ""
    names: tuple = ()   # of tuples, each an order of names
    opened: str = ""
    may: frozenset = frozenset()


class Case:
    """A case's source: its head, and the line that leaks."""

    def __init__(self, path):
        self.path = path
        self.name = path.stem
        text = path.read_text(encoding="utf-8")
        self.leak_line = next((n for n, line in enumerate(text.splitlines(), 1) if line.endswith("// LEAK")), None)
        self.values = self.read_head(text)
        self.check()

    def read_head(self, text):
        values = {}
        for line in text.splitlines():
            if not line.startswith("//"):
                break
            found = LINE.match(line)
            if not found:
                continue
            key, value = found[1], found[2]
            if key not in KEYS | {"SILENT"} or (value is None) != (key == "SILENT"):
                raise Mistake(f"{self.path.name}: what does this line mean? {line}")
            values.setdefault(key, []).append((value or "").strip())
        return values

    def check(self):
        """Raises a Mistake unless each level has a meaning."""
        if ("SILENT" in self.values) == ("EXPECT" in self.values) or "LEFT" not in self.values:
            raise Mistake(f"{self.path.name}: its head needs LEFT, and either EXPECT or SILENT")
        for level in LEVELS:
            self.expectation(level)

    def value(self, key):
        return self.values.get(key, [""])[0]

    def lines_at(self, key, level):
        """Returns the lines with the key that hold for the level: the first suffix that has some."""
        return next((self.values[key + s] for s in LEVELS[level] if key + s in self.values), [])

    def order_of(self, line):
        place = f"{self.path.name}:{self.leak_line}"
        if "@LEAK" in line and self.leak_line is None:
            raise Mistake(f"{self.path.name}: no line ends with // LEAK")
        return tuple(name.strip().replace("@LEAK", place) for name in line.split(";") if name.strip())

    def expectation(self, level):
        may = frozenset(" ".join(self.lines_at("MAY", level)).split())
        if "SILENT" in self.values:
            return Expectation(may=may)
        (line,) = self.lines_at("EXPECT", level)
        found = EXPECT.match(line)
        if not found or not set(found[2].split("|")) <= GRADES:
            raise Mistake(f"{self.path.name}: EXPECT needs a rule, a grade and a count, not {line!r}")
        return Expectation(
            rule=found[1], grades=frozenset(found[2].split("|")), count=int(found[3]), may=may, resource=self.value("RESOURCE"),
            names=tuple(self.order_of(line) for line in self.lines_at("NAMES", level)),
            opened="" if level == "stripped" else self.value("OPENED"))
