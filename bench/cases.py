"""What is measured: cases made from the tables (inventory.json), so that a new row is measured without an edit here.
Must not know how a library runs them, or any list of functions; ARGUMENTS says what stands in for an argument's name.

A case is JSON: its call in NumPy's words, its arrays (operands.py), and what a perfect machine would have to do for
it."""

import math
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from expression import operands_of, steps
from operands import base, describe, memory, touched


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    sizes: tuple[int, ...]  # of contiguous element-wise operations
    function_sizes: tuple[int, ...]  # of everything else
    layout_size: int
    dtypes: str  # NumPy's characters; of these the ones that an operation has
    layout_dtypes: str
    function_dtypes: str
    sides: tuple[int, ...]  # of matrices
    lengths: tuple[int, ...]  # of transforms
    largest_solve: int = 256  # side of matrices for solvers, which take a hundred times as long as a product
    largest: int = 0  # elements, of the first of the dtypes only
    groups: frozenset[str] = field(default_factory=frozenset)  # all when empty


QUICK = Plan((8, 10_000, 1_000_000), (8, 1_000_000), 1_000_000, "dl", "d", "d", (64, 256, 512), (1024, 1 << 16, 99991))
FULL = Plan(
    (8, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000), (8, 10_000, 1_000_000, 10_000_000), 9_000_000, "dfliD?",
    "df", "df", (16, 64, 256, 1024, 2048), (64, 1000, 1024, 1 << 14, 99991, 1 << 17, 1_000_000, 1 << 20), 1024,
    100_000_000,
)  # fmt: skip

CHAINS = [
    "a * b + a - b / 2.0",
    "sqrt(a * a + b * b)",
    "exp(-(a * a)) * b",
    "sum((a - b) * (a - b))",
    "(a - mean(a)) / std(a)",
    "where(a < b, a, b)",
]
OPERANDS = "abcdefgh"
HUGE = 50_000_000
MOST_RESULT = 4  # a function whose result is more times larger than its argument is tried with a matrix instead
# What stands for an argument, by its name or by function.name: text, or a description with {n}, {part}, {side}
# filled in.
ARGUMENTS: dict[str, object] = {
    "indices": ("{part}", "int64", "below {n}"), "ind": ("{part}", "int64", "below {n}"),
    "condition": ("{n}", "bool", "any"),
    "mask": ("{n}", "bool", "any"), "values": ("{part}", "", "any"), "vals": ("{part}", "", "any"),
    "v": ("{part}", "", "any"),
    "q": "0.3", "kth": "{part}", "repeats": "2", "reps": "2", "shift": "{part}", "num": "{n}", "N": "{side}",
    "n": "{n}",
    "shape": "({n},)", "dims": "({side}, {side})", "new_shape": "({n},)", "dimensions": "({side}, {side})",
    "test_elements": ("{part}", "", "any"), "ar2": ("{part}", "", "any"), "bins": ("{part}", "", "sorted"),
    "xp": ("{part}", "", "sorted"), "fp": ("{part}", "", "any"), "fill_value": "2.5", "start": "0.0", "stop": "{n}.0",
    "step": "1.0", "axis1": "0", "axis2": "1", "axis": "0", "source": "0", "destination": "-1", "val": "1.0",
    "x2": ("{n}", "", "any"),
    "src": ("{n}", "", "any"), "x": ("{n}", "", "any"), "y": ("{n}", "", "any"), "b": ("{n}", "", "any"),
    "a": ("{n}", "", "any"), "arr": ("{n}", "", "any"), "arrays": [("{n}", "", "any")] * 2,
    "tup": [("{n}", "", "any")] * 2,
    "keys": [("{n}", "", "any")] * 2, "choices": [("{n}", "", "any")] * 2, "choicelist": [("{n}", "", "any")] * 2,
    "condlist": [("{n}", "bool", "any")] * 2, "multi_index": [("{n}", "int64", "below {side}")] * 2,
    "searchsorted.a": ("{n}", "", "sorted"), "bincount.x": ("{n}", "int64", "below {n}"),
    "unravel_index.indices": ("{n}", "int64", "below {side}"),
    "choose.a": ("{n}", "int64", "below 2"), "broadcast_to.shape": "(2, {n})", "reshape.shape": "({n},)",
    "unravel_index.shape": "({side}, {side})", "linalg.cholesky.a": ("{n}", "", "definite"), "ord": "None",
}  # fmt: skip
# The same for what is drawn at random: a parameter of a distribution that has no line is 2.0.
PARAMETERS = {
    "n": "10", "p": "0.3", "low": "100", "left": "0.0", "mode": "1.0", "right": "2.0", "ngood": "10", "nbad": "10",
    "nsample": "10",
    "pvals": "[0.2, 0.3, 0.5]", "alpha": "[0.2, 0.3, 0.5]", "colors": "[10, 20, 30]",
    "random.Generator.multivariate_normal.mean": "[0.0, 0.0]",
    "cov": "[[1.0, 0.2], [0.2, 1.0]]", "random.Generator.choice.a": "1000", "length": "{n}",
}  # fmt: skip
OPTIONS = {"clip": "a_min=-1.0, a_max=1.0", "put_along_axis": "axis=0", "expand_dims": "axis=0"}


