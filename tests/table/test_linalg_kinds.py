"""numpy.linalg over the matrices that solvers stumble on: singular, ill-conditioned, graded, very large and very small.
Must not know algorithms: a result is held to the equations that it must satisfy, relative to norms, and to NumPy's where it is determined."""

import numpy as np
import pytest

from arrays import LAYOUTS, NUMPY_DTYPES, empty_layout
from conftest import outcome
from test_linalg_decompositions import condition, eps_of, near, pick, results, size, small_values, wide

INEXACT = [d for d in NUMPY_DTYPES if d.char in "fdFD"]
ORDERS = [None, 1, -1, 2, -2, np.inf, -np.inf]
TINY = 1e-300  # where a matrix of zeros leaves no scale


def normal(rng, dtype, *shape):
    x = rng.standard_normal(shape)
    return (x + 1j * rng.standard_normal(shape) if dtype.kind == "c" else x).astype(dtype)


def hilbert(rng, dtype, n):
    return (1 / (1.0 + np.add.outer(np.arange(n), np.arange(n)))).astype(dtype)


def graded(rng, dtype, n):
    return (normal(rng, dtype, n, n) * np.logspace(0, -10, n)[:, None]).astype(dtype)


def deficient(rng, dtype, n):
    """Of rank n // 2 exactly: whole numbers that float32 holds, and no small singular values but the zeros."""
    half = n // 2
    while True:
        left, right = (rng.integers(-2, 3, shape) + 3.0 * np.eye(*shape) for shape in ((n, half), (half, n)))
        s = np.linalg.svd(left @ right, compute_uv=False)[:half]
        if half == 0 or s[-1] > 0.02 * s[0]:
            return (left @ right).astype(dtype)


def alike(rng, dtype, n):
    a = normal(rng, dtype, n, n)
    a[-1] = a[0]
    return a


def jordan(rng, dtype, n):
    return (0.5 * np.eye(n) + np.eye(n, k=1)).astype(dtype)


def rotation(rng, dtype, n):
    return np.linalg.qr(wide(normal(rng, dtype, n, n)))[0].astype(dtype)


KINDS = {
    "hilbert": hilbert, "graded": graded, "deficient": deficient, "alike": alike, "jordan": jordan, "rotation": rotation,
    "zero": lambda rng, dtype, n: np.zeros((n, n), dtype), "tiny": lambda rng, dtype, n: (normal(rng, dtype, n, n) * 1e-30).astype(dtype),
    "huge": lambda rng, dtype, n: (normal(rng, dtype, n, n) * 1e30).astype(dtype), "constant": lambda rng, dtype, n: np.full((n, n), 3, dtype),
}  # fmt: skip


def laid_out(rng, a):
    """The same elements in another layout."""
    b = empty_layout(a.shape, a.dtype, str(rng.choice([name for name, row in LAYOUTS.items() if 0 not in row[1]])), rng)
    b[...] = a
    return b


def product(*matrices):
    result = wide(matrices[0])
    for m in matrices[1:]:
        result = result @ wide(m)
    return result


def hermitian(a):
    return np.swapaxes(np.conj(a), -1, -2)


def unitary(check, text, q, bound):
    near(check, text, product(hermitian(q), q), np.eye(q.shape[-1]), bound, 1)


@pytest.fixture(params=KINDS)
def stack(request, rng):
    """Two square matrices of the kind, of each dtype and some sizes, in some layout."""
    kind = KINDS[request.param]
    return [laid_out(rng, np.stack([kind(rng, dtype, n) for _ in range(2)])) for dtype in INEXACT for n in (2, 3, 5, 10, 19)]


