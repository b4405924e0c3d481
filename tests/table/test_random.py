"""Every distribution from every bit generator beside NumPy: the draws, and the generator's state afterwards.
Must not know how a draw is made. Bits where NumPy computes with + - * / sqrt alone; where it calls the C library, 2 units in the
last place of what the call gives, carried through the formula: steps are units of the result, floor an absolute error beside them."""

import numpy as np
import pytest

KINDS = ["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"]
EPS = 2.0**-52


def distance(ours, theirs):
    """In units in the last place; 0 for what is equal or NaN in both."""
    with np.errstate(all="ignore"):
        unit = np.spacing(np.maximum(np.abs(ours), np.abs(theirs)))
        steps = np.abs(ours - theirs) / unit
    return np.where((ours == theirs) | (np.isnan(ours) & np.isnan(theirs)), 0, steps), unit


def near(steps, floor=0.0):
    def same(ours, theirs):
        away, unit = distance(ours, theirs)
        return (away == 0) | (away <= steps + floor / unit)

    return same


def mostly(steps, floor=0.0):
    """Bits, but for the tails of the ziggurats (below 0.05 % of words), where a logarithm is returned."""

    def same(ours, theirs):
        away, unit = distance(ours, theirs)
        tails = np.count_nonzero(away) <= 4 + 0.003 * ours.size
        return (away == 0) | (away <= steps + floor / unit) & tails

    return same


def bits_inside(limit, steps):
    """Bits up to the start of the tail."""

    def same(ours, theirs):
        return (ours == theirs) | ((np.abs(theirs) > limit) & (distance(ours, theirs)[0] <= steps))

    return same


def seldom(steps, shapes):
    """Gamma draws b (1 + c x)^3 without a floor: from shape 1.8 on 1 + c x may cancel where x is of the ziggurat's lower tail, a
    logarithm (1 word in 10^4)."""
    if max(shapes) < 1.8:
        return near(steps)

    def same(ours, theirs):
        away, _ = distance(ours, theirs)
        return (away <= steps) | ((away <= 1e4) & (np.count_nonzero(away > steps) <= 2 + 1e-4 * ours.size))

    return same


def wald(mean, scale):
    """Bits, but for normal draws of the tail: x = mean (1 - 2 / d) is off by 4 EPS mean where d is by a unit. Some draws are
    mean^2 / x."""

    def same(ours, theirs):
        away, unit = distance(ours, theirs)
        off = 4 * EPS * mean / np.minimum(theirs, mean * mean / theirs)
        few = np.count_nonzero(away) <= 4 + 0.003 * ours.size
        return (away == 0) | (np.abs(ours - theirs) <= 4 * unit + off * theirs) & few

    return same


def below(shape):
    """Steps that a gamma draw may be away: below shape 1 it is a power 1/shape of a logarithm."""
    return mostly(4, 16 * EPS * shape) if shape >= 1 else near(4 + 4 / shape)


def angle(mu, kappa):
    """arccos((1 + s z) / (s + z)) of z = cos(pi u), by its derivative: 2 units of z and one of the quotient."""
    if not 1e-8 <= kappa <= 1e6:  # NaN, too
        return mostly(4, 8 * EPS)
    r = 1 + np.sqrt(1 + 4 * kappa * kappa)
    rho = (r - np.sqrt(2 * r)) / (2 * kappa)
    s = (1 + rho * rho) / (2 * rho) if kappa >= 1e-5 else 1 / kappa + kappa

    def same(ours, theirs):
        turned = theirs - mu
        w = np.cos(turned)
        z = np.clip((1 - w * s) / (w - s), -1, 1)
        change = (s * s - 1) / (s + z) ** 2 * 2 * EPS + 2 * EPS
        away = np.minimum(change / np.maximum(np.abs(np.sin(turned)), 1e-300), 4 * np.sqrt(change))
        return np.abs(ours - theirs) <= away + 8 * EPS * (abs(mu) + 4)

    return same


