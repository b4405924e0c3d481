"""Integers from ranges and bytes, of all bit generators and of RandomState: draws and the state afterwards.
Must not know how a range is drawn."""

import ctypes

import numpy as np
import pytest

KINDS = ["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"]
DTYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]


@pytest.fixture
def make(rng):
    """A Generator or, of the kind "RandomState", a RandomState, with a fresh seed; half a word may wait in it."""

    def made(kind):
        seed = int(rng.integers(2**32))
        if kind == "RandomState":
            generator = np.random.RandomState(seed)
            if rng.random() < 0.5:
                generator.standard_normal()
            return generator
        generator = np.random.Generator(getattr(np.random, kind)(seed))
        if rng.random() < 0.5:
            generator.integers(7, dtype=np.int32)
        return generator

    return made


def randint(generator, low, high=None, size=None, dtype="int64"):
    return generator.randint(low, high, size, dtype)


def limits(dtype):
    return (0, 1) if dtype == "bool" else (np.iinfo(dtype).min, np.iinfo(dtype).max)


def oracle_of(kind):
    return randint if kind == "RandomState" else None


@pytest.mark.parametrize("kind", [*KINDS, "RandomState"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_integers(check, rng, effort, make, kind, dtype):
    """Bounds of one number: all of the type, small ranges, powers of two and those beside them."""
    first, last = limits(dtype)
    for _ in range(min(20, effort(2))):
        generator = make(kind)
        power = 1 << int(rng.integers(0, max(1, np.dtype(dtype).itemsize * 8 - 2))) if dtype != "bool" else 1
        low = int(rng.integers(first, last, endpoint=True, dtype=dtype))
        ranges = [0, 1, last - low, 2**32 - 2, 2**32 - 1, 2**32, power, power - 1, power + 1, int(rng.integers(0, last - low, endpoint=True, dtype="uint64"))]
        for width in [w for w in ranges if low + w <= last]:
            if low + width >= 2**63 - (kind == "RandomState"):
                continue  # written as uint64 below
            size = [None, (), (int(rng.integers(0, 70)),), (3, 5)][int(rng.integers(4))]
            if kind == "RandomState":
                check("random_integers", generator, low, high=low + width + 1, size=size, dtype=dtype, oracle=randint)
            else:
                check("random_integers", generator, low, high=low + width, size=size, dtype=dtype, endpoint=True)
                check("random_integers", generator, low, high=low + width + 1 if low + width < 2**63 - 1 else low + width,
                      size=size, dtype=dtype)


@pytest.mark.parametrize("kind", KINDS)
def test_whole_types(check, make, kind):
    generator = make(kind)
    for dtype in DTYPES[1:]:
        first, last = (np.array(limit, dtype) for limit in limits(dtype))
        check("random_integers", generator, first, high=last, size=(37,), dtype=dtype, endpoint=True)
        check("random_integers", generator, first, high=last, size=(37,), dtype=dtype)
    big = np.array(2**64 - 5, np.uint64)
    check("random_integers", generator, big, size=(9,), dtype="uint64")
    check("random_integers", generator, np.array(2**63 + 3, np.uint64), high=big, size=(9,), dtype="uint64")


@pytest.mark.parametrize("kind", [*KINDS, "RandomState"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_arrays_of_bounds(check, rng, effort, make, kind, dtype):
    first, last = limits(dtype)
    for _ in range(min(20, effort(2))):
        generator = make(kind)
        drawn = np.sort(rng.integers(first, last, (2, 3, 4), endpoint=True, dtype=dtype), axis=0)
        low, high = drawn[0], np.where(drawn[1] == last, last, drawn[1] + (drawn[1] < last))
        high = np.where(high > low, high, low + (low < last)).astype(dtype)
        low = np.where(high > low, low, 0).astype(dtype)
        wide = dtype not in ("bool", "uint64")
        for a, b in [(low, high), (low[:1, :1].min(keepdims=True), high.max()), (first if wide else 0, high.max(axis=1, keepdims=True))]:
            a, b = (np.asarray(x, "int64" if wide else "uint8" if dtype == "bool" else dtype) for x in (a, b))
            if not (a < b).all():
                continue
            shape = np.broadcast_shapes(a.shape, b.shape)
            for size in (None, shape, (2, *shape)):
                check("random_integers", generator, a, high=b, size=size, dtype=dtype, oracle=oracle_of(kind))
        if kind != "RandomState":
            check("random_integers", generator, low, high=high, dtype=dtype, endpoint=True)
            check("random_integers", generator, low[:, ::-2], high=high[:, ::-2], dtype=dtype, endpoint=True)


def test_other_bounds(check, make):
    """Floats, empty arrays, sizes that do not fit, and what leaves nothing to draw."""
    generator = make("PCG64")
    for low, high in [(2.5, 9.7), (np.array([2.5, 3]), 9.0), (np.array([]), 3), (np.zeros((2, 0), int), np.ones((2, 1), int)),
                      (5, 5), (5, 4), (-1, 300), (np.array([1, 5]), np.array([3, 5])), (np.nan, 3.0), (0, np.inf), (True, 5),
                      (np.float16(1), np.float16(7)), (1 + 2j, 7), (0, 2**62)]:
        for dtype in ("int64", "uint8", "int32"):
            check("random_integers", generator, low, high=high, dtype=dtype)
    three, six = np.array([0, 10, 20]), np.array([5, 15, 25])
    for size in [(3,), (1,), (2,), (2, 3), (0,), (3, 1), (-1,)]:
        check("random_integers", generator, three, high=six, size=size)
    for dtype in ("float64", "complex64"):
        check("random_integers", generator, 5, dtype=dtype)
    check("random_integers", generator, 5, high=5, size=(0,))
    check("random_integers", generator, 9)
    check("random_integers", generator, three + 1)


@pytest.mark.parametrize("kind", [*KINDS, "RandomState"])
def test_bytes(check, make, kind):
    generator = make(kind)
    for length in (0, 1, 3, 4, 5, 257):
        check("random_bytes", generator, length, oracle=lambda g, n: np.frombuffer(g.bytes(n), np.uint8))


@pytest.mark.parametrize("kind", [*KINDS, "RandomState"])
def test_many(check, draws, make, kind):
    """Long enough for many words and for rejections: none, few, nearly half of all."""
    oracle = oracle_of(kind)
    count, seeds = draws(5000)
    for dtype in DTYPES:
        first, last = limits(dtype)
        half = (last - first) // 2 + 1
        for low, high in [(0, 1), (0, 3), (0, 100), (first, first + half), (first, first + half + 1)] if dtype != "bool" else [(0, 1), (0, 2)]:
            low, high = (np.array(x, "uint64" if x >= 2**63 else "int64") for x in (low, high))
            for _ in range(seeds):
                check("random_integers", make(kind), low, high=high, size=(count,), dtype=dtype, oracle=oracle)
    for low, high in [(0, 3 << 30), (-5, 3 << 60), (0, 2**32 - 1), (0, 2**32), (0, 2**32 + 1), (0, 2**31 + 1)]:
        for _ in range(seeds):
            check("random_integers", make(kind), low, high=high, size=(count,), oracle=oracle)


@pytest.mark.parametrize("kind", [*KINDS, "RandomState"])
def test_words_between_calls(check, rng, make, kind):
    """One generator's calls of all widths in turn: what a call leaves of a word, the next one has or has not."""
    generator, oracle = make(kind), oracle_of(kind)
    for _ in range(40):
        dtype = DTYPES[int(rng.integers(len(DTYPES)))]
        high = int(rng.integers(1, limits(dtype)[1], endpoint=True)) if dtype != "uint64" else int(rng.integers(1, 2**63))
        check("random_integers", generator, 0, high=high, size=(int(rng.integers(0, 9)),), dtype=dtype, oracle=oracle)


@pytest.mark.parametrize("kind", KINDS)
def test_devices_draw_themselves(check, ls, make, kind):
    """Ranges of one number on whatever generator; arrays of bounds are the CPU's."""
    if ls.device == "cpu":
        pytest.skip("falls back to nothing")

    def fallbacks():
        count = ctypes.c_int64()
        ls.c.ls_fallback_count(ctypes.byref(count))
        return count.value

    before = fallbacks()
    for dtype in DTYPES:
        for high in (1, 2) if dtype == "bool" else (1, 100, 128 if dtype != "int8" else 64):
            check("random_integers", make(kind), 0, high=high, size=(300,), dtype=dtype)
    check("random_integers", make(kind), 0, high=3 << 60, size=(300,))
    for sample in (3, 315, 200):
        check("random_hypergeometric", make(kind), 300, 20, sample, size=(300,))
    check.that(fallbacks() == before, "fell back to the CPU")
    check("random_integers", make(kind), 0, high=np.array([3, 4]))
    check.that(fallbacks() == before + 1, "arrays of bounds have fallen back")
