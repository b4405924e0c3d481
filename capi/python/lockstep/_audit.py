"""python -m lockstep audit: every function beside NumPy's, on a few inputs, and NumPy's names that are missing.
Must not know single functions: _calls.py has the calls. The project's own audit, of 10^5 calls, is capi/audit."""

import contextlib
import sys
import warnings

import numpy as np
import numpy.fft

import lockstep
from lockstep import _core
from lockstep._calls import calls
from lockstep._draw_calls import draws

MODULES = ("", "fft", "linalg", "random")
DELEGATED = ("dot", "matmul", "einsum", "fft", "linalg")  # agree within a bound relative to the size of the values, not in bits


def inputs(rng) -> dict[str, np.ndarray]:
    a = rng.standard_normal(9)
    return {
        "a": a,
        "m": rng.standard_normal((2, 3)),
        "n": rng.standard_normal((3, 4)),
        "t": rng.standard_normal((2, 3, 4)),
        "b": a > 0,
        "i": rng.integers(-9, 10, 6),
        "z": a + 1j * rng.standard_normal(9),
    }


def ufunc_inputs(rng, characters: str) -> list[np.ndarray]:
    """Positive numbers near 1: in the domain of every operation."""
    made = []
    for c in characters:
        dtype = np.dtype(lockstep.bfloat16 if c == "E" else c)
        values = rng.integers(1, 9, 32) if dtype.kind in "biu" else np.abs(rng.standard_normal(32)) + 0.25
        made.append(values.astype(dtype))
    return made


def distance(ours, theirs, delegated: bool) -> float:
    """0 for the same dtype, shape and bits; inf for a difference of meaning; else how far apart, in units of the last place."""
    if isinstance(theirs, str):
        return 0.0 if ours == theirs else float("inf")
    if isinstance(theirs, (tuple, list)):
        if not isinstance(ours, (tuple, list)) or len(ours) != len(theirs):
            return float("inf")
        return max((distance(o, t, delegated) for o, t in zip(ours, theirs)), default=0.0)
    ours, theirs = (np.asarray(lockstep.asnumpy(r) if isinstance(r, lockstep.ndarray) else r) for r in (ours, theirs))
    if ours.dtype != theirs.dtype or ours.shape != theirs.shape:
        return float("inf")
    if ours.dtype.kind not in "fcV":
        return 0.0 if np.array_equal(ours, theirs) else float("inf")
    wide = "complex128" if ours.dtype.kind == "c" else "float64"
    ours, theirs, dtype = ours.astype(wide), theirs.astype(wide), theirs.dtype
    both = np.isnan(ours) & np.isnan(theirs) | (ours == theirs)
    if np.all(both):
        return 0.0
    import ml_dtypes

    eps = float(ml_dtypes.finfo(dtype if dtype.kind != "c" else dtype.type(0).real.dtype).eps)
    size = np.max(np.abs(theirs)) if delegated else np.maximum(np.abs(theirs), np.finfo("f8").tiny)
    return float(np.max(np.where(both, 0, np.abs(ours - theirs) / size))) / eps


def generators(xp, name: str) -> dict:
    cls = name.partition(".")[0]
    made = {"Generator": lambda: {"g": xp.random.default_rng(7)}, "RandomState": lambda: {"r": xp.random.RandomState(7)}}
    return made[cls]() if cls in made else {}


def drawing() -> list[str]:
    """The methods of lockstep.random's classes."""
    return [name for name in _core.generator_methods if hasattr(lockstep.random, name.partition(".")[0])]


def compare(name: str, device: str, rng) -> tuple[int, float, str]:
    """(calls, largest distance, what went wrong)."""
    worst, problem, count = 0.0, "", 0
    function = _core.functions.get(name)
    delegated = name.split(".")[0] in DELEGATED
    if isinstance(function, _core.ufunc):
        cases: list[tuple[str, list | None]] = [(name, ufunc_inputs(rng, t.split("->")[0])) for t in function.types]
    else:
        cases = [(call, None) for call in (calls() | draws()).get(name, [])]
    for call, operands in cases:
        results = []
        for xp in (np, lockstep):
            place = (lambda v: v) if xp is np else (lambda v: lockstep.asarray(v, device=device))
            try:
                if operands is not None:
                    results.append(getattr(xp, name)(*map(place, operands)))
                else:
                    scope = {k: place(v) for k, v in inputs(np.random.default_rng(7)).items()} | generators(xp, name)
                    with contextlib.nullcontext() if xp is np else lockstep.device(device):
                        results.append(eval(call, {**vars(xp)}, scope))
            except Exception as error:
                results.append(error)
        count += 1
        theirs, ours = results
        if isinstance(ours, Exception) or isinstance(theirs, Exception):
            if type(ours) is not type(theirs):
                worst, problem = float("inf"), f"{call}: {ours!r}"
            continue
        apart = distance(ours, theirs, delegated)
        if apart > worst:
            worst, problem = apart, call
    return count, worst, problem


def missing(module: str) -> list[str]:
    theirs = getattr(np, module) if module else np
    ours = getattr(lockstep, module) if module else lockstep
    names = [
        n for n in getattr(theirs, "__all__", dir(theirs)) if not n.startswith("_") and callable(getattr(theirs, n, None))
    ]
    return sorted(n for n in names if not hasattr(ours, n))


def run(names: list[str], device: str | None, seed: int, list_missing: bool) -> int:
    from tqdm import tqdm

    device = device or _core.get_default_device()
    own = [n for n, f in _core.functions.items() if f.__name__ == n.rpartition(".")[2]]  # aliases are the same objects
    chosen = sorted(n for n in own + drawing() if not names or any(part in n for part in names))
    rng = np.random.default_rng(seed)
    rows, failed = [], 0
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for name in tqdm(chosen, unit="function", leave=False, disable=not sys.stderr.isatty()):
            count, worst, problem = compare(name, device, rng)
            limit = 1000.0 if name.split(".")[0] in DELEGATED else 8.0  # NumPy's own distance is up to 4
            failed += worst > limit
            words = "not called" if not count else "same bits" if worst == 0 else f"{worst:.3g} eps, {problem}"
            rows.append(f"{'FAIL' if worst > limit else 'ok  '} {name:16} {count:3} calls  {words}")
    print("\n".join(rows))
    print(f"\n{len(chosen)} names on {device}, {failed} disagree with NumPy {np.__version__}")
    for module in MODULES:
        absent = missing(module)
        print(
            f"numpy{'.' if module else ''}{module}: {len(absent)} names are not there yet"
            + (": " + ", ".join(absent) if list_missing else "")
        )
    return 1 if failed else 0
