# Reads runtime/tables/: dtypes.def, errors.def, ops.def and api/*.toml, into plain records.
# Must not know C or C++: what becomes of a row is the emitters' business.
import ast
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path


class TableError(Exception):
    pass


NONE_DEFAULT = "None"
KINDS = {"array", "out", "arrays", "scalar", "dtype", "shape", "axes", "axis", "bool", "int", "float", "order", "string", "index", "generator"}
RESULT_KINDS = {"array", "arrays", "bool", "int", "float", "dtype"}
# Arrays in C; Python reads the value by its role: written in place, read as the target's dtype, sequences read as integers.
ROLES = {"target", "values", "integers"}


@dataclass
class Parameter:
    name: str
    kind: str
    required: bool  # no Python default
    default: object  # Python value of the default, None when required or None
    default_text: str  # as written in the row
    none_allowed: bool  # None is a value: the default is None, or the kind is written with a '?'
    role: str = ""  # of ROLES


@dataclass
class Function:
    path: list[str]  # ["sum"] or ["fft", "fft"]
    numpy: str
    args: list[Parameter]
    options: list[Parameter]
    returns: list[tuple[str, str]]  # (name, kind)
    doc: str
    audit: list[str]
    op: "Op | None" = None  # the ufunc row it comes from

    @property
    def name(self) -> str:
        return "_".join(self.path)

    @property
    def symbol(self) -> str:
        return f"ls_{self.name}"

    @property
    def options_name(self) -> str:
        return "ufunc_options" if self.op else f"{self.name}_options"


@dataclass
class Op:
    number: int
    name: str
    inputs: int
    loops: str
    rule: str
    identity: str
    family: str
    rare: bool
    ulp: float
    range: str
    doc: str


@dataclass
class DTypeRow:
    number: int
    name: str
    character: str
    kind: str
    bytes: int


@dataclass
class StatusRow:
    number: int
    name: str
    python: str
    doc: str


@dataclass
class Chapter:
    name: str
    title: str
    functions: list[Function] = field(default_factory=list)


@dataclass
class Api:
    dtypes: list[DTypeRow]
    statuses: list[StatusRow]
    ops: list[Op]
    chapters: list[Chapter]

    @property
    def functions(self) -> list[Function]:
        return [f for chapter in self.chapters for f in chapter.functions]


