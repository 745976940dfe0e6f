#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Checks every #include against the may-use table of docs/architecture.md, the sizes of files, and
that comments, which clang-format does not wrap, have at most 100 columns.

usage: layers.py ROOT              the check
       layers.py ROOT --self-test  planted violations must be found
"""

import pathlib
import re
import sys
import tempfile

MAY_USE = {
    "base": set(),
    "port": {"base"},
    "track": {"base"},
    "core": {"base", "track"},
    "handle": {"core", "track", "port", "base"},
    "heap": {"core", "track", "port", "base"},
    "asio": {"handle", "core", "track", "port", "base"},
    "block_map": {"port", "base"},
    "preload": set(),
    "inspect": {"leak_check", "preload", "port", "base"},
    "leak_check": {"heap", "handle", "core", "track", "port", "base"},
}

# The folders inside a layer: each may use itself and those named here.
FOLDERS = {
    "leak_check": {
        "memory": set(),
        "registry": {"memory"},
        "graph": {"registry", "memory"},
        "scan": {"graph", "registry", "memory"},
        "report": {"graph", "registry", "memory"},
    },
    "inspect": {
        "memory": set(),
        "target": {"memory"},
        "heap": {"target", "memory"},
        "types": {"target", "memory"},
        "graph": {"types", "heap", "target", "memory"},
        "recognise": {"graph", "types", "heap", "target", "memory"},
        "ownership": {"recognise", "graph", "types", "heap", "target", "memory"},
        "findings": {"ownership", "recognise", "graph", "types", "heap", "target", "memory"},
    },
}
MOST_BESIDE_FOLDERS = 8

# The handle layer may use Asio's buffers and error codes, and the layers below it nothing of Asio.
ASIO = {"handle": {"boost/asio/buffer.hpp", "boost/asio/error.hpp"}, "asio": None}

# Standard C++ headers have no suffix, and Boost's and the project's end in .hpp: a .h is the
# system's.
OS_HEADER = re.compile(r"^(?!boost/|handrail/).*\.h$")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
LONGEST = 400
# A comment alone or after code; not "// NAME: value", which a program of tests/any_program is run by.
COMMENT = re.compile(r"^\s*//(?! [A-Z-]+: )|\s// ")
COLUMNS = 100


class Tree:
    """The layers of the files of a source tree, by their paths."""

    def __init__(self, root):
        self.root = root
        self.public = {}  # the layers of public headers that are known already

    def layer_of(self, name):
        """Returns the layer of a file, named from the root; None if it may use everything."""
        parts = name.split("/")
        if parts[0] == "platform":
            return "port"
        if parts[0] == "lib" and len(parts) > 2:
            return parts[1]
        if parts[:2] == ["include", "handrail"]:
            return self.header_layer("/".join(parts[2:]))
        return None

    def header_layer(self, name):
        folder, _, rest = name.partition("/")
        if folder == "detail":
            return rest.partition("/")[0] if "/" in rest else "no layer"
        if rest:
            return {"testing": "leak_check"}.get(folder, folder)
        if name not in self.public:
            self.public[name] = self.layer_of_namesake(name) or self.highest_included(name)
        return self.public[name]

    def layer_of_namesake(self, name):
        """Returns the layer whose folder has the source of a public header."""
        found = [layer for layer in MAY_USE if (self.root / "lib" / layer / name).with_suffix(".cpp").exists()]
        return found[0] if found else None

    def highest_included(self, name):
        """Returns the highest layer that a public header without a source includes; base if it
        includes nothing of this project."""
        path = self.root / "include" / "handrail" / name
        self.public[name] = "base"
        included = [self.target_layer(include) for _, _, include in includes_of(path)] if path.exists() else []
        without_ours = "base" if included else "no layer"
        return max((layer for layer in included if layer in MAY_USE), key=lambda layer: len(MAY_USE[layer]), default=without_ours)

    def target_layer(self, include):
        return self.layer_of("include/" + include if include.startswith("handrail/") else include)


def includes_of(path):
    """Yields for each #include its line number, whether it has quotes, and its name."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            yield number, found.group(1) == '"', found.group(2)


# Tools may use the library's code for reports, and nothing else that is not installed.
TOOLS_MAY_USE = {"lib/base/escaping.hpp", "lib/preload/layout.hpp", "lib/inspect/look.hpp",
                 "lib/inspect/findings/growth.hpp", "lib/inspect/target/core_file.hpp", "lib/inspect/target/stopped_process.hpp",
                 "lib/inspect/types/frames.hpp", *(f"lib/leak_check/report/{name}.hpp" for name in (
    "rules", "write_out", "written_json", "written_path", "written_report", "written_text", "written_words"))}


# Layers that exist for Linux only and use it directly.
OF_LINUX = {"preload", "inspect"}


def misplaced(top, layer, include, quoted):
    """Returns why no file of a top folder may include this, whatever its layer."""
    if top in ("include", "lib") and layer not in OF_LINUX and OS_HEADER.match(include):
        return "an operating-system header outside platform"
    if top == "tools" and include in TOOLS_MAY_USE:
        return None
    if top not in ("lib", "tests", "platform") and include.startswith(("platform/", "lib/")):
        return "only lib and tests include what is not installed"
    if quoted and top in ("include", "lib", "platform") and not include.startswith(("platform/", "lib/")):
        return "not written from the root"
    return None


def forbidden_by_layer(tree, layer, include):
    target = tree.target_layer(include)
    if target is not None and target != layer and target not in MAY_USE[layer]:
        return f"layer {layer} may not use {target}"
    if include.startswith(("boost/asio", "boost/beast")):
        allowed = ASIO.get(layer, set())
        if allowed is not None and include not in allowed:
            return f"layer {layer} may not use {include}"
    return None