def located(loc=0.0, scale=1.0):
    return near(2, 4 * EPS * (abs(loc) + scale))


def johnk(a, b):
    if a > 1 or b > 1:
        return seldom(6 + 4 / min(a, b, 1), (a, b))
    return near(5) if min(a, b) > 0.05 else near(8 + 16 * (1 / a + 1 / b))


BITS = lambda **_: None
# name: (how near, by the parameters; the parameters of each case)
DISTRIBUTIONS = {
    "random": (BITS, [{}, {"dtype": "float32"}]),
    "uniform": (BITS, [{}, {"low": -3.5, "high": 2.0}, {"low": 1.0, "high": 1.0}, {"low": -1e300, "high": 1e-3}]),
    "triangular": (BITS, [dict(left=-1.0, mode=0.5, right=2.0), dict(left=0.0, mode=0.0, right=1e9), dict(left=0.0, mode=1.0, right=1.0)]),
    "standard_normal": (
        lambda dtype="float64": bits_inside(3.65415288, 2),
        [{}, {"dtype": "float32"}],
    ),
    "normal": (
        lambda loc=0.0, scale=1.0: mostly(2, 8 * EPS * (abs(loc) + scale)),
        [{}, dict(loc=1.5, scale=0.3), dict(loc=-1e6, scale=0.0), dict(scale=np.nan), dict(loc=np.inf)],
    ),
    "standard_exponential": (
        lambda dtype="float64", method="zig": near(2) if method == "inv" else bits_inside(7.69711747, 2),
        [{}, {"dtype": "float32"}, {"method": "inv"}, {"method": "inv", "dtype": "float32"}],
    ),
    "exponential": (lambda scale=1.0: mostly(3), [{}, {"scale": 2.5}, {"scale": 0.0}, {"scale": np.inf}]),
    "standard_gamma": (
        lambda shape, dtype="float64": below(max(shape, 1e-3)) if dtype == "float64" else (near(4 + 4 / max(shape, 1e-3)) if shape < 1 else near(4, 2e-6 * shape)),
        [dict(shape=s, dtype=d) for d in ("float64", "float32") for s in (0.0, 0.05, 0.3, 0.99, 1.0, 1.5, 7.0)] + [dict(shape=1e4)],
    ),
    "gamma": (
        lambda shape, scale=1.0: mostly(6, 16 * EPS * shape * scale) if shape >= 1 else near(6 + 4 / max(shape, 1e-300)),
        [dict(shape=0.3, scale=3.0), dict(shape=4.0, scale=0.5), dict(shape=0.0), dict(shape=1e8, scale=0.0), dict(shape=1e-3)],
    ),
    "chisquare": (lambda df: mostly(6, 16 * EPS * df) if df >= 2 else near(6 + 8 / df), [dict(df=d) for d in (0.5, 2.0, 7.0, 1e9)]),
    "noncentral_chisquare": (
        lambda df, nonc: near(8 + 8 / df, 16 * EPS * (nonc + 16)),
        [dict(df=d, nonc=n) for d, n in ((0.5, 3.0), (3.0, 2.0), (3.0, 0.0), (0.3, 50.0), (1.0, 1e3), (3.0, np.nan))],
    ),
    "f": (lambda dfnum, dfden: seldom(8 + 8 / min(dfnum, 2) + 8 / min(dfden, 2), (dfnum / 2, dfden / 2)), [dict(dfnum=a, dfden=b) for a, b in ((1.0, 3.0), (5.0, 7.0))]),
    "noncentral_f": (
        lambda dfnum, dfden, nonc: near(16 + 8 / dfnum + 8 / dfden, 64 * EPS * (nonc + 16)),
        [dict(dfnum=a, dfden=b, nonc=c) for a, b, c in ((1.0, 3.0, 2.0), (4.0, 7.0, 0.0))],
    ),
    "standard_t": (lambda df: mostly(6) if df >= 2 else near(6 + 8 / df), [dict(df=d) for d in (0.5, 3.0, 1e6, np.nan)]),
    "standard_cauchy": (lambda: mostly(4), [{}]),
    "beta": (
        johnk,
        [dict(a=a, b=b) for a, b in ((0.5, 0.5), (1.0, 1.0), (0.01, 0.02), (1e-3, 1e-4), (1e-200, 2e-200), (2.0, 3.0), (0.5, 3.0), (1e5, 1e4))],
    ),
    "pareto": (lambda a: near(4 + 16 / a), [dict(a=a) for a in (0.01, 0.5, 3.0, 100.0)]),
    "weibull": (lambda a: near(3 + 4 / max(a, 1e-3)), [dict(a=a) for a in (0.0, 0.1, 0.5, 3.0, 100.0)]),
    "power": (lambda a: near(4 + 4 / a), [dict(a=a) for a in (0.01, 0.5, 3.0, 100.0)]),
    "laplace": (located, [{}, dict(loc=1.0, scale=2.0), dict(scale=0.0)]),
    "gumbel": (located, [{}, dict(loc=1.0, scale=2.0), dict(scale=0.0)]),
    "logistic": (located, [{}, dict(loc=1.0, scale=2.0), dict(scale=0.0)]),
    "lognormal": (lambda mean=0.0, sigma=1.0: near(4 + 8 * sigma + abs(mean)), [{}, dict(mean=0.5, sigma=2.0), dict(mean=-700.0, sigma=50.0)]),
    "rayleigh": (lambda scale=1.0: mostly(3), [{}, {"scale": 2.0}]),
    "wald": (wald, [dict(mean=a, scale=b) for a, b in ((1.0, 1.0), (3.0, 0.01), (1e-3, 1e4), (1e8, 1.0))]),
    "vonmises": (
        angle,
        [dict(mu=m, kappa=k) for m, k in ((0.0, 1e-9), (0.0, 1e-6), (1.0, 0.5), (-2.0, 4.0), (0.0, 1e5), (1.0, 1e7), (100.0, 3.0), (0.0, np.nan))],
    ),
    "binomial": (
        BITS,
        [
            dict(n=n, p=p)
            for n, p in ((0, 0.5), (10, 0.0), (10, 1.0), (10, 0.3), (10, 0.9), (61, 0.5), (100, 0.5), (1000, 0.7), (200, 0.2))
            + ((10**9, 1e-9), (10**9, 0.3), (10**12, 3e-11), (10**15, 0.5))
        ],
    ),
    "negative_binomial": (BITS, [dict(n=n, p=p) for n, p in ((1, 0.1), (100, 0.5), (0.5, 0.9), (1e6, 0.001), (3, 1.0))]),
    "poisson": (BITS, [{}] + [dict(lam=m) for m in (0.0, 0.1, 9.99, 10.0, 50.0, 1e5, 1e9)]),
    "geometric": (
        lambda p: near(4, 1.0) if p < 1e-6 else None,  # a quotient of an exponential draw, rounded up
        [dict(p=p) for p in (1.0, 0.9, 0.34, 0.33, 0.01, 1e-9, 1e-18)],
    ),
    "zipf": (
        lambda a: near(2, 1.0) if a < 3 else None,  # large draws are a power rounded down
        [dict(a=a) for a in (1.01, 1.1, 1.5, 2.0, 5.0, 100.0, 1030.0)],
    ),
    "logseries": (BITS, [dict(p=p) for p in (0.0, 0.1, 0.5, 0.9, 0.9999, 1e-10)]),
    "hypergeometric": (
        BITS,
        [
            dict(ngood=a, nbad=b, nsample=c)
            for a, b, c in ((10, 5, 3), (0, 5, 3), (5, 0, 3), (5, 5, 0), (100, 200, 50), (300, 20, 315), (300, 20, 200))
            + ((999999999, 999999999, 9), (10**8, 3, 11), (10**6, 10**7, 10**5))
        ],
    ),
}


