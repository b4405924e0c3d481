"""Sorting, partitions, search in sorted arrays and set routines beside NumPy, over dtypes, layouts, axes and options.
Must not know algorithms: what NumPy leaves open (the order of zeros, what lies between ranks) is tested as a property."""

import itertools

import numpy as np

from arrays import BFLOAT16, DTYPES, LAYOUTS, NUMPY_DTYPES, make, random_layout, random_values
from compare import same_elements
from conftest import outcome

SHAPES = [(0,), (1,), (2,), (7,), (40,), (65,), (3, 4), (4, 3), (1, 5), (5, 1), (2, 3, 2), (3, 0, 2), (2, 129, 3)]
KINDS = [None, "quicksort", "heapsort", "mergesort", "stable", "q", "S"]


def values(dtype, n, rng):
    """Many equal elements, the special ones among them."""
    x = random_values(dtype, n, rng, float(rng.choice([0.05, 0.5, 1.0])))
    return rng.choice(x[: max(1, n // 3)], n) if n and rng.random() < 0.5 else x


def array(rng, shapes=SHAPES, dtypes=DTYPES, layout=None):
    shape, dtype = shapes[int(rng.integers(len(shapes)))], dtypes[int(rng.integers(len(dtypes)))]
    return make(shape, dtype, layout or random_layout(rng), rng, values)


def equal_zeros(ours, theirs):
    """As same_elements, but any zero equals any zero; per element."""
    same = same_elements(ours, theirs, any_zero=True)
    return same.all(-1) if ours.dtype.kind == "c" else same


def equal_kinds(ours, theirs):
    """As equal_zeros, with one kind of NaN: NumPy's hash table keeps the first it meets of complex ones."""
    return equal_zeros(ours, theirs) | (np.isnan(ours) & np.isnan(theirs)) if ours.dtype.kind == "c" else equal_zeros(ours, theirs)


def wide(x):
    """Halves as float32: NumPy 2.4 leaves some float16 out of order and has their NaN first in rows; ml_dtypes has no order for NaN."""
    return x.astype("f4") if isinstance(x, np.ndarray) and x.dtype.itemsize == 2 and x.dtype.kind not in "biu" else x


def widely(function):
    """The function with wide arrays; float32 results are what the first argument was."""

    def call(x, *args, **options):
        result = function(wide(x), *map(wide, args), **options)
        if wide(x) is x:
            return result
        narrow = lambda r: np.asarray(r).astype(x.dtype, order="K") if np.asarray(r).dtype == np.float32 else r
        return tuple(map(narrow, result)) if isinstance(result, tuple) else narrow(result)

    return call


def some_axis(rng, ndim):
    if rng.random() < 0.15:
        return None
    low, high = (-ndim, ndim) if ndim and rng.random() < 0.95 else (-ndim - 1, ndim + 1)
    return int(rng.integers(low, high))


def oracle_order(x, axis=-1, **_):
    return np.argsort(wide(x), axis=axis, kind="stable")


oracle_sort = widely(np.sort)


def test_sort(check, rng, effort):
    for dtype, layout in itertools.product(DTYPES, LAYOUTS):
        x = make(SHAPES[int(rng.integers(len(SHAPES)))], dtype, layout, rng, values)
        check("sort", x, oracle=oracle_sort, same=equal_zeros)
        check("argsort", x, oracle=oracle_order, strides=True)
    for _ in range(effort(500)):
        x = array(rng)
        axis, kind = some_axis(rng, x.ndim), KINDS[int(rng.integers(len(KINDS)))]
        stable = kind in ("mergesort", "stable", "S")
        check("sort", x, axis=axis, kind=kind, oracle=oracle_sort, same=None if stable else equal_zeros, strides=True)
        check("sort", x, axis=axis, stable=True, oracle=oracle_sort)
        check("argsort", x, axis=axis, kind=kind, oracle=oracle_order, strides=True)


def test_sort_long_rows(check, rng, effort):
    for dtype in DTYPES:
        x = make((100_003,), dtype, "contiguous", rng, values)
        check("sort", x, oracle=oracle_sort, same=equal_zeros)
        check("argsort", x, oracle=oracle_order)


def test_sort_in_place(ls, check, rng):
    for _ in range(60):
        x = array(rng, layout=["contiguous", "fortran", "strided", "reversed"][int(rng.integers(4))])
        axis = int(rng.integers(-x.ndim, x.ndim))
        theirs = oracle_sort(x, axis=axis)
        mine = x.copy(order="K")
        ls.call("sort", mine, axis=axis, out=mine)
        check.same_arrays(lambda: f"in place {x.dtype}{x.shape} axis {axis}", mine, theirs, equal_zeros)


def partitioned(x, kth, axis):
    """Whether NumPy's partition could have returned x: by the sorted array's elements at those ranks."""
    x = np.moveaxis(x, axis, -1)
    rank = oracle_order(x)
    exact = np.take_along_axis(x, rank, -1)
    place = np.empty(x.shape, int)  # the rank of each element, equal ones alike
    first = np.concatenate([np.ones((*x.shape[:-1], 1), bool), ~equal_zeros(exact[..., 1:], exact[..., :-1])], -1)
    grade = np.cumsum(first, -1)
    np.put_along_axis(place, rank, grade, -1)
    for k in np.atleast_1d(kth):
        k = int(k) % x.shape[-1]
        at = grade[..., k : k + 1]
        if not (np.all(place[..., k : k + 1] == at) and np.all(place[..., :k] <= at) and np.all(place[..., k:] >= at)):
            return False
    return True


def test_partition(ls, check, rng, effort):
    for _ in range(effort(400)):
        x = array(rng, [s for s in SHAPES if 0 not in s] + [(700,), (2, 1500)])
        axis = int(rng.integers(-x.ndim, x.ndim))
        n = x.shape[axis]
        kth = [int(k) for k in rng.integers(-n, n, int(rng.integers(1, 4)))]
        kth = kth[0] if len(kth) == 1 and rng.random() < 0.5 else np.array(kth)
        part = ls.call("partition", x, kth, axis=axis)
        text = f"{x.dtype}{x.shape} kth {kth} axis {axis}"
        check.that(partitioned(part, kth, axis), "partition " + text)
        check.that(np.all(equal_zeros(oracle_sort(part, axis=axis), oracle_sort(x, axis=axis))), "elements of partition " + text)
        order = ls.call("argpartition", x, kth, axis=axis)
        check.that(np.all(np.sort(order, axis=axis) == np.sort(np.argsort(x, axis=axis), axis=axis)), "positions of argpartition " + text)
        check.that(partitioned(np.take_along_axis(x, order, axis), kth, axis), "argpartition " + text)
    for shape, kth in [((0,), 0), ((3, 0), 0), ((0, 3), 1), ((0, 3), 5)]:
        check("partition", np.zeros(shape), kth)
        check("argpartition", np.zeros(shape), kth)
    check("argpartition", np.array(5), 0)


def test_lexsort(check, rng, effort):
    for _ in range(effort(200)):
        shape = SHAPES[int(rng.integers(len(SHAPES)))]
        keys = [array(rng, [shape], NUMPY_DTYPES) for _ in range(int(rng.integers(1, 4)))]
        check("lexsort", keys, axis=int(rng.integers(-len(shape), len(shape))), strides=True)
    check("lexsort", [np.array(2.0), np.array(1.0)])
    check("lexsort", [np.array(2.0)], axis=2)
    check("lexsort", [np.ones(3), np.ones(2)])
    check("lexsort", [np.ones(3)], axis=1)
    check("lexsort", [])


def test_sort_complex(check, rng):
    for dtype in NUMPY_DTYPES:
        check("sort_complex", make((3, 9), dtype, "strided", rng), same=equal_zeros)
    check("sort_complex", np.array(1.0))


def test_searchsorted(check, rng, effort):
    for _ in range(effort(500)):
        n = int(rng.choice([0, 1, 2, 7, 8, 9, 100]))
        first, second = (NUMPY_DTYPES[int(i)] for i in rng.integers(len(NUMPY_DTYPES), size=2))
        a = array(rng, [(n,)], [first])
        v = array(rng, [(), (1,), (9,), (3, 5), (0,)], [second if rng.random() < 0.5 else first])
        common = np.promote_types(a.dtype, v.dtype)
        order = np.argsort(a.astype(common), kind="stable")
        side = str(rng.choice(["left", "right"]))
        check("searchsorted", a, v, side=side, sorter=order)
        if rng.random() < 0.5:
            check("searchsorted", a, v, sorter=order.astype(str(rng.choice(["i1", "u2", "i4"]))))
        check("searchsorted", np.sort(a.astype(common)), v, side=side)
    a = np.sort(make((33,), np.dtype("f4"), "contiguous", rng, values).astype(BFLOAT16).astype("f4"))
    check("searchsorted", a.astype(BFLOAT16), a[::2].astype(BFLOAT16), oracle=lambda x, v: np.searchsorted(x.astype("f4"), v.astype("f4")))
    check("searchsorted", np.array([1, 2, 3], "i1"), 300)
    check("searchsorted", np.array([1, 2, 3], "i1"), 2.5)


def test_digitize(check, rng, effort):
    for _ in range(effort(200)):
        x = array(rng, [(), (7,), (3, 4), (0,)], [d for d in NUMPY_DTYPES if d.kind != "c"])
        bins = np.sort(rng.integers(-9, 10, int(rng.integers(0, 7))).astype("f8" if rng.random() < 0.5 else "i4"))
        check("digitize", x, bins[:: int(rng.choice([1, -1]))], right=bool(rng.random() < 0.5))
    for bins in ([1.0, 3.0, 2.0], [np.nan, 1.0], [5.0, 4.0, np.nan], [1.0, 1.0, 0.0], [[1.0]], [1j], 2.0):
        check("digitize", np.array([1.0, 2.0]), np.array(bins))
    check("digitize", np.array([1j]), np.array([1.0]))


def pieces(check, name, x, *args, oracle=None, **options):
    """A function that returns several arrays."""
    ours, our_error = outcome(lambda: check.ls.call(name, x, *args, **options))
    theirs, their_error = outcome(lambda: (oracle or widely(check.numpy_function(name)))(x, *args, **options))
    text = lambda: f"{name}({x.dtype}{x.shape}, {args}, {options})"
    check.config.lockstep_cases += 1
    if our_error or their_error:
        return check.same_errors(text, our_error, their_error)
    theirs = list(theirs) if isinstance(theirs, tuple) else [theirs]
    ours = list(ours) if isinstance(ours, (tuple, list)) else [ours]
    check.that(len(ours) == len(theirs), f"{text()}: {len(ours)} results, NumPy has {len(theirs)}")
    for i, (mine, its) in enumerate(zip(ours, theirs)):
        check.same_arrays(lambda: f"{text()}[{i}]", mine, np.asarray(its), equal_kinds if i == 0 else None)


@widely
def unique_oracle(x, return_inverse=False, return_index=False, **options):
    """With the index, NumPy's sort is stable, so that NaNs that are kinds of their own have their numbers in order."""
    result = np.unique(x, return_inverse=return_inverse, return_index=return_index or return_inverse, **options)
    return (result[0], *result[2:]) if return_inverse and not return_index else result


def flags(rng):
    return {f"return_{name}": bool(rng.random() < 0.5) for name in ("index", "inverse", "counts")}


def test_unique(check, rng, effort):
    for dtype, layout in itertools.product(NUMPY_DTYPES, LAYOUTS):
        x = make(SHAPES[int(rng.integers(len(SHAPES)))], dtype, layout, rng, values)
        pieces(check, "unique", x, oracle=unique_oracle)
        pieces(check, "unique", x, return_index=True, return_inverse=True, return_counts=True, oracle=unique_oracle)
    for _ in range(effort(300)):
        x = array(rng, SHAPES + [()], NUMPY_DTYPES)
        pieces(check, "unique", x, equal_nan=bool(rng.random() < 0.7), oracle=unique_oracle, **flags(rng))
    for _ in range(effort(200)):
        x = array(rng, SHAPES + [(), (30, 2), (2, 30)], NUMPY_DTYPES)
        x = x % 3 if x.dtype.kind in "iu" else x
        axis = int(rng.integers(-x.ndim, x.ndim)) if x.ndim and rng.random() < 0.9 else x.ndim
        pieces(check, "unique", x, axis=axis, oracle=unique_oracle, **flags(rng))
    x = np.array([3, 1, 1, 2], np.int8)
    for name in ("unique_all", "unique_counts", "unique_inverse"):
        pieces(check, name, x, oracle=lambda x: np.unique(x, return_index=name == "unique_all", return_inverse=name != "unique_counts",
                                                          return_counts=name != "unique_inverse"))
    check("unique_values", x, oracle=lambda x: np.sort(np.unique_values(x)))


def test_sets(check, rng, effort):
    for _ in range(effort(300)):
        first, second = (NUMPY_DTYPES[int(i)] for i in rng.integers(len(NUMPY_DTYPES), size=2))
        second = first if rng.random() < 0.5 else second
        wide_integer = any(d.kind in "iu" and d.itemsize == 8 for d in (first, second))
        if "e" in (first.char, second.char) or wide_integer and first.kind != second.kind:
            second = first  # of integers that a common type makes equal NumPy finds one in the other; for halves see wide()
        a, b = array(rng, SHAPES, [first]), array(rng, SHAPES, [second])
        for invert in (False, True):
            check("isin", a, b, invert=invert)
        pieces(check, "intersect1d", a, b)
        pieces(check, "intersect1d", a, b, return_indices=True)
        for name in ("union1d", "setdiff1d", "setxor1d"):
            check(name, a, b, same=equal_kinds, oracle=widely(check.numpy_function(name)))
        u, v = np.unique(wide(a)).astype(first), np.unique(wide(b)).astype(second)
        check("isin", u, v, assume_unique=True)
        pieces(check, "intersect1d", u, v, assume_unique=True, return_indices=True)
        check("setdiff1d", u[::-1], v, assume_unique=True, same=equal_kinds)
        check("setxor1d", u, v, assume_unique=True, same=equal_kinds, oracle=widely(np.setxor1d))


def test_isin_is_exact(check, rng, effort):
    """Integers that only float64 has in common: NumPy takes one of three ways, by the sizes."""
    for _ in range(effort(30)):
        a, b = (make((int(rng.integers(0, 60)),), np.dtype(t), "contiguous", rng, values) for t in rng.permutation(["i8", "u8"]))
        found = lambda x, y, invert=False: np.array([(int(v) in set(map(int, y))) != invert for v in x], bool)
        check("isin", a, b, oracle=found)
        check("isin", a, b, invert=True, oracle=found)
        check("setdiff1d", a, b, oracle=lambda x, y: np.unique(x)[found(np.unique(x), y, True)])


def test_ediff1d(check, rng, effort):
    for _ in range(effort(200)):
        x = array(rng, SHAPES + [()], NUMPY_DTYPES)
        ends = [None, 1, 2.5, np.array([1, 2]), np.array([[1.0], [2.0]]), np.array([1], "i1"), np.array([], "u1")]
        check("ediff1d", x, to_end=ends[int(rng.integers(len(ends)))], to_begin=ends[int(rng.integers(len(ends)))])


def test_misuses(check):
    a, m = np.array([3, 1, 2]), np.ones((2, 3))
    for name in ("sort", "argsort"):
        for options in ({"axis": 1}, {"axis": -2}, {"kind": "zz"}, {"kind": ""}, {"kind": "quicksort", "stable": False}):
            check(name, a, **options)
        check(name, np.array(5), axis=1)
    check("sort", np.array(5))
    check("argsort", np.array(5))
    for name in ("partition", "argpartition"):
        for kth in (3, -4, 1.0, True, np.array([0.0]), np.array([0, 3]), np.array([[0, 1]]), np.array([True])):
            check(name, a, kth)
        check(name, a, 1, axis=1)
        check(name, a, 1, kind="x")
    check("partition", np.array(5), 0)
    check("argpartition", np.array(5), 1)
    for a_, options in [(np.array(5), {}), (m, {}), (a, {"side": "x"}), (a, {"side": "l"}), (a, {"sorter": np.array([0, 1])}),
                        (a, {"sorter": np.array([0.0, 1, 2])}), (a, {"sorter": np.array([[0, 1, 2]])}),
                        (a, {"sorter": np.array([True, False, True])}), (a, {"sorter": np.array([0, 1, 2], "u8")}),
                        (a, {"sorter": np.array([9, 9, 9])}), (a, {"sorter": np.array([-1, -1, -1])})]:
        check("searchsorted", a_, 3, **options)
    check("unique", a, axis=1)
    check("unique", np.array(5), axis=0)
    for kind in ("table", "x"):
        check("isin", a * 1.0, a, kind=kind)
    check("isin", a, a, kind="table")
    check("ediff1d", np.array([True, False]))
