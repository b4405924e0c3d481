"""Every ufunc, cast, reduction, product and transform of the inventory on a device and on the CPU, through the C ABI: the same
bits, and for floats in products, transforms and solvers the same within the contract's bound. Errors must be the same ones.
Must not know how anything is computed. Writes counts and differences as JSON. Run: run.sh does, in several processes.
"""

import argparse
import ctypes
import json
import pathlib
import sys
import time
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / p) for p in ("tests/table", "capi/ctypes_abi")]
import numpy as np  # noqa: E402

from arrays import DTYPES, LARGE_SIZE, LAYOUTS, finfo, is_float, make, ordinary_values, random_values  # noqa: E402
from compare import same_elements  # noqa: E402
from lockstep_abi import Library, LockstepError  # noqa: E402

SHOWN = 40  # differences that are written down
SHAPES = [(), (0,), (1,), (7,), (131,), (1025,), (17, 65), (1, 9), (2, 129, 3), (3, 5, 4, 2)]
MATRICES = [((3, 5), (5, 7)), ((64, 64), (64, 64)), ((1, 300), (300, 1)), ((65, 129), (129, 1)), ((300,), (300,)),
            ((4, 0), (0, 3)), ((1, 33), (33, 70)), ((5, 9, 8), (8, 6)), ((4, 1, 5, 6), (3, 6, 7)),
            ((7,), (2, 7, 3)), ((130, 2000), (2000, 67))]
SYSTEMS = [(1, 1), (5, 5), (1000, 4, 4), (70, 32, 32), (129, 129), (2, 300, 300)]
LENGTHS = [1, 2, 3, 8, 15, 64, 97, 128, 360, 1009, 4096, 4099]
PLACED = [name for name in LAYOUTS if name != "unaligned"]  # no device memory is unaligned: such arrays arrive packed
REDUCTIONS = ["sum", "prod", "min", "max", "mean", "var", "std", "any", "all", "argmax", "argmin"]


class Comparison:
    def __init__(self, arguments):
        self.arguments = arguments
        self.cpu = Library(arguments.build, "cpu")
        self.device = Library(arguments.build, arguments.device)
        self.counts, self.differences, self.fallbacks = {}, [], 0
        self.start, self.late = time.monotonic(), set()

    def mine(self, *names) -> bool:
        """Whether this process has the group; all its kernels are then compiled by one process."""
        ours = zlib.crc32("/".join(map(str, names)).encode()) % self.arguments.shards == self.arguments.shard
        if ours and time.monotonic() - self.start > self.arguments.seconds:
            self.late.add(str(names[0]))
            return False
        return ours

    def differ(self, group, text):
        self.counts[group]["different"] += 1
        if len(self.differences) < SHOWN:
            self.differences.append(f"{group}: {text}")

    def check(self, group, name, *args, bound=None, **options):
        """The call on both. bound: of the difference, by element; without it bits."""
        count = self.counts.setdefault(group, {"cases": 0, "different": 0, "refused": 0})
        count["cases"] += 1
        text = f"{name}({', '.join([describe(a) for a in args] + [f'{k}={describe(v)}' for k, v in options.items()])})"
        ours, our_error = self.run(self.device, name, args, options)
        theirs, their_error = self.run(self.cpu, name, args, options)
        if our_error or their_error:
            count["refused"] += 1
            if str(our_error) != str(their_error):
                self.differ(group, f"{text}: {our_error or 'succeeds'}; CPU: {their_error or 'succeeds'}")
            return
        if ours.dtype != theirs.dtype or ours.shape != theirs.shape:
            self.differ(group, f"{text}: {ours.dtype}{list(ours.shape)}; CPU: {theirs.dtype}{list(theirs.shape)}")
            return
        with np.errstate(all="ignore"):
            equal = same_elements(ours, theirs) if bound is None else np.abs(ours - theirs) <= bound
        if not np.all(equal):
            first = tuple(int(i) for i in np.argwhere(~np.asarray(equal))[0])[: ours.ndim]
            self.differ(group, f"{text}: {np.size(equal) - np.count_nonzero(equal)} of {np.size(equal)}, at {first} "
                               f"{ours[first]!r}, CPU {theirs[first]!r}")

    @staticmethod
    def run(library, name, args, options):
        try:
            result = library.invoke(name, *args, **options)
            return (result.numpy() if hasattr(result, "numpy") else np.asarray(result)), None
        except LockstepError as error:
            return None, f"{error.name}: {error.text}"


def describe(value):
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{list(value.shape)} strides {value.strides}"
    return repr(value)