def all_cases(inventory: dict, plan: Plan) -> tuple[list[dict], dict[str, str]]:
    """The cases in the order of their measurement, and {function: why} of the tables' functions that are in none."""
    groups = {
        "element-wise": elementwise, "layouts": layouts, "reductions": reductions, "casts": casts, "copies": copies,
        "products": products, "transforms": transforms, "chains": chains,
    }  # fmt: skip
    made: list[dict] = []
    for name, group in groups.items():
        made += [{**case, "group": name} for case in group(inventory, plan)]
    measured = {case["function"] for case in made}
    rest, left_out = functions(inventory, plan, measured)
    made += rest
    for case in made:
        complete(case)
    if plan.groups:
        made = [case for case in made if case["group"] in plan.groups]
    order = {case["id"]: case for case in made}  # a case of two groups is measured once
    return dealt(list(order.values())), left_out


def dealt(made: list[dict]) -> list[dict]:
    """Something of every size first, so that each has its lines where time runs out; the largest of all last."""
    made = sorted(made, key=lambda c: (c["dtype"], c["layout"]))
    count, seen, place = Counter(c["size"] for c in made), Counter(), {}
    for case in made:
        place[case["id"]] = seen[case["size"]] / count[case["size"]]
        seen[case["size"]] += 1
    return sorted(made, key=lambda c: (c["size"] > HUGE, place[c["id"]], -c["size"]))


def complete(case: dict):
    """What follows from the rest of a case."""
    case.setdefault("layout", "contiguous")
    case.setdefault("operations", case["size"])
    case.setdefault("peak", None)
    case["reads"] = sum(touched(d) for d in case["arrays"].values())
    case["memory"] = memory(case["arrays"])
    shapes = {"x".join(map(str, d["shape"])) for d in case["arrays"].values()}
    case["id"] = f"{case['call']} | {case['dtype']} | {case['layout']} | {' '.join(sorted(shapes)) or case['size']}"


def ufuncs(inventory: dict, characters: str):
    """(row, dtype) of the element-wise operations and those of the dtypes that they have a loop for; int64 where
    there is none."""
    names = {d["character"]: d["name"] for d in inventory["dtypes"]}
    for row in inventory["functions"]:
        if row["type"] == "ufunc":
            for c in [c for c in characters if c in row["ufunc"]["loops"]] or ["l"]:
                yield row, names[c]


def operand(row: dict, position: int, shape, dtype: str, view="contiguous") -> dict:
    draw = row["ufunc"]["range"]
    if position and np.dtype(dtype).kind in "iu":
        draw = "small_integer"  # divisors, shifts and exponents
    return describe(shape, dtype, draw, view, seed=1 + position)


def ufunc_case(row: dict, dtype: str, shapes: list, layout="contiguous", views=("contiguous",) * 3) -> dict:
    inputs = row["ufunc"]["inputs"]
    arrays = {OPERANDS[i]: operand(row, i, shapes[i], dtype, views[i]) for i in range(inputs)}
    return {
        "function": row["name"],
        "call": f"{row['name']}({', '.join(arrays)})",
        "arrays": arrays,
        "dtype": dtype,
        "layout": layout,
        "size": math.prod(shapes[0]) if isinstance(shapes[0], list) else shapes[0],
    }


def elementwise(inventory: dict, plan: Plan):
    for row, dtype in ufuncs(inventory, plan.dtypes):
        for n in plan.sizes:
            yield ufunc_case(row, dtype, [n] * 3)
    if plan.largest:
        for row, dtype in ufuncs(inventory, plan.dtypes[0]):
            yield ufunc_case(row, dtype, [plan.largest] * 3)


