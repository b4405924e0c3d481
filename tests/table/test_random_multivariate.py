"""Multinomial, Dirichlet and multivariate hypergeometric draws: rows and the state afterwards.
Must not know how they are drawn."""

import numpy as np
import pytest

from compare import steps

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
    """A share is a quotient of sums of draws that are within two steps, or of powers 1 / alpha of such."""

    def near(alpha):
        most = 8 + 8 / np.min(alpha, initial=1.0, where=np.asarray(alpha) > 0)
        return lambda ours, theirs: (steps(ours, theirs) <= most) | (np.isnan(ours) & np.isnan(theirs))

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
