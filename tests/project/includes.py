#!/usr/bin/env python3
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
"""Checks that a file that uses a name of the standard library includes the name's header, itself or
through a header of this project.

usage: includes.py SOURCE_ROOT [--self-test]

Which headers another standard header or Boost includes changes with their versions. The table has
the names in use that belong to one header beyond doubt; a name with several headers may come from
any of them.
"""

import pathlib
import re
import sys
import tempfile

TABLE = """
algorithm: all_of any_of binary_search clamp copy copy_n count count_if equal fill fill_n find find_if for_each generate
  is_sorted lower_bound max max_element min min_element mismatch none_of nth_element partition remove remove_if replace
  reverse rotate search shuffle sort stable_sort transform unique upper_bound
array: array to_array
atomic: atomic atomic_ref atomic_signal_fence atomic_thread_fence memory_order_acq_rel memory_order_acquire
  memory_order_relaxed memory_order_release memory_order_seq_cst
barrier: barrier
bit: bit_cast bit_ceil bit_width countl_zero countr_zero endian has_single_bit popcount rotl
charconv: from_chars to_chars
chrono: chrono
compare: partial_ordering strong_ordering weak_ordering
concepts: constructible_from convertible_to copy_constructible default_initializable derived_from integral invocable
  move_constructible predicate same_as
condition_variable: condition_variable
coroutine: coroutine_handle suspend_always suspend_never
cstddef: byte max_align_t nullptr_t ptrdiff_t
cstdint: int16_t int32_t int64_t int8_t intptr_t uint16_t uint32_t uint64_t uint8_t uintptr_t
cstdio: FILE fclose fflush fgets fopen fprintf fputs fread fscanf fwrite perror printf puts rename snprintf tmpfile
cstdlib: _Exit abort aligned_alloc atexit atoi calloc exit free getenv malloc quick_exit realloc strtol strtoul
cstring: memchr memcmp memcpy memmove memset strchr strcmp strerror strlen strncmp strstr
deque: deque
exception: current_exception exception_ptr make_exception_ptr rethrow_exception set_terminate terminate uncaught_exceptions
filesystem: filesystem
fstream: fstream ifstream ofstream
functional: bind_front cref equal_to function greater invoke less plus ref reference_wrapper
future: async future packaged_task promise
iomanip: quoted setfill setprecision setw
iostream: cerr cin clog cout
iterator: back_inserter istreambuf_iterator make_move_iterator ostream_iterator
latch: latch
limits: numeric_limits
list: list
map: map multimap
memory: allocator allocator_traits construct_at destroy destroy_at enable_shared_from_this make_shared make_unique
  pointer_traits shared_ptr to_address unique_ptr weak_ptr
mutex: adopt_lock call_once defer_lock lock_guard mutex once_flag recursive_mutex scoped_lock try_to_lock unique_lock
new: align_val_t bad_alloc bad_array_new_length launder nothrow nothrow_t set_new_handler
numeric: accumulate iota reduce
optional: nullopt nullopt_t optional
queue: priority_queue queue
random: mt19937 mt19937_64 random_device uniform_int_distribution
semaphore: binary_semaphore counting_semaphore
set: multiset set
shared_mutex: shared_lock shared_mutex
source_location: source_location
span: as_bytes as_writable_bytes dynamic_extent span
sstream: istringstream ostringstream stringstream
stdexcept: domain_error invalid_argument length_error logic_error out_of_range overflow_error runtime_error
stop_token: stop_source stop_token
string: getline stoi stol stoul stoull string to_string u8string
string_view: string_view
system_error: errc generic_category system_error
thread: jthread this_thread thread
tuple: apply forward_as_tuple make_tuple tie tuple
type_traits: bool_constant conditional_t decay_t enable_if_t false_type integral_constant invoke_result_t is_base_of_v
  is_class_v is_convertible_v is_nothrow_move_constructible_v is_same_v is_trivially_copyable_v is_trivially_destructible_v
  is_void_v remove_cv_t remove_cvref_t remove_reference_t true_type type_identity_t underlying_type_t
typeindex: type_index
typeinfo: type_info
unordered_map: unordered_map
unordered_set: unordered_set
utility: as_const declval exchange forward in_place in_place_t in_place_type index_sequence index_sequence_for
  make_index_sequence make_pair
utility algorithm: move swap
utility map unordered_map: pair
cstddef cstdio cstdlib cstring ctime: size_t
variant: get_if holds_alternative monostate variant visit
vector: vector
"""
FOLDERS = ("include", "lib", "platform", "samples", "tests", "tools", "bench")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
# for (int i : {1, 2}) needs std::initializer_list, which the standard says these headers define.
BRACED_RANGE = re.compile(r"\bfor \([^;()]*: \{")
HAVE_INITIALIZER_LIST = {"initializer_list", "algorithm", "deque", "list", "map", "random", "regex", "set", "string",
                         "unordered_map", "unordered_set", "utility", "vector"}