def layouts(inventory: dict, plan: Plan):
    side = math.isqrt(plan.layout_size)
    for row, dtype in ufuncs(inventory, plan.layout_dtypes):
        yield ufunc_case(row, dtype, [plan.layout_size] * 3, "strided", ("strided",) * 3)
        if row["ufunc"]["inputs"] == 2:
            yield ufunc_case(row, dtype, [[side, side], [side]], "broadcast row")
            yield ufunc_case(row, dtype, [[side, side], [side, 1]], "broadcast column")
            yield ufunc_case(row, dtype, [[side, side]] * 2, "transposed", ("contiguous", "transposed"))


def is_reduction(row: dict) -> bool:
    options = {o["name"] for o in row["options"]}
    return [a["kind"] for a in row["args"]] == ["array"] and {"axis", "keepdims"} <= options


def dotted(row: dict) -> str:
    return row["numpy"].removeprefix("numpy.")


def names_of(inventory: dict, characters: str) -> list[str]:
    names = {d["character"]: d["name"] for d in inventory["dtypes"]}
    return [names[c] for c in characters]


def reductions(inventory: dict, plan: Plan):
    for row in filter(is_reduction, inventory["functions"]):
        name = dotted(row)
        for dtype in names_of(inventory, plan.function_dtypes):
            for n in plan.function_sizes:
                yield {
                    "function": name,
                    "call": f"{name}(a)",
                    "arrays": {"a": describe(n, dtype)},
                    "dtype": dtype,
                    "size": n,
                }
            side = math.isqrt(plan.layout_size)
            for axis in (0, 1):
                yield {
                    "function": name,
                    "call": f"{name}(a, axis={axis})",
                    "arrays": {"a": describe([side, side], dtype)},
                    "dtype": dtype,
                    "size": side * side,
                    "layout": f"axis {axis}",
                }


def casts(inventory: dict, plan: Plan):
    if not any(dotted(row) == "astype" for row in inventory["functions"]):
        return
    names = names_of(inventory, "fdilD?e" if plan.largest else "fdl")
    for source in names:
        for target in names:
            if source != target and not (source.startswith("complex") and not target.startswith("complex")):
                yield {
                    "function": "astype",
                    "call": f"astype(a, '{target}')",
                    "dtype": source,
                    "size": plan.layout_size,
                    "arrays": {"a": describe(plan.layout_size, source)},
                }


def copies(inventory: dict, plan: Plan):
    side = math.isqrt(plan.layout_size)
    for dtype in names_of(inventory, plan.function_dtypes):
        for view in ("contiguous", "transposed", "strided", "reversed"):
            yield {
                "function": "copy",
                "call": "copy(a, order='C')",
                "arrays": {"a": describe([side, side], dtype, view=view)},
                "dtype": dtype,
                "size": side * side,
                "layout": view,
            }


def products(inventory: dict, plan: Plan):
    for dtype in names_of(inventory, "dflD" if plan.largest else "dl"):
        real = {"complex128": "float64", "float64": "float64", "float32": "float32"}.get(dtype)
        for n in plan.sides:
            if dtype == "int64" and n > 512:
                continue
            arrays = {k: describe([n, n], dtype, "small_integer", seed=i) for i, k in enumerate("ab", 1)}
            yield {
                "function": "matmul",
                "call": "matmul(a, b)",
                "arrays": arrays,
                "dtype": dtype,
                "size": n * n,
                "operations": (8 if dtype == "complex128" else 2) * n**3,
                "peak": real,
            }
        n = max(plan.function_sizes)
        arrays = {k: describe(n, dtype, "small_integer", seed=i) for i, k in enumerate("ab", 1)}
        yield {"function": "dot", "call": "dot(a, b)", "arrays": arrays, "dtype": dtype, "size": n, "operations": 2 * n}


def transforms(inventory: dict, plan: Plan):
    for row in inventory["functions"]:
        if row["chapter"] != "fft" or [a["kind"] for a in row["args"]] != ["array"]:
            continue
        name = dotted(row)
        is_real = name.endswith((".rfft", ".irfft"))
        for dtype in ["float64" if name.endswith(".rfft") else "complex128"]:
            for n in plan.lengths:
                yield {
                    "function": name,
                    "call": f"{name}(a)",
                    "arrays": {"a": describe(n, dtype)},
                    "dtype": dtype,
                    "size": n,
                    "operations": int((2.5 if is_real else 5) * n * math.log2(n)),
                    "peak": "float64",
                }
            rows = plan.layout_size // 1024
            yield {
                "function": name,
                "call": f"{name}(a)",
                "arrays": {"a": describe([rows, 1024], dtype)},
                "dtype": dtype,
                "size": rows * 1024,
                "layout": "rows of 1024",
                "operations": int((2.5 if is_real else 5) * rows * 1024 * 10),
                "peak": "float64",
            }


