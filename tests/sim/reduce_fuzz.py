"""Random reductions on the simulated GPU and on the CPU, compared bit for bit (any NaN equals any NaN).

Must not know how a backend reduces. Layouts are views made on the device: slices, reversals, transposes, broadcasts.

    python reduce_fuzz.py BUILD [trials] [--seed N | --fresh]     (LOCKSTEP_SIM_ORDER: the order of threads)
"""
import argparse
import os
import pathlib
import secrets
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "capi/ctypes_abi"))
os.environ["LOCKSTEP_DEVICE"] = "sim"

from lockstep_abi import Library, LockstepError  # noqa: E402

# Few functions and types, since each pair is kernels to compile: one for every way to fold and every width of a type.
CASES = [("sum", "float32"), ("sum", "float64"), ("sum", "float16"), ("sum", "complex64"), ("sum", "int8"), ("prod", "complex128"),
         ("mean", "int32"), ("var", "float32"), ("max", "float64"), ("min", "int16"), ("any", "bool"), ("argmax", "float16"),
         ("argmin", "int64")]
EDGES = [1, 2, 3, 7, 8, 9, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 257, 1024, 1025]


def values(dtype, n, rng):
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return rng.random(n) < rng.choice([0.5, 1e-4, 0.9999])
    if dtype.kind in "iu":
        return rng.integers(0, 256, n * dtype.itemsize, np.uint8).view(dtype)
    if dtype.kind == "c":
        return (1 + 0.05 * rng.standard_normal(n) + 0.05j * rng.standard_normal(n)).astype(dtype)
    x = rng.standard_normal(n) * rng.choice([1, 100])
    special = rng.random(n) < rng.choice([0, 0, 1e-3])
    x[special] = rng.choice([0.0, -0.0, np.inf, np.nan], special.sum())
    return x.astype(dtype)


def random_shape(rng, limit):
    shape = []
    for _ in range(int(rng.integers(1, 5))):
        left = max(1, limit // max(1, int(np.prod(shape))))
        edge = int(rng.choice(EDGES))
        shape.append(edge if rng.random() < 0.4 and edge <= left else int(left ** rng.random()))
    return shape


class View:
    """The same steps for every device: a packed array, sliced, transposed, broadcast."""

    def __init__(self, shape, rng):
        self.steps, self.packed = [], list(shape)
        if rng.random() < 0.4:
            steps = [int(rng.choice([1, 1, 2, -1, -3])) for _ in shape]
            self.packed = [n * abs(s) for n, s in zip(shape, steps)]
            self.steps.append(lambda ls, a: ls.get(a, tuple(slice(None, None, s) for s in steps)))
        if len(shape) > 1 and rng.random() < 0.4:
            order = [int(k) for k in rng.permutation(len(shape))]
            back = [order.index(k) for k in range(len(shape))]
            self.packed = [self.packed[k] for k in order]
            slices = self.steps.pop() if self.steps else None
            if slices:
                steps = [steps[k] for k in order]
                self.steps.append(lambda ls, a: ls.get(a, tuple(slice(None, None, s) for s in steps)))
            self.steps.append(lambda ls, a: ls.invoke("transpose", a, axes=back))
        if rng.random() < 0.1:
            repeated = [int(rng.integers(2, 5)), *shape]
            self.steps.append(lambda ls, a: ls.invoke("broadcast_to", a, repeated))

    def of(self, ls, data):
        array = ls.array(data)
        for change in self.steps:
            array = change(ls, array)
        return array


def random_call(rng):
    name, dtype = CASES[rng.integers(len(CASES))]
    view = View(random_shape(rng, int(10 ** rng.uniform(1, 4.9))), rng)
    data = values(dtype, int(np.prod(view.packed)), rng).reshape(view.packed)
    return name, view, data


def random_options(name, shape, rng):
    options = {}
    if name.startswith("arg"):
        if rng.random() < 0.8:
            options["axis"] = int(rng.integers(len(shape)))
    elif rng.random() < 0.8:
        axes = rng.permutation(len(shape))[: int(rng.integers(0, len(shape) + 1))]
        options["axis"] = tuple(int(k) for k in axes)
    if rng.random() < 0.2:
        options["keepdims"] = True
    if name in ("sum", "max", "prod") and rng.random() < 0.25:
        keep = [n if rng.random() < 0.8 else 1 for n in shape]
        options["where"] = rng.random(keep) < rng.choice([0.5, 0.99, 0.01])
        options["initial"] = 3
    elif name in ("sum", "min") and rng.random() < 0.1:
        options["initial"] = 2
    return options


def same_bits(a, b):
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.dtype.kind == "c":
        return same_bits(a.real.copy(), b.real.copy()) and same_bits(a.imag.copy(), b.imag.copy())
    bits = f"u{a.dtype.itemsize}"
    equal = np.ascontiguousarray(a).view(bits) == np.ascontiguousarray(b).view(bits)
    return bool(np.all(equal | (np.isnan(a) & np.isnan(b)) if a.dtype.kind == "f" else equal))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("trials", type=int, nargs="?", default=50)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--fresh", action="store_true", help="a new random seed")
    arguments = parser.parse_args()
    seed = secrets.randbits(32) if arguments.fresh else arguments.seed
    cpu, sim = Library(arguments.build, "cpu"), Library(arguments.build, "sim")
    print(f"seed {seed}: {cpu.array(np.zeros(1)).device} against {sim.array(np.zeros(1)).device}")
    rng = np.random.default_rng(seed)
    bad = 0
    for _ in range(arguments.trials):
        name, view, data = random_call(rng)
        options = random_options(name, view.of(cpu, data).shape, rng)
        results = []
        for ls in (cpu, sim):
            try:
                results.append(ls.call(name, view.of(ls, data), **options))
            except LockstepError as error:
                results.append(np.frombuffer(str(error).encode(), np.uint8))
        if not same_bits(*results):
            bad += 1
            print(f"{name} of {data.dtype} {view.of(cpu, data).shape}, strides {view.of(cpu, data).strides}, "
                  f"{ {k: v if k != 'where' else v.shape for k, v in options.items()} }: {results[0]!r:.80} {results[1]!r:.80}")
    print(f"{bad} of {arguments.trials} differ")
    return bad != 0


if __name__ == "__main__":
    sys.exit(main())
