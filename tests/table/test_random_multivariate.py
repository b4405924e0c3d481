"""Multinomial, Dirichlet, multivariate hypergeometric and normal draws: rows and the state afterwards.
Must not know how they are drawn."""

import copy

import numpy as np
import pytest

from compare import steps

EPS = 2.0**-52
KINDS = ["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64", "RandomState"]


@pytest.fixture
def make(rng):
    def made(kind):
        seed = int(rng.integers(2**32))
        return np.random.RandomState(seed) if kind == "RandomState" else np.random.Generator(getattr(np.random, kind)(seed))

    return made


def probabilities(rng, *shape):
    p = rng.random(shape)
    p[rng.random(shape) < 0.2] = 0
    p[..., 0] += 0.01
    return p / p.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("kind", KINDS)
def test_multinomial(check, rng, draws, make, kind):
    for n in (0, 1, 5, 40, 100000):
        for length in (1, 2, 6):
            for size in (None, (), (draws(400)[0],), (2, 3), (0,)):
                check("random_multinomial", make(kind), n, probabilities(rng, length), size=size)
    for n, p in [(-1, [1.0]), (3, [0.5, np.nan]), (3, [1.5, 0.5]), (3, [0.7, 0.7, 0.1]), (3, [-0.1, 1.0]), (3, []),
                 (3, [0.25 + 0j])]:
        check("random_multinomial", make(kind), np.array(n), np.array(p))
    check("random_multinomial", make(kind), 3, np.array([0.3, 0.7], "f4"))
    if kind != "RandomState":  # which takes int(n)
        check("random_multinomial", make(kind), np.array(2.5), np.array([1.0]))


@pytest.mark.parametrize("kind", KINDS[:-1])
def test_arrays_of_experiments(check, rng, make, kind):
    for n, shape in [(np.array([5, 0, 20]), (4,)), (np.array([[5], [2]]), (3, 4)), (7, (2, 3)), (np.zeros((0, 1), int), (3, 4))]:
        p = probabilities(rng, *shape)
        space = np.broadcast_shapes(np.shape(n), shape[:-1])
        for size in (None, space, (2, *space), (9,), (1,) * len(space)):
            check("random_multinomial", make(kind), n, p, size=size)


@pytest.mark.parametrize("kind", KINDS)
def test_dirichlet(check, rng, draws, make, kind):
    """A share is a quotient of sums of draws that are within two steps, or of powers 1 / alpha of such. Of small alpha Generator
    breaks shares off what the others left: a difference from 1. RandomState's gamma draws of large alpha are near to steps of alpha."""

    def near(alpha):
        most = 8 + 8 / np.min(alpha, initial=1.0, where=np.asarray(alpha) > 0)
        largest = np.max(alpha, initial=0)

        def same(ours, theirs):
            floor = 0.0
            if kind != "RandomState" and largest < 0.1:
                floor = 8 * EPS * theirs / np.cumsum(theirs[..., ::-1], axis=-1)[..., ::-1]
            elif kind == "RandomState" and largest > 1:
                floor = 16 * EPS
            return (steps(ours, theirs) <= most) | (np.abs(ours - theirs) <= floor) | (np.isnan(ours) & np.isnan(theirs))

        return same

    for largest in (0.09, 0.11, 1.0, 30.0):
        for length in (1, 2, 5):
            alpha = rng.random(length) * largest
            for size in (None, (draws(400)[0],), (2, 3), (0,)):
                check("random_dirichlet", make(kind), alpha, size=size, same=near(alpha))
    for alpha in ([0.0, 0.0], [0.0, 0.05], [0.0, 2.0, 0.0], [-1.0, 2.0], [[1.0, 2.0]], 1.0, [1 + 0j]):
        with np.errstate(all="ignore"):
            check("random_dirichlet", make(kind), np.array(alpha), size=(3,), same=near(np.real(alpha)))


