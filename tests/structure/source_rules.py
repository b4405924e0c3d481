"""The rules of the tree that a compiler does not check: include arrows, one place per operation, names, sizes, no leftovers.
Must not know what the code computes. Argument: the project's root. Prints a report of file sizes.

Each rule is a function from the sources to a list of complaints; tests/structure/source_rules_test.py shows each one failing.
"""

import pathlib
import re
import sys

CODE = (".h", ".hpp", ".cpp", ".c", ".cu", ".cuh", ".in", ".def")
FOLDERS = ("runtime", "host", "kernels", "capi", "tests", "bench", "datasets", "cmake")
LINE_LIMIT = 500
RECORDED = {"tests/capi/abi_layout.txt", "tests/capi/exports.txt"}  # lists that a program writes, and that only grow
OPS_LIMIT = 5  # operations that OPS_WINDOW lines outside runtime/scalar may name: more is a list beside ops.def
OPS_WINDOW = 20
OPS_ALLOWED = {  # save these, for what they are about
    "runtime/exec/special_ufuncs.cpp": 10,  # comparisons of int64 with uint64, and power by a constant
}

# Folder -> folders it may include from. The longest matching prefix counts; "lockstep" is the installed headers.
ARROWS = {
    "runtime/scalar": {"runtime/scalar"},
    "runtime/scalar/apply.h": {"runtime/scalar", "runtime/tables/ops.def"},  # from Op to scalar code
    "runtime/scalar/operation.h": {"runtime/scalar", "runtime/tables/ops.def"},
    "runtime": {"runtime"},
    "host": {"host", "runtime"},
    "kernels": {"kernels", "runtime"},
    "kernels/device": {"kernels/device", "runtime/scalar"},
    "capi": {"capi", "runtime", "lockstep"},
    "capi/python": {"capi/python", "capi/dlpack_abi.h", "python", "lockstep"},  # python/: generated
    "capi/examples": {"lockstep"},
    "capi/libnumpy.cpp": {"lockstep"},
    "capi/lockstep.hpp.in": {"lockstep"},
    "datasets": {"datasets"},
    "tests/unit": {"tests/unit", "runtime", "host", "datasets"},
    "tests/capi": {"tests/capi", "lockstep", "datasets"},
    "tests/sim": {"tests/sim", "kernels", "runtime"},
    "tests/sim/abi": {"lockstep"},
    "tests/gpu": {"tests/gpu", "runtime", "lockstep"},
    "tests": {"tests", "lockstep", "datasets"},
    "bench": {"bench", "lockstep", "runtime", "host"},
}

STANDARD = set("""algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes climits
 clocale cmath compare complex concepts condition_variable coroutine csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib
 cstring ctime deque exception execution filesystem format forward_list fstream functional future initializer_list iomanip
 ios iosfwd iostream istream iterator latch limits list locale map memory memory_resource mutex new numbers numeric optional
 ostream queue random ranges ratio regex scoped_allocator semaphore set shared_mutex source_location span sstream stack
 stdexcept stop_token streambuf string string_view syncstream system_error thread tuple type_traits typeindex typeinfo
 unordered_map unordered_set utility valarray variant vector version
 assert.h ctype.h errno.h float.h inttypes.h limits.h math.h stdarg.h stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h
 time.h""".split())
