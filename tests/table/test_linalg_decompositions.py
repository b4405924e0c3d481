"""numpy.linalg's systems and factorisations beside NumPy: residuals and values relative to the norms, dtypes, shapes, errors.
Must not know algorithms. What is not determined (signs of vectors, the order of eigenvalues) is tested by what it must satisfy."""

import itertools

import numpy as np
import pytest

from arrays import NUMPY_DTYPES, make, ordinary_values, writable_layout
from conftest import outcome

DTYPES = [d for d in NUMPY_DTYPES if d.char != "e"]
INEXACT = [d for d in DTYPES if d.kind in "fc"]
SQUARE = [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (8, 8), (9, 9), (17, 17), (33, 33), (0, 2, 2), (3, 0, 0), (7, 1, 1), (2, 3, 4, 4),
          (6, 5, 5), (1, 12, 12)]
MATRICES = SQUARE + [(1, 3), (3, 1), (2, 5), (5, 2), (0, 3), (3, 0), (2, 0, 3), (2, 4, 0), (3, 7, 4), (2, 2, 4, 9), (31, 6), (6, 31)]


def pick(rng, choices):
    return choices[int(rng.integers(len(choices)))]


def small_values(dtype, n, rng):
    """Whole numbers near 0 of integer types, else near 1 in size."""
    if dtype.kind in "iu":
        return rng.integers(0 if dtype.kind == "u" else -9, 10, n).astype(dtype)
    return ordinary_values(dtype, n, rng)


def matrix(rng, shapes, dtypes=DTYPES):
    return make(pick(rng, shapes), pick(rng, dtypes), writable_layout(rng), rng, small_values)


def hermitian(rng, dtypes=DTYPES, positive=False):
    a = matrix(rng, SQUARE, dtypes)
    b = (a @ a.swapaxes(-1, -2).conj()) if positive else a + a.swapaxes(-1, -2).conj()
    b = b + (np.eye(a.shape[-1]).astype(b.dtype) if positive else 0)
    if b.dtype.kind == "c":
        b.imag[..., range(b.shape[-1]), range(b.shape[-1])] = 0
    a = a.astype(b.dtype, order="K", copy=True)
    a[...] = b
    return a


def eps_of(*arrays):
    single = all(a.dtype.char in "fF" for a in arrays)
    return float(np.finfo("f4" if single else "f8").eps)


def condition(a):
    """The largest of the stack; infinite where NumPy cannot tell."""
    s = np.linalg.svd(np.asarray(a, "D" if a.dtype.kind == "c" else "d"), compute_uv=False)
    if s.size == 0:
        return 1.0
    with np.errstate(all="ignore"):
        return float(np.max(np.nan_to_num(s[..., 0] / s[..., -1], nan=np.inf), initial=1))


def size(x):
    return np.max(np.abs(x), axis=(-2, -1), keepdims=True, initial=0) if x.ndim > 1 else np.max(np.abs(x), initial=0)


def within(bound):
    """As large as the largest of its matrix, times the bound; not finite: the same."""
    def same(ours, theirs):
        scale = np.where(np.isfinite(size(theirs)), size(theirs), 1)
        return (np.abs(ours - theirs) <= bound * scale) | (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))

    return same


def each_within(bound):
    return lambda ours, theirs: (np.abs(ours - theirs) <= bound * np.abs(theirs)) | (ours == theirs)


def wide(x):
    x = np.asarray(x)
    return x.astype("D" if x.dtype.kind == "c" else "d")


def results(ls, name, *args, **options):
    r = ls.invoke(name, *args, **options)
    return [x.numpy() for x in r] if isinstance(r, tuple) else r.numpy()


def same_types(check, text, ours, theirs):
    for o, t in zip(ours, theirs, strict=True):
        check.that(o.dtype == t.dtype and o.shape == np.shape(t), f"{text}: {o.dtype}{o.shape}, NumPy {t.dtype}{np.shape(t)}")


def near(check, text, a, b, bound, scale):
    off = np.abs(wide(a) - wide(b))
    good = bool(np.all(off <= bound * scale))
    check.that(good, "" if good else f"{text}: off by {np.max(off / scale):.3g}, allowed {bound:.3g}")


