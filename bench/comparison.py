# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""A comparison of a benchmark with its peer, its goal, and the table of all comparisons."""

import dataclasses


@dataclasses.dataclass
class Comparison:
    """The ratio of two medians, value / peer, of nanoseconds or of a counter; without a peer, value."""

    what: str
    value: str
    peer: str | None = None
    at_most: float | None = None
    at_least: float | None = None
    unit: str = "x"

    def ratio(self, medians):
        return medians[self.value] / (medians[self.peer] if self.peer else 1.0)

    def goal(self):
        if self.at_most is not None:
            return f"<= {self.at_most:g}"
        return f">= {self.at_least:g}" if self.at_least is not None else ""

    def verdict(self, ratio):
        if not self.goal():
            return ""
        met = ratio <= self.at_most if self.at_most is not None else ratio >= self.at_least
        return "met" if met else "missed"


def print_table(comparisons, medians):
    print(f"  {'':<28} {'against':<34} {'ratio':>10}        {'goal':<9}")
    for each in comparisons:
        ratio = each.ratio(medians)
        line = f"  {each.what:<28} {each.peer or '':<34} {ratio:10.2f} {each.unit:<6} {each.goal():<9} {each.verdict(ratio)}"
        print(line.rstrip())