def def_rows(path: Path, macro: str) -> list[list[str]]:
    """The argument lists of every MACRO(...) row; strings and characters may hold commas and brackets."""
    text = re.sub(r"^\s*(//|#).*$", "", path.read_text(), flags=re.MULTILINE)
    token = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|[,()]|[^,()"\']+')
    rows = []
    for match in re.finditer(rf"\b{macro}\s*\(", text):
        arguments, current, depth = [], "", 1
        for piece in token.finditer(text, match.end()):
            part = piece.group()
            depth += (part == "(") - (part == ")")
            if depth == 0:
                break
            if part == "," and depth == 1:
                arguments.append(current.strip())
                current = ""
            else:
                current += part
        else:
            raise TableError(f"{path.name}: {macro}: a row is never closed")
        rows.append(arguments + [current.strip()])
    return rows


def unquoted(text: str) -> str:
    return ast.literal_eval(text)


def read_ops(path: Path) -> list[Op]:
    ops = []
    for row in def_rows(path, "LS_UFUNC"):
        if len(row) != 11:
            raise TableError(f"{path.name}: {row[:2]}: expected 11 columns, got {len(row)}")
        number, name, inputs, loops, rule, identity, family, rare, ulp, extent, doc = row
        ops.append(
            Op(int(number), name, int(inputs), unquoted(loops), rule, identity, family, rare != "0", float(ulp), extent, unquoted(doc))
        )
    return ops


def default_value(kind: str, text: str, where: str) -> object:
    if text == NONE_DEFAULT:
        return None
    if kind in ("order", "string", "dtype"):
        return text.strip("\"'")
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        raise TableError(f"{where}: default {text!r} is not a Python literal") from None
    allowed = {"bool": bool, "int": int, "float": (int, float), "axis": int, "axes": (int, tuple), "shape": tuple}
    if kind not in allowed or not isinstance(value, allowed[kind]):
        raise TableError(f"{where}: {kind} cannot default to {text}")
    return value


def parameter(text: str, where: str) -> Parameter:
    match = re.fullmatch(r"\s*(\w+)\s*:\s*(\w+)(\??)\s*(?:=\s*(.*?)\s*)?", text)
    if not match:
        raise TableError(f"{where}: expected 'name: kind' or 'name: kind = default', got {text!r}")
    name, kind, question, default_text = match.groups()
    role = kind if kind in ROLES else ""
    kind = "array" if role else kind
    if kind not in KINDS:
        raise TableError(f"{where}: {name}: unknown kind {kind!r}; known are {', '.join(sorted(KINDS | ROLES))}")
    required = default_text is None
    default = None if required else default_value(kind, default_text, f"{where}: {name}")
    none_allowed = bool(question) or default_text == NONE_DEFAULT
    return Parameter(name, kind, required, default, default_text or "", none_allowed, role)


def results(text: str, where: str) -> list[tuple[str, str]]:
    """'array' -> [('result', 'array')]; 'q: array, r: array' keeps the names; unnamed ones are result1, result2; 'none' -> []."""
    if text == "none":
        return []
    parts = [p.strip() for p in text.split(",")]
    named = []
    for i, part in enumerate(parts):
        name, _, kind = part.rpartition(":")
        kind = kind.strip()
        if kind not in RESULT_KINDS:
            raise TableError(f"{where}: returns: unknown kind {kind!r}; known are {', '.join(sorted(RESULT_KINDS))}")
        named.append((name.strip() or ("result" if len(parts) == 1 else f"result{i + 1}"), kind))
    return named


ROW_KEYS = {"numpy", "args", "options", "returns", "doc", "audit", "datasets"}


def function(path: list[str], row: dict, file: str) -> Function:
    where = f"{file}: [{'.'.join(path)}]"
    unknown = set(row) - ROW_KEYS
    missing = {"numpy", "args", "returns", "doc"} - set(row)
    if unknown or missing:
        raise TableError(f"{where}: unknown keys {sorted(unknown)}, missing keys {sorted(missing)}")
    args = [parameter(a, where) for a in row["args"]]
    options = [parameter(o, where) for o in row.get("options", [])]
    refuse_twice([p.name for p in args + options])
    for p in args:
        if p.kind == "out":
            raise TableError(f"{where}: {p.name}: out must be an option")
    for p in options:
        if p.kind in ("arrays", "index", "generator") or (p.required and p.kind != "out"):
            raise TableError(f"{where}: {p.name}: an option needs a default and cannot be {p.kind}")
    doc = " ".join(row["doc"].split())
    returned = results(row["returns"], where)
    if len(returned) > 1 and "arrays" in dict(returned).values():
        raise TableError(f"{where}: returns: arrays cannot be one of several results")
    return Function(path, row["numpy"], args, options, returned, doc, row.get("audit", []))


def rows_of(table: dict, path: list[str], file: str) -> list[Function]:
    found = []
    for key, value in table.items():
        if not isinstance(value, dict):
            raise TableError(f"{file}: {'.'.join(path + [key])}: expected a row")
        is_row = "numpy" in value and not isinstance(value["numpy"], dict)
        found += [function(path + [key], value, file)] if is_row else rows_of(value, path + [key], file)
    return found


def chapter(path: Path) -> Chapter:
    text = path.read_text()
    first = text.split("\n", 1)[0]
    if not first.startswith("# "):
        raise TableError(f"{path.name}: line 1 must be a comment that names the chapter")
    try:
        rows = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TableError(f"{path.name}: {error}") from None
    return Chapter(path.stem, first[2:].strip(), rows_of(rows, [], path.name))


UFUNC_OPTIONS = ["out: out = None", "where: array = None", "dtype: dtype = None", "casting: string = same_kind"]


def ufunc(op: Op) -> Function:
    names = ["x"] if op.inputs == 1 else [f"x{i + 1}" for i in range(op.inputs)]
    args = [parameter(f"{n}: array", op.name) for n in names]
    options = [parameter(o, op.name) for o in UFUNC_OPTIONS]
    return Function([op.name], f"numpy.{op.name}", args, options, [("result", "array")], op.doc, [], op)


def refuse_twice(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise TableError(f"{name} is defined twice")


def read(source: Path) -> Api:
    folder = source / "runtime/tables"
    dtypes = [
        DTypeRow(int(r[0]), r[1], unquoted(r[2]), unquoted(r[3]), int(r[4]))
        for r in def_rows(folder / "dtypes.def", "LS_DTYPE")
    ]
    statuses = [
        StatusRow(int(r[0]), r[1], unquoted(r[2]), unquoted(r[3])) for r in def_rows(folder / "errors.def", "LS_STATUS")
    ]
    ops = read_ops(folder / "ops.def")
    ufuncs = Chapter("ufuncs", "Universal functions: element by element over operands that broadcast.", [ufunc(o) for o in ops])
    chapters = [chapter(p) for p in sorted((folder / "api").glob("*.toml"))]
    first = [c for c in chapters if c.name == "creation"]
    rest = [c for c in chapters if c.name != "creation"]
    api = Api(dtypes, statuses, ops, first + [ufuncs] + rest)
    known = {d.name for d in dtypes}
    for f in api.functions:
        for p in f.args + f.options:
            if p.kind == "dtype" and p.default is not None and p.default not in known:
                raise TableError(f"{f.symbol}: {p.name}: unknown dtype {p.default}")
    return api
