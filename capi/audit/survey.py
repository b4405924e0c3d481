"""Runs every call on every device and gathers the table: one row per NumPy name, dataset and device.
Must not know how the table is written. A function is missing when its symbol is not in the library."""

import csv
import dataclasses
import operator
import pathlib
import warnings

import numpy as np

import calls
import flat
import random_rows
from bit_generators import is_generator, same_state, target_of, twin
from base_rows import PROBES as BASE_PROBES
from compare import BITS, RANK, Bound, Outcome, compare, extended
from lockstep_abi import Library, LockstepError


PROBES = BASE_PROBES | random_rows.probes()


@dataclasses.dataclass
class Row:
    module: str
    function: str
    symbol: str
    dataset: str
    device: str
    parity: str  # bits, "ulp N", differs, error, missing
    distance: str
    notes: str
    evidence: str
    library: str = "liblockstep.so"

    @property
    def failed(self) -> bool:
        return self.parity in ("differs", "error")


# Options whose name NumPy changes between the function and the method.
METHOD_OPTIONS = {"numpy.ndarray.clip": {"a_min": "min", "a_max": "max"}}
OTHER_METHODS = {"numpy.ndarray.resize"}  # not the functions of their names: it changes the array


EXACT_DRAWS = {"random", "integers", "uniform", "choice", "permutation", "permuted", "shuffle", "bytes", "triangular"}


PRODUCTS = {"numpy.dot", "numpy.einsum", "numpy.inner", "numpy.matmul", "numpy.matvec", "numpy.tensordot", "numpy.vdot",
            "numpy.vecdot", "numpy.vecmat", "numpy.linalg.multi_dot"}


def bound_of(row: dict, args: list, result: np.ndarray) -> Bound:
    """What the contract promises for this function and these arguments (CONTRACT: bits unless said otherwise here)."""
    if result.dtype.kind not in "fc":
        return BITS
    if "ufunc" in row:
        op, is_complex = row["ufunc"], any(np.asarray(a).dtype.kind == "c" for a in args)
        if is_complex:  # runtime/scalar/complex_power.h documents the one cancellation
            return Bound("ulp", 2, 1 / 64 if op["family"] == "power" else 0) if op["ulp"] else BITS
        transcendental = op["family"] in ("exponential", "trigonometric", "power")
        return Bound("ulp", min(1, op["ulp"])) if transcendental and op["ulp"] else BITS
    if row["module"].startswith("numpy.random."):  # those not named in EXACT_DRAWS take logarithms and powers
        return BITS if row["name"] in EXACT_DRAWS else Bound("ulp", 2)
    if row["numpy"] == "numpy.prod":
        return Bound("ulp", max(1, np.size(args[0]) - 1))
    if row["numpy"] in PRODUCTS:
        sizes = [n for a in args for each in (a if isinstance(a, list) else [a]) for n in np.shape(each)]
        return Bound("norm", max([1, *sizes]))
    if row["module"] == "numpy.fft" and any(p["kind"] == "array" for p in row["args"]):
        return Bound("norm", 2 * np.sqrt(result.size) * np.log2(max(2, result.size)))
    if row["module"] == "numpy.linalg":
        return Bound("norm", 20 * max(np.shape(args[0])))
    return BITS


