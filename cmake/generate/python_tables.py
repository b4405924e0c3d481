# Reads runtime/tables/python.toml and matches each Python signature to its row: what the binding and the stubs are made of.
# Must not know C++: python_functions.py and python_stubs.py do the writing.
import ast
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from tables import Api, Function, TableError

NO_VALUE = "<no value>"


@dataclass
class PyParameter:
    name: str
    default: str | None  # as written; None: required
    slot: int | None = None  # of the row's arguments and options; None: the row has none such
    preset: str | None = None  # a default that differs from the row's


@dataclass
class Signature:
    """A Python parameter list: `shown` is what inspect.signature gives, `parameters` what is parsed."""

    shown: str
    parameters: list[PyParameter] = field(default_factory=list)
    positional_only: int = 0
    positional: int = 0  # that may be given by position, those included
    varargs: bool = False  # the first parameter takes all positional arguments


@dataclass
class Callable:
    name: str  # in Python: "sum", "fft"
    row: Function
    signature: Signature
    self_slot: int = 0  # of a method: the row's argument that is the array
    in_place: bool = False  # of a method: the result goes into the array


@dataclass
class PythonApi:
    functions: list[Callable]  # not ufuncs
    ufuncs: list[Callable]
    ufunc_methods: list[Callable]  # rows of numpy.ufunc: their first argument names the ufunc
    generator_methods: list[Callable]  # rows of numpy.random.Generator and RandomState: their first argument is the generator
    methods: list[Callable]
    operators: dict[str, str]
    boolean_operators: dict[str, str]
    reductions: dict[str, str]
    aliases: dict[str, str]
    ignored: list[str]


def parse(text: str, where: str) -> Signature:
    try:
        tree = ast.parse(f"def f({text.replace(NO_VALUE, '_NoValue')}): pass").body[0].args
    except SyntaxError as error:
        raise TableError(f"python.toml: {where}: {error}") from None
    plain = tree.posonlyargs + tree.args
    defaults = [None] * (len(plain) - len(tree.defaults)) + tree.defaults
    s = Signature(text)
    if tree.vararg:
        s.parameters.append(PyParameter(tree.vararg.arg, NO_VALUE))
        s.varargs = True
    for p, default in [*zip(plain, defaults), *zip(tree.kwonlyargs, tree.kw_defaults)]:
        written = None if default is None else ast.unparse(default).replace("_NoValue", NO_VALUE)
        s.parameters.append(PyParameter(p.arg, written))
    s.positional_only, s.positional = len(tree.posonlyargs), len(plain)
    if tree.vararg:
        s.positional_only = s.positional = 1
    return s


def row_text(f: Function, skip: int = 0) -> str:
    """The signature that follows from the row alone, without its first `skip` arguments."""

    quoted = ("order", "string", "dtype") if skip else ("order", "string")  # inspect reads methods from their text

    def written(p):
        return repr(p.default) if p.kind in quoted and p.default else p.default_text

    return ", ".join(p.name if p.required else f"{p.name}={written(p)}" for p in f.args[skip:] + f.options)


def match(f: Function, text: str, renamed: dict[str, str], own: int | None = None) -> Signature:
    """The signature with each parameter's slot among the row's; slot `own` is taken (self)."""
    s = parse(text, f.name)
    row = f.args + f.options
    slots = {p.name: i for i, p in enumerate(row) if i != own}
    for i, p in enumerate(s.parameters):
        name = renamed.get(p.name, p.name)
        if f.op and i < f.op.inputs:
            name = f.args[i].name
        if name in slots:
            p.slot = slots[name]
            known = row[p.slot]
            if known.kind in ("order", "string") and p.default not in (None, "None", NO_VALUE, repr(known.default)):
                p.preset = ast.literal_eval(p.default)
    if "**kwargs" in text:
        taken = {p.slot for p in s.parameters}
        s.parameters += [PyParameter(p.name, NO_VALUE, slots[p.name]) for p in f.options if slots.get(p.name) not in taken]
    covered = {p.slot for p in s.parameters}
    missing = [p.name for i, p in enumerate(row) if i != own and p.required and i not in covered]
    if missing and f.name not in BY_HAND:
        raise TableError(f"python.toml: {f.name}: nothing gives the required {missing}")
    return s


# Their slots are put in order by capi/python/by_hand.cpp: what an argument is depends on how many there are.
BY_HAND = {
    "arange", "indices", "intersect1d", "ix_", "ravel_multi_index", "unique", "unique_all", "unique_counts", "unique_inverse", "where",
    "linalg_cond", "linalg_eig", "linalg_eigh", "linalg_pinv", "linalg_qr", "linalg_slogdet", "linalg_svd",
    "cross", "einsum", "einsum_path", "linalg_matrix_norm", "linalg_norm", "linalg_tensordot", "linalg_vector_norm", "tensordot",
}


def read(source: Path, api: Api) -> PythonApi:
    with open(source / "runtime/tables/python.toml", "rb") as file:
        table = tomllib.load(file)
    signatures, renamed = table["signatures"], table["renamed"]
    rows = {f.name: f for f in api.functions}
    unknown = set(signatures) - set(rows) - {"ufunc1", "ufunc2"}
    if unknown:
        raise TableError(f"python.toml: [signatures]: no rows {sorted(unknown)}")
    functions, ufuncs, ufunc_methods, methods, generator_methods = [], [], [], [], []
    for f in api.functions:
        if f.numpy.startswith("numpy.ufunc."):
            text = signatures.get(f.name, row_text(f))
            ufunc_methods.append(Callable(f.numpy.rpartition(".")[2], f, match(f, text, {}, 0), 0))
            continue
        if f.args and f.args[0].kind == "generator":
            text = signatures.get(f.name, row_text(f, skip=1))
            name = f.numpy.removeprefix("numpy.random.")
            generator_methods.append(Callable(name, f, match(f, text, renamed.get(f.name, {}), 0), 0))
            continue
        text = signatures[f"ufunc{f.op.inputs}"] if f.op else signatures.get(f.name, row_text(f))
        (ufuncs if f.op else functions).append(Callable(f.path[-1], f, match(f, text, renamed.get(f.name, {}))))
    for name, method in table["methods"].items():
        f = rows.get(method.get("row", name))
        if f is None:
            raise TableError(f"python.toml: [methods]: {name}: no such row")
        own = [p.name for p in f.args].index(method["self"]) if "self" in method else 0
        methods.append(Callable(name, f, match(f, method["signature"], renamed.get(f.name, {}), own), own, method.get("in_place", False)))
    for name, method in table["random_state"].items():
        f = rows.get(method["row"])
        if f is None:
            raise TableError(f"python.toml: [random_state]: {name}: no row {method['row']}")
        signature = match(f, method["signature"], renamed.get(f.name, {}), 0)
        generator_methods.append(Callable(f"RandomState.{name}", f, signature, 0))
    known = {name for name, row in rows.items()}
    aliases = {alias: name for alias, name in table["aliases"].items() if name in known}
    return PythonApi(
        functions,
        ufuncs,
        ufunc_methods,
        generator_methods,
        methods,
        table["operators"],
        table["boolean_operators"],
        table["reductions"],
        aliases,
        table["ignored"]["names"],
    )
