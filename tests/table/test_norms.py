"""Norms, powers of matrices and tensors as systems: bits where NumPy only adds, compares and takes roots, else a bound.
Must not know how singular values or inverses are computed."""

import numpy as np

from arrays import NUMPY_DTYPES, make, random_layout, random_values
from products import bounded, numbers, pick

INEXACT = [d for d in NUMPY_DTYPES if d.kind in "fc"]
OTHERS = [d for d in NUMPY_DTYPES if d.char in "?bHl"]
EXACT_ORDERS = [None, 2, 1, np.inf, -np.inf, 0]


def with_name(function):
    """NumPy's ord is a number or a name; ours has two arguments."""
    def call(x, norm=None, **options):
        return function(x, **({"ord": norm} if norm else {}), **options)
    return call


norm, matrix_norm, vector_norm = map(with_name, (np.linalg.norm, np.linalg.matrix_norm, np.linalg.vector_norm))


def close(factor, scale=0):
    """Within factor * eps of NumPy's, relative to the larger of `scale` and the result's largest element."""
    def same(ours, theirs):
        if ours.dtype.kind in "biu":
            return ours == theirs
        eps = np.finfo(ours.dtype).eps
        size = np.max(np.abs(theirs), initial=scale, where=np.isfinite(theirs))
        near = np.abs(ours - theirs) <= factor * eps * size + np.finfo(ours.dtype).tiny
        return near | (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    return same


def array(rng, shape, values=numbers):
    return make(shape, pick(rng, INEXACT + OTHERS), random_layout(rng), rng, values)


def same_for(x, size):
    """NumPy's vector loops fuse complex products: their sums are within eps times the number of terms, others bits."""
    return close(8 + size) if x.dtype.kind == "c" else None


def test_norms_of_vectors(check, rng, effort):
    for _ in range(effort(400)):
        x = array(rng, pick(rng, [(5,), (1,), (0,), (3, 4), (2, 3, 4), (40, 9), (300,), (7, 0), (130, 3)]),
                  pick(rng, [numbers, numbers, random_values]))
        axis = int(rng.integers(-x.ndim - (rng.random() < 0.1), x.ndim))
        options = {"axis": axis, "keepdims": bool(rng.random() < 0.4)}
        ord = pick(rng, EXACT_ORDERS)
        if ord is not None:
            options["ord"] = ord
        check("linalg_norm", x, oracle=norm, same=same_for(x, x.size), **options)
        check("linalg_vector_norm", x, oracle=vector_norm, same=same_for(x, x.size), **options)


def test_norms_by_powers(check, rng, effort):
    for _ in range(effort(150)):
        x = array(rng, pick(rng, [(5,), (3, 4), (2, 3, 4), (60,), (0,)]))
        ord = pick(rng, [3, 0.5, -1, -2, 2.5, -0.5, 4, 7])
        # a root multiplies relative errors by 1 / ord; half types round every power
        factor = (16 + x.size) * max(1, 1 / abs(ord))
        if x.dtype.kind in "fc" and (ord > 0 or x.dtype != np.float16):
            check("linalg_norm", x, oracle=norm, same=close(factor), ord=ord, axis=-1)
            check("linalg_vector_norm", x, oracle=vector_norm, same=close(factor), ord=ord)


def test_norms_of_all_elements(check, rng, effort):
    for _ in range(effort(150)):
        x = array(rng, pick(rng, [(), (5,), (3, 4), (2, 3, 4), (0, 3), (40, 30)]))
        same = close(8 + x.size if x.dtype != np.float16 else 8)
        check("linalg_norm", x, oracle=norm, same=same, keepdims=bool(rng.random() < 0.5))
        check("linalg_norm", x, oracle=norm, same=same, norm=pick(rng, ["fro", "f"]))
        check("linalg_vector_norm", x, oracle=vector_norm, same=same, keepdims=bool(rng.random() < 0.5))
        check("linalg_norm", x, oracle=norm, same=same, ord=2.0) if x.ndim == 1 else None


def test_norms_of_matrices(check, rng, effort):
    for _ in range(effort(300)):
        x = array(rng, pick(rng, [(3, 4), (4, 3), (2, 3, 4), (1, 1), (20, 30), (0, 3), (3, 0), (2, 5, 5), (5,)]))
        options, same = {}, None
        kind = rng.random()
        if kind < 0.5:
            options["ord"] = pick(rng, [1, -1, np.inf, -np.inf, 3, 0])
            if x.dtype.kind == "c":
                same = close(8 + x.size)  # moduli are within a step
        elif kind < 0.8:
            options.update(pick(rng, [{"ord": 2}, {"ord": -2}, {"norm": "nuc"}]))
            size = np.linalg.norm(x.astype("D")) if x.size else 0  # the smallest value's error is that of the largest
            same = close(40 + 10 * max(x.shape), size)
        elif kind < 0.9:
            options["norm"] = pick(rng, ["fro", "f", "wrong"])
            same = same_for(x, x.size)
        else:
            same = same_for(x, x.size)
        keepdims = bool(rng.random() < 0.3)
        check("linalg_matrix_norm", x, oracle=matrix_norm, same=same, keepdims=keepdims, **options)
        axes = [int(a) for a in rng.permutation(x.ndim)[:2]] if rng.random() < 0.9 else pick(rng, [[0, 0], [0, 7], []])
        if len(axes) == 2 or not axes:
            check("linalg_norm", x, oracle=lambda x, axis, **o: norm(x, axis=tuple(axis), **o), same=same, axis=axes,
                  keepdims=keepdims, **options)


def test_norms_along_several_axes(check, rng, effort):
    for _ in range(effort(100)):
        x = array(rng, pick(rng, [(3, 4), (2, 3, 4), (2, 1, 3, 4), (0, 3)]))
        axes = [int(a) for a in rng.permutation(x.ndim)[: int(rng.integers(2, x.ndim + 1))]]
        if rng.random() < 0.1:
            axes = pick(rng, [[], [0, 0], [0, 9]])
        axes = [a - x.ndim if rng.random() < 0.3 and a < x.ndim else a for a in axes]
        options = {"axis": axes, "keepdims": bool(rng.random() < 0.5), "ord": float(pick(rng, [2, 1, np.inf, -np.inf, 0]))}
        check("linalg_vector_norm", x, oracle=lambda x, axis, **o: vector_norm(x, axis=tuple(axis), **o),
              same=same_for(x, x.size), **options)


def test_wrong_norms(check):
    v, m, t = np.ones(3), np.ones((2, 3)), np.ones((2, 2, 2))
    for x, options in [(v, {"norm": "fro"}), (v, {"norm": "wrong"}), (m, {"norm": "wrong"}), (m, {"ord": 3.0}), (t, {"ord": 2.0}),
                       (np.ones(()), {"ord": 2.0}), (v, {"axis": 3}), (t, {"axis": [0, 1, 2]}), (np.ones(0), {"ord": -np.inf})]:
        oracle = norm if not isinstance(options.get("axis"), list) else lambda x, axis: norm(x, axis=tuple(axis))
        check("linalg_norm", x, oracle=oracle, **options)
    check("linalg_norm", 3, oracle=norm)
    check("linalg_norm", -2.5, oracle=norm)


def test_powers_of_matrices(check, rng, effort):
    for _ in range(effort(120)):
        n = int(pick(rng, [0, 1, 2, 3, 5, 8, 11]))
        shape = pick(rng, [(2, 2), (3, 3), (1, 1), (0, 0), (4, 3, 3), (2, 3), (3,), (2, 0, 0)])
        x = array(rng, shape)
        while x.dtype == np.float16 and n > 1 and float(np.sum(np.abs(x.astype("f8")))) ** n > 6e4:
            n -= 1  # no product on the way overflows, whatever the order
        check("linalg_matrix_power", x, n, same=bounded(lambda a: np.linalg.matrix_power(a, n), (x,), 3 * n + 3))
    for n in (-1, -2, -3, -5):
        for dtype in [d.char for d in NUMPY_DTYPES if d.char in "fdFDl"]:
            x = (np.eye(4) * 3 + rng.standard_normal((3, 4, 4))).astype(dtype)
            if dtype == "l":
                x = np.array([[2, 1], [1, 1]])
            # the inverse's error is its condition number times eps, and powers add theirs
            factor = 100 * abs(n) * float(np.max(np.linalg.cond(x)))
            check("linalg_matrix_power", x, n, same=close(factor))
    check("linalg_matrix_power", np.ones((2, 2)), -1)
    check("linalg_matrix_power", np.ones((2, 2), np.float16), -1)


def test_tensors_as_systems(check, rng):
    for a_shape, b_shape, axes in [((6, 2, 3), (6,), None), ((2, 3, 6), (2, 3), None), ((4, 6, 8, 3), (4, 6), None),
                                   ((2, 3, 6), (6,), [0, 1]), ((4, 4), (4,), None), ((1,), (), None), ((2, 2), (2, 2), None),
                                   ((2, 3), (2,), None), ((2, 3, 6), (6,), [5]), ((6, 2, 3), (5,), None), ((0, 0), (0,), None)]:
        for dtype in [d for d in NUMPY_DTYPES if d.char in "fdFl"]:
            a = np.asarray(rng.standard_normal(a_shape) * 10).astype(dtype)
            b = np.asarray(rng.standard_normal(b_shape) * 10).astype(dtype)
            try:
                np.linalg.tensorsolve(a, b, axes=axes)
                n = int(np.prod(b_shape))
                turned = a if axes is None else np.moveaxis(a, axes, range(a.ndim - len(axes), a.ndim))
                factor = 100 * float(np.linalg.cond(turned.reshape(n, n)))
            except (ValueError, ZeroDivisionError):
                factor = 100
            check("linalg_tensorsolve", a, b, same=close(factor), **({"axes": axes} if axes else {}))
    for shape, ind in [((6, 2, 3), 1), ((2, 3, 6), 2), ((4, 4), 1), ((2, 2, 2, 2), 2), ((2, 3), 1), ((2, 2), 0), ((2, 2), 2),
                       ((2, 2), -1), ((1, 1), 3)]:
        a = rng.standard_normal(shape)
        try:
            factor = 100 * float(np.linalg.cond(a.reshape(int(np.prod(shape[ind:])), -1)))
        except (ValueError, np.linalg.LinAlgError):
            factor = 100
        check("linalg_tensorinv", a, same=close(factor), ind=ind)