# NumPy's function, called as the row has its arguments.
ORACLES = {
    "numpy.linalg.qr": lambda f: lambda a, **options: r if isinstance(r := f(a, **options), tuple) else (r,),
    "numpy.linalg.svd": lambda f: lambda a, **options: r if isinstance(r := f(a, **options), tuple) else (r,),
    "numpy.einsum": lambda f: lambda subscripts, operands, **options: f(subscripts, *operands, **options),
    "numpy.einsum_path": lambda f: lambda subscripts, operands, **options: tuple(
        np.array(step) for step in f(subscripts, *operands, **options)[0][1:]),
    "numpy.ix_": lambda f: lambda args: f(*args),
    "numpy.indices": lambda f: lambda d, **options: f(d, **options) if options.get("sparse") else (f(d, **options),),
    "numpy.ravel_multi_index": lambda f: lambda m, dims, **options: f(tuple(m), dims, **options),
    "numpy.unique_values": lambda f: lambda x: np.sort(f(x)),  # NumPy leaves their order open
    "numpy.ufunc.accumulate": lambda f: lambda ufunc, *args, **options: f(getattr(np, ufunc), *args, **options),
    "numpy.ufunc.reduce": lambda f: lambda ufunc, *args, **options: f(getattr(np, ufunc), *args, **options),
    "numpy.ufunc.reduceat": lambda f: lambda ufunc, *args, **options: f(getattr(np, ufunc), *args, **options),
    "numpy.ndarray.compress": lambda f: lambda condition, a, **options: f(a, condition, **options),
}


def numpy_object(path: str):
    try:
        return operator.attrgetter(path.removeprefix("numpy."))(np)
    except AttributeError:
        return None


def renamed(function, names: dict[str, str]):
    return lambda *args, **options: function(*args, **{names.get(k, k): v for k, v in options.items()})


def copied(values):
    def own(v):
        if is_generator(v):
            return twin(v)
        return v.copy() if isinstance(v, np.ndarray) else list(map(np.copy, v)) if isinstance(v, list) else v

    return list(map(own, values))


def arrays_of(values):
    for value in values:
        yield from value if isinstance(value, list) else [value] if isinstance(value, np.ndarray) else []


def as_arrays(row: dict, args: list) -> list:
    """Tuples of a row's text as the arrays that they stand for."""
    return [np.asarray(v) if p["kind"] == "array" and isinstance(v, tuple) else v for p, v in zip(row["args"], args)]


def attempt(function):
    """(result, None) or (None, exception)."""
    try:
        return function(), None
    except Exception as error:  # both sides may refuse, and the audit compares how
        return None, error


def refusal(theirs: Exception | None, ours: Exception | None, result) -> Outcome:
    if ours is None:
        return Outcome("differs", evidence=f"NumPy refuses ({type(theirs).__name__}), Lockstep gives {result!r}"[:300])
    if theirs is None:
        return Outcome("error", evidence=str(ours))
    if isinstance(ours, LockstepError) and ours.matches(theirs):
        return Outcome("bits", note=f"both refuse: {ours.python}", evidence=ours.text)
    return Outcome("differs", evidence=f"NumPy raises {type(theirs).__name__}: {theirs}; Lockstep {ours}"[:300])


def run(row: dict, call: calls.Call, library: Library, function) -> Outcome:
    """One call by both sides. What returns nothing is judged by its first argument."""
    call = dataclasses.replace(call, args=as_arrays(row, call.args))  # generators among them are in the state of their seed
    seen, before = copied(call.args), copied(call.args)
    expected, refused = attempt(lambda: function(*seen, **call.options))
    name = row["symbol"].removeprefix("ls_")
    if not row["returns"]:
        call = dataclasses.replace(call, args=copied(call.args))
    got, error = attempt(lambda: library.call(name, *call.args, **call.options))
    if refused is not None or error is not None:
        return refusal(refused, error, got)
    if expected is None:
        expected = target_of(seen)
    if not row["returns"]:
        got, before = target_of(call.args), copied(call.args)
    if is_generator(seen[0]) and not same_state(seen[0], call.args[0]):
        return Outcome("differs", evidence="the generators are in different states afterwards")
    if isinstance(got, tuple):
        return of_tuples(row, call, expected, got)
    if not all(a.tobytes() == b.tobytes() for a, b in zip(arrays_of(before), arrays_of(call.args))):
        return Outcome("differs", evidence="an input was changed")
    expected, got = np.asarray(expected), np.asarray(got)
    if row["numpy"].startswith("numpy.empty"):  # undefined contents: shape and dtype only
        got = np.zeros_like(got)
        expected = np.zeros_like(expected)
    bound = bound_of(row, call.args, expected)
    if is_generator(seen[0]):
        return compare(expected, got, bound, lambda: expected.astype(np.longdouble))
    if row["module"] == "numpy.linalg":  # which refuses extended precision
        return compare(expected, got, bound, lambda: expected)
    return compare(expected, got, bound, lambda: function(*map(extended, call.args), **call.options))