def ufuncs(c, rng):
    rows = [f for f in c.cpu.inventory["functions"] if f["type"] == "ufunc"]
    for row in rows:
        name, inputs = row["name"], len(row["args"])
        for dtype in DTYPES:
            if not c.mine(name, dtype):
                continue
            for layout in PLACED:
                for shape in c.arguments.shapes:
                    operands = [make(shape, dtype, layout, rng) for _ in range(inputs)]
                    c.check("ufunc", name, *operands)
            big = [make((c.arguments.large,), dtype, "contiguous", rng) for _ in range(inputs)]
            c.check("ufunc large", name, *big)
            for _ in range(2):  # operands of other types and other, broadcasting layouts
                shape = c.arguments.shapes[int(rng.integers(len(c.arguments.shapes)))]
                mixed = [make(shape, DTYPES[int(rng.integers(len(DTYPES)))], str(rng.choice(PLACED)), rng)
                         for _ in range(inputs - 1)]
                c.check("ufunc mixed", name, make(shape, dtype, "mixed", rng), *mixed)
            where = make((17, 65), "bool", "contiguous", rng)
            full = [make((17, 65), dtype, "transposed", rng) for _ in range(inputs)]
            c.check("ufunc where", name, *full, where=where, out=None if inputs == 0 else np.zeros((17, 65), dtype))


def casts(c, rng):
    for source in DTYPES:
        for target in DTYPES:
            if not c.mine("astype", source, target):
                continue
            for layout in ("contiguous", "strided", "transposed"):
                c.check("cast", "astype", make((17, 65), source, layout, rng), target)


