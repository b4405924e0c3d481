"""numpy.linalg at its edges: empty stacks and matrices, numbers that are not finite, refused types, every layout; products of such.
Must not know algorithms."""

import numpy as np
import pytest

from arrays import LAYOUTS, NUMPY_DTYPES, empty_layout
from conftest import outcome
from test_linalg_decompositions import results
from test_linalg_kinds import INEXACT, normal, product


def test_not_finite(ls, check, rng):
    """NaN and infinities: an error where NumPy has one, else what is not finite there is not finite here."""
    lost = lambda ours, theirs: np.isfinite(theirs) | ~np.isfinite(ours)
    some = lambda ours, theirs: np.all(np.isfinite(theirs)) == np.all(np.isfinite(ours))
    for dtype in INEXACT:
        for n, bad, at in [(n, bad, at) for n in (1, 3, 20) for bad in (np.nan, np.inf, -np.inf) for at in ((0, 0), (-1, 0), (0, -1), (-1, -1))]:
            a = (normal(rng, dtype, n, n) + 3 * np.eye(n)).astype(dtype)
            a[at] = bad
            stacked = np.stack([np.eye(n, dtype=dtype), a])
            for name in ("eig", "eigvals", "svdvals", "matrix_rank", "pinv"):
                if np.isnan(bad) or "eig" in name:  # LAPACK may or may not converge on infinities
                    check("linalg_" + name, a, same=some)
                    check("linalg_" + name, stacked, same=some)
            check("linalg_norm", a, same=lambda o, t: np.isnan(o) == np.isnan(t))
            check("linalg_det", a, same=lambda o, t: (np.isfinite(o) == np.isfinite(t)) | (n > 3))
            check("linalg_matrix_power", a, 2, same=some)
            if n < 20 and ls.device == "cpu":  # blocks of a large one mix what LAPACK's kernels keep apart
                check("linalg_solve", a, np.ones((n, 1)), same=some)
                check("linalg_inv", a, same=lost if np.isinf(bad) and n == 1 else some)
                check("linalg_cholesky", np.diag(np.diag(a)), same=some)
            for ord in (1, -1, np.inf, -np.inf):
                check("linalg_norm", a, oracle=lambda x, ord: np.linalg.norm(x, ord), ord=ord, same=lambda o, t: np.isfinite(o) == np.isfinite(t))
    check("linalg_lstsq", np.full((3, 2), np.nan), np.ones(3))


