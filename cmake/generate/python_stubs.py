# The .pyi files of the Python package: hand-written frames filled with the tables' functions, methods and operators.
# Must not know what a function computes.
import ast
import re
from pathlib import Path

from python_tables import NO_VALUE, Callable, PyParameter, PythonApi
from tables import Api
from texts import fill

# Kind of argument -> its type in a stub.
TYPES = {
    "array": "_ArrayLike",
    "arrays": "Sequence[_ArrayLike] | ndarray",
    "out": "ndarray",
    "scalar": "_Scalar",
    "dtype": "_npt.DTypeLike",
    "shape": "_Shape",
    "axes": "_Shape",
    "axis": "SupportsIndex",
    "bool": "_builtins.bool",
    "int": "SupportsIndex",
    "float": "float",
    "order": "_Order",
    "string": "str",
}
EXTRA = {"device": "_Device", "subok": "_builtins.bool", "like": "None", "retstep": "Literal[False]"}
# What the types of a submodule need, and from where.
IMPORTS = {
    "collections.abc": ["Sequence"],
    "typing": ["Any", "Literal", "SupportsIndex"],
    "lockstep._core": ["_ArrayLike", "_Order", "_Scalar", "_Shape", "ndarray"],
}
RESULTS = {"array": "ndarray", "arrays": "tuple[ndarray, ...]", "bool": "_builtins.bool", "int": "int", "float": "float", "dtype": "_np.dtype[Any]"}
# Named tuples, and functions whose options say what comes back.
LOOSE = {"indices", "intersect1d", "unique", "unique_all", "unique_counts", "unique_inverse"}
LOOSE |= {"linalg_eig", "linalg_eigh", "linalg_qr", "linalg_slogdet", "linalg_svd"}
UNARY = {"negative": "neg", "positive": "pos", "absolute": "abs", "invert": "invert"}
COMPARISONS = ("lt", "le", "eq", "ne", "gt", "ge")
DUNDERS = {
    "add": "add",
    "subtract": "sub",
    "multiply": "mul",
    "true_divide": "truediv",
    "floor_divide": "floordiv",
    "remainder": "mod",
    "matrix_multiply": "matmul",
    "lshift": "lshift",
    "rshift": "rshift",
    "and": "and",
    "xor": "xor",
    "or": "or",
}


def typed(p: PyParameter, c: Callable) -> str:
    if p.slot is None:
        kind = EXTRA.get(p.name, "Any")
    else:
        row = (c.row.args + c.row.options)[p.slot]
        kind = TYPES[row.kind]
        if row.name == "optimize":  # a truth, an algorithm's name, or a path
            kind = "Any"
        if row.kind == "string" and row.name == "copy":  # True and False are "always" and "never"
            kind = "_builtins.bool"
        if row.name == "ord":  # "fro" and "nuc" beside the numbers
            kind = "float | str"
        if p.default is not None and "None" not in kind:
            kind += " | None"
        if p.default == NO_VALUE:
            kind += " | _NoValue"
    return f"{p.name}: {kind}" + ("" if p.default is None else " = ...")


def parameters(c: Callable, leading: list[str]) -> str:
    s, parts = c.signature, list(leading)
    shown = [p for p in s.parameters]
    if "**kwargs" in s.shown:  # the options behind it are shown by no signature
        shown = shown[: s.shown.replace("*, ", "").replace("/, ", "").count(",")]
    for i, p in enumerate(shown):
        if s.varargs and i == 0:
            parts.append(f"*{p.name}: Any")
            continue
        if i == s.positional and not s.varargs:
            parts.append("*")
        parts.append(typed(p, c))
        if i + 1 == s.positional_only and not s.varargs:
            parts.append("/")
    if "**kwargs" in s.shown:
        parts.append("**kwargs: Any")
    return ", ".join(parts)


def definition(c: Callable, leading: list[str], indent: str = "") -> str:
    kinds = [RESULTS[kind] for _, kind in c.row.returns]
    result = "None" if not kinds else kinds[0] if len(kinds) == 1 else f"tuple[{', '.join(kinds)}]"
    result = "None" if c.in_place else "Any" if c.row.name in LOOSE else result
    return f"{indent}def {c.name}({parameters(c, leading)}) -> {result}: ...\n"


def core_types(text: str) -> str:
    """For files without the class `device` and the alias of the built-in bool."""
    return text.replace("_builtins.bool", "bool").replace("_Device", "str | None")