def folder_in(layer, name):
    parts = name.split("/")
    return parts[2] if parts[:2] == ["lib", layer] and len(parts) > 3 else None


def forbidden_by_folder(name, include):
    """Returns why a folder inside a layer may not include this."""
    for layer, may_use in FOLDERS.items():
        source, target = folder_in(layer, name), folder_in(layer, include)
        if source is not None and include.startswith(f"lib/{layer}/"):
            if target != source and target not in may_use[source]:
                return f"{source} may not use {include}"
    return None


def check_include(tree, name, include, quoted):
    layer = tree.layer_of(name)
    problem = misplaced(name.split("/")[0], layer, include, quoted)
    if problem is None and layer is not None:
        problem = forbidden_by_layer(tree, layer, include) or forbidden_by_folder(name, include)
    return problem


def sources(root):
    for top in ("include", "lib", "platform", "samples", "tools", "bench", "tests"):
        yield from sorted((root / top).rglob("*.?pp"))


def violations_of(tree, path):
    name = path.relative_to(tree.root).as_posix()
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) > LONGEST:
        yield f"{name}: {len(lines)} lines; at most {LONGEST}"
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS and COMMENT.search(line):
            yield f"{name}:{number}: a comment of {len(line)} columns; at most {COLUMNS}"
    if tree.layer_of(name) not in {None, *MAY_USE}:
        yield f"{name}: its path and its includes name no layer"
        return
    for number, quoted, include in includes_of(path):
        problem = check_include(tree, name, include, quoted)
        if problem:
            yield f"{name}:{number}: {problem}"


def loops(root):
    """Yields the headers of include loops."""
    headers = {path.relative_to(root).as_posix() for path in sources(root) if path.suffix == ".hpp"}
    graph = {}
    for name in headers:
        targets = {"include/" + i if i.startswith("handrail/") else i for _, _, i in includes_of(root / name)}
        graph[name] = targets & headers
    while True:  # remove headers that include none of the others, until all others include one
        leaves = {name for name, targets in graph.items() if not targets & graph.keys()}
        if not leaves:
            break
        graph = {name: targets for name, targets in graph.items() if name not in leaves}
    used = set().union(*graph.values()) if graph else set()
    for name in sorted(graph.keys() & used):
        yield f"{name}: in or before an include loop"


def violations(root):
    tree = Tree(root)
    for path in sources(root):
        yield from violations_of(tree, path)
    yield from loops(root)
    beside = [path for path in (root / "lib" / "leak_check").glob("*") if path.is_file()]
    if len(beside) > MOST_BESIDE_FOLDERS:
        yield f"lib/leak_check: {len(beside)} files beside its folders; at most {MOST_BESIDE_FOLDERS}"


PLANTED = {
    "lib/core/a.cpp": '#include "platform/port.hpp"\n',
    "lib/heap/b.cpp": "#include <handrail/file.hpp>\n",
    "lib/handle/c.cpp": "#include <boost/asio/io_context.hpp>\n",
    "lib/leak_check/d.cpp": "#include <handrail/socket.hpp>\n",
    "include/handrail/file.hpp": "#include <unistd.h>\n",
    "include/handrail/unknown.hpp": "",
    "include/handrail/detail/lost.hpp": "",
    "platform/posix/e.cpp": '#include "lib/core/run_loop.hpp"\n',
    "lib/base/f.cpp": "//\n" * (LONGEST + 1),
    "lib/core/g.cpp": "#include <sys/wait.h>\n",
    "lib/core/h.cpp": '#include "../heap/shared.hpp"\n',
    "samples/i/main.cpp": '#include "platform/port.hpp"\n',
    "tools/l/main.cpp": '#include "lib/leak_check/registry/registry.hpp"\n',
    "tests/unit/j.cpp": "//\n" * (LONGEST + 1),
    "tests/unit/q.cpp": "// " + "é" * (COLUMNS - 2) + "\n",
    "bench/r.cpp": "int x;  // " + "y" * (COLUMNS - 10) + "\n",
    "include/handrail/runner.hpp": "#include <boost/beast/core.hpp>\n",
    "include/handrail/detail/heap/k.hpp": "#include <handrail/detail/handle/x.hpp>\n",
    "lib/leak_check/graph/m.cpp": '#include "lib/leak_check/scan/x.hpp"\n',
    "lib/leak_check/report/n.cpp": '#include "lib/leak_check/run_check.hpp"\n',
    "lib/heap/o.hpp": '#include "lib/heap/p.hpp"\n',
    "lib/heap/p.hpp": '#include "lib/heap/o.hpp"\n',
    **{f"lib/leak_check/{n}.hpp": "" for n in range(MOST_BESIDE_FOLDERS)},
}
# Without these files, the planted ones would have no layer.
NEEDED = {
    "lib/handle/file.cpp": "",
    "lib/core/runner.cpp": "",
    "include/handrail/socket.hpp": "#include <handrail/asio/y.hpp>\n",
}
NOT_NAMED = {f"lib/leak_check/{n}.hpp" for n in range(MOST_BESIDE_FOLDERS)}


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in {**PLANTED, **NEEDED}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        found = list(violations(root))
    expected = PLANTED.keys() - NOT_NAMED | {"lib/leak_check:"}
    missed = [name for name in expected if not any(v.startswith(name) for v in found)]
    if missed:
        sys.exit(f"not found: {missed}")


def main():
    if sys.argv[2:] == ["--self-test"]:
        self_test()
        return
    found = list(violations(pathlib.Path(sys.argv[1])))
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
