"""Indexing routines over dtypes, layouts and options, with the errors of each: NumPy's bits.
Must not know how elements are moved."""

import numpy as np
import pytest

from arrays import DTYPES, NUMPY_DTYPES, SHAPES, make, random_layout, random_values, writable_layout

INTEGERS = [d for d in NUMPY_DTYPES if d.kind == "i"] or [np.dtype("int64")]
SMALL_SHAPES = [s for s in SHAPES if len(s) < 4]
MODES = ["raise", "wrap", "clip"]
A = np.arange(6.0).reshape(2, 3)
I = np.arange(6).reshape(2, 3)
B = A > 2
NONE = np.zeros(0, np.int64)


def pick(rng, choices):
    return choices[int(rng.integers(len(choices)))]


def random_array(rng, shape=None, dtypes=DTYPES):
    return make(pick(rng, SHAPES) if shape is None else shape, pick(rng, dtypes), random_layout(rng), rng)


def target(rng, shape=None, dtypes=DTYPES):
    return make(pick(rng, SHAPES) if shape is None else shape, pick(rng, dtypes), writable_layout(rng), rng)


def values_for(a, dtype):
    """Any values of a's own dtype; small ones where they are cast, as NumPy casts those past uint32 in two ways."""
    return random_values if a.dtype == dtype else lambda d, n, rng: rng.integers(0, 9, n).astype(d)


def random_indices(rng, n, shape, share_wrong=0.05, dtypes=INTEGERS):
    """Integers that count along n places, negative ones among them, now and then one that is out of range."""
    low, high = (-n, n) if rng.random() > share_wrong else (-n - 3, n + 3)
    def values(dtype, count, rng):
        return np.clip(rng.integers(low, max(high, low + 1), count), -128, 127).astype(dtype)
    return make(shape, pick(rng, dtypes), random_layout(rng), rng, values)


def random_axis(rng, a):
    """An axis, or None; now and then one that is not there."""
    if rng.random() < 0.25:
        return None
    return int(rng.integers(-a.ndim, a.ndim)) if a.ndim and rng.random() < 0.95 else int(rng.integers(-a.ndim - 1, a.ndim + 1))


def length_along(a, axis):
    return a.size if axis is None or not -a.ndim <= axis < a.ndim else a.shape[axis]


def test_take(check, rng, effort):
    for _ in range(effort(1200)):
        a = random_array(rng)
        axis = random_axis(rng, a)
        shape = pick(rng, [(), (1,), (3,), (0,), (2, 3), (20,), (2, 1, 2)])
        indices = random_indices(rng, length_along(a, axis), shape)
        options = {"axis": axis, "mode": pick(rng, MODES)}
        if rng.random() < 0.2:
            try:
                result = np.take(a, np.zeros_like(indices), axis=axis)
            except (IndexError, ValueError):
                continue
            dtype = a.dtype if rng.random() < 0.7 else pick(rng, NUMPY_DTYPES)
            if a.dtype.name == "bfloat16":
                dtype = a.dtype
            options["out"] = make(np.shape(result), dtype, writable_layout(rng), rng)
        check("take", a, indices, **options)


def test_take_of_large_arrays(check, rng, effort):
    for dtype in DTYPES:
        a = make((effort(20_000),), dtype, "contiguous", rng)
        check("take", a, rng.integers(-a.size, a.size, 50_001))
        check("take", a.reshape(100, -1)[:, ::-1], rng.integers(0, 100, 777), axis=0)


def test_put(check, rng, effort):
    for _ in range(effort(800)):
        a = target(rng)
        ind = random_indices(rng, a.size, pick(rng, [(), (1,), (3,), (0,), (2, 3), (20,)]))
        dtype = a.dtype if rng.random() < 0.7 or a.dtype.name == "bfloat16" else pick(rng, NUMPY_DTYPES)
        v = make(pick(rng, [(), (1,), (3,), (2, 2), (0,), (20,)]), dtype, random_layout(rng), rng, values_for(a, dtype))
        check("put", a, ind, v, mode=pick(rng, MODES))
    check("put", np.zeros(3), np.array([0, 1]), 7)
    check("put", np.zeros(3, np.int8), np.array([0, 1]), 2.5)