def apart(n):
    """Steps between integers count as those of float64."""
    return n if n is None else lambda ours, theirs: n(ours.astype("f8"), theirs.astype("f8")) if ours.dtype.kind == "i" else n(ours, theirs)


@pytest.fixture
def make(rng):
    """A Generator with a fresh seed; half a word may wait in it."""

    def made(kind):
        generator = np.random.Generator(getattr(np.random, kind)(int(rng.integers(2**32))))
        if rng.random() < 0.5:
            generator.random(1 + int(rng.integers(3)), dtype="f4")
        return generator

    return made


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_draws(check, rng, draws, make, name):
    nearness, cases = DISTRIBUTIONS[name]
    count, seeds = draws(400)
    for kind in KINDS:
        for case in cases:
            same = apart(nearness(**case))
            for _ in range(seeds):
                check(f"random_{name}", make(kind), **case, size=(count,), same=same)
            check(f"random_{name}", make(kind), **case, size=[None, (), (1,), (3, 2), (0,)][int(rng.integers(5))], same=same)


def test_draws_of_few_and_many(check, make):
    """Around the sizes of blocks and of work that is shared between threads."""
    for kind in KINDS:
        for n in (15, 16, 511, 512, 513, 623, 625, 1249, 65_537):
            check("random_random", make(kind), size=(n,))
            check("random_random", make(kind), size=(n,), dtype="float32")
            check("random_uniform", make(kind), low=-1.0, high=3.0, size=(n,))
            check("random_standard_normal", make(kind), size=(n,), same=near(2))
            check("random_standard_exponential", make(kind), size=(n,), method="inv", same=near(2))
        for name in ("random", "standard_normal", "standard_exponential"):
            for dtype in ("float64", "float32"):
                check(f"random_{name}", make(kind), size=(300_001,), dtype=dtype, same=near(2))