NO_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)


def headers_of_names():
    table = {}
    for line in TABLE.replace("\n  ", " ").strip().splitlines():
        headers, _, names = line.partition(":")
        for name in names.split():
            table[name] = set(headers.split())
    return table


class tree:
    def __init__(self, root):
        self.root, self.known = root, {}

    def path_of(self, file, name):
        for base in (file.parent, self.root, self.root / "include"):
            if (base / name).is_file():
                return (base / name).resolve()
        return None

    def included_by(self, file):
        """The standard headers of a file and of the headers of ours that it includes."""
        if file not in self.known:
            self.known[file] = found = set()  # before its headers: an include loop ends here
            for bracket, name in INCLUDE.findall(file.read_text(encoding="utf-8")):
                ours = self.path_of(file, name)
                if ours:
                    found |= self.included_by(ours)
                elif bracket == "<":
                    found.add(name)
        return self.known[file]


def missing_in(file, of, table):
    code = NO_CODE.sub("", file.read_text(encoding="utf-8"))
    included = of.included_by(file.resolve())
    lines = []
    for name in sorted(set(re.findall(r"\bstd::(\w+)", code)) & table.keys()):
        if not table[name] & included:
            lines.append(f"{file.relative_to(of.root)}: std::{name} without <{'> or <'.join(sorted(table[name]))}>")
    if BRACED_RANGE.search(code) and not HAVE_INITIALIZER_LIST & included:
        lines.append(f"{file.relative_to(of.root)}: a loop over {{...}} without <initializer_list>")
    if re.search(r"(?<![\w:])errno\b", code) and not {"cerrno", "errno.h"} & included:
        lines.append(f"{file.relative_to(of.root)}: errno without <cerrno>")
    return lines


def violations_in(root):
    of, table = tree(root.resolve()), headers_of_names()
    files = [f for folder in FOLDERS for f in sorted((of.root / folder).rglob("*")) if f.suffix in (".cpp", ".hpp")]
    if not files:
        sys.exit("no files: is this the source root?")
    return [line for file in files for line in missing_in(file, of, table)]


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "lib").mkdir()
        (root / "lib" / "a.hpp").write_text("#include <string>\n")
        (root / "lib" / "good.cpp").write_text('#include "lib/a.hpp"\n// std::vector\nstd::string s = "std::map"; std::unlisted u;\n')
        (root / "lib" / "bad.cpp").write_text('#include "a.hpp"\nstd::vector<std::string> v{std::move(s)}; int e = errno;\n')
        (root / "lib" / "loop.cpp").write_text("void f() { for (int i : {1, 2}) {} }\n")
        got = violations_in(root)
        wanted = ["lib/bad.cpp: std::move without <algorithm> or <utility>", "lib/bad.cpp: std::vector without <vector>",
                  "lib/bad.cpp: errno without <cerrno>",
                  "lib/loop.cpp: a loop over {...} without <initializer_list>"]
        if got != wanted:
            sys.exit(f"{got}\nnot {wanted}")


def main():
    if "--self-test" in sys.argv:
        self_test()
    elif bad := violations_in(pathlib.Path(sys.argv[1])):
        sys.exit("\n".join(bad))


if __name__ == "__main__":
    main()
