# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""A small validator of JSON Schema: the keywords that our schemas use, and a refusal of all others."""

import re

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
SAY_NOTHING = {"$schema", "$defs", "title", "description"}


class Validator:
    def __init__(self, schema):
        self.root = schema

    def problems(self, value, schema=None, at="$"):
        """Returns what is wrong with the value, as a list of sentences."""
        schema = self.root if schema is None else schema
        found = []
        for keyword, wanted in schema.items():
            if keyword == "additionalProperties":
                found += self.check_strangers(value, schema["properties"], at)
            elif keyword not in SAY_NOTHING:
                found += getattr(self, "check_" + keyword.lstrip("$"))(value, wanted, at)
        return found

    def check_ref(self, value, wanted, at):
        target = self.root
        for part in wanted.removeprefix("#/").split("/"):
            target = target[part]
        return self.problems(value, target, at)

    def check_oneOf(self, value, wanted, at):
        tried = [self.problems(value, each, at) for each in wanted]
        fitting = sum(not t for t in tried)
        return [] if fitting == 1 else [f"{at}: fits {fitting} of {len(wanted)}", *sum(tried, [])]

    def check_type(self, value, wanted, at):
        right = isinstance(value, TYPES[wanted]) and (wanted == "boolean" or not isinstance(value, bool))
        return [] if right else [f"{at}: no {wanted}"]

    def check_enum(self, value, wanted, at):
        return [] if value in wanted else [f"{at}: none of {wanted}"]

    def check_pattern(self, value, wanted, at):
        return [] if not isinstance(value, str) or re.search(wanted, value) else [f"{at}: not {wanted}"]

    def check_minimum(self, value, wanted, at):
        return [] if not isinstance(value, (int, float)) or value >= wanted else [f"{at}: below {wanted}"]

    def check_required(self, value, wanted, at):
        return [f"{at}: {key} is missing" for key in wanted if isinstance(value, dict) and key not in value]

    def check_properties(self, value, wanted, at):
        known = wanted.items() if isinstance(value, dict) else ()
        return sum((self.problems(value[k], s, f"{at}.{k}") for k, s in known if k in value), [])

    def check_strangers(self, value, known, at):
        return [f"{at}: {key} is not known" for key in value if key not in known] if isinstance(value, dict) else []

    def check_items(self, value, wanted, at):
        parts = enumerate(value) if isinstance(value, list) else ()
        return sum((self.problems(each, wanted, f"{at}[{i}]") for i, each in parts), [])

    def check_minItems(self, value, wanted, at):
        return [] if not isinstance(value, list) or len(value) >= wanted else [f"{at}: too short"]

    def check_maxItems(self, value, wanted, at):
        return [] if not isinstance(value, list) or len(value) <= wanted else [f"{at}: too long"]