def test_systems(ls, check, rng, stack):
    """solve, inv: residuals however ill the condition; det, slogdet: within eps of the singular values that they are products of."""
    for a in stack:
        n, text = a.shape[-1], f"{a.dtype}{a.shape}"
        bound, b = 30 * n * eps_of(a), normal(rng, a.dtype, n, 3)
        for name, right, args in (("solve", b, (b,)), ("inv", np.eye(n), ())):
            x, error = outcome(lambda: ls.invoke("linalg_" + name, a, *args).numpy())
            if error:
                check.that(error.python == "LinAlgError" and condition(a) > 0.01 / eps_of(a) / n, f"{name} {text}: {error!r}")
            elif np.all(np.isfinite(x)):
                near(check, f"{name} {text}", product(a, x), np.broadcast_to(right, x.shape), bound * n, size(wide(a)) * size(wide(x)) + size(right))
        s = np.linalg.svd(wide(a), compute_uv=False)
        with np.errstate(all="ignore"):
            theirs = np.linalg.det(wide(a))
            spread = s[:, 0] * np.prod(np.maximum(s, 10 * n * np.finfo("d").eps * s[:, :1])[:, :-1], -1)  # eps moves the last one by eps times the first
            (sign, log), det = results(ls, "linalg_slogdet", a), results(ls, "linalg_det", a)
            for what, value, most, least in (("slogdet", wide(sign) * np.exp(wide(log)), 1e300, TINY), ("det", wide(det), 1e37, 1e-37)):
                far = np.abs(value - theirs) > (n * bound + 2 * eps_of(a) * np.abs(log, where=np.isfinite(log), out=np.zeros(2))) * spread + least
                check.that(not np.any(far & (spread < most)), f"{what} {text}: {value}, NumPy {theirs}")
        check.that(det.dtype == a.dtype == sign.dtype and log.dtype.char == a.dtype.char.lower(), f"{text}: types of det and slogdet")


def test_factors(ls, check, rng, stack):
    """qr, svd, eigh and cholesky give back the matrix, and their bases are orthonormal, whatever its rank."""
    for a in stack:
        n, text = a.shape[-1], f"{a.dtype}{a.shape}"
        bound, scale = 30 * n * eps_of(a), size(wide(a)) * n + TINY
        for mode in ("reduced", "complete"):
            q, r = results(ls, "linalg_qr", a[..., : n - 1], mode=mode)
            near(check, f"qr {mode} {text}", product(q, r), a[..., : n - 1], bound, scale)
            unitary(check, f"q {mode} {text}", q, bound)
        u, s, vh = results(ls, "linalg_svd", a)
        near(check, f"svd {text}", product(u * s[:, None], vh), a, bound, scale)
        unitary(check, f"u {text}", u, bound)
        unitary(check, f"vh {text}", hermitian(vh), bound)
        check.that(np.all(s >= 0) and np.all(s[:, :-1] >= s[:, 1:]), f"svd {text}: singular values {s}")
        check("linalg_svdvals", a, same=lambda o, t: np.abs(o - t) <= bound * scale[..., 0])
        own = laid_out(rng, a + hermitian(a))
        for uplo in "LU":
            w, v = results(ls, "linalg_eigh", own, UPLO=uplo)
            near(check, f"eigh {uplo} {text}", product(own, v), wide(v) * w[:, None], bound, 2 * scale)
            unitary(check, f"eigh v {text}", v, bound)
            check("linalg_eigvalsh", own, UPLO=uplo, same=lambda o, t: np.abs(o - t) <= 2 * bound * scale[..., 0])
        with np.errstate(over="ignore"):
            positive = (product(a, hermitian(a)) + 30 * n * eps_of(a) * size(wide(a)) ** 2 * np.eye(n)).astype(a.dtype)
        for upper in (False, True):
            f, error = outcome(lambda: wide(ls.invoke("linalg_cholesky", positive, upper=upper).numpy()))
            if not np.all(np.isfinite(positive)):
                continue
            if error is None:
                made = product(hermitian(f), f) if upper else product(f, hermitian(f))
                near(check, f"cholesky {text}", made, positive, bound, size(wide(positive)) * n + TINY)
                check.that(not np.any(np.tril(f, -1) if upper else np.triu(f, 1)), f"cholesky {text} has more than a triangle")
            else:  # positive by more than rounding, unless it is zero
                check.that(not np.any(positive), f"cholesky {text}: {error!r}")


def test_eigenvectors(ls, check, stack):
    for a in stack:
        n, text = a.shape[-1], f"eig {a.dtype}{a.shape}"
        (w, v), theirs = results(ls, "linalg_eig", a), np.linalg.eig(wide(a))
        bound, scale = 60 * n * eps_of(a), size(wide(a)) * n + TINY
        # LAPACK balances: what is graded is exact relative to its parts, not always to the norm
        allowed = 4 * np.max(np.abs(product(a, theirs[1]) - theirs[1] * theirs[0][:, None]), axis=(-2, -1), keepdims=True)
        off = np.abs(product(a, v) - wide(v) * w[:, None])
        check.that(np.all(off <= bound * scale + allowed), f"{text}: off by {np.max(off / scale):.3g}")
        near(check, text + " v", np.sum(np.abs(wide(v)) ** 2, axis=-2), 1, bound, 1)
        values = results(ls, "linalg_eigvals", a)
        for k in range(1, 3):
            near(check, f"{text} sum of w**{k}", np.sum(wide(values) ** k, -1), np.trace(np.linalg.matrix_power(wide(a), k), axis1=-2, axis2=-1),
                 bound * n, scale[:, 0, 0] ** k)


