"""RandomState's distributions beside NumPy's, on MT19937 and the other bit generators: the draws, and the state afterwards.
Must not know how a draw is made. How near they are is told as in test_random.py."""

import numpy as np
import pytest

from test_random import EPS, KINDS, angle, apart, johnk, located, near

BITS = lambda **_: None


def gamma(shape, scale=1.0):
    return near(6, 16 * EPS * shape * scale) if shape >= 1 else near(6 + 4 / max(shape, 1e-3))


def beta(a, b):
    """A gamma draw is (1 + c x)^3 of a normal draw x: what is lost where that is near 0 remains beside the sum of two."""
    return near(6 + 4 / min(a, b, 1), 16 * EPS) if a > 1 or b > 1 else johnk(a, b)


def student(df):
    """A normal draw over the root of such a gamma draw, where large ones are of small gamma draws."""
    near_by = near(8 + 8 / df)
    if df < 2:
        return near_by
    return lambda ours, theirs: near_by(ours, theirs) | (np.abs(ours - theirs) <= 8 * EPS * np.abs(theirs) ** 3)


DISTRIBUTIONS = {
    "uniform": (BITS, [{}, dict(low=-3.5, high=2.0), dict(low=2.0, high=-3.0)]),
    "triangular": (BITS, [dict(left=-1.0, mode=0.5, right=2.0)]),
    "standard_normal": (lambda: near(3), [{}]),
    "normal": (lambda loc=0.0, scale=1.0: near(3, 8 * EPS * (abs(loc) + scale)), [{}, dict(loc=1.5, scale=0.3), dict(loc=-1e6, scale=0.0)]),
    "lognormal": (lambda mean=0.0, sigma=1.0: near(4 + 8 * sigma + abs(mean)), [{}, dict(mean=0.5, sigma=2.0)]),
    "standard_cauchy": (lambda: near(5), [{}]),
    "standard_exponential": (lambda: near(2), [{}]),
    "exponential": (lambda scale=1.0: near(3), [{}, dict(scale=2.5), dict(scale=0.0)]),
    "rayleigh": (lambda scale=1.0: near(3), [{}, dict(scale=2.0)]),
    "standard_gamma": (gamma, [dict(shape=s) for s in (0.0, 0.05, 0.3, 0.99, 1.0, 1.5, 7.0, 1e4)]),
    "gamma": (gamma, [dict(shape=0.3, scale=3.0), dict(shape=4.0, scale=0.5), dict(shape=1e8, scale=0.0)]),
    "chisquare": (lambda df: gamma(df / 2, 2.0), [dict(df=d) for d in (0.5, 2.0, 7.0, 1e9)]),
    "noncentral_chisquare": (
        lambda df, nonc: near(8 + 8 / df, 16 * EPS * (nonc + 16)),
        [dict(df=d, nonc=n) for d, n in ((0.5, 3.0), (3.0, 2.0), (3.0, 0.0), (0.3, 50.0), (1.0, 1e3))],
    ),
    "f": (lambda dfnum, dfden: near(8 + 8 / dfnum + 8 / dfden, 64 * EPS), [dict(dfnum=a, dfden=b) for a, b in ((1.0, 3.0), (5.0, 7.0))]),
    "noncentral_f": (
        lambda dfnum, dfden, nonc: near(16 + 8 / dfnum + 8 / dfden, 64 * EPS * (nonc + 16)),
        [dict(dfnum=a, dfden=b, nonc=c) for a, b, c in ((1.0, 3.0, 2.0), (4.0, 7.0, 0.0))],
    ),
    "standard_t": (student, [dict(df=d) for d in (0.5, 3.0, 1e6)]),
    "beta": (beta, [dict(a=a, b=b) for a, b in ((0.5, 0.5), (1.0, 1.0), (0.01, 0.02), (1e-3, 1e-4), (2.0, 3.0), (0.5, 3.0), (1e5, 1e4))]),
    "pareto": (lambda a: near(4 + 16 / a, 2 * EPS), [dict(a=a) for a in (0.1, 0.5, 3.0, 100.0)]),  # exp(x) - 1
    "weibull": (lambda a: near(3 + 4 / max(a, 1e-3)), [dict(a=a) for a in (0.0, 0.1, 0.5, 3.0, 100.0)]),
    "laplace": (located, [{}, dict(loc=1.0, scale=2.0)]),
    "gumbel": (located, [{}, dict(loc=1.0, scale=2.0)]),
    "logistic": (located, [{}, dict(loc=1.0, scale=2.0)]),
    "vonmises": (angle, [dict(mu=m, kappa=k) for m, k in ((0.0, 1e-9), (0.0, 1e-6), (1.0, 0.5), (-2.0, 4.0), (0.0, 1e5))]),
    "binomial": (
        BITS,
        [dict(n=n, p=p) for n, p in ((0, 0.5), (10, 0.0), (10, 1.0), (10, 0.3), (10, 0.9), (61, 0.5), (1000, 0.7), (10**9, 1e-9), (10**12, 3e-11))],
    ),
    "negative_binomial": (BITS, [dict(n=n, p=p) for n, p in ((1, 0.1), (100, 0.5), (0.5, 0.9), (1e6, 0.001), (3, 1.0))]),
    "poisson": (BITS, [{}] + [dict(lam=m) for m in (0.0, 0.1, 9.99, 10.0, 50.0, 1e5)]),
    "geometric": (BITS, [dict(p=p) for p in (1.0, 0.9, 0.34, 0.33, 0.01, 1e-9)]),
    "zipf": (lambda a: near(2, 1.0) if a < 3 else None, [dict(a=a) for a in (1.1, 1.5, 2.0, 5.0, 100.0)]),
    "logseries": (BITS, [dict(p=p) for p in (0.0, 0.1, 0.5, 0.9, 0.9999)]),
    "hypergeometric": (
        BITS,
        [
            dict(ngood=a, nbad=b, nsample=c)
            for a, b, c in ((10, 5, 3), (0, 5, 3), (5, 0, 3), (100, 200, 50), (300, 20, 315), (300, 20, 200), (3, 200, 150), (10**6, 10**7, 10**5))
        ],
    ),
}


