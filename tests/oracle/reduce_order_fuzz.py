"""Compares the library's summation order with that of the installed NumPy, bit for bit, on random layouts.

Must not know how a backend sums: it drives the scalar reference in the test library ls_test_reduce_order.

    python reduce_order_fuzz.py LIBRARY [trials] [--seed N | --fresh]
"""
import argparse
import ctypes
import sys

import numpy as np

from summation_order_where import describe, random_case, same_bits, seed_from


def strides_of(values):
    return (ctypes.c_int64 * len(values))(*values)


def pointer(a):
    return ctypes.c_void_p(a.__array_interface__["data"][0])


class Library:
    def __init__(self, path):
        self.c = ctypes.CDLL(path)

    def fresh(self, a, axes, where, itemsize):
        """Strides of a fresh result for each axis of `a` (reduced ones as with keepdims)."""
        strides = strides_of([0] * a.ndim)
        mask = strides_of(where.strides) if where is not None else None
        reduced = sum(1 << k for k in axes)
        self.c.ls_test_fresh_strides(a.ndim, strides_of(a.shape), strides_of(a.strides), mask,
                                     ctypes.c_uint64(reduced), ctypes.c_int64(itemsize), strides)
        return list(strides)

    def reduce(self, a, axis=None, dtype=None, out=None, where=None, initial=0, keepdims=False):
        axes = tuple(range(a.ndim)) if axis is None else axis
        where = None if where is None else np.broadcast_to(where, a.shape)
        if out is None:
            strides = self.fresh(a, axes, where, dtype.itemsize)
            kept = [k for k in range(a.ndim) if keepdims or k not in axes]
            shape = [1 if k in axes else a.shape[k] for k in kept]
            memory = np.empty(int(np.prod(shape)), dtype)
            out = np.ndarray(shape, dtype, memory, 0, [strides[k] for k in kept])
        out[...] = initial
        view = out if keepdims else np.expand_dims(out, axes)
        wide = [0 if k in axes else view.strides[k] for k in range(a.ndim)]
        cast = a.dtype != dtype or not a.flags.aligned
        char = {np.dtype(np.int64).char: b"l"}.get(a.dtype.char, a.dtype.char.encode())
        status = self.c.ls_test_reduce(
            ctypes.c_char(char), ctypes.c_char(dtype.char.encode()), int(cast), a.ndim, strides_of(a.shape),
            pointer(a), strides_of(a.strides), pointer(out), strides_of(wide),
            None if where is None else pointer(where), None if where is None else strides_of(where.strides))
        if status:
            sys.exit(f"the library knows no sum of {a.dtype} as {dtype}")
        return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("library")
    parser.add_argument("trials", type=int, nargs="?", default=4000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--fresh", action="store_true", help="a new random seed")
    arguments = parser.parse_args()
    library = Library(arguments.library)
    rng = np.random.default_rng(seed_from(arguments))
    bad = 0
    with np.errstate(all="ignore"):
        for _ in range(arguments.trials):
            kind, a, options = random_case(rng)
            options["keepdims"] = "out" not in options and rng.random() < .2
            got = library.reduce(a, **options)
            strides, got = got.strides, got.copy()           # NumPy writes the same `out` next
            want = np.add.reduce(a, **options)
            fresh = isinstance(want, np.ndarray) and "out" not in options
            if not same_bits(want, got) or fresh and want.strides != strides:
                bad += 1
                if bad <= 12:
                    print("differs:", describe(kind, a, options), "strides", want.strides, strides)
    print(f"{bad} of {arguments.trials} differ")
    return 1 if bad or not arguments.trials else 0


if __name__ == "__main__":
    sys.exit(main())