def chains(inventory: dict, plan: Plan):
    for text in CHAINS:
        program = steps(text)
        names = operands_of(program)
        for dtype in names_of(inventory, plan.function_dtypes):
            for n in plan.function_sizes:
                arrays = {name: describe(n, dtype, seed=i) for i, name in enumerate(names, 1)}
                yield {
                    "function": text,
                    "call": text,
                    "arrays": arrays,
                    "dtype": dtype,
                    "size": n,
                    "operations": len(program) * n,
                }


# ---- every other function, its arguments chosen by name ----


def functions(inventory: dict, plan: Plan, measured: set[str]) -> tuple[list[dict], dict[str, str]]:
    made, left_out = [], {}
    for row in inventory["functions"]:
        if dotted(row) in measured:
            continue
        problems, cubic = [], row["chapter"].startswith(("linalg", "norms"))
        for flat in (not cubic, cubic):
            problem = trial(row, flat)
            if not problem:
                break
            problems.append(problem)
        if problem:
            left_out[row["numpy"]] = problems[-1]
            continue
        sizes = [n * n for n in plan.sides if n <= plan.largest_solve] if cubic and not flat else plan.function_sizes
        for dtype in names_of(inventory, plan.function_dtypes[: 1 if is_random(row) else None]):
            made += [function_case(row, n, dtype, flat) | {"peak": "unknown" if cubic else None} for n in sizes]
    return made, left_out


def is_random(row: dict) -> bool:
    return any(a["kind"] == "generator" for a in row["args"])


def function_case(row: dict, n: int, dtype: str, flat: bool) -> dict:
    """`flat`: one axis of n elements; else a square of about as many."""
    side = math.isqrt(n)
    n = n if flat else side * side
    words = {"n": n if flat else side, "part": max(1, n // 4 if flat else side // 4), "side": side}
    arrays: dict[str, dict] = {}

    def array(recipe) -> str:
        name = OPERANDS[len(arrays)]
        shape, kind, draw = recipe
        given = int(shape.format(**words))
        alone = given if flat or given != side else [side, side]
        seed = 1 + len(arrays) + (0 if row["returns"] else 20)  # what is written to is shared with no other case
        arrays[name] = describe(alone, kind or dtype, draw.format(**words), seed=seed)
        return name

    texts = []
    for position, parameter in enumerate(row["args"]):
        recipe = recipe_of(row, position, parameter)
        if isinstance(recipe, str):
            texts.append(recipe.format(**words))
        elif isinstance(recipe, list):
            texts.append(f"[{', '.join(map(array, recipe))}]")
        else:
            texts.append(array(recipe))
    if is_random(row) and has_size(row):
        texts.append(f"size={n}")
    if dotted(row) in OPTIONS:
        texts.append(OPTIONS[dotted(row)])
    return {
        "function": dotted(row),
        "call": f"{dotted(row)}({', '.join(texts)})",
        "arrays": arrays,
        "dtype": dtype,
        "size": n,
        "group": row["chapter"],
        "layout": "contiguous" if flat else "square",
    }


def recipe_of(row: dict, position: int, parameter: dict):
    """What stands for an argument; raises LookupError."""
    own, name = f"{dotted(row)}.{parameter['name']}", parameter["name"]
    if parameter["kind"] == "generator":
        return ("1", "uint64", "generator")
    if is_random(row) and (has_size(row) or name in PARAMETERS):
        return PARAMETERS.get(own, PARAMETERS.get(name, "2.0"))
    if own in ARGUMENTS:
        return ARGUMENTS[own]
    first = position == is_random(row)
    if first and parameter["kind"] == "array" and name not in ("condition", "mask", "indices"):
        return ("{n}", "", "any")
    if name not in ARGUMENTS:
        raise LookupError(f"no example of an argument {name!r}")
    return ARGUMENTS[name]


def has_size(row: dict) -> bool:
    return any(o["name"] == "size" for o in row["options"])


def trial(row: dict, flat: bool) -> str:
    """What is wrong with a small case of the function, by NumPy; "" if nothing is."""
    try:
        case = function_case(row, 64, "float64", flat)
        arrays = {name: base(description) for name, description in case["arrays"].items()}
        result = eval(case["call"], {**vars(np), "fft": np.fft, "linalg": np.linalg, "random": np.random}, arrays)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:120]
    results = result if isinstance(result, (tuple, list)) else [result]
    largest = max((np.size(r) for r in results if r is not None), default=0)
    return "the result is a matrix of the square of the argument's size" if largest > MOST_RESULT * 64 else ""
