"""Products of vectors and matrices: types, shapes, stacks, out and errors as NumPy's; floats within the bound of a product.
Must not know how a product is computed."""

import numpy as np
import pytest

from arrays import NUMPY_DTYPES, make, ordinary_values, writable_layout
from products import bounded, matrices, pick, product_judge

BATCHES = [((2,), (2,)), ((3, 1), (1, 2)), ((2,), ()), ((), (3, 2)), ((1,), (4,)), ((0,), (0,))]


def random_product_shapes(rng, stacked):
    m, k, n = (int(pick(rng, [0, 1, 2, 3, 5, 8, 17, 33, 64, 70])) for _ in range(3))
    left, right = pick(rng, [((m, k), (k, n))] * 3 + [((k,), (k, n)), ((m, k), (k,)), ((k,), (k,))])
    if stacked and len(left) == 2 and len(right) == 2 and rng.random() < 0.4:
        m, k, n = min(m, 8), min(k, 8), min(n, 8)
        batch = pick(rng, BATCHES)
        left, right = (*batch[0], m, k), (*batch[1], k, n)
    if rng.random() < 0.05:
        right = (*right[:-1], right[-1] + 1) if len(right) == 1 else (right[0] + 1, *right[1:])
    return left, right


def random_out(rng, function, *args, **options):
    """{"out": an array that fits, now and then of another type or a wider stack}, or nothing."""
    if rng.random() > 0.2:
        return {}
    try:
        result = np.asarray(function(*args, **options))
    except (ValueError, TypeError, IndexError):
        return {}
    dtype = result.dtype if rng.random() < 0.7 else pick(rng, NUMPY_DTYPES)
    shape = (2, *result.shape) if rng.random() < 0.1 and "axis" not in options else result.shape
    return {"out": make(shape, dtype, writable_layout(rng), rng)}


def check_product(check, rng, name, a, b, judge, out=True, **options):
    """The call; where `out` is of another type, elements are judged in a call without it."""
    function = check.numpy_function(name)
    given = random_out(rng, function, a, b, **options) if out else {}
    same = judge
    if given and given["out"].dtype != np.result_type(a, b):
        same = lambda ours, theirs: np.ones(ours.shape, bool)
        check(name, a, b, same=judge, **options)
    check(name, a, b, same=same, **given, **options)


def test_matmul(check, rng, effort):
    for _ in range(effort(700)):
        a, b = matrices(rng, random_product_shapes(rng, True))
        check_product(check, rng, "matmul", a, b, product_judge(a, b, np.matmul))
    for a, b in [(np.float64(2) * np.ones(()), np.ones(3)), (np.ones(3), np.ones(())), (np.ones((2, 3)), np.ones((2, 3)))]:
        check("matmul", a, b)
    for options in [{"dtype": "float32"}, {"dtype": "int8"}, {"dtype": "int8", "casting": "unsafe"}, {"casting": "no"}]:
        check("matmul", np.ones((2, 2)), np.ones((2, 2)), **options)


def test_products_of_stacks(check, rng, effort):
    """vecdot, matvec and vecmat are matmul with the missing axes and the first vector conjugated."""
    for _ in range(effort(500)):
        m, k = int(pick(rng, [0, 1, 2, 3, 8, 33])), int(pick(rng, [0, 1, 2, 3, 7, 64]))
        first, second = pick(rng, BATCHES + [((), ())])
        name, left, right = pick(rng, [("vecdot", (k,), (k,)), ("matvec", (m, k), (k,)), ("vecmat", (k,), (k, m))])
        if rng.random() < 0.05:
            left = left[1:]
        if rng.random() < 0.05:
            right = (right[0] + 1, *right[1:])
        a, b = matrices(rng, [(*first, *left), (*second, *right)])
        check_product(check, rng, name, a, b, bounded(check.numpy_function(name), (a, b), k))
    for name in ("matvec", "vecmat", "vecdot"):
        for a, b in [(np.ones(()), np.ones(3)), (np.ones((3, 3)), np.ones(())), (np.ones(3), np.ones(3))]:
            check(name, a, b)