def along_cases(rng):
    a = random_array(rng, pick(rng, [(6,), (3, 4), (2, 3, 4), (1, 5), (0, 3), (17, 9)]))
    axis = random_axis(rng, a)
    shape = (4,) if axis is None else tuple(1 if rng.random() < 0.2 else n for n in a.shape)
    if axis is not None and -a.ndim <= axis < a.ndim:
        shape = list(shape)
        shape[axis] = int(rng.integers(0, 5))
    return a, axis, random_indices(rng, length_along(a, axis), tuple(shape))


def distinct(rng, n, shape, axis):
    """Places along the axis, each at most once in a run."""
    runs = np.broadcast_to(np.arange(n).reshape([-1 if k == axis % len(shape) else 1 for k in range(len(shape))]),
                           [n if k == axis % len(shape) else m for k, m in enumerate(shape)])
    return rng.permuted(runs, axis=axis).take(np.arange(min(n, shape[axis])), axis=axis)


def test_take_along_axis(check, rng, effort):
    for _ in range(effort(600)):
        a, axis, indices = along_cases(rng)
        check("take_along_axis", a, indices, axis=axis)
    check("take_along_axis", A[:1], np.zeros((4, 1), int), axis=1)


def test_put_along_axis(check, rng, effort):
    for _ in range(effort(600)):
        a, axis, indices = along_cases(rng)
        a = make(a.shape, a.dtype, "contiguous" if axis is None else writable_layout(rng), rng)  # None: NumPy takes no other
        if axis is not None and -a.ndim <= axis < a.ndim and rng.random() < 0.6:
            indices, layout = distinct(rng, a.shape[axis], indices.shape, axis), random_layout(rng)
        else:  # places that are written twice: NumPy's order is the indices' and values' in memory, ours C order
            indices, layout = np.ascontiguousarray(indices), "contiguous"
        shape = tuple(1 if layout != "contiguous" and rng.random() < 0.3 else n for n in indices.shape)
        dtype = a.dtype if rng.random() < 0.7 or a.dtype.name == "bfloat16" else pick(rng, NUMPY_DTYPES)
        if a.dtype.kind != "c" and dtype.kind == "c":
            dtype = a.dtype
        check("put_along_axis", a, indices, make(shape, dtype, layout, rng, values_for(a, dtype)), axis=axis)
    check("put_along_axis", np.zeros((2, 3), np.int8), np.array([[0], [1]]), 7, axis=1)


def test_compress_and_extract(check, rng, effort):
    for _ in range(effort(600)):
        a = random_array(rng)
        axis = random_axis(rng, a)
        n = length_along(a, axis)
        condition = random_array(rng, (int(pick(rng, [n, n, max(0, n - 2), n + 2])),), [np.dtype(bool), *NUMPY_DTYPES])
        if condition.size > n and rng.random() < 0.7:
            condition[n:] = 0
        check("compress", condition, a, axis=axis)
        check("extract", make(a.shape, np.dtype(bool), random_layout(rng), rng), a)
    check("compress", np.array([True, False]), A, axis=0, out=np.zeros((1, 3), np.float32))


def test_choose(check, rng, effort):
    for _ in range(effort(500)):
        shape, n = pick(rng, SMALL_SHAPES), int(rng.integers(1, 6))
        dtypes = [pick(rng, DTYPES)] if rng.random() < 0.7 else NUMPY_DTYPES
        choices = [random_array(rng, shape if rng.random() < 0.6 else shape[1:], dtypes) for _ in range(n)]
        if rng.random() < 0.2:
            choices[0] = 1
        a = random_indices(rng, n, shape if rng.random() < 0.8 else (1,) * len(shape))
        if rng.random() < 0.8:
            a = np.abs(a) % n
        options = {"mode": pick(rng, MODES)}
        if rng.random() < 0.2 and all(np.asarray(c).dtype.name != "bfloat16" for c in choices):
            result = np.choose(a * 0, choices)
            # NumPy forgets to write into an out that is not contiguous in the other modes
            layout = writable_layout(rng) if options["mode"] == "raise" else "contiguous"
            options["out"] = make(result.shape, result.dtype, layout, rng)
        check("choose", a, choices, **options)