def reductions(c, rng):
    for name in REDUCTIONS:
        for dtype in DTYPES:
            if name not in c.cpu.functions or not c.mine(name, dtype):
                continue
            values = ordinary_values if is_float(dtype) or dtype.kind == "c" else random_values
            for layout in PLACED:
                for shape in c.arguments.shapes:
                    a = make(shape, dtype, layout, rng, values)
                    for axis in [None, *range(len(shape))]:
                        c.check("reduction", name, a, axis=axis)
                    if len(shape) > 2 and not name.startswith("arg"):
                        c.check("reduction", name, a, axis=(0, len(shape) - 1), keepdims=True)
            for shape in [(c.arguments.large,), (c.arguments.large // 1000, 1000), (1000, c.arguments.large // 1000)]:
                a = make(shape, dtype, "contiguous", rng, values)
                for axis in [None, *range(len(shape))]:
                    c.check("reduction large", name, a, axis=axis)
            if name in ("sum", "max") and dtype.kind != "c":
                a, where = make((40, 67), dtype, "strided", rng, values), make((40, 67), "bool", "contiguous", rng)
                for axis in (None, 0, 1):
                    c.check("reduction where", name, a, axis=axis, where=where, initial=1)


def huge(c, rng):
    """Past the sizes at which one launch, one block of memory or 32 bits are enough for bytes."""
    for name in ("sum", "mean", "max", "argmax", "add", "matmul"):
        for dtype in ("float32", "float64", "int8"):
            if not c.arguments.huge or not c.mine("huge", name, dtype):
                continue
            a = np.tile(make((65537,), dtype, "contiguous", rng, ordinary_values), c.arguments.huge // 65537 + 1)
            if name == "matmul":
                if dtype == "int8":  # a long sum in pieces
                    c.check("huge", name, a[: len(a) // 64 * 64].reshape(64, -1), a[: len(a) // 64 * 64].reshape(-1, 64))
                continue
            c.check("huge", name, a, *([a[::-1]] if name == "add" else []))


def others(c, rng):
    for dtype in DTYPES:
        if not c.mine("other", dtype):
            continue
        for layout in PLACED:
            a, b = (make((17, 65), dtype, layout, rng) for _ in range(2))
            c.check("other", "where", make((17, 65), "bool", layout, rng), a, b)
            c.check("other", "copy", a)
            c.check("other", "ravel", a)
            c.check("other", "concatenate", [a, b], axis=1)
            if dtype.kind != "c":
                c.check("other", "clip", a, np.array(1, dtype), np.array(5, dtype))


def indexing(c, rng):
    for dtype in DTYPES:
        if not c.mine("indexing", dtype):
            continue
        for shape in [(17, 65), (3000,), (5, 1025), (300000,)]:
            a = make(shape, dtype, str(rng.choice(PLACED)), rng)
            chosen = rng.integers(-a.shape[-1], a.shape[-1], 1000)
            c.check("indexing", "take", a, chosen, axis=-1)
            c.check("indexing", "take", a, chosen * 3, axis=-1, mode="wrap")
            c.check("indexing", "compress", rng.random(a.shape[-1]) < 0.5, a, axis=-1)
            c.check("indexing", "flatnonzero", a)
            c.check("indexing", "argwhere", a)


def sorting(c, rng):
    for dtype in DTYPES:
        if not c.mine("sorting", dtype):
            continue
        for shape in [(40, 7), (3, 1024), (2, 1025), (3000,), (3, 70000), (300000,)]:
            a = make(shape, dtype, str(rng.choice(PLACED)), rng)
            c.check("sorting", "sort", a)
            c.check("sorting", "argsort", a)
        row = np.sort(make((1000,), dtype, "contiguous", rng, ordinary_values))
        c.check("sorting", "searchsorted", row, make((17, 65), dtype, "contiguous", rng, ordinary_values), side="right")


def product_bound(a, b):
    """The contract's for each of the two: (k + 1) eps |A| |B|, 4 times that for complex; halves are added in float32."""
    wide = np.complex128 if a.dtype.kind == "c" else np.float64
    half = a.dtype.itemsize == 2
    eps = float(np.finfo(np.float32 if half else a.dtype).eps)
    size = np.abs(np.abs(a).astype(wide) @ np.abs(b).astype(wide))
    bound = 2 * (4 if a.dtype.kind == "c" else 1) * (a.shape[-1] + 1) * eps * size
    if half:  # and each rounded once
        bound = bound + float(finfo(a.dtype).eps) * np.abs(a.astype(wide) @ b.astype(wide))
    return bound + float(finfo(a.dtype).tiny)


def products(c, rng):
    for dtype in DTYPES:
        for left, right in MATRICES:
            if not c.mine("matmul", dtype, left):
                continue
            for layout in PLACED:
                a, b = (make(s, dtype, layout, rng, ordinary_values) for s in (left, right))
                c.check("matmul", "matmul", a, b, bound=None if dtype.kind in "biu" else product_bound(a, b))


def transforms(c, rng):
    for name, real_in in (("fft_fft", False), ("fft_ifft", False), ("fft_rfft", True), ("fft_irfft", False)):
        for dtype in [np.dtype(t) for t in ("fd" if real_in else "fdFD")]:
            for n in LENGTHS:
                if not c.mine(name, dtype, n):
                    continue
                for shape in [(n,), (3, n)]:
                    a = make(shape, dtype, str(rng.choice(PLACED)), rng, ordinary_values)
                    for options in ({}, {"norm": "ortho"}, {"axis": 0, "n": 6}):
                        eps = float(np.finfo(dtype).eps)
                        size = float(np.sqrt(np.sum(np.abs(a).astype(np.float64) ** 2)))
                        c.check("fft", name, a, bound=8 * eps * max(1, np.log2(n)) * size + 1e-37, **options)


def solvers(c, rng):
    for dtype in (np.dtype("d"), np.dtype("D")):
        for shape in SYSTEMS:
            if not c.mine("solve", dtype, shape):
                continue
            a = make(shape, dtype, "contiguous", rng, ordinary_values)
            side = make(shape[:-1] + (3,), dtype, "contiguous", rng, ordinary_values)
            condition, size = np.max(np.linalg.cond(a)), float(np.max(np.abs(a)))
            near = 200 * shape[-1] ** 1.5 * float(np.finfo("d").eps)
            inverse, solution = np.linalg.inv(a), np.linalg.solve(a, side)
            c.check("solve", "linalg_inv", a, bound=near * condition * np.max(np.abs(inverse)))
            c.check("solve", "linalg_solve", a, side, bound=near * condition * np.max(np.abs(solution)))
            if shape[-1] < 200:  # beyond, it overflows
                c.check("solve", "linalg_det", a, bound=near * condition * np.abs(np.linalg.det(a)))
            c.check("solve", "linalg_svdvals", a, bound=near * size * shape[-1])
            hermitian = a @ a.conj().swapaxes(-1, -2)
            c.check("solve", "linalg_eigvalsh", hermitian, bound=near * float(np.max(np.abs(hermitian))) * shape[-1])
            c.check("solve", "linalg_cholesky", hermitian, bound=near * condition**2 * size * shape[-1])
            c.check("solve", "linalg_pinv", a[..., :, : max(shape[-1] // 2, 1)],
                    bound=near * condition**2 * np.max(np.abs(inverse)))
            c.check("solve", "linalg_inv", a * 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=str(ROOT))
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--output", required=True)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--shard", type=int, default=0)
    parser.add_argument("--large", type=int, default=LARGE_SIZE)
    parser.add_argument("--huge", type=int, default=0, help="elements of the largest arrays")
    parser.add_argument("--shapes", type=int, default=len(SHAPES), help="how many of the shapes, the large ones first")
    parser.add_argument("--groups", default="huge,ufuncs,casts,reductions,others,indexing,sorting,products,transforms,solvers")
    parser.add_argument("--share", type=int, default=1, help="only one of so many groups of kernels")
    parser.add_argument("--seconds", type=float, default=1e9, help="no group is begun after so long")
    arguments = parser.parse_args()
    arguments.shapes = SHAPES[::-1][: arguments.shapes]
    arguments.shards, arguments.shard = arguments.shards * arguments.share, arguments.shard
    seed = np.random.SeedSequence().entropy % 2**32 if arguments.seed is None else arguments.seed
    c = Comparison(arguments)
    for name in arguments.groups.split(","):
        globals()[name](c, np.random.default_rng([seed, zlib.crc32(name.encode()), arguments.shard]))
        c.device.c.ls_synchronize(None)
    fallbacks = ctypes.c_int64()
    c.device.c.ls_fallback_count(ctypes.byref(fallbacks))
    result = {"seed": seed, "seconds": time.monotonic() - c.start, "groups": c.counts, "left_out": sorted(c.late),
              "fallbacks": fallbacks.value, "differences": c.differences}
    pathlib.Path(arguments.output).write_text(json.dumps(result, indent=1))
    different = sum(g["different"] for g in c.counts.values())
    print(f"{sum(g['cases'] for g in c.counts.values())} cases, {different} different, {result['seconds']:.0f} s")
    print("\n".join(c.differences))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