def test_vecdot_along_axes(check, rng, effort):
    for _ in range(effort(150)):
        shape = pick(rng, [(3,), (3, 4), (2, 3, 4), (1, 5), (0, 2)])
        axis = int(rng.integers(-len(shape) - (rng.random() < 0.1), len(shape)))
        other = tuple(1 if rng.random() < 0.2 else n for n in shape) if rng.random() < 0.5 else shape
        a, b = matrices(rng, [shape, other])
        options = {"axis": axis, "keepdims": bool(rng.random() < 0.4)}
        judge = bounded(lambda x, y: np.vecdot(x, y, **options), (a, b), max(shape))
        check_product(check, rng, "vecdot", a, b, judge, **options)
        check("linalg_vecdot", a, b, same=judge if not options["keepdims"] else lambda ours, theirs: True, axis=axis)
    check("vecdot", np.ones((3, 2)), np.ones(2), axis=1)


def test_dot(check, rng, effort):
    for _ in range(effort(400)):
        shapes = pick(rng, [random_product_shapes(rng, False)] * 4 + [((), (3, 4)), ((5,), ()), ((2, 3, 4), (4,)),
                                                                     ((2, 3, 4), (4, 5)), ((2, 4), (3, 4, 2)), ((), ()),
                                                                     ((2, 0, 3), (3, 2)), ((2, 3), (0, 3, 2))])
        a, b = matrices(rng, shapes)
        check("dot", a, b, same=product_judge(a, b, np.dot))
    a = np.ones((2, 2))
    check("dot", a, a, out=np.ones((2, 2)))
    check("dot", a, a, out=np.ones((2, 3)))
    check("dot", a, a, out=np.ones((2, 2), np.float32))
    check("dot", a, a, out=a[::-1])
    check("dot", np.ones((2, 3, 4)), np.ones((4, 5)), out=np.ones((2, 3, 5)))


def test_dot_of_numbers(check):
    """A Python number counts as an array of its own type."""
    a = np.ones((2, 3), np.float32)
    for name in ("dot", "inner", "kron", "outer"):
        check(name, 2.0, a)
        check(name, a, 2)
        check(name, 2, 3)
    check("vdot", a[:1, 0], 2.0)


def test_vdot_and_inner(check, rng, effort):
    for _ in range(effort(300)):
        k = int(pick(rng, [0, 1, 2, 3, 8, 65]))
        other = pick(rng, [(k,), (1, k), (k, 1), (k + 1,)])
        a, b = matrices(rng, [(k,), other])
        check("vdot", a, b, same=bounded(np.vdot, (a, b), k))
        a, b = matrices(rng, pick(rng, [((k,), (k,)), ((2, k), (3, k)), ((2, 3, k), (k,)), ((2, 1, k), (3, 2, k)), ((), (2, k)),
                                        ((2, k), ()), ((2, k), (3, k + 1))]))
        check("inner", a, b, same=product_judge(a, b, np.inner))
    a, b = matrices(rng, [(2, 3, 4), (4, 6)])
    check("vdot", a, b, same=bounded(np.vdot, (a, b), 24))


def test_outer(check, rng, effort):
    for _ in range(effort(150)):
        a, b = matrices(rng, [pick(rng, [(), (0,), (3,), (2, 3), (40,)]) for _ in range(2)])
        judge = bounded(np.outer, (a, b), 1)
        check_product(check, rng, "outer", a, b, judge)
        check("linalg_outer", a, b, same=judge)
    check("outer", np.ones(3), np.ones(2), out=np.zeros((2, 2)))
    check("outer", np.ones(3), np.ones(2), out=np.zeros((2, 3, 2)))


def tensordot(a, b, axes=2, a_axes=None, b_axes=None):
    return np.tensordot(a, b, axes if a_axes is None else (a_axes, b_axes))


