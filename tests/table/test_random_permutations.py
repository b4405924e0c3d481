"""Permutations, shuffles and samples, of all bit generators and of RandomState: results and the state afterwards.
Must not know how they are drawn."""

import numpy as np
import pytest

KINDS = ["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64", "RandomState"]
SIZES = [0, 1, 2, 3, 17, 64, 65, 200]


@pytest.fixture
def make(rng):
    def made(kind):
        seed = int(rng.integers(2**32))
        return np.random.RandomState(seed) if kind == "RandomState" else np.random.Generator(getattr(np.random, kind)(seed))

    return made


def arrays(rng):
    """Layouts and types of what is shuffled."""
    yield rng.random((4, 5))
    yield np.asfortranarray(rng.integers(0, 99, (3, 4, 2)).astype("i2"))
    yield rng.random((6, 4)).astype("c8")[::-2, 1:]
    yield rng.random((2, 3, 4)).transpose(1, 0, 2)
    yield np.arange(24)[::3]
    yield np.zeros((0, 3))
    yield np.zeros((3, 0), "?")


def count(generator, x, **options):
    return generator.permutation(int(x), **options)


@pytest.mark.parametrize("kind", KINDS)
def test_permutation(check, rng, make, effort, kind):
    for n in [*SIZES, min(100_000, effort(20000)), -3]:
        check("random_permutation", make(kind), n, oracle=count)
    for n in SIZES:
        check("random_permutation", make(kind), rng.random(n))
    for a in arrays(rng):
        check("random_permutation", make(kind), a)
        if kind != "RandomState":
            for axis in range(-a.ndim, a.ndim + 1):
                check("random_permutation", make(kind), a, axis=axis)
    check("random_permutation", make(kind), 2.5)


@pytest.mark.parametrize("kind", KINDS)
def test_shuffle(check, rng, make, kind):
    for n in SIZES:
        check("random_shuffle", make(kind), rng.random(n))
    for a in arrays(rng):
        check("random_shuffle", make(kind), a.copy(order="K"))
        if kind != "RandomState":
            for axis in range(-a.ndim, a.ndim + 1):
                check("random_shuffle", make(kind), a.copy(order="K"), axis=axis)
    check("random_shuffle", make(kind), rng.random((5, 6))[::2, ::-1])
    check("random_shuffle", make(kind), np.array(3))
    fixed = rng.random(4)
    fixed.flags.writeable = False
    check("random_shuffle", make(kind), fixed)


@pytest.mark.parametrize("kind", KINDS[:-1])
def test_permuted(check, rng, make, kind):
    for a in arrays(rng):
        for axis in (None, *range(-a.ndim, a.ndim + 1)):
            check("random_permuted", make(kind), a, axis=axis)
            check("random_permuted", make(kind), a, axis=axis, out=np.empty_like(a))
            check("random_permuted", make(kind), a, axis=axis, out=np.empty_like(a, order="C"))
    check("random_permuted", make(kind), rng.integers(0, 9, (3, 4)), out=np.zeros((3, 4)))
    check("random_permuted", make(kind), rng.random((3, 4)), out=np.zeros((3, 4), "f4"))
    check("random_permuted", make(kind), rng.random((3, 4)), out=np.zeros(4))
    check("random_permuted", make(kind), rng.random((3, 4)), out=np.zeros((6, 8))[::2, ::2])
    check("random_permuted", make(kind), np.array(5))


def probabilities(rng, n, zeros=0.3):
    p = rng.random(n)
    p[rng.random(n) < zeros] = 0
    p[int(rng.integers(n))] = 1
    return p / p.sum()


def choose(generator, a, **options):
    return generator.choice(int(a) if np.ndim(a) == 0 else a, **options)


@pytest.mark.parametrize("kind", KINDS)
def test_choice(check, rng, effort, make, kind):
    for population in [1, 2, 3, 10, 100, 9999, 10001, min(100_000, effort(20000))]:
        p = probabilities(rng, population)
        for size in [None, (), (0,), (7,), (2, 3), (population,)]:
            wanted = int(np.prod(size or ()))
            generator = make(kind)
            check("random_choice", generator, population, size=size, oracle=choose)
            check("random_choice", generator, population, size=size, p=p, oracle=choose)
            if wanted <= population:
                check("random_choice", generator, population, size=size, replace=False, oracle=choose)
                if kind != "RandomState":
                    check("random_choice", generator, population, size=size, replace=False, shuffle=False, oracle=choose)
            if population <= 100 and wanted <= np.count_nonzero(p):
                check("random_choice", generator, population, size=size, replace=False, p=p, oracle=choose)


@pytest.mark.parametrize("kind", KINDS)
def test_choice_of_elements(check, rng, make, kind):
    for a in arrays(rng):
        for size in [None, (), (4,), (2, 2)]:
            for replace in (True, False):
                if kind == "RandomState":
                    check("random_choice", make(kind), a, size=size, replace=replace)
                    continue
                for axis in range(-a.ndim, a.ndim + 1):
                    check("random_choice", make(kind), a, size=size, replace=replace, axis=axis)
                    if a.ndim > axis >= 0 and a.shape[axis]:
                        p = probabilities(rng, a.shape[axis])
                        check("random_choice", make(kind), a, size=size, p=p, axis=axis)


def test_choice_refusals(check, make):
    generator = make("PCG64")
    for a, options in [(0, {}), (0, {"size": (0,)}), (-1, {"size": (0,)}), (-1, {"size": (0,), "replace": False}), (5.0, {}),
                       (np.zeros(0), {}), (np.zeros(0), {"size": (0,)}), (5, {"size": (6,), "replace": False}), (5, {"size": (-1,)}),
                       (5, {"size": (-1,), "replace": False})]:
        check("random_choice", generator, a, oracle=choose if a != 5.0 or isinstance(a, int) else None, **options) \
            if np.ndim(a) == 0 else check("random_choice", generator, a, **options)
    for p in ([0.5, 0.4], [0.5, 0.5, 0], [np.nan, 0.5], [-0.5, 1.5], [[0.5, 0.5]], 0.5, np.array([0.5, 0.4999], "f4"),
              np.array([0.5, 0.4999], "f2"), np.array([0.5, 0.45], "f2"), [0.25 + 0j, 0.75], [1, 0]):
        check("random_choice", generator, np.arange(2.0), size=(2,), p=np.array(p))
    check("random_choice", generator, np.arange(2.0), size=(2,), p=np.array([1.0, 0.0]), replace=False)