def test_conjugate_pairs(ls, check, rng, effort):
    """Real matrices with complex eigenvalues: the type of the whole stack follows, pairs are conjugate."""
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    for a in (turn, np.stack([turn, np.eye(2)]), np.stack([np.eye(2), np.eye(2)]), turn.astype("f4"), (turn * 3).astype("i4"), turn + 0j):
        for name in ("linalg_eig", "linalg_eigvals"):
            check(name, a, same=lambda o, t: np.abs(np.abs(o) - np.abs(t)) <= 1e-6)
    for _ in range(effort(20)):
        n = int(pick(rng, [2, 3, 4, 7, 12]))
        w, v = results(ls, "linalg_eig", rng.standard_normal((n, n)))
        for k in np.flatnonzero(w.imag > 0):
            check.that(w[k + 1] == np.conj(w[k]) and np.array_equal(v[:, k + 1], np.conj(v[:, k])), f"pair {k} of {w}")


def test_rank(check, ls, rng):
    """Of matrices of known rank, with the tolerance that is NumPy's own."""
    for dtype, n in [(d, n) for d in INEXACT for n in (2, 3, 5, 10, 19)]:
        a = np.stack([deficient(rng, dtype, n), np.zeros((n, n), dtype), np.eye(n, dtype=dtype)])
        check.that(results(ls, "linalg_matrix_rank", a).tolist() == [n // 2, 0, n], f"rank {dtype}{n}")
        sym = a @ hermitian(a)
        check.that(results(ls, "linalg_matrix_rank", sym, hermitian=True).tolist() == [n // 2, 0, n], f"rank of hermitian {dtype}{n}")
        check("linalg_matrix_rank", a, tol=np.array([1e-2, 0.0, 2.0]))
        check("linalg_matrix_rank", a[:1], tol=np.array([1e-2, 1e9, 1e-2]))  # the wider of both
    for x in (np.zeros(0), np.array(0.0), np.array([0.0, np.nan]), np.zeros((0, 0)), np.zeros((2, 0, 3)), np.zeros((0, 3, 3))):
        check("linalg_matrix_rank", x)


def test_pseudo_inverse(ls, check, rng):
    """Penrose's four conditions, of full rank and less."""
    for dtype, (m, n) in [(d, s) for d in INEXACT for s in ((1, 1), (3, 3), (5, 2), (2, 5), (9, 9), (20, 7))]:
        most = max(m, n)
        for a in (normal(rng, dtype, 2, m, n), deficient(rng, dtype, most)[None, :m, :n]):
            s = np.linalg.svd(wide(a), compute_uv=False)
            kept = s[s > 1e-6 * s[..., :1]]
            if not kept.size or np.max(s) > 100 * np.min(kept):
                continue
            p = results(ls, "linalg_pinv", laid_out(rng, a), rcond=np.float64(1e-5))
            text, bound = f"pinv {dtype}{a.shape}", 100 * most * eps_of(a) * (np.max(s) / np.min(kept)) ** 2
            near(check, text + " apa", product(a, p, a), a, bound, size(a))
            near(check, text + " pap", product(p, a, p), p, bound, size(p))
            for left, right in ((a, p), (p, a)):
                near(check, text + " projection", product(left, right), hermitian(product(left, right)), bound, 1)
    a = normal(rng, np.dtype("d"), 3, 4, 2)
    for bad in (np.ones((2, 3)), np.ones((5, 1, 3)), np.ones(4)):
        check("linalg_pinv", a, rcond=bad)
        check("linalg_pinv", a[0], rtol=bad)
    for good in (np.array(0.1), np.ones(3) * 0.1, np.ones(1) * 0.1):
        check("linalg_pinv", a, rtol=good, same=lambda o, t: np.abs(o - t) <= 1e-9 * (1 + np.abs(t)))


def test_least_squares_of_known_rank(ls, check, rng):
    """With NumPy's own tolerance: the rank, no residuals below full rank, a solution of smallest norm, the normal equations."""
    for dtype, n in [(d, n) for d in INEXACT for n in (2, 3, 6, 11)]:
        a = laid_out(rng, np.concatenate([deficient(rng, dtype, n)] * 2))
        for b in (normal(rng, dtype, 2 * n), normal(rng, dtype, 2 * n, 2)):
            x, residuals, rank, s = results(ls, "linalg_lstsq", a, b, rcond=1e-5)
            text, top = f"lstsq {dtype}{a.shape}", size(wide(a)) * n
            check.that(int(rank) == n // 2 and residuals.shape == (0,) and rank.dtype == np.int32, f"{text}: rank {rank}, residuals {residuals.shape}")
            bound = 100 * n * eps_of(a) * (s[0] / s[n // 2 - 1]) ** 2
            near(check, text, product(hermitian(a), product(a, x) - b), 0, bound, top.max() * (top.max() * np.max(np.abs(x)) + np.max(np.abs(b))))
            row_space = np.linalg.svd(wide(a))[2][: n // 2]
            near(check, text + " smallest", product(hermitian(row_space), row_space, x), x, bound, np.max(np.abs(x)) + TINY)


@pytest.mark.parametrize("p", [*ORDERS, "fro", "nuc"])
def test_condition(check, rng, p):
    options = {"norm": p} if isinstance(p, str) else {"p": p}
    oracle = (lambda x, norm: np.linalg.cond(x, norm)) if isinstance(p, str) else None

    def same(bound):
        return lambda o, t: (np.abs(o - t) <= bound * np.abs(t)) | (o == t) | (np.isnan(o) & np.isnan(t))

    for dtype in INEXACT:
        for n in (1, 2, 4, 6):
            a = hilbert(rng, dtype, n)
            check("linalg_cond", a, oracle=oracle, same=same(100 * n * (eps_of(a) + np.finfo("d").eps * condition(a))), **options)
        for a in (np.zeros((2, 2)), np.stack([np.eye(3), np.zeros((3, 3)), np.diag([1.0, 2, 0])]), np.zeros((0, 3, 3)), np.array([[1.0, 2, 3], [4, 5, 7]]),
                  np.ones((2, 0, 0)), np.ones((3,)), np.full((3, 3), np.nan), np.diag([np.inf, 1.0])):
            check("linalg_cond", a.astype(dtype), oracle=oracle, same=same(1e-5), **options)
    for a in (np.eye(2, dtype="i4") * 3, np.eye(2) > 0, np.eye(2, dtype="e")):
        check("linalg_cond", a, oracle=oracle, same=same(1e-13), **options)


def test_wrong_orders_of_condition(check):
    for a in (np.eye(2), np.ones((2, 3)), np.ones(3), np.eye(2, dtype="e"), np.zeros((0, 0))):
        check("linalg_cond", a, p=3)
        check("linalg_cond", a, p=0)
        check("linalg_cond", a, norm="wrong", oracle=lambda x, norm: np.linalg.cond(x, norm))


# Whole numbers, of less than full rank: the last pivot is zero in exact arithmetic
SINGULAR = [np.array([[1, 2], [2, 4]]), np.arange(1, 10).reshape(3, 3), np.arange(9).reshape(3, 3), np.arange(1, 10).reshape(3, 3).T,
            np.arange(16).reshape(4, 4), np.arange(1, 17).reshape(4, 4), np.ones((3, 3)), np.array([[0, 1], [0, 2]])]


def test_singular_where_numpy_says_so(ls, check, rng, effort):
    """The elimination rounds as LAPACK's, so that both raise or neither does; kernels may differ for some, old ones for many."""
    if ls.device != "cpu":
        return
    for a in SINGULAR:
        for dtype in (*INEXACT, np.dtype("i4")):
            check("linalg_inv", a.astype(dtype))
            check("linalg_solve", np.stack([np.eye(len(a)), a]).astype(dtype), np.ones((len(a), 1)))
            check("linalg_det", a.astype(dtype), same=lambda o, t: (o == 0) == (t == 0))
    count, apart = effort(300), 0
    for _ in range(count):
        a = rng.integers(-9, 10, (4, 4)).astype("d")
        a[-1] = a[0] + a[1]
        raised = [outcome(call)[1] is not None for call in (lambda: np.linalg.inv(a), lambda: ls.invoke("linalg_inv", a))]
        apart += raised[0] != raised[1]
    check.that(apart <= 0.2 * count + 3, f"{apart} of {count} singular matrices: one side raises")