def test_tensordot(check, rng, effort):
    for _ in range(effort(250)):
        sizes = [int(pick(rng, [0, 1, 2, 3, 4, 6])) for _ in range(6)]
        pairs = int(rng.integers(0, 4))
        left, right = list(range(6))[:3], list(rng.permutation(6)[:3])
        shared = [x for x in left if x in right][:pairs]
        options = {"a_axes": [left.index(x) - 3 * int(rng.integers(2)) for x in shared],
                   "b_axes": [right.index(x) - 3 * int(rng.integers(2)) for x in shared]}
        if rng.random() < 0.1:
            options["a_axes"] = pick(rng, [[0, 1], [0, -3], [5], []])
        a, b = matrices(rng, [tuple(sizes[x] for x in left), tuple(sizes[x] for x in right)])
        judge = bounded(lambda x, y: tensordot(x, y, **options), (a, b), int(np.prod([sizes[x] for x in shared])))
        check("tensordot", a, b, oracle=tensordot, same=judge, **options)
    for axes in (-1, 0, 1, 2, 3, 4):
        a, b = matrices(rng, [(2, 3, 4), (3, 4, 5)] if axes == 2 else [(2, 3, 4), (4, 3, 5)] if axes == 1 else [(2, 3), (2, 3)])
        for name in ("tensordot", "linalg_tensordot"):
            check(name, a, b, same=bounded(lambda x, y: np.tensordot(x, y, axes), (a, b), 12), axes=axes)


def test_kron(check, rng, effort):
    """Products of two numbers: NumPy's bits, but for complex numbers, which its vector loops fuse."""
    shapes = [(), (1,), (3,), (0,), (2, 3), (3, 1, 2), (2, 0), (17,), (5, 7)]
    for _ in range(effort(200)):
        a, b = matrices(rng, [pick(rng, shapes), pick(rng, shapes)])
        check("kron", a, b, same=bounded(np.kron, (a, b), 1) if np.result_type(a, b).kind == "c" else None)
    for dtype in "dfhb":  # wide enough for whole rows of the result at once; one row of b is a short one
        for left, right in [((30, 40), (20, 10)), ((20, 30), (3, 3)), ((9, 40), (8, 2)), ((300,), (400,))]:
            a, b = matrices(rng, [left, right], [np.dtype(dtype)])
            check("kron", a, b)


def linear_size(a, b, **options):
    """The sum of the moduli that a cross product's components are differences of."""
    a, b = np.moveaxis(a, options.get("axisa", -1), -1), np.moveaxis(b, options.get("axisb", -1), -1)
    return np.max(np.abs(a), -1) * np.max(np.abs(b), -1)


def test_cross(check, rng, effort):
    for _ in range(effort(250)):
        first, second = int(pick(rng, [3, 3, 3, 2])), int(pick(rng, [3, 3, 3, 2]))
        stacks = pick(rng, [((), ()), ((4,), (4,)), ((2, 1), (3,)), ((0,), (1,)), ((5, 2), (5, 2)), ((2,), (3,)), ((70,), ()),
                           ((700,), (700,)), ((3, 90), (90,)), ((2, 80), (2, 1))])
        options = {}
        shapes = []
        for stack, n, axis in zip(stacks, (first, second), ("axisa", "axisb")):
            at = int(rng.integers(0, len(stack) + 1))
            shapes.append((*stack[:at], n, *stack[at:]))
            options[axis] = at - (len(stack) + 1) * int(rng.integers(2))
        if rng.random() < 0.4:
            options["axisc"] = int(rng.integers(-3, 3))
        if rng.random() < 0.05:
            options["axisa"] = 4
        a, b = matrices(rng, shapes)
        same = None
        if np.result_type(a, b).kind == "c":
            eps = np.finfo(np.result_type(a, b)).eps
            same = lambda ours, theirs: np.abs(ours - theirs) <= 16 * eps * np.max(np.abs(a), initial=0) * np.max(
                np.abs(b), initial=0)
        check("cross", a, b, same=same, **options)
    for shape, axis in [((3, 4), 0), ((3, 4), -2), ((3, 4), 2), ((2, 4), 0), ((4, 4), 0)]:
        a, b = np.arange(float(np.prod(shape))).reshape(shape), np.ones(shape)
        check("cross", a, b, axis=axis)
        check("linalg_cross", a, b, axis=axis)
    check("cross", np.ones(()), np.ones(3))
    check("linalg_cross", np.ones(()), np.ones(3))