def power(ours, theirs):
    """pow(1 - exp(-x), 1 / a): a draw near 0 is a difference."""
    return np.abs(ours - theirs) <= 1e-12 * np.abs(theirs) + 1e-300


def states(rng, kinds=KINDS):
    """A RandomState on each bit generator, half of them with a normal draw that waits."""
    for kind in kinds:
        state = np.random.RandomState(getattr(np.random, kind)(int(rng.integers(2**32))))
        if rng.random() < 0.5:
            state.standard_normal()
        yield state


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_draws(check, rng, draws, name):
    nearness, cases = DISTRIBUTIONS[name]
    count, seeds = draws(400)
    for case in cases:
        same = apart(nearness(**case))
        for state in states(rng, KINDS * seeds):
            check(f"random_{name}", state, **case, size=(count,), same=same)
        check(f"random_{name}", next(states(rng)), **case, size=[None, (), (1,), (3, 2), (0,)][int(rng.integers(5))], same=same)


def test_power(check, rng, draws):
    count, seeds = draws(400)
    for a in (0.5, 1.5, 10.0):
        for state in states(rng, KINDS * seeds):
            check("random_power", state, a=a, size=(count,), same=power)


def test_wald(check, rng, draws):
    """NumPy's older formula, mean + mean / (2 scale) (y - sqrt(4 scale y + y^2)), cancels what y = mean n^2, |n| < 6, is off by.
    Some draws are mean^2 over that."""
    count, seeds = draws(400)
    for mean, scale in ((1.0, 1.0), (3.0, 0.5), (0.1, 10.0)):
        off = 4 * EPS * (mean + 36 * mean * mean / scale)
        same = lambda o, t, m=mean, off=off: np.abs(o - t) <= t * (4 * EPS + off / np.minimum(t, m * m / t))
        for state in states(rng, KINDS * seeds):
            check("random_wald", state, mean=mean, scale=scale, size=(count,), same=same)


def test_parameters_broadcast(check, rng):
    f = lambda *shape: rng.uniform(0.5, 3, shape)
    for state in states(rng):
        check("random_normal", state, loc=f(3, 1), scale=f(4), same=near(3, 8 * EPS))
        check("random_normal", state, loc=f(3), size=(2, 3), same=near(3, 8 * EPS))
        check("random_normal", state, loc=f(3), size=(3, 2))
        check("random_binomial", state, np.array([1, 0, 7000]), f(2, 1) / 4)
        check("random_hypergeometric", state, [10, 2000], [[5], [700]], 5)


@pytest.mark.parametrize("name, args, options", [
    ("normal", (), dict(scale=-1.0)), ("uniform", (), dict(high=np.inf)), ("gamma", (-1.0,), {}), ("beta", (0.0, 1.0), {}),
    ("poisson", (), dict(lam=-1.0)), ("binomial", (-1, 0.5), {}), ("binomial", (3, 1.5), {}), ("geometric", (0.0,), {}),
    ("hypergeometric", (5, 5, 0), {}), ("hypergeometric", (5, 5, 11), {}), ("hypergeometric", (-1, 5, 1), {}), ("zipf", (1.0,), {}),
    ("logseries", (1.0,), {}), ("negative_binomial", (0, 0.5), {}), ("wald", (0.0, 1.0), {}), ("triangular", (1.0, 0.0, 2.0), {}),
])
def test_misuses(check, rng, name, args, options):
    check(f"random_{name}", next(states(rng)), *args, **options)