@pytest.mark.parametrize("kind", KINDS[:-1])
@pytest.mark.parametrize("method", ["marginals", "count"])
def test_urn(check, rng, draws, make, kind, method):
    for length in (1, 2, 5):
        for most in (2, 30):
            colors = rng.integers(0, most, length)
            for sample in {0, int(colors.sum()) // 2, int(colors.sum()), int(rng.integers(0, colors.sum() + 1))}:
                for size in (None, (draws(400)[0],), (2, 3), (0,)):
                    check("random_multivariate_hypergeometric", make(kind), colors, sample, size=size, method=method)
    for colors, sample in [([3, -1], 1), ([3, 4], 8), ([3, 4], -1), ([[3, 4]], 1), ([3.0, 4.0], 1), ([], 0), ([2**62, 2**62, 5], 1),
                           ([10**9], 3), (5, 1)]:
        if method == "marginals" or np.sum(colors) < 1000:
            check("random_multivariate_hypergeometric", make(kind), np.array(colors), sample, method=method)
    check("random_multivariate_hypergeometric", make(kind), np.array([3, 4]), 1, method="other")


METHODS = {kind: (["svd"] if kind == "RandomState" else ["svd", "eigh", "cholesky"]) for kind in KINDS}
WAYS = [(kind, method) for kind in KINDS for method in METHODS[kind]]
FEW = [way for way in WAYS if way[0] in ("PCG64", "RandomState")]  # what does not depend on the stream


def covariance(rng, values):
    q = np.linalg.qr(rng.standard_normal((len(values), len(values))))[0]
    cov = (q * values) @ q.T
    return (cov + cov.T) / 2


def normals(generator, *shape):
    return copy.deepcopy(generator).standard_normal(shape)


def with_method(kind, method, **options):
    return options if kind == "RandomState" else {"method": method, **options}


def factor_of(ls, generator, mean, cov, **options):
    """The F with draws = mean + z F^T, by the normals z that NumPy's generator draws in this state; how far from linear they are."""
    n = len(mean)
    z = normals(generator, 4 * n, n)
    drawn = ls.invoke("random_multivariate_normal", copy.deepcopy(generator), mean, cov, size=(4 * n,), **options).numpy() - mean
    found = np.linalg.lstsq(z, drawn, rcond=None)[0]
    return found.T, np.max(np.abs(z @ found - drawn))


@pytest.mark.parametrize("kind, method", WAYS)
def test_multivariate_normal(ls, check, rng, effort, make, kind, method):
    """NumPy's normals times a factor of cov: its columns are along LAPACK's vectors, but for signs, where those are determined."""
    for n in (1, 2, 3, 5, 9):
        for _ in range(effort(2)):
            values = np.cumsum(rng.uniform(0.5, 2, n))
            mean, cov = rng.standard_normal(n), covariance(rng, values)
            generator = make(kind)
            inverse = np.linalg.inv(cov)
            length = lambda x, m=mean, i=inverse: np.einsum("...i,ij,...j->...", x - m, i, x - m)  # is that of the normals
            same = lambda o, t: np.abs(length(o) - length(t)) <= 1e-10 * (1 + length(t))
            for size in (None, (), (7,), (2, 3), (0,)):
                check("random_multivariate_normal", generator, mean, cov, size=size, same=same, **with_method(kind, method))
            factor, off = factor_of(ls, generator, mean, cov, **with_method(kind, method))
            check.that(off < 1e-10, f"{kind} {method} {n}: draws are not a factor of NumPy's normals, {off}")
            check.that(np.allclose(factor @ factor.T, cov, 0, 1e-10), f"{kind} {method} {n}: F F^T is not cov")
            squares = factor.T @ factor
            if method == "cholesky":
                check.that(np.allclose(factor, np.linalg.cholesky(cov), 0, 1e-10), f"{kind} {n}: {factor}")
            else:
                ordered = values if method == "eigh" else values[::-1]
                check.that(np.allclose(squares, np.diag(ordered), 0, 1e-10), f"{kind} {method} {n}: columns {squares}")


@pytest.mark.parametrize("kind, method", [way for way in FEW if way[1] != "cholesky"])
def test_factors_of_what_is_no_covariance(ls, check, rng, make, kind, method):
    """Of equal, zero and negative values, and of a matrix that is not symmetric: the factor that the method's steps give."""
    for n in (2, 4):
        uneven = rng.standard_normal((n, n)) + 3 * np.eye(n)
        u, s, vh = np.linalg.svd(uneven)
        for cov in (np.eye(n) * 2.5, np.zeros((n, n)), np.ones((n, n)), covariance(rng, np.arange(n) * 1.0), covariance(rng, np.arange(n) - 1.5), uneven):
            generator, mean = make(kind), rng.standard_normal(n)
            factor, off = factor_of(ls, generator, mean, cov, **with_method(kind, method, check_valid="ignore"))
            lower = np.tril(cov) + np.tril(cov, -1).T
            w, v = np.linalg.eigh(lower if method == "eigh" or cov is not uneven else np.eye(n))
            wanted = (v * np.abs(w)) @ v.T
            if cov is uneven and method == "svd":
                wanted = (vh.T * s) @ vh if kind == "RandomState" else (u * s) @ u.T
            check.that(off < 1e-9 and np.allclose(factor @ factor.T, wanted, 0, 1e-9), f"{kind} {method} {cov}: {factor @ factor.T}")


@pytest.mark.parametrize("kind, method", FEW)
def test_checks_of_covariances(check, make, kind, method):
    """What is refused, and the class of the error."""
    drawn = lambda ours, theirs: True
    good, indefinite = np.array([[2.0, 0.5], [0.5, 1.0]]), np.array([[1.0, 2.0], [2.0, 1.0]])
    tilted = np.array([[1.0, 1e-5], [-1e-5, 1.0]])
    mean = np.array([1.0, -2.0])
    for cov in (good, indefinite, tilted, -good, np.zeros((2, 2)), np.ones((2, 2)), good.astype("f4"), np.eye(2, dtype="i4"), np.eye(2) > 0):
        for valid in ("warn", "raise", "ignore", "wrong"):
            for tol in (1e-8, 1e-3, 10.0, -1.0):
                check("random_multivariate_normal", make(kind), mean, cov, check_valid=valid, tol=tol, same=drawn, **with_method(kind, method))
    for other, cov in [(mean, np.eye(3)), (mean[:1], good), (mean, good[:1]), (mean, good[0]), (mean[0], good), (mean[None], good), (mean[:0], good[:0, :0]),
                       (mean + 1j, good), (mean, np.full((2, 2), np.nan)), (mean, np.stack([good] * 2)), (mean.astype("f4"), good), (mean, good + 0j)]:
        if method == "eigh" and np.any(np.isnan(cov)):
            continue  # whether LAPACK's iteration ends on NaN is left open
        if not (kind == "RandomState" and np.iscomplexobj(cov)):  # where NumPy warns and drops a part
            check("random_multivariate_normal", make(kind), np.asarray(other), cov, same=drawn, **with_method(kind, method))
    for size in ((-1,), (2, -3)):
        check("random_multivariate_normal", make(kind), mean, good, size=size, **with_method(kind, method))
    if kind != "RandomState":
        check("random_multivariate_normal", make(kind), mean, good, method="qr")