def test_parameters_broadcast(check, rng, make):
    f = lambda *shape: rng.uniform(0.5, 3, shape)
    for kind in KINDS:
        check("random_normal", make(kind), loc=f(3, 1), scale=f(4), same=near(2, 8 * EPS))
        check("random_normal", make(kind), loc=f(3, 1), scale=f(4), size=(3, 4), same=near(2, 8 * EPS))
        check("random_normal", make(kind), loc=f(3)[::-1], size=(2, 3), same=near(2, 8 * EPS))
        check("random_normal", make(kind), loc=f(3), size=(3, 2))
        check("random_normal", make(kind), loc=f(2, 3), size=(3,))
        check("random_normal", make(kind), loc=f(3), size=(1,))
        check("random_uniform", make(kind), low=f(3), high=f(2, 1) + 3)
        check("random_uniform", make(kind), low=-f(0, 3))
        check("random_uniform", make(kind), low=np.array([1, 2], "i4"), high=np.float32(7))
        check("random_binomial", make(kind), np.array([1, 50, 7000], "i2"), f(2, 1) / 4)
        check("random_binomial", make(kind), 10.7, 0.5)
        check("random_poisson", make(kind), lam=[1, 20, 3e6], size=(4, 3))
        check("random_hypergeometric", make(kind), [10, 2000], [[5], [700]], 5)
        check("random_triangular", make(kind), -f(3), 0.0, f(2, 1))
        check("random_standard_gamma", make(kind), f(4) + 1, out=np.zeros((3, 4)), same=near(4))
        check("random_standard_gamma", make(kind), f(4) + 1, out=np.zeros(3))
        check("random_standard_gamma", make(kind), f(4) + 1, out=np.zeros((4, 4)).T)
        check("random_standard_gamma", make(kind), 2, size=(3,), out=np.zeros(3, "f4"), dtype="float32", same=near(4))
    for name in ("random", "standard_normal", "standard_exponential"):
        for out in (np.zeros((2, 3)), np.zeros((2, 3), order="F"), np.zeros(()), np.zeros((4, 4))[::2], np.zeros(3, "i8"), np.zeros(3, "f4")):
            check(f"random_{name}", make("PCG64"), out=out)
            check(f"random_{name}", make("PCG64"), out=out, dtype="float32", size=(2, 3))
            check(f"random_{name}", make("PCG64"), out=out, size=out.shape)