def test_views_of_linalg(check, rng):
    for shape in [(3, 3), (2, 3, 4), (3,), (0, 2), (2, 2, 5, 3)]:
        a = matrices(rng, [shape])[0]
        check("matrix_transpose", a, strides=True)
        check("linalg_matrix_transpose", a, strides=True)
        for offset in (0, 1, -2):
            check("linalg_diagonal", a, offset=offset)
            check("linalg_trace", a, offset=offset)
        check("linalg_trace", a, dtype="complex64")
    a, b = matrices(rng, [(2, 3, 4), (4, 5)])
    check("linalg_matmul", a, b, same=product_judge(a, b, np.matmul))


def multi_dot(*arrays):
    return np.linalg.multi_dot(arrays)


def test_multi_dot(check, rng, effort):
    for _ in range(effort(100)):
        count = int(rng.integers(2, 7))
        sizes = [int(pick(rng, [1, 2, 3, 5, 9, 20])) for _ in range(count + 1)]
        if rng.random() < 0.1:
            sizes[int(rng.integers(count))] = 0
        shapes = [(sizes[i], sizes[i + 1]) for i in range(count)]
        if rng.random() < 0.3:
            shapes[0] = shapes[0][1:]
        if rng.random() < 0.3:
            shapes[-1] = shapes[-1][:1]
        dtype = pick(rng, [d for d in NUMPY_DTYPES if d.char in "ldDfF"])
        arrays = matrices(rng, shapes, [dtype])
        check("linalg_multi_dot", arrays, same=bounded(multi_dot, arrays, sum(sizes)))
    m = np.ones((2, 2))
    for arrays in ([m], [np.ones(2), np.ones(2), m, m], [m, np.ones((3, 3)), np.ones((3, 2))], [np.ones(())] * 3):
        check("linalg_multi_dot", arrays)
    check("linalg_multi_dot", [m, m, m], out=np.zeros((2, 2)))
    check("linalg_multi_dot", [m, m, m, m], out=np.zeros((2, 2)))
    check("linalg_multi_dot", [m, m, m], out=np.zeros((2, 3)))


def test_products_with_themselves(check, rng, effort):
    """Of these half is computed, as NumPy does."""
    for dtype in "fdFD":
        for _ in range(effort(1)):
            n, k = int(rng.integers(128, 200)), int(rng.integers(30, 130))
            a = ordinary_values(np.dtype(dtype), n * k, rng).reshape(n, k)
            for x in (a, a[:, ::-1], np.asfortranarray(a)):
                check("inner", x, x, same=bounded(np.inner, (x, x), k))
            check("matmul", a, a.T, same=product_judge(a, a.T, np.matmul))
            check("matmul", a[1:], a[:-1].T, same=product_judge(a[1:], a[:-1].T, np.matmul))
            out = np.zeros((k, k), dtype, order="F")
            check("matmul", a.T, a, same=product_judge(a.T, a, np.matmul), out=out)


def test_long_sums(check, rng, effort):
    """They are added in pieces."""
    for dtype in "fdFD":
        for _ in range(effort(1)):
            m, n, k = int(rng.integers(2, 97)), int(rng.integers(2, 97)), int(rng.integers(1000, 2500))
            a, b = (ordinary_values(np.dtype(dtype), k * s, rng).reshape(k, s) for s in (m, n))
            check("matmul", a.T, b, same=product_judge(a.T, b, np.matmul))
            check("matmul", b.T, b, same=product_judge(b.T, b, np.matmul))
            k = int(rng.integers(135_000, 180_000))
            x, y = (ordinary_values(np.dtype(dtype), k, rng) for _ in range(2))
            for u, v in [(x, y), (x[::-1], y), (x[::2], y[: len(x[::2])]), (x[:513], y[:1026:2])]:
                check("vdot", u, v, same=bounded(np.vdot, (u, v), len(u)))
                check("vecdot", u, v, same=bounded(np.vecdot, (u, v), len(u)))
                check("dot", u, v, same=bounded(np.dot, (u, v), len(u)))


@pytest.mark.parametrize("size", [100, 257, 600])
def test_large_matmul(check, rng, size):
    for dtype in NUMPY_DTYPES:
        a, b = (ordinary_values(dtype, size * 100, rng).reshape(s) for s in ((100, size), (size, 100)))
        check("matmul", a, b, same=product_judge(a, b, np.matmul))