def test_inv_and_det(check, rng, effort):
    for _ in range(effort(150)):
        a = matrix(rng, SQUARE)
        if condition(a) > 1e10:
            continue
        bound = 20 * max(a.shape[-1], 1) * condition(a) * np.finfo("f8").eps + 2 * eps_of(a)
        check("linalg_inv", a, same=within(bound), strides=a.ndim == 2)
        check("linalg_det", a, same=each_within(bound * 4))
        check("linalg_slogdet", a, same=lambda o, t: np.abs(o - t) <= bound * 4 * (1 + np.abs(t)))


def test_solve(ls, check, rng, effort):
    for _ in range(effort(200)):
        a = matrix(rng, SQUARE)
        n = a.shape[-1]
        if condition(a) > 1e10:
            continue
        shape = pick(rng, [(n,), (n, 1), (n, 3), (n, 0), (2, n, 3), (*a.shape[:-2], n, 2), (1,) * (a.ndim - 2) + (n, 5), (n + 1,), (n, n)])
        b = make(shape, pick(rng, DTYPES), writable_layout(rng), rng, small_values)
        bound = 20 * max(n, 1) * condition(a) * np.finfo("f8").eps + 2 * eps_of(a, b)
        check("linalg_solve", a, b, same=within(bound), strides=a.ndim == b.ndim == 2)
        if b.ndim > 1 and outcome(lambda: np.linalg.solve(a, b))[1] is None:
            x = results(ls, "linalg_solve", a, b)
            residual = np.abs(wide(a) @ wide(x) - wide(b))
            allowed = 20 * max(n, 1) * eps_of(a, b) * (size(wide(a)) * size(wide(x)) + size(wide(b)))
            check.that(np.all(residual <= allowed), f"residual of solve {a.dtype}{a.shape} {b.dtype}{b.shape}")