def test_select(check, rng, effort):
    for _ in range(effort(500)):
        shape, n = pick(rng, SMALL_SHAPES), int(rng.integers(1, 5))
        conditions = [random_array(rng, shape if rng.random() < 0.7 else shape[1:], [np.dtype(bool)]) for _ in range(n)]
        choices = [random_array(rng, shape if rng.random() < 0.7 else (), NUMPY_DTYPES) for _ in range(n)]
        if rng.random() < 0.3:
            choices[-1] = pick(rng, [2, 1.5, -1])
        options = {} if rng.random() < 0.5 else {"default_value": pick(rng, [7, 2.5, np.float32(3), 1j, 300])}
        check("select", conditions, choices, oracle=lambda c, x, default_value=0: np.select(c, x, default_value), **options)


def test_nonzero(check, rng, effort):
    for _ in range(effort(700)):
        a = random_array(rng)
        if rng.random() < 0.3:
            a = make(a.shape, np.dtype(bool), random_layout(rng), rng)
        for name in ("nonzero", "flatnonzero", "argwhere"):
            check(name, a)
    for density in (0, 0.001, 0.5, 1):
        mask = rng.random((513, effort(600))) < density
        check("nonzero", mask)
        check("flatnonzero", mask[::-1, ::2])


def test_count_nonzero(check, rng, effort):
    for _ in range(effort(800)):
        a = random_array(rng, dtypes=NUMPY_DTYPES)
        axis = None if rng.random() < 0.3 else tuple(rng.permutation(a.ndim)[: int(rng.integers(0, a.ndim + 1))].tolist())
        check("count_nonzero", a, axis=axis, keepdims=bool(rng.random() < 0.5))


def test_place_putmask_copyto(check, rng, effort):
    for _ in range(effort(700)):
        a = target(rng)
        mask = make(a.shape, np.dtype(bool) if rng.random() < 0.8 else pick(rng, NUMPY_DTYPES), random_layout(rng), rng)
        if rng.random() < 0.1:
            mask = mask.ravel()
        dtype = a.dtype if rng.random() < 0.7 or a.dtype.name == "bfloat16" else pick(rng, NUMPY_DTYPES)
        values = random_array(rng, pick(rng, [(), (1,), (3,), (2, 2), (0,), (200,), a.shape]), [dtype])
        check("place", a, mask, values)
        check("putmask", target(rng, a.shape, [a.dtype]), mask, values)
    for _ in range(effort(600)):
        dst = target(rng)
        dtype = dst.dtype if rng.random() < 0.5 or dst.dtype.name == "bfloat16" else pick(rng, NUMPY_DTYPES)
        shape = dst.shape if rng.random() < 0.6 else dst.shape[1:]
        options = {"casting": pick(rng, ["no", "equiv", "safe", "same_kind", "same_kind", "unsafe"])}
        if rng.random() < 0.7:
            options["where"] = random_array(rng, dst.shape if rng.random() < 0.6 else dst.shape[1:], [np.dtype(bool)])
        check("copyto", dst, make(shape, dtype, random_layout(rng), rng, values_for(dst, dtype)), **options)


def test_overlap(check, rng):
    """What is written is read through another view of the same memory."""
    for name, arguments in {
        "copyto": lambda a: (a[1:], a[:-1]),
        "putmask": lambda a: (a[1:], a[1:] > 0, a[:-1]),
        "put": lambda a: (a[1:], np.arange(30)[::-1].copy(), a[:-1]),
        "put_along_axis": lambda a: (a[1:], np.arange(39)[::-1].copy(), a[:-1]),
    }.items():
        a = rng.standard_normal(40)
        options = {"where": rng.random(39) < 0.5} if name == "copyto" else {"axis": 0} if name == "put_along_axis" else {}
        check(name, *arguments(a), **options)
    a = rng.standard_normal(40)  # NumPy's place reads what it has written
    check("place", a[1:], a[1:] > 0, a[:-1], oracle=lambda a, m, v: np.place(a, m, v.copy()))


def test_repeat(check, rng, effort):
    for _ in range(effort(700)):
        a = random_array(rng)
        axis = random_axis(rng, a)
        if rng.random() < 0.5:
            repeats = np.asarray(int(rng.integers(-1, 7)), pick(rng, INTEGERS))
        else:
            n = length_along(a, axis) + int(rng.random() < 0.05)
            low = -1 if rng.random() < 0.05 else 0
            repeats = make((n,), pick(rng, INTEGERS), random_layout(rng), rng, lambda d, n, r: r.integers(low, 4, n).astype(d))
        check("repeat", a, repeats, axis=axis)
    check("repeat", np.arange(20_000), rng.integers(0, 5, 20_000))