# Folder -> system headers it may include; None: any. As ARROWS, by the longest prefix.
SYSTEM = {
    "runtime/scalar": {"stddef.h", "stdint.h"},
    "runtime": STANDARD,
    "runtime/exec": STANDARD | {"dlfcn.h", "link.h", "sched.h"},  # opening a plugin, counting processors
    "kernels/device": set(),
    "capi/libnumpy.cpp": STANDARD | {"lockstep/lockstep.hpp", "lockstep/lockstep.h"},
    "capi/examples": STANDARD | {"lockstep/lockstep.hpp", "lockstep/lockstep.h"},
    "capi/python": STANDARD | {"lockstep/lockstep.h", "Python.h", "structmember.h", "nanobind/nanobind.h",
                               "nanobind/stl/optional.h", "nanobind/stl/string.h", "nanobind/stl/tuple.h",
                               "nanobind/stl/vector.h"},
    "capi": STANDARD | {"lockstep/lockstep.h"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
LEFTOVER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
VAGUE = {"util", "utils", "common", "misc", "helper", "helpers", "manager"}


class Source:
    def __init__(self, path: str, text: str):
        self.path, self.text = path, text

    @property
    def is_code(self):
        return self.path.endswith(CODE)


def read(root: pathlib.Path) -> list[Source]:
    suffixes = CODE + (".py", ".toml", ".cmake", ".sh", ".txt", ".html", ".map")
    found = []
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.name.endswith(suffixes) and "__pycache__" not in path.parts:
                found.append(Source(str(path.relative_to(root)), path.read_text(encoding="utf-8")))
    return found


def longest(path: str, table: dict):
    """The value of the longest prefix of `path` in `table`; None when there is none."""
    keys = [k for k in table if path == k or path.startswith(k + "/")]
    return table[max(keys, key=len)] if keys else None


def code_only(text: str) -> str:
    """Without comments, and without the insides of strings; every line stays where it is."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), text, flags=re.DOTALL)
    return re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)


def resolved(source: Source, name: str, paths: set[str]) -> str:
    """An include as a path from the root: beside the file, else from the root or the generated headers."""
    beside = pathlib.PurePosixPath(source.path).parent
    parts = []
    for part in (*beside.parts, *pathlib.PurePosixPath(name).parts):
        parts = parts[:-1] if part == ".." else parts + [part]
    near = "/".join(parts)
    return near if near in paths else name


def include_arrows(sources: list[Source]) -> list[str]:
    paths, complaints = {s.path for s in sources}, []
    for source in sources:
        if not source.is_code:
            continue
        allowed, system = longest(source.path, ARROWS), longest(source.path, SYSTEM)
        for quote, name in INCLUDE.findall(source.text):
            if quote == "<" and not name.startswith("lockstep/"):
                if system is not None and name not in system:
                    complaints.append(f"{source.path}: <{name}> is not allowed in this folder")
                continue
            target = resolved(source, name, paths)
            if allowed is not None and not any(target == a or target.startswith(a + "/") for a in allowed):
                complaints.append(f"{source.path}: includes {target}; from here only {', '.join(sorted(allowed))}")
    return complaints


def op_names(sources: list[Source]) -> list[str]:
    text = next(s.text for s in sources if s.path == "runtime/tables/ops.def")
    return re.findall(r"^LS_(?:UFUNC|PRIMITIVE_OP)\(\d+,\s*(\w+)", text, re.MULTILINE)


def most_ops_together(text: str, names: set[str]) -> set[str]:
    """The largest set of operations named within OPS_WINDOW lines, as part of an identifier: Op::add, scalar::add, ls_add."""
    word = re.compile(rf"\b(?:(?:Op|ops?|scalar|numpy|ls)::|ls_|LS_)({'|'.join(sorted(names))})\b", re.IGNORECASE)
    lines = [{m.lower() for m in word.findall(line)} for line in code_only(text).split("\n")]
    windows = [set().union(*lines[i : i + OPS_WINDOW]) for i in range(len(lines))]
    return max(windows, key=len, default=set())


def one_place_per_op(sources: list[Source]) -> list[str]:
    """A row of ops.def and a function in runtime/scalar are the only places; user programs may call what they like."""
    names = set(op_names(sources))
    complaints = []
    for source in sources:
        folder = source.path.split("/")[0]
        if folder not in ("runtime", "host", "kernels", "capi") or not source.is_code:
            continue
        if source.path.startswith(("runtime/scalar/", "runtime/tables/", "capi/examples/")):
            continue
        used = most_ops_together(source.text, names)
        if len(used) > OPS_ALLOWED.get(source.path, OPS_LIMIT):
            complaints.append(f"{source.path}: lists {len(used)} operations ({', '.join(sorted(used))}): ops.def is their only list")
    return complaints


def api_rows_are_no_ops(sources: list[Source]) -> list[str]:
    names = set(op_names(sources))
    complaints = []
    for source in sources:
        if source.path.startswith("runtime/tables/api/"):
            for row in re.findall(r"^\[([\w.]+)\]", source.text, re.MULTILINE):
                if row in names and row not in ("copy", "select"):  # the ops behind these are no ufuncs of NumPy's
                    complaints.append(f"{source.path}: [{row}] is a row of ops.def already")
    return complaints


def file_sizes(sources: list[Source]) -> list[str]:
    return [f"{s.path}: {s.text.count(chr(10))} lines, at most {LINE_LIMIT}" for s in sources
            if s.text.count("\n") > LINE_LIMIT and s.path not in RECORDED]


def no_leftovers(sources: list[Source]) -> list[str]:
    return [f"{s.path}: {m[0]}" for s in sources if not s.path.startswith("tests/structure/source_rules")
            for m in LEFTOVER.finditer(s.text)]


def no_vague_names(sources: list[Source]) -> list[str]:
    return [f"{s.path}: the name says nothing" for s in sources
            if VAGUE & set(re.split(r"[._]", pathlib.PurePosixPath(s.path).name))]


def opens_with_purpose(sources: list[Source]) -> list[str]:
    """Line 1 of every source says what it is."""
    opening = ("//", "/*", "#", '"""', "<!--", "<!doctype")
    return [f"{s.path}: line 1 does not say what the file is" for s in sources
            if s.text and not s.text.startswith(opening) or s.is_code and s.text.startswith(("#pragma", "#include", "#if"))]


def classes_of_their_own(sources: list[Source]) -> list[str]:
    """No two headers define a class of one name in one namespace: the linker would take one's functions for the other's."""
    seen, complaints = {}, []
    for source in sources:
        if not source.path.endswith(".h") or source.path.startswith("tests/"):
            continue
        namespace = ""
        for line in code_only(source.text).split("\n"):
            if opened := re.match(r"namespace ([\w:]*) ?\{", line):
                namespace = opened[1]
            defined = re.match(r"(?:class|struct) (\w+)(?: final)?(?: : [^;{]*)? \{", line)
            if not defined or not namespace:  # without a name it is the file's own
                continue
            first = seen.setdefault((namespace, defined[1]), source.path)
            if first != source.path:
                complaints.append(f"{source.path}: {namespace}::{defined[1]} is a class of {first}, too")
    return complaints


RULES = [include_arrows, one_place_per_op, classes_of_their_own, api_rows_are_no_ops, file_sizes, no_leftovers, no_vague_names, opens_with_purpose]


def report(sources: list[Source]) -> str:
    lines = ["folder          files  lines  median  longest"]
    for folder in FOLDERS:
        sizes = sorted((s.text.count("\n"), s.path) for s in sources if s.path.startswith(folder + "/"))
        if sizes:
            total = sum(n for n, _ in sizes)
            lines.append(f"{folder:15} {len(sizes):5} {total:6} {sizes[len(sizes) // 2][0]:7}  {sizes[-1][0]} {sizes[-1][1]}")
    return "\n".join(lines)


def main() -> int:
    sources = read(pathlib.Path(sys.argv[1]))
    print(report(sources))
    complaints = [f"{rule.__name__}: {c}" for rule in RULES for c in rule(sources)]
    print("\n".join(complaints) or "no complaints")
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main())
