"""RandomState and the functions of lockstep.random that draw from the hidden one: values, states and signatures of NumPy's.
Must not know how a distribution is drawn."""

import copy
import inspect
import pickle
import warnings

import numpy as np
import pytest

import lockstep

# Arguments of each method; a list of draws follows by size.
CALLS = {
    "beta": [(0.5, 0.3), (2, 3.5), (1, 1)],
    "binomial": [(10, 0.3), (0, 0.5), (7, 1), (5, 0), (200, 0.4), (1000, 0.9)],
    "chisquare": [(1,), (7.5,)],
    "exponential": [(), (2.5,)],
    "f": [(3, 4.5)],
    "gamma": [(0.3,), (4.5, 2)],
    "geometric": [(0.01,), (0.5,), (1,)],
    "gumbel": [(), (1, 2)],
    "hypergeometric": [(10, 5, 3), (100, 50, 60), (3, 200, 150)],
    "laplace": [(), (1, 2)],
    "logistic": [(), (1, 2)],
    "lognormal": [(), (1, 0.3)],
    "logseries": [(0.1,), (0.99,)],
    "negative_binomial": [(1.5, 0.6), (20, 0.1)],
    "noncentral_chisquare": [(3, 1.5), (0.5, 2), (2, 0)],
    "noncentral_f": [(3, 4, 0.5)],
    "normal": [(), (1, 2)],
    "pareto": [(1.5,)],
    "poisson": [(), (3.5,), (50,)],
    "power": [(1.5,)],
    "rayleigh": [(), (2,)],
    "standard_cauchy": [()],
    "standard_exponential": [()],
    "standard_gamma": [(0.3,), (1,), (0,), (4.5,)],
    "standard_normal": [()],
    "standard_t": [(5.5,)],
    "triangular": [(-1, 0.5, 2)],
    "uniform": [(), (-3, 7.5)],
    "vonmises": [(0, 4), (1, 1e-9), (0.5, 1e7)],
    "wald": [(1, 1)],
    "weibull": [(1.5,), (0,)],
    "zipf": [(1.5,), (4,)],
    "random_sample": [()],
    "random": [()],
    "tomaxint": [()],
    "randint": [(10,), (-5, 100), (0, 2**40)],
    "dirichlet": [([0.5, 2, 3],)],
    "multinomial": [(20, [0.2, 0.3, 0.5])],
    "choice": [(10,), ([1.5, 2, 7],)],
}
COUNTS = {"binomial", "geometric", "hypergeometric", "logseries", "negative_binomial", "poisson", "zipf", "tomaxint", "randint",
          "multinomial", "choice"}


def same_states(ours, theirs):
    a, b = ours.get_state(legacy=False), theirs.get_state(legacy=False)
    assert a["bit_generator"] == b["bit_generator"] and a["has_gauss"] == b["has_gauss"]
    assert a["gauss"] == pytest.approx(b["gauss"], rel=1e-15)
    for name, value in b["state"].items():
        assert np.array_equal(a["state"][name], value), name


def same_draws(ours, theirs, exact, away=1e-15):
    """Counts are equal. Others are within a few steps of the largest of the terms that they are sums of, or `away`."""
    ours, theirs = np.asarray(lockstep.asnumpy(ours) if isinstance(ours, lockstep.ndarray) else ours), np.asarray(theirs)
    assert ours.shape == theirs.shape and ours.dtype == theirs.dtype
    if exact:
        assert np.array_equal(ours, theirs)
    else:
        np.testing.assert_allclose(ours, theirs, rtol=1e-14, atol=away)


@pytest.fixture
def seed(rng):
    return int(rng.integers(2**32))


@pytest.mark.parametrize("name", CALLS)
def test_methods(name, seed):
    ours, theirs = lockstep.random.RandomState(seed), np.random.RandomState(seed)
    for arguments in CALLS[name]:
        for size in (None, 5, (2, 3), 0):
            a, b = getattr(ours, name)(*arguments, size=size), getattr(theirs, name)(*arguments, size=size)
            same_draws(a, b, name in COUNTS, 1e-7 if name == "vonmises" else 1e-15)  # an arccos of what is near 1
            same_states(ours, theirs)


def test_arrays_of_parameters(seed):
    ours, theirs = lockstep.random.RandomState(seed), np.random.RandomState(seed)
    for draw in (lambda g: g.normal([0, 10], [[1], [2]]), lambda g: g.gamma([0.5, 1, 2]), lambda g: g.poisson([[1, 20]], (3, 2)),
                 lambda g: g.binomial([5, 0, 100], [0.5, 0.5, 0.2]), lambda g: g.randint([1, 2, 3], [[5], [9]])):
        same_draws(draw(ours), draw(theirs), False)
        same_states(ours, theirs)