def test_ix_and_indices(check, rng, effort):
    for _ in range(effort(200)):
        lines = [random_array(rng, (int(rng.integers(0, 6)),), NUMPY_DTYPES) for _ in range(int(rng.integers(0, 5)))]
        check("ix_", lines, oracle=lambda args: np.ix_(*args))
        shape = tuple(int(n) for n in rng.integers(0, 5, int(rng.integers(0, 4))))
        dtype = pick(rng, [d for d in NUMPY_DTYPES if d.kind != "b"] or [None])
        check("indices", shape, oracle=lambda s, **o: (np.indices(s, **o),), dtype=dtype)
        check("indices", shape, dtype=dtype, sparse=True)


def test_diagonals_and_triangles(check, rng, effort):
    for _ in range(effort(300)):
        shape = pick(rng, [(3, 3), (2, 5), (7, 2), (11, 3), (1, 1), (0, 3), (4, 0), (3, 3, 3), (2, 2, 2, 2), (2, 3, 3), (4,), (9, 1)])
        a = target(rng, shape)
        dtype = a.dtype if rng.random() < 0.7 or a.dtype.name == "bfloat16" else pick(rng, NUMPY_DTYPES)
        if a.dtype.kind != "c" and dtype.kind == "c":
            dtype = a.dtype
        values = make(pick(rng, [(), (1,), (2,), (3, 4), (0,)]), dtype, random_layout(rng), rng, values_for(a, dtype))
        check("fill_diagonal", a, values, wrap=bool(rng.random() < 0.5))
        check("diag_indices_from", a)
        check("tril_indices_from", a, k=int(rng.integers(-3, 4)))
        check("triu_indices_from", a, k=int(rng.integers(-3, 4)))
    for n in (-1, 0, 1, 4, 9):
        for k in (0, 1, -2, 20, -20):
            for m in (None, 3, 12):
                check("tril_indices", n, k=k, m=m)
                check("triu_indices", n, k=k, m=m)
        for ndim in (-1, 0, 1, 2, 5):
            check("diag_indices", n, ndim)
    check("fill_diagonal", np.zeros((2, 2), np.int8), 300)
    check("fill_diagonal", READ_ONLY, 1)


def test_unravel_index_and_ravel_multi_index(check, rng, effort):
    for _ in range(effort(400)):
        dims = tuple(int(n) for n in rng.integers(1, 7, int(rng.integers(1, 5))))
        shape, order = pick(rng, [(), (3,), (2, 3), (0,), (40,)]), pick(rng, "CF")
        size = int(np.prod(dims))
        wrong = rng.random() < 0.05
        places = make(shape, pick(rng, INTEGERS), random_layout(rng), rng,
                      lambda d, n, r: (r.integers(-wrong, min(size, 127) + wrong, n)).astype(d))
        check("unravel_index", places, dims, order=order)
        mode = pick(rng, MODES)
        modes = [pick(rng, MODES) for _ in dims] if rng.random() < 0.3 else mode
        loose = mode != "raise" and isinstance(modes, str)
        lines = [make(shape if rng.random() < 0.8 else (), pick(rng, INTEGERS), random_layout(rng), rng,
                      lambda d, k, r: r.integers(-9 if loose else 0, 20 if loose else n, k).astype(d)) for n in dims]
        check("ravel_multi_index", lines, dims, order=order, mode=modes if isinstance(modes, str) else ",".join(modes),
              oracle=lambda lines, dims, order, mode: np.ravel_multi_index(
                  tuple(lines), dims, order=order, mode=tuple(mode.split(",")) if "," in mode else mode))