def public_names(stub: str) -> str:
    """__all__ of a stub."""
    names = set()
    for node in ast.parse(stub).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign):
            names.add(node.target.id)
        elif isinstance(node, ast.ImportFrom):
            names.update(alias.asname for alias in node.names if alias.asname)
    shown = sorted(n for n in names if not n.startswith("_") and n != "bfloat16")  # bfloat16 is loaded on demand
    return f"__all__ = {shown!r}\n"


def operators(python: PythonApi) -> str:
    text = ""
    for slot in python.operators:
        if slot in UNARY:
            text += f"    def __{UNARY[slot]}__(self) -> ndarray: ...\n"
        elif slot in COMPARISONS:
            other, note = ("object", "  # type: ignore[override]") if slot in ("eq", "ne") else ("_ArrayLike", "")
            text += f"    def __{slot}__(self, value: {other}, /) -> ndarray: ...{note}\n"
        elif slot in DUNDERS:
            name = DUNDERS[slot]
            for prefix in ("", "r", "i"):
                text += f"    def __{prefix}{name}__(self, value: _ArrayLike, /) -> ndarray: ...\n"
    return text


def generator(cls: str, python: PythonApi, first: list[str], indent: str) -> str:
    """The methods of lockstep.random.Generator or RandomState that the tables give, or functions of the same names."""
    text = ""
    for c in python.generator_methods:
        own, _, name = c.name.partition(".")
        if own == cls:
            defined = core_types(definition(Callable(name, c.row, c.signature), first, indent))
            text += defined.replace("-> ndarray", "-> builtins.bytes") if name == "bytes" else defined
    return text


def module(name: str, python: PythonApi) -> str:
    own = [c for c in python.functions if c.row.path[:-1] == [name]]
    functions = "".join(core_types(definition(c, [])) for c in own)
    text = f"# Types of lockstep.{name}. Generated from runtime/tables/ by cmake/generate/python_stubs.py.\n"
    for place, known in IMPORTS.items():
        used = [n for n in known if re.search(rf"\b{n}\b", functions)]
        text += f"from {place} import {', '.join(used)}\n" if used else ""
    text += "\nimport numpy as _np\n" if "_np." in functions else ""
    text += "import numpy.typing as _npt\n" if "_npt." in functions else ""
    text += "from numpy._globals import _NoValueType as _NoValue\n" if "_NoValue" in functions else ""
    if name == "linalg":
        text += "from numpy.linalg import LinAlgError as LinAlgError\n"
    return f"{text}\n{public_names(text + functions)}\n{functions}"


def random_module(frame: str, python: PythonApi) -> str:
    sections = {
        "GENERATOR": generator("Generator", python, ["self"], "    "),
        "RANDOM_STATE": generator("RandomState", python, ["self"], "    "),
        "FUNCTIONS": generator("RandomState", python, [], ""),
        "ALL": "",
    }
    names = public_names(fill(frame, "random.pyi.in", sections))
    return fill(frame, "random.pyi.in", sections | {"ALL": names})


def files(source: Path, api: Api, python: PythonApi) -> dict[str, str]:
    frames = source / "capi/python/stubs"
    top = [c for c in python.functions if len(c.row.path) == 1]
    by_name = {c.row.name: c for c in top}
    functions = "".join(definition(c, []) for c in top)
    functions += "".join(f"{c.name}: ufunc\n" for c in python.ufuncs)
    for alias, name in python.aliases.items():
        if name in by_name:
            c = by_name[name]
            functions += definition(Callable(alias, c.row, c.signature), [])
        else:
            functions += f"{alias}: ufunc\n"
    methods = "".join(core_types(definition(c, ["self"], "    ")) for c in python.methods)
    package = "python/lockstep"
    frame = (frames / "init.pyi.in").read_text()
    names = public_names(fill(frame, "init.pyi.in", {"FUNCTIONS": functions, "ALL": ""}))
    return {
        f"{package}/__init__.pyi": fill(frame, "init.pyi.in", {"FUNCTIONS": functions, "ALL": names}),
        f"{package}/_core.pyi": fill(
            (frames / "core.pyi.in").read_text(), "core.pyi.in", {"OPERATORS": operators(python), "METHODS": methods}
        ),
        f"{package}/random.pyi": random_module((frames / "random.pyi.in").read_text(), python),
        f"{package}/fft.pyi": module("fft", python),
        f"{package}/linalg.pyi": module("linalg", python),
    }