@pytest.mark.parametrize("given", [0, 2**32 - 1, [1, 2, 3], np.array([7], np.uint32), np.int64(5), np.array(9), (4,)])
def test_seeds(given):
    ours, theirs = lockstep.random.RandomState(given), np.random.RandomState(given)
    same_states(ours, theirs)
    ours.standard_normal()
    theirs.standard_normal()
    ours.seed(given)
    theirs.seed(given)
    same_states(ours, theirs)


@pytest.mark.parametrize("given", [-1, 2**32, [], [-1], [2**32], [[1, 2]], 1.5, [1.5], "x"])
def test_wrong_seeds(given):
    with pytest.raises((ValueError, TypeError)) as theirs:
        np.random.RandomState(given)
    with pytest.raises(theirs.type):
        lockstep.random.RandomState(given)


def test_fresh_seeds_differ():
    assert lockstep.random.RandomState().randint(2**62) != lockstep.random.RandomState().randint(2**62)


def test_states_travel(seed):
    """Either side's state, in both of its forms, is the other's."""
    ours, theirs = lockstep.random.RandomState(seed), np.random.RandomState(seed + 1 & 0xFFFFFFFF)
    theirs.standard_normal()
    ours.set_state(theirs.get_state())
    same_states(ours, theirs)
    ours.standard_normal()
    theirs.set_state(ours.get_state(legacy=False))
    same_states(ours, theirs)
    assert ours.get_state()[0] == "MT19937" and len(ours.get_state()) == 5
    ours.set_state(theirs.get_state()[:3])
    theirs.set_state(theirs.get_state()[:3])
    same_states(ours, theirs)
    for wrong in (5, ("PCG64", 1, 2), {"state": 1}):
        with pytest.raises((ValueError, TypeError)) as error:
            theirs.set_state(wrong)
        with pytest.raises(error.type):
            ours.set_state(wrong)


def test_pickle_and_copy(seed):
    ours = lockstep.random.RandomState(seed)
    ours.standard_normal(3)
    for other in (pickle.loads(pickle.dumps(ours)), copy.deepcopy(ours)):
        assert other.standard_normal(5).tolist() == copy.deepcopy(ours).standard_normal(5).tolist()
        same_states(other, other)


@pytest.mark.parametrize("kind", ["PCG64", "Philox", "SFC64", "PCG64DXSM", "MT19937"])
def test_other_bit_generators(kind, seed):
    ours = lockstep.random.RandomState(getattr(lockstep.random, kind)(seed))
    theirs = np.random.RandomState(getattr(np.random, kind)(seed))
    for draw in (lambda g: g.standard_normal(7), lambda g: g.randint(0, 100, 9, dtype="uint8"), lambda g: g.tomaxint(3)):
        same_draws(draw(ours), draw(theirs), False)
        same_states(ours, theirs)
    if kind != "MT19937":
        with pytest.raises(TypeError):
            ours.seed(1)
        with pytest.warns(RuntimeWarning):
            assert ours.get_state()["bit_generator"] == kind


def test_shared_stream(seed):
    """A Generator and a RandomState on one bit generator draw in turn."""

    def draws(random):
        bits = random.MT19937(seed)
        a, b = random.RandomState(bits), random.Generator(bits)
        return [float(g.random()) for g in (a, b, a, b)]

    assert draws(lockstep.random) == draws(np.random)