MISUSES = [
    ("normal", (), dict(scale=-1.0)),
    ("normal", (), dict(scale=-0.0)),
    ("normal", (), dict(scale=[1.0, -0.0])),
    ("normal", (), dict(loc=np.array([1j]))),
    ("normal", (), dict(size=(-1,))),
    ("uniform", (), dict(low=2.0, high=1.0)),
    ("uniform", (), dict(high=np.inf)),
    ("uniform", (), dict(low=[-1e308], high=1e308)),
    ("exponential", (), dict(scale=-1.0)),
    ("standard_normal", (), dict(dtype="int32")),
    ("standard_exponential", (), dict(dtype="int32", method="inv")),
    ("standard_gamma", (-1.0,), {}),
    ("gamma", (1.0,), dict(scale=-1.0)),
    ("beta", (0.0, 1.0), {}),
    ("beta", (1.0, [1.0, 0.0]), {}),
    ("chisquare", (0.0,), {}),
    ("noncentral_chisquare", (0.0, 1.0), {}),
    ("noncentral_chisquare", (1.0, -1.0), {}),
    ("f", (0.0, 1.0), {}),
    ("noncentral_f", (1.0, 1.0, -1.0), {}),
    ("standard_t", (0.0,), {}),
    ("pareto", (0.0,), {}),
    ("weibull", (-1.0,), {}),
    ("power", (0.0,), {}),
    ("laplace", (), dict(scale=-1.0)),
    ("gumbel", (), dict(scale=-1.0)),
    ("logistic", (), dict(scale=-1.0)),
    ("lognormal", (), dict(sigma=-1.0)),
    ("rayleigh", (), dict(scale=-1.0)),
    ("wald", (0.0, 1.0), {}),
    ("wald", (1.0, 0.0), {}),
    ("vonmises", (0.0, -1.0), {}),
    ("triangular", (1.0, 0.0, 2.0), {}),
    ("triangular", (0.0, 3.0, 2.0), {}),
    ("triangular", ([1.0], 1.0, 1.0), {}),
    ("binomial", (-1, 0.5), {}),
    ("binomial", (1, 1.5), {}),
    ("binomial", (1, np.nan), {}),
    ("binomial", (np.array([1.0]), 0.5), {}),
    ("binomial", (np.array([1], "u8"), 0.5), {}),
    ("negative_binomial", (0, 0.5), {}),
    ("negative_binomial", (np.nan, 0.5), {}),
    ("negative_binomial", (1, 0.0), {}),
    ("negative_binomial", ([1, 1e19], 0.5), {}),
    ("poisson", (), dict(lam=-1.0)),
    ("poisson", (), dict(lam=np.nan)),
    ("poisson", (), dict(lam=[1e19])),
    ("geometric", (0.0,), {}),
    ("geometric", (np.nan,), {}),
    ("zipf", (1.0,), {}),
    ("zipf", (np.nan,), {}),
    ("logseries", (1.0,), {}),
    ("hypergeometric", (-1, 5, 3), {}),
    ("hypergeometric", (10**9, 5, 3), {}),
    ("hypergeometric", ([1, 2], 5, 7), {}),
    ("hypergeometric", (np.array([10.0]), 5, 3), {}),
]


@pytest.mark.parametrize("name, args, options", MISUSES)
def test_misuses(check, make, name, args, options):
    """Both raise, of one class, and no word is drawn."""
    generator = make("SFC64")
    before = generator.bit_generator.state
    check(f"random_{name}", generator, *args, **options)
    assert str(generator.bit_generator.state) == str(before)