def of_tuples(row: dict, call: calls.Call, expected, got: tuple) -> Outcome:
    if not isinstance(expected, tuple) or len(expected) != len(got):
        return Outcome("differs", evidence=f"NumPy {expected!r}, Lockstep {got!r}"[:300])
    outcomes = [compare(e, g, bound_of(row, call.args, np.asarray(e)), lambda e=e: e) for e, g in zip(expected, got)]
    return max(outcomes, key=lambda outcome: outcome.rank, default=Outcome("bits"))


def worst(module: str, function: str, symbol: str, dataset: str, device: str, results: list[tuple[str, Outcome]]) -> Row:
    """The row of several calls: as good as the worst of them."""
    text, outcome = max(results, key=lambda r: r[1].rank)
    parity = f"ulp {outcome.distance}" if outcome.parity == "ulp" else outcome.parity
    bad = sum(o.parity == outcome.parity for _, o in results)
    evidence = f"{len(results)} call{'s' * (len(results) != 1)}, e.g. ({text})"
    if outcome.parity != "bits":
        evidence = f"({text}) {outcome.evidence}" + (f"; {bad} of {len(results)} calls" if len(results) > 1 else "")
    distance = {"bits": "0", "ulp": str(outcome.distance)}.get(outcome.parity, "-")
    return Row(module, function, symbol, dataset, device, parity, distance, outcome.note, evidence)


def grouped(made: list[calls.Call]) -> dict[str, list[calls.Call]]:
    groups: dict[str, list[calls.Call]] = {}
    for call in made:
        groups.setdefault(call.dataset, []).append(call)
    return groups


def extra_texts(row: dict) -> list[str]:
    """Calls of the functions whose contents are undefined, so that nothing but shape and dtype can be in their row."""
    if row["numpy"].startswith("numpy.empty") and not row["audit"]:
        return ["DS-ARRAY-2", "DS-ARRAY-7"] if row["args"][0]["kind"] == "array" else ["shape=(2, 3)"]
    return []