def test_bincount(check, rng, effort):
    for _ in range(effort(400)):
        n = int(pick(rng, [0, 1, 7, 300, 5000]))
        x = make((n,), pick(rng, INTEGERS), random_layout(rng), rng, lambda d, n, r: r.integers(0, 100, n).astype(d))
        if n and rng.random() < 0.03:
            x[...] = -1
        options = {"minlength": int(rng.integers(0, 150))} if rng.random() < 0.4 else {}
        if rng.random() < 0.5:
            dtype = pick(rng, [d for d in NUMPY_DTYPES if d.kind != "c"])
            options["weights"] = make((n,), dtype, random_layout(rng), rng, lambda d, n, r: (r.standard_normal(n) * 9).astype(d))
        check("bincount", x, **options)
    x = rng.integers(0, 1 << 16, effort(300_000))
    check("bincount", x)
    check("bincount", x, weights=rng.standard_normal(x.size))
    check("bincount", x % 3, weights=rng.standard_normal(x.size))


READ_ONLY = np.zeros((2, 3))
READ_ONLY.flags.writeable = False
MISUSES = [
    ("take", [A, np.array([0.0])], {}), ("take", [A, 0], {"axis": 2}), ("take", [A, 6], {}), ("take", [A, -7], {}),
    ("take", [A, I], {"mode": "wrong"}), ("take", [A, I], {"out": np.zeros(3)}), ("take", [A, I], {"out": np.zeros((2, 3), "F")}),
    ("take", [A, I], {"out": READ_ONLY}), ("take", [np.zeros((0, 3)), 0], {"axis": 0}), ("take", [A[:, :0], 5], {"axis": 0}),
    ("take", [np.zeros((0, 3)), 0], {"axis": 0, "mode": "clip"}), ("take", [np.ones(()), np.array([1])], {}),
    ("put", [READ_ONLY, 0, 1], {}), ("put", [A.copy(), np.array([0.0]), 1], {}), ("put", [A.copy(), 6, 1], {}),
    ("put", [A.copy(), np.array([0], "Q"), 1], {}), ("put", [np.zeros(0), 0, 1], {}), ("put", [A.copy(), 0, 1j], {}),
    ("put", [np.zeros(2, "b"), 0, 300], {}), ("put", [A.copy(), 0, 1], {"mode": "wrong"}),
    ("take_along_axis", [A, I[0]], {"axis": 1}), ("take_along_axis", [A, A], {"axis": 1}), ("take_along_axis", [A, B], {"axis": 1}),
    ("take_along_axis", [A, I[:, :1]], {"axis": 2}), ("take_along_axis", [A, np.zeros((3, 1), int)], {"axis": 1}),
    ("take_along_axis", [A, I], {"axis": None}), ("take_along_axis", [A, np.array([[5], [0]])], {"axis": 1}),
    ("take_along_axis", [A[:, :0], np.zeros((2, 1), int)], {"axis": 1}), ("take_along_axis", [np.ones(()), np.zeros((), int)], {"axis": 0}),
    ("put_along_axis", [A.copy(), I[:, :1], np.ones(3)], {"axis": 1}), ("put_along_axis", [A.copy(), I[0], 1], {"axis": 1}),
    ("put_along_axis", [A.copy(), A, 1], {"axis": 1}), ("put_along_axis", [A.copy(), I[0], np.ones(2)], {"axis": None}),
    ("put_along_axis", [READ_ONLY, I[:, :1], 1], {"axis": 1}), ("put_along_axis", [np.zeros((2, 3), "b"), I[:, :1], 300], {"axis": 1}),
    ("put_along_axis", [A.copy(), np.array([9]), 1], {"axis": None}),
    ("compress", [B, A], {}), ("compress", [np.array(True), A], {}), ("compress", [np.ones(7, bool), A], {}),
    ("compress", [np.ones(3, bool), A], {"axis": 0}), ("compress", [np.ones(2, bool), A], {"axis": 2}),
    ("extract", [np.ones(7), A], {}),
    ("choose", [I, [A, A]], {}), ("choose", [np.array([0, -1]), [1, 2]], {}), ("choose", [np.array([0], "Q"), [1, 2]], {}),
    ("choose", [A, [1, 2]], {}), ("choose", [np.zeros(2, int), [np.ones(3), 2]], {}),
    ("choose", [np.zeros(2, int), [1, 2]], {"out": np.zeros(3, int)}), ("choose", [np.zeros(2, int), [1, 2]], {"mode": "wrong"}),
    ("choose", [np.zeros(2, int), []], {}),
    ("select", [[B], [A, A]], {}), ("select", [[], []], {}), ("select", [[I], [A]], {}), ("select", [[B], [np.ones(2)]], {}),
    ("nonzero", [np.ones(())], {}), ("count_nonzero", [A], {"axis": 2}), ("count_nonzero", [A], {"axis": (0, 0)}),
    ("place", [A.copy(), B[0], np.ones(1)], {}), ("place", [A.copy(), B, np.ones(0)], {}), ("place", [I.copy(), B, np.ones(1)], {}),
    ("place", [READ_ONLY, B, np.ones(1)], {}), ("place", [np.zeros(2, "b"), np.ones(2, bool), 300], {}),
    ("copyto", [A.copy(), np.ones(2)], {}), ("copyto", [I.copy(), A], {}), ("copyto", [I.copy(), 1.5], {}),
    ("copyto", [A.copy(), 1], {"where": I}), ("copyto", [A.copy(), 1], {"where": np.ones((4, 1), bool)}),
    ("copyto", [A.copy(), 1], {"where": np.ones((1, 2, 3), bool)}), ("copyto", [A.copy(), 1], {"casting": "wrong"}),
    ("copyto", [READ_ONLY, 1], {}), ("copyto", [np.zeros(2, "b"), 300], {}), ("copyto", [np.zeros(2, bool), 1], {}),
    ("copyto", [A.copy(), np.ones((2, 2, 3))], {}),
    ("putmask", [A.copy(), B[0], 1], {}), ("putmask", [I.copy(), B, np.ones(1)], {}), ("putmask", [READ_ONLY, B, 1], {}),
    ("putmask", [np.zeros(2, "b"), np.ones(2, bool), 300], {}),
    ("repeat", [A, np.array([1, 2])], {}), ("repeat", [A, -1], {}), ("repeat", [A, np.array([1, -1])], {"axis": 0}),
    ("repeat", [A, np.array([1, 2], "Q")], {"axis": 0}), ("repeat", [A, np.array([1.0, 2.0])], {"axis": 0}), ("repeat", [A, 2], {"axis": 5}),
    ("repeat", [A, np.array([[1, 2]])], {"axis": 0}), ("repeat", [A, 1 << 62], {}), ("repeat", [A, NONE], {"axis": 0}),
    ("indices", [(2, -1)], {}), ("indices", [(3,)], {"dtype": "bool"}),
    ("unravel_index", [6, (2, 3)], {}), ("unravel_index", [-1, (2, 3)], {}), ("unravel_index", [A, (2, 3)], {}),
    ("unravel_index", [np.array([0]), ()], {}), ("unravel_index", [np.array([0]), (2, 0)], {}),
    ("unravel_index", [0, (1 << 40, 1 << 40)], {}), ("unravel_index", [0, (2, 3)], {"order": "A"}),
    ("ravel_multi_index", [[0, 3], (2, 3)], {}), ("ravel_multi_index", [[0, -1], (2, 3)], {}), ("ravel_multi_index", [[0], (2, 3)], {}),
    ("ravel_multi_index", [[A, A], (2, 3)], {}), ("ravel_multi_index", [[0, 0], (1 << 40, 1 << 40)], {}),
    ("ravel_multi_index", [[np.array([0]), np.array([0])], (2, 0)], {}), ("ravel_multi_index", [[0, 0], (2, 3)], {"mode": "wrong"}),
    ("ravel_multi_index", [[np.zeros(2, int), np.zeros(3, int)], (2, 3)], {}),
    ("bincount", [np.array([-1])], {}), ("bincount", [np.array([1.5])], {}), ("bincount", [I], {}), ("bincount", [np.array(1)], {}),
    ("bincount", [I[0]], {"weights": np.ones(2)}), ("bincount", [I[0]], {"weights": np.ones(3, "F")}),
    ("bincount", [I[0]], {"minlength": -1}), ("bincount", [I[0]], {"weights": np.ones((1, 3))}), ("bincount", [np.array([1 << 62])], {}),
]
ORACLES = {"ravel_multi_index": lambda m, d, **o: np.ravel_multi_index(tuple(m), d, **o)}


@pytest.mark.parametrize("name", sorted({m[0] for m in MISUSES}))
def test_misuse(check, name):
    for function, args, options in MISUSES:
        if function == name:
            check(name, *args, oracle=ORACLES.get(name), **options)
    assert not READ_ONLY.any()  # nothing was written