def test_singular(check, rng):
    """A pivot that is zero however one rounds; in one matrix of a stack, too."""
    for n, dtype in itertools.product((1, 2, 3, 4, 7, 12, 40), INEXACT):
        a = rng.integers(1, 9, (3, n, n)).astype(dtype)
        a[1, :, n // 2] = 0
        check("linalg_inv", a)
        check("linalg_solve", a, a)
        check("linalg_det", a[1], same=lambda o, t: o == t)
        check("linalg_slogdet", a[1], same=lambda o, t: o == t)
        check("linalg_solve", a[1], a[0, 0])
    check("linalg_slogdet", np.full((2, 2), np.nan), same=lambda o, t: (o == t) | np.isnan(o) & np.isnan(t))


def test_cholesky(check, rng, effort):
    for _ in range(effort(100)):
        a = hermitian(rng, [d for d in DTYPES if d.char in "fdFDlib"], positive=True)
        bound = 50 * max(a.shape[-1], 1) * condition(a) * np.finfo("f8").eps + 2 * eps_of(a)
        other = np.triu(a, 1) * 7  # the triangle that is not read
        check("linalg_cholesky", a - other, same=within(bound), strides=a.ndim == 2)
        check("linalg_cholesky", a - np.tril(a, -1) * 7, upper=True, same=within(bound), strides=a.ndim == 2)
    for n, dtype in itertools.product((1, 2, 5, 9, 50), INEXACT):
        a = np.eye(n).astype(dtype)[None].repeat(3, 0)
        a[2, n - 1, n - 1] = -1
        check("linalg_cholesky", a)
        check("linalg_cholesky", a * 0, upper=True)


def test_qr(ls, check, rng, effort):
    for _ in range(effort(120)):
        a = matrix(rng, MATRICES)
        m, n = a.shape[-2:]
        mode = pick(rng, ["reduced", "complete"])
        text = f"qr {a.dtype}{a.shape} {mode}"
        q, r = results(ls, "linalg_qr", a, mode=mode)
        same_types(check, text, (q, r), np.linalg.qr(a, mode))
        bound = 20 * max(m, n, 1) * eps_of(a)
        near(check, text, wide(q) @ wide(r), a, bound, size(wide(a)) + 1e-300)
        near(check, text + " q", wide(q).swapaxes(-1, -2).conj() @ wide(q), np.eye(q.shape[-1]), bound, 1)
        check.that(np.all(np.tril(r, -1) == 0), f"{text}: r has elements below the diagonal")
        leading = condition(a[..., : min(m, n)])  # these columns alone decide q
        if leading < 1e6:  # then all but signs is determined
            bound *= leading
            near(check, text + " r", np.abs(r), np.abs(np.linalg.qr(a, mode)[1]), bound, size(wide(a)) + 1e-300)
        if leading < 1e6 and a.dtype.kind in "fc":  # no sums that should be zero: signs are LAPACK's
            for mode in ("r", "raw", "economic"):
                oracle = lambda a, mode: np.linalg.qr(a, mode) if mode == "raw" else (np.linalg.qr(a, mode),)
                check("linalg_qr", a, mode=mode, oracle=oracle, same=within(bound))


def test_svd(ls, check, rng, effort):
    for _ in range(effort(120)):
        a = matrix(rng, MATRICES)
        if rng.random() < 0.2 and a.ndim > 1 and a.shape[-1] > 1:
            a[..., -1] = a[..., 0]  # of less than full rank
        full = bool(rng.integers(2))
        text = f"svd {a.dtype}{a.shape} full_matrices={full}"
        u, s, vh = results(ls, "linalg_svd", a, full_matrices=full)
        theirs = np.linalg.svd(a, full_matrices=full)
        same_types(check, text, (u, s, vh), theirs)
        bound = 20 * max(*a.shape[-2:], 1) * eps_of(a)
        largest = np.max(s, initial=0) + 1e-300
        near(check, text + " s", s, theirs[1], bound, largest)
        k = s.shape[-1]
        near(check, text, (wide(u)[..., :k] * s[..., None, :]) @ wide(vh)[..., :k, :], a, bound, largest)
        near(check, text + " u", wide(u).swapaxes(-1, -2).conj() @ wide(u), np.eye(u.shape[-1]), bound, 1)
        near(check, text + " vh", wide(vh) @ wide(vh).swapaxes(-1, -2).conj(), np.eye(vh.shape[-2]), bound, 1)
        check("linalg_svdvals", a, same=lambda o, t: np.abs(o - t) <= bound * largest)
        check("linalg_svd", a, compute_uv=False, oracle=lambda a, compute_uv: (np.linalg.svd(a, compute_uv=False),),
              same=lambda o, t: np.abs(o - t) <= bound * largest)


def test_hermitian_svd(ls, check, rng, effort):
    for _ in range(effort(60)):
        a = hermitian(rng)
        text = f"svd hermitian {a.dtype}{a.shape}"
        theirs, error = outcome(lambda: np.linalg.svd(a, hermitian=True))
        if error:
            continue
        u, s, vh = results(ls, "linalg_svd", a, hermitian=True)
        same_types(check, text, (u, s, vh), theirs)
        bound, largest = 20 * max(a.shape[-1], 1) * eps_of(a), np.max(s, initial=0) + 1e-300
        near(check, text, (wide(u) * s[..., None, :]) @ wide(vh), np.tril(wide(a)) + np.tril(wide(a), -1).swapaxes(-1, -2).conj(), bound, largest)
        near(check, text + " s", s, theirs[1], bound, largest)
        check("linalg_svd", a, compute_uv=False, hermitian=True,
              oracle=lambda a, **o: (np.linalg.svd(a, **o),), same=lambda o, t: np.abs(o - t) <= bound * largest)


def test_eigh(ls, check, rng, effort):
    for _ in range(effort(120)):
        a = hermitian(rng)
        uplo = pick(rng, ["L", "U", "l", "u"])
        read = np.triu(a) if uplo in "Uu" else np.tril(a)
        w, v = results(ls, "linalg_eigh", read, UPLO=uplo)
        text = f"eigh {a.dtype}{a.shape} {uplo}"
        theirs = np.linalg.eigh(read, uplo)
        same_types(check, text, (w, v), theirs)
        bound, largest = 20 * max(a.shape[-1], 1) * eps_of(a), np.max(np.abs(w), initial=0) + 1e-300
        near(check, text + " w", w, theirs[0], bound, largest)
        whole = wide(read) + (wide(read) * (1 - np.eye(a.shape[-1]))).swapaxes(-1, -2).conj()
        near(check, text, whole @ wide(v), wide(v) * w[..., None, :], bound, largest)
        near(check, text + " v", wide(v).swapaxes(-1, -2).conj() @ wide(v), np.eye(a.shape[-1]), bound, 1)
        check("linalg_eigvalsh", read, UPLO=uplo, same=lambda o, t: np.abs(o - t) <= bound * largest)


def test_eig(ls, check, rng, effort):
    for _ in range(effort(120)):
        a = hermitian(rng) if rng.random() < 0.3 else matrix(rng, SQUARE)
        if rng.random() < 0.2:
            a = np.triu(a)  # all eigenvalues are real
        text = f"eig {a.dtype}{a.shape}"
        theirs = np.linalg.eig(a)
        w, v = results(ls, "linalg_eig", a)
        bound, largest = 40 * max(a.shape[-1], 1) * eps_of(a), size(wide(a)) * max(a.shape[-1], 1) + 1e-300
        # Imaginary parts of rounding errors may be there on one side
        doubtful = w.dtype != theirs[0].dtype and np.all(np.abs(np.concatenate([w.imag.ravel(), theirs[0].imag.ravel()])) < 1e-6 * np.max(largest))
        if not doubtful:
            same_types(check, text, (w, v), theirs)
        near(check, text, wide(a) @ wide(v), wide(v) * w[..., None, :], bound, largest)
        near(check, text + " v", np.sqrt(np.sum(np.abs(wide(v)) ** 2, axis=-2)), 1, bound, 1)
        near(check, text + " trace", np.sum(wide(w), -1), np.trace(wide(a), axis1=-2, axis2=-1), bound * max(a.shape[-1], 1), np.max(largest, initial=1e-300))
        values = results(ls, "linalg_eigvals", a)
        near(check, text + " eigvals", np.sum(wide(values) ** 2, -1), np.sum(wide(w) ** 2, -1), bound * max(a.shape[-1], 1), np.max(largest, initial=1e-300) ** 2)
    for bad in (np.nan, np.inf):
        for name in ("linalg_eig", "linalg_eigvals"):
            check(name, np.array([[1, bad], [0, 1]]))


def test_lstsq(ls, check, rng, effort):
    shapes = [s for s in MATRICES if len(s) == 2]
    for _ in range(effort(120)):
        a = matrix(rng, shapes)
        m, n = a.shape
        if rng.random() < 0.3 and n > 1:
            a[:, -1] = a[:, 0]
        b = make(pick(rng, [(m,), (m, 1), (m, 3), (m, 0)]), pick(rng, DTYPES), writable_layout(rng), rng, small_values)
        rcond = pick(rng, [None, 1e-6, -1.0]) if condition(a) < 1e6 else 1e-6
        s = np.linalg.svd(wide(a), compute_uv=False)
        s = s[s > 1e-6 * np.max(s, initial=0)]
        cond = np.max(s, initial=1) / np.min(s, initial=1) if s.size else 1
        bound = 40 * max(m, n, 1) * eps_of(a, b) * cond**2
        if bound < 1e-2:
            largest = 1 + np.max(np.abs(wide(b)), initial=0) * max(1, 1 / np.min(s, initial=1)) * max(1, b.size)
            check("linalg_lstsq", a, b, rcond=rcond, same=lambda o, t: np.abs(o - t) <= bound * (largest**2 + np.max(s, initial=1)))
    check("linalg_lstsq", np.full((3, 2), np.nan), np.ones(3))


def test_rank_and_pinv(check, rng, effort):
    for _ in range(effort(100)):
        a = matrix(rng, MATRICES)
        if rng.random() < 0.5 and a.shape[-1] > 1:
            a[..., -1] = a[..., 0]
        s = np.linalg.svd(wide(a), compute_uv=False)
        with np.errstate(all="ignore"):
            ratios = s / s[..., :1] if s.size else s
        clear = np.all((ratios > 1e-4) | (ratios < 1e-5 * (eps_of(a) ** 0.5)))
        if not clear:
            continue
        check("linalg_matrix_rank", a, rtol=1e-4)
        check("linalg_matrix_rank", a, **pick(rng, [{"tol": 1e-3}, {"tol": np.full(a.shape[:-2], 2.0)}, {"rtol": np.full(a.shape[:-2], 1e-3)}]),
              same=lambda o, t: (o == t) | np.any(np.abs(s - 1e-3) < 1e-5) | np.any(np.abs(s - 2) < 1e-4) | np.any(np.abs(ratios - 1e-3) < 1e-6))
        if s.size:
            bound = 100 * max(a.shape[-2:]) * eps_of(a) / np.min(ratios[ratios > 1e-4], initial=1)
            check("linalg_pinv", a, rcond=1e-4, same=within(bound))
            check("linalg_pinv", a, rtol=np.full(a.shape[:-2], 1e-4), same=within(bound))
    for n in (1, 2, 9):
        a = np.eye(n) * np.arange(1, n + 1)
        check("linalg_pinv", a, same=within(1e-13))
        check("linalg_matrix_rank", a)
        check("linalg_pinv", a, hermitian=True, same=within(1e-13))
        check("linalg_matrix_rank", a, hermitian=True)
    for x in (np.zeros(3), np.ones(3), np.float64(0), np.empty(0)):
        check("linalg_matrix_rank", np.asarray(x))
    for shape in ((0, 3), (3, 0), (2, 0, 0)):
        check("linalg_pinv", np.empty(shape, "f4"))
        check("linalg_matrix_rank", np.empty(shape, "f4"))


def test_cond(check, rng, effort):
    for _ in range(effort(80)):
        a = matrix(rng, SQUARE)
        bound = 100 * max(a.shape[-1], 1) * (condition(a) * np.finfo("f8").eps + eps_of(a))
        if bound > 1e-3:
            continue
        check("linalg_cond", a, same=each_within(bound))
        check("linalg_cond", a, p=pick(rng, [1, -1, 2, -2, np.inf, -np.inf]), same=each_within(bound))
        check("linalg_cond", a, norm=pick(rng, ["fro", "nuc"]), oracle=lambda x, norm: np.linalg.cond(x, norm), same=each_within(bound))
    singular = np.stack([np.eye(3), np.zeros((3, 3)), np.full((3, 3), 0.0)])
    for p in (None, 1, 2, -1, np.inf):
        check("linalg_cond", singular, p=p, same=each_within(1e-13))
    check("linalg_cond", np.array([[[1.0, np.nan], [0, 1]], [[1, 0], [0, 0]]]), p=1)
    for wrong in (np.array([[1.0, 2, 3], [4, 5, 7]]), np.empty((0, 0)), np.ones(3)):
        for p in (1, 2):
            check("linalg_cond", wrong, p=p, same=each_within(1e-10))
    check("linalg_cond", np.eye(2), p=3)


@pytest.mark.parametrize("name", ["inv", "det", "slogdet", "cholesky", "qr", "svd", "svdvals", "eig", "eigvals", "eigh", "eigvalsh", "pinv"])
def test_misuse(check, name):
    for shape in ((), (3,), (2, 3), (2, 3, 2)):
        x = np.arange(np.prod(shape), dtype=float).reshape(shape) if shape else np.float64(1)
        if len(shape) < 2 or name not in ("qr", "svd", "svdvals", "pinv"):
            check("linalg_" + name, np.asarray(x))
    check("linalg_" + name, np.eye(2, dtype="f2"))


def test_other_misuse(check):
    a = np.eye(3)
    for args, options in (([a, np.ones(2)], {}), ([a, np.ones((2, 3))], {}), ([a, np.float64(1) * np.ones(())], {}), ([a[:2], a], {}),
                          ([np.ones((2, 3, 3)), np.ones((3, 3, 1))], {})):
        check("linalg_solve", *args, **options)
    for args in ([a, np.ones(2)], [a[None], np.ones(3)], [a, np.ones((3, 1, 1))], [np.ones(3), np.ones(3)]):
        check("linalg_lstsq", *args)
    check("linalg_qr", a, mode="wrong")
    check("linalg_eigh", a, UPLO="X")
    check("linalg_eigvalsh", a, UPLO="LU")
    check("linalg_pinv", a, rcond=0.1, rtol=0.1)
    check("linalg_matrix_rank", a, tol=0.1, rtol=0.1)
    for name in ("linalg_svd", "linalg_svdvals"):
        check(name, np.array([[np.nan, 1], [1, 2]]))


def test_large(ls, check, rng):
    """Above the size from which the library's own threads may be used, and enough small ones for ours."""
    a = rng.standard_normal((403, 403))
    check("linalg_solve", a, a[:, :3], same=within(1e-9))
    w, v = results(ls, "linalg_eigh", a + a.T)
    near(check, "eigh", (a + a.T) @ v, v * w, 1e-12, 50)
    stack = rng.standard_normal((4001, 4, 4))
    x = results(ls, "linalg_inv", stack)
    near(check, "inv of many", stack @ x, np.eye(4), 1e-12, size(stack) * size(x) + 1)
