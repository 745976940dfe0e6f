#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Checks every #include against the may-use table of docs/architecture.md, and the sizes of files.

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
    "leak_check": {"heap", "handle", "core", "track", "port", "base"},
}

# Public headers by the layer of their concept; folders end with a slash.
HEADERS = {
    "base": ["error.hpp", "detail/export.hpp", "detail/io_piece.hpp", "detail/native_handle.hpp",
             "detail/path_view.hpp", "detail/socket_end.hpp", "detail/throw.hpp"],
    "track": ["detail/owner.hpp", "detail/switches.hpp", "detail/track.hpp"],
    "core": ["cleanup.hpp", "owner_ref.hpp", "runner.hpp", "detail/batch.hpp", "detail/chain.hpp",
             "detail/copyable.hpp", "detail/deferred_close.hpp", "detail/failure.hpp",
             "detail/guarded.hpp", "detail/record.hpp", "detail/registration.hpp",
             "detail/self_reference.hpp"],
    "handle": ["handle.hpp", "file.hpp", "mapping.hpp", "out_handle.hpp", "detail/buffers.hpp",
               "detail/file_facts.hpp", "detail/handle_resource.hpp"],
    "heap": ["shared.hpp", "testing.hpp", "heap/", "detail/block.hpp", "detail/edge_base.hpp",
             "detail/edge_census.hpp", "detail/edge_walk.hpp", "detail/managed.hpp",
             "detail/node.hpp"],
    "asio": ["asio/", "socket.hpp", "detail/accept_operation.hpp", "detail/context_end.hpp",
             "detail/acceptor_resource.hpp", "detail/endpoint_text.hpp", "detail/executors.hpp",
             "detail/guarded_socket.hpp", "detail/initiation.hpp", "detail/local_path.hpp",
             "detail/native_socket.hpp", "detail/socket_resource.hpp"],
    "leak_check": ["leak_check.hpp", "testing/"],
}

# Of Asio, the handle layer may use buffers and error codes; everything below it nothing.
ASIO = {"handle": {"boost/asio/buffer.hpp", "boost/asio/error.hpp"}, "asio": None}

# The C++ headers have no suffix, Boost's and ours are .hpp: any other .h is the system's.
OS_HEADER = re.compile(r"^(?!boost/|handrail/).*\.h$")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
LONGEST = 400


def header_layer(name):
    for layer, entries in HEADERS.items():
        for entry in entries:
            if name == entry or (entry.endswith("/") and name.startswith(entry)):
                return layer
    return None


def layer_of(path):
    """The layer of a file in the tree; None for what may use everything."""
    parts = path.parts
    if parts[0] == "platform":
        return "port"
    if parts[0] == "lib" and len(parts) > 2:
        return parts[1]
    if parts[:2] == ("include", "handrail"):
        return header_layer("/".join(parts[2:]))
    return None


def target_layer(include):
    if include.startswith("platform/"):
        return "port"
    if include.startswith("lib/"):
        return include.split("/")[1]
    if include.startswith("handrail/"):
        return header_layer(include[len("handrail/"):])
    return None


# A tool shares with the library how reports are written, and nothing else that is not installed.
TOOLS_MAY_USE = {"lib/base/error.hpp", "lib/leak_check/rules.hpp", "lib/leak_check/written_out.hpp",
                 "lib/leak_check/written_report.hpp"}


def misplaced(top, include, quoted):
    """What no file of a top folder may include, whatever its layer."""
    if top in ("include", "lib") and OS_HEADER.match(include):
        return "an operating-system header outside platform"
    if top == "tools" and include in TOOLS_MAY_USE:
        return None
    if top not in ("lib", "tests", "platform") and include.startswith(("platform/", "lib/")):
        return "only lib and tests include what is not installed"
    if quoted and top in ("include", "lib", "platform") and not include.startswith(("platform/", "lib/")):
        return "not written from the root"
    return None


def forbidden_by_layer(layer, include):
    target = target_layer(include)
    if target is not None and target != layer and target not in MAY_USE[layer]:
        return f"layer {layer} may not use {target}"
    if include.startswith(("boost/asio", "boost/beast")):
        allowed = ASIO.get(layer, set())
        if allowed is not None and include not in allowed:
            return f"layer {layer} may not use {include}"
    return None


def check_include(path, include, quoted):
    problem = misplaced(path.parts[0], include, quoted)
    layer = layer_of(path)
    if problem is None and layer is not None:
        problem = forbidden_by_layer(layer, include)
    return problem


def violations(root):
    for top in ("include", "lib", "platform", "samples", "tools", "bench", "tests"):
        for path in sorted((root / top).rglob("*.?pp")):
            relative = path.relative_to(root)
            lines = path.read_text(encoding="utf-8").splitlines()
            if len(lines) > LONGEST:
                yield f"{relative}: {len(lines)} lines; at most {LONGEST}"
            if relative.parts[0] == "include" and layer_of(relative) is None:
                if relative.name != "handrail.hpp":
                    yield f"{relative}: no layer in the table of {pathlib.Path(__file__).name}"
            for number, line in enumerate(lines, 1):
                found = INCLUDE.match(line)
                problem = found and check_include(relative, found.group(2), found.group(1) == '"')
                if problem:
                    yield f"{relative}:{number}: {problem}"


PLANTED = {
    "lib/core/a.cpp": '#include "platform/port.hpp"\n',
    "lib/heap/b.cpp": "#include <handrail/file.hpp>\n",
    "lib/handle/c.cpp": "#include <boost/asio/io_context.hpp>\n",
    "lib/leak_check/d.cpp": "#include <handrail/socket.hpp>\n",
    "include/handrail/file.hpp": "#include <unistd.h>\n",
    "include/handrail/unknown.hpp": "",
    "platform/posix/e.cpp": '#include "lib/core/pending.hpp"\n',
    "lib/base/f.cpp": "//\n" * (LONGEST + 1),
    "lib/core/g.cpp": "#include <sys/wait.h>\n",
    "lib/core/h.cpp": '#include "../heap/block.hpp"\n',
    "samples/i/main.cpp": '#include "platform/port.hpp"\n',
    "tools/l/main.cpp": '#include "lib/leak_check/registry.hpp"\n',
    "tests/unit/j.cpp": "//\n" * (LONGEST + 1),
    "include/handrail/runner.hpp": "#include <boost/beast/core.hpp>\n",
}


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in PLANTED.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        found = list(violations(root))
    missed = [name for name in PLANTED if not any(v.startswith(name) for v in found)]
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