class Survey:
    def __init__(self, build: pathlib.Path, datasets: dict, names_csv: pathlib.Path):
        self.library = Library(build)
        self.flat = flat.Flat(build / "lib/libnumpy.so")
        self.datasets = datasets
        with names_csv.open(newline="") as stream:
            self.names = list(csv.DictReader(stream))
        self.rows_of_inventory = {f["numpy"]: f for f in self.library.functions.values()}
        self.aliases = {}  # of the same module only: numpy.strings.add is numpy.add, but is about texts
        for full, row in self.rows_of_inventory.items():
            target = numpy_object(full)
            if target is not None:
                self.aliases[row["module"], id(target)] = row
        self.devices = self.library.devices()

    def thirteen(self) -> list[Row]:
        rows = []
        for device in self.devices:
            self.library.set_default_device(device)
            rows += [self._flat_row(row, device) for row in flat.ROWS]
        return rows

    def _flat_row(self, row: flat.FlatRow, device: str) -> Row:
        data = self.datasets[row.dataset]["a"].as_dtype("float32")
        if not self.flat.has(row.symbol):
            return Row("numpy", row.numpy, row.symbol, row.dataset, device, "missing", "-", "", "undefined symbol", "libnumpy.so")
        with np.errstate(all="ignore"):
            got, error = attempt(lambda: row.ours(self.flat, data.copy()))
            if error is not None:
                outcome = Outcome("error", evidence=str(error))
            else:
                outcome = compare(row.theirs(data), got, row.bound, lambda: row.theirs(extended(data)))
        result = worst("numpy", row.numpy, row.symbol, row.dataset, device, [(row.call, outcome)])
        result.library = "libnumpy.so"
        if not result.failed:
            values = " ".join(f"{v:.8g}" for v in np.asarray(got).reshape(-1))
            result.evidence = f"({row.call}) gives {values}"
        return result

    def rows_for(self, entry: dict) -> list[Row]:
        """The rows of one of NumPy's names."""
        module, name = entry["module"], entry["name"]
        full = f"{module}.{name}"
        target = numpy_object(full)
        row, note, function = self.rows_of_inventory.get(full), "", target
        if row is None and full in PROBES and hasattr(self.library.c, PROBES[full][0]):
            return self._each_device(lambda device: self._probe(module, name, *PROBES[full], device))
        if row is None and callable(target) and not isinstance(target, type) and (module, id(target)) in self.aliases:
            row = self.aliases[module, id(target)]
            note = f"the same object as {row['numpy']}"
        if row is None and module == "numpy.ndarray" and entry["kind"] == "method" and full not in OTHER_METHODS:
            row = self.rows_of_inventory.get(f"numpy.{name}")
            if row is not None and row["args"] and row["args"][0]["kind"] == "array":
                note = f"the method of {row['numpy']}"
                function = renamed(target, METHOD_OPTIONS.get(full, {}))
            else:
                row = None
        if row is None and module in random_rows.MODULES:
            row = random_rows.row_of(name, self.rows_of_inventory)
            if row is not None and (texts := random_rows.legacy_texts(row)):
                row, note, function = row | {"audit": texts}, f"{row['symbol']} with a legacy generator", random_rows.method(name)
        if module.startswith("numpy.random.") and row is not None and full in self.rows_of_inventory:
            function = random_rows.method(name)
        if row is None:
            expected = "ls_" + full.removeprefix("numpy.").replace(".", "_")
            return [Row(module, name, expected, "-", "-", "missing", "-", entry["na_reason"], "undefined symbol")]
        return self._each_device(lambda device: self._inventory(module, name, row, function, note, device))

    def _each_device(self, rows_on) -> list[Row]:
        rows = []
        for device in self.devices:
            self.library.set_default_device(device)
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                rows += rows_on(device)
        return rows

    def _inventory(self, module, name, row, function, note, device) -> list[Row]:
        if "ufunc" in row:
            made = calls.for_ufunc(row, self.datasets)
        else:
            made = calls.from_texts({**row, "audit": row["audit"] + extra_texts(row)}, self.datasets)
        if not made:
            text = "no call in its row of runtime/tables/api/"
            return [Row(module, name, row["symbol"], "none", device, "error", "-", note, text)]
        rows, function = [], ORACLES.get(f"{module}.{name}", lambda f: f)(function)
        for dataset, group in grouped(made).items():
            results = [(call.text, run(row, call, self.library, function)) for call in group]
            rows.append(worst(module, name, row["symbol"], dataset, device, results))
            rows[-1].notes = "; ".join(filter(None, (note, rows[-1].notes)))
        return rows

    def _probe(self, module, name, symbol, ours, theirs, device) -> list[Row]:
        rows = []
        for id in ("DS-ARRAY-1", "DS-ARRAY-2", "DS-ARRAY-4", "DS-ARRAY-7"):
            array = self.datasets[id]["a"]
            results = []
            for dtype in array.dtypes:
                expected, refused = attempt(lambda: theirs(array.as_dtype(dtype)))
                got, error = attempt(lambda: ours(self.library, array.as_dtype(dtype)))
                if refused is not None or error is not None:
                    outcome = refusal(refused, error, got)
                else:
                    outcome = compare(np.asarray(expected), np.asarray(got), BITS)
                results.append((f"{id} as {dtype}", outcome))
            rows.append(worst(module, name, symbol, id, device, results))
        return rows


def parity_kind(row: Row) -> str:
    return row.parity.split()[0]


def of_names(rows: list[Row]) -> dict[tuple[str, str], str]:
    """(module, name) -> its worst parity."""
    order = {**RANK, "missing": 4}
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        key, kind = (row.module, row.function), parity_kind(row)
        if key not in found or order[kind] > order[found[key]]:
            found[key] = kind
    return found