def test_conveniences(seed):
    ours, theirs = lockstep.random.RandomState(seed), np.random.RandomState(seed)
    same_draws(ours.rand(2, 3), theirs.rand(2, 3), True)
    same_draws(ours.rand(), theirs.rand(), True)
    same_draws(ours.randn(2, 3), theirs.randn(2, 3), False)
    same_draws(ours.randn(), theirs.randn(), False)
    assert ours.bytes(11) == theirs.bytes(11)
    assert [isinstance(ours.bytes(n), bytes) for n in (0, 3)] == [True, True] and (theirs.bytes(0), theirs.bytes(3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        same_draws(ours.random_integers(3, 9, 20), theirs.random_integers(3, 9, 20), True)
        same_draws(ours.random_integers(9), theirs.random_integers(9), True)
    with pytest.warns(DeprecationWarning):
        ours.random_integers(3)
    theirs.randint(1, 4)
    for dtype in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "bool", bool, int):
        high = 2 if dtype in ("bool", bool) else 100
        same_draws(ours.randint(0, high, 9, dtype=dtype), theirs.randint(0, high, 9, dtype=dtype), True)
    same_states(ours, theirs)
    assert str(ours) == str(theirs) and repr(ours).startswith("RandomState(MT19937) at 0x")


def test_permutations(seed):
    ours, theirs = lockstep.random.RandomState(seed), np.random.RandomState(seed)
    m = np.arange(12.0).reshape(4, 3)
    same_draws(ours.permutation(9), theirs.permutation(9), True)
    same_draws(ours.permutation(m), theirs.permutation(m), True)
    same_draws(ours.permutation([3, 1, 2]), theirs.permutation([3, 1, 2]), True)
    x, y = lockstep.asarray(m.copy()), m.copy()
    assert ours.shuffle(x) is None
    theirs.shuffle(y)
    same_draws(x, y, True)
    for options in ({"replace": False}, {"p": [0.1, 0.2, 0.7]}, {"p": [0.1, 0.2, 0.7], "replace": False}):
        same_draws(ours.choice(3, 3, **options), theirs.choice(3, 3, **options), True)
    same_states(ours, theirs)


def test_functions(seed):
    """lockstep.random's functions draw from one hidden RandomState."""
    lockstep.random.seed(seed)
    np.random.seed(seed)
    before = lockstep.random.get_state()
    for name in ("random_sample", "standard_normal", "rand", "randn", "sample", "ranf", "random", "standard_cauchy"):
        same_draws(getattr(lockstep.random, name)(), getattr(np.random, name)(), False)
    same_draws(lockstep.random.randint(5, size=9), np.random.randint(5, size=9), True)
    same_draws(lockstep.random.normal(2, 3, (2, 2)), np.random.normal(2, 3, (2, 2)), False)
    assert lockstep.random.bytes(5) == np.random.bytes(5)
    lockstep.random.set_state(before)
    np.random.seed(seed)
    same_draws(lockstep.random.random_sample(3), np.random.random_sample(3), True)
    lockstep.random.seed([seed, 5])
    np.random.seed([seed, 5])
    same_draws(lockstep.random.poisson(3, 5), np.random.poisson(3, 5), True)


def test_bit_generator_of_the_functions(seed):
    kept = lockstep.random.get_bit_generator()
    try:
        lockstep.random.set_bit_generator(lockstep.random.PCG64(seed))
        theirs = np.random.RandomState(np.random.PCG64(seed))
        same_draws(lockstep.random.random_sample(3), theirs.random_sample(3), True)
    finally:
        lockstep.random.set_bit_generator(kept)
    assert lockstep.random.get_bit_generator() is kept


def names(of):
    return {name for name in dir(of) if not name.startswith("_")}


def test_names():
    assert names(np.random.RandomState) <= names(lockstep.random.RandomState)
    functions = {n for n in names(np.random) if inspect.isroutine(getattr(np.random, n))}
    assert functions <= names(lockstep.random) | {"test"}


@pytest.mark.parametrize("name", sorted(names(np.random.RandomState)))
def test_signatures(name):
    ours, theirs = (inspect.signature(getattr(m.random.RandomState, name)) for m in (lockstep, np))
    assert list(ours.parameters) == list(theirs.parameters)
    for a, b in zip(ours.parameters.values(), theirs.parameters.values()):
        assert (a.default, a.kind) == (b.default, b.kind) or a.name in ("self", "dtype")


def test_wrong_calls(seed):
    for call in (lambda g: g.normal(0, -1), lambda g: g.poisson(-1), lambda g: g.binomial(-1, 0.5), lambda g: g.binomial(5, 1.5),
                 lambda g: g.hypergeometric(5, 5, 0), lambda g: g.hypergeometric(5, 5, 11), lambda g: g.geometric(0),
                 lambda g: g.randint(5, 5), lambda g: g.randint(0, 300, dtype="int8"), lambda g: g.choice(np.eye(2)),
                 lambda g: g.dirichlet([0, 1]), lambda g: g.multinomial(5, [0.7, 0.7, 0.1]), lambda g: g.zipf(1),
                 lambda g: g.negative_binomial(0, 0.5), lambda g: g.randint(5, dtype=float), lambda g: g.rand(-1)):
        ours, theirs = lockstep.random.RandomState(seed), np.random.RandomState(seed)
        with pytest.raises(Exception) as expected:
            call(theirs)
        with pytest.raises(expected.type):
            call(ours)
        same_states(ours, theirs)
