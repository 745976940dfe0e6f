# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Judges the findings of a report by what was expected of it.

    found        one finding has the rule, the grade, the count and the names
    silent       nothing was expected, and nothing is possible or certain
    MISSED       no finding with the rule about the resource
    FALSE        a finding that is possible or certain and should not be; or one is certain that should not be
    wrong grade, wrong count, wrong name
                 a finding with the rule has another grade or count, or lacks a name
"""


def text_of_step(step):
    """Returns "from::via type to file:line": a member's name comes after its class."""
    where = step.get("where", {})
    via = f"::{step['via']}" if step["via"] else ""
    return f"{step['from']}{via} {step['type']} {step['to']} {where.get('file', '')}:{where.get('line', 0)}"


def texts_of(finding):
    """Yields the finding's text; of a ring, one for each step that it could begin with."""
    steps = [text_of_step(step) for step in finding["path"]]
    rotations = max(len(steps), 1) if finding["id"] in ("HR050", "HR051") else 1
    for first in range(rotations):
        yield "\n".join([finding["resource"], *steps[first:], *steps[:first]])


def in_order(names, text):
    at = 0
    for name in names:
        at = text.find(name, at)
        if at < 0:
            return False
        at += len(name)
    return True


def lacking_names(finding, expected):
    """Returns the orders of names that the finding's text does not have."""
    texts = list(texts_of(finding))
    return [" ; ".join(names) for names in expected.names if not any(in_order(names, text) for text in texts)]


def lacks_function(finding, function):
    frames = [frame["function"] for frame in finding["frames"]] + [finding["opened"]["function"]]
    return bool(function) and not any(function in frame for frame in frames)


def problem_of(finding, expected, births):
    """Returns a verdict and what is wrong with a finding of the expected rule; None if it is right."""
    if finding["grade"] not in expected.grades:
        worse = finding["grade"] == "certain"
        return "FALSE" if worse else "wrong grade", f"{finding['grade']}, not {' or '.join(sorted(expected.grades))}"
    if finding["count"] != expected.count:
        return "wrong count", f"{finding['count']}, not {expected.count}"
    if lacking := lacking_names(finding, expected):
        return "wrong name", "not in the finding: " + ", and ".join(lacking)
    if births and lacks_function(finding, expected.opened):
        return "wrong name", f"not among the frames: {expected.opened}"
    return None


def is_leak(finding):
    return finding["grade"] != "note"


def describe(finding):
    return f"{finding['id']} {finding['grade']} {finding['count']} x {finding['resource']}"


def judge(findings, expected, births):
    """Returns a verdict and an explanation. births: whether the tool saw how descriptors were opened."""
    about = [f for f in findings if f["id"] == expected.rule and expected.resource in f["resource"]]
    right = [f for f in about if problem_of(f, expected, births) is None]
    if false := [f for f in findings if is_leak(f) and f not in about and f["id"] not in expected.may]:
        return "FALSE", describe(false[0])
    if not expected.rule:
        return "silent", ""
    if not about:
        return "MISSED", f"no {expected.rule} about {expected.resource or 'anything'}"
    if not right:
        return problem_of(about[0], expected, births)
    if beside := [f for f in about if is_leak(f) and f is not right[0]]:
        return "FALSE", "beside the right one: " + describe(beside[0])
    return "found", ""