SHAPES = [(0, 0), (0, 3), (3, 0), (0, 2, 2), (2, 0, 0), (2, 0, 3), (2, 3, 0), (0, 0, 0), (), (0,), (3,), (1, 1), (2, 2, 2), (1, 0, 1, 1), (2, 3)]
FUNCTIONS = ["inv", "det", "slogdet", "cholesky", "qr", "svd", "svdvals", "eig", "eigh", "eigvals", "eigvalsh", "norm", "matrix_norm",
             "vector_norm", "matrix_rank", "cond"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_empty_and_odd_shapes(check, name):
    """Dtype and shape, or the error's class, of every shape and dtype; float16 is refused where NumPy refuses it."""
    beyond = 1e12  # of a singular matrix that rounding makes regular
    close = lambda o, t: (o == t) | (np.abs(np.abs(o) - np.abs(t)) <= 1e-3 * (1 + np.abs(t))) | ((o > beyond) & (t > beyond))
    vectors = name in ("qr", "svd", "eig", "eigh")
    for shape in SHAPES:
        for dtype in [d for d in NUMPY_DTYPES if d.char in "?Blefd" or d.kind == "c"]:
            x = np.ones(shape, dtype)
            for i in range(min(shape[-2:]) if len(shape) > 1 else 0):
                x[..., i, i] = 3
            check("linalg_" + name, x, same=(lambda o, t: True) if vectors else close)


def test_shapes_of_systems(check, rng):
    """NumPy 2's rule: only a b of one dimension is a vector. Stacks broadcast, empty ones as well."""
    for a_shape in [(0, 0), (1, 1), (3, 3), (0, 3, 3), (2, 3, 3), (2, 1, 3, 3), (2, 0, 0), (3, 2), (3,)]:
        a = rng.standard_normal(a_shape) + (5 * np.eye(*a_shape[-2:]) if len(a_shape) > 1 else 0)
        for b_shape in [(), (0,), (1,), (3,), (3, 1), (3, 0), (0, 0), (0, 2), (1, 3), (2, 3), (3, 3), (2, 3, 1), (0, 3, 1), (4, 3, 2), (4, 1, 3, 2),
                        (2, 0), (2, 0, 3)]:
            b = rng.standard_normal(b_shape)
            check("linalg_solve", a, np.asarray(b), same=lambda o, t: np.abs(o - t) <= 1e-12)
            check("linalg_lstsq", a, np.asarray(b), same=lambda o, t: np.abs(o - t) <= 1e-11 * (1 + np.max(np.abs(t), initial=0)))
    for singular in (np.zeros((4, 4)), np.zeros((2, 2, 2, 2)), np.zeros((2, 2, 2))):
        check("linalg_tensorsolve", singular, np.ones(singular.shape[: singular.ndim // 2]))
        check("linalg_tensorinv", singular, ind=singular.ndim // 2)
        check("linalg_matrix_power", singular, -1)
    half = np.eye(2, dtype="e")
    for name, args, options in (("solve", [half, np.ones(2)], {}), ("lstsq", [half, np.ones(2)], {}), ("lstsq", [np.eye(2), half[0]], {}),
                                ("tensorsolve", [half, np.ones(2)], {}), ("tensorinv", [half], {"ind": 1}), ("solve", [np.eye(2), half], {})):
        check("linalg_" + name, *args, **options)


def test_every_layout(ls, check, rng):
    """The bits are those of the packed matrix, broadcast, reversed and unaligned ones included; the argument stays as it was."""
    calls = [("inv", {}), ("det", {}), ("slogdet", {}), ("cholesky", {}), ("qr", {"mode": "complete"}), ("qr", {"mode": "raw"}), ("svd", {}),
             ("svd", {"hermitian": True}), ("eig", {}), ("eigh", {"UPLO": "U"}), ("pinv", {}), ("matrix_rank", {}), ("cond", {"p": -2})]
    for layout in LAYOUTS:
        for dtype in INEXACT:
            a = empty_layout((2, 3, 4, 4), dtype, layout, rng)
            a[...] = product(normal(rng, dtype, 2, 3, 4, 4), np.eye(4)) + 6 * np.eye(4)
            a = a if rng.random() < 0.5 else np.broadcast_to(a[:, :1], a.shape)
            before = a.copy()
            packed = np.ascontiguousarray(a)
            for name, options in calls:
                (ours, error), (wanted, same_error) = (outcome(lambda: results(ls, "linalg_" + name, x, **options)) for x in (a, packed))
                pairs = zip(*([r] if not isinstance(r, list) else r for r in (ours, wanted)))
                same = str(error) == str(same_error) if error else all(np.array_equal(o, w, equal_nan=True) for o, w in pairs)
                check.that(same, f"{name} of {dtype} {layout} {a.strides} {error}")
            (x, error), (wanted, _) = (outcome(lambda: results(ls, "linalg_solve", m, np.ones((4, 2), dtype)[::-1])) for m in (a, packed))
            check.that((error is not None and wanted is None) or np.array_equal(x, wanted), f"solve of {dtype} {layout}")
            check.that(np.array_equal(a, before), f"{layout}: the argument changed")


PRODUCTS = [("matmul", (3, 4), (4, 5)), ("dot", (3, 4), (4, 5)), ("inner", (3, 4), (5, 4)), ("vdot", (9,), (9,)), ("outer", (3,), (4,)),
            ("vecdot", (3, 4), (3, 4)), ("matvec", (3, 4), (4,)), ("vecmat", (3,), (3, 4)), ("kron", (2, 3), (3, 2)), ("tensordot", (2, 3, 4), (3, 4, 5)),
            ("cross", (4, 3), (4, 3)), ("matmul", (70, 40), (40, 33))]


@pytest.mark.parametrize("name, left, right", PRODUCTS)
def test_products_that_are_not_finite(check, rng, name, left, right):
    """One NaN or infinity spoils the elements that it is a factor of, as in NumPy, and no others."""
    for dtype in INEXACT:
        for bad in (np.nan, np.inf, -np.inf):
            a, b = (np.abs(normal(rng, dtype, *shape)) + dtype.type(1) for shape in (left, right))
            a[tuple(int(rng.integers(n)) for n in left)] = bad
            a, b = a.astype(dtype), b.astype(dtype)
            same = lambda o, t: (np.isnan(o) == np.isnan(t)) & (np.isinf(o) == np.isinf(t))
            if dtype.kind == "c":  # an infinity times a complex number has a NaN part or not, by the formula
                same = lambda o, t: np.isfinite(o) == np.isfinite(t)
            check(name, a, b, same=same)
            if name == "matmul":
                check("linalg_multi_dot", [a, b, np.ones((right[-1], 2), dtype)], same=same)
                check("einsum", "ij,jk->ik", [a, b], oracle=lambda text, arrays: np.einsum(text, *arrays), same=same)
