"""Bit generators through the C ABI against NumPy's: seeds, raw words, states, jumps, and what is refused.
Must not know distributions, but for `random`, which takes words of both widths."""

import ctypes

import numpy as np
import pytest

from bit_generators import KINDS, State, Stream, packed, plain, seed_words
from lockstep_abi import LockstepError

SEEDS = 5
JUMPING = ["MT19937", "PCG64", "PCG64DXSM", "Philox"]
ADVANCING = ["PCG64", "PCG64DXSM", "Philox"]


def entropies(rng):
    """Words: none, one, a pool's worth, more than that."""
    return [[int(w) for w in rng.integers(2**32, size=n)] for n in (0, 1, 3, 4, 11)]


def numpys(kind, entropy, **how):
    return getattr(np.random, kind)(np.random.SeedSequence(entropy, **how))


def same_streams(check, ours, theirs, text, count=2000):
    check.that(plain(ours.state) == plain(theirs.state), lambda: f"{text}: state {ours.state}, NumPy {theirs.state}")
    check.that((ours.raw(count) == theirs.random_raw(count)).all(), f"{text}: words")
    check.that(plain(ours.state) == plain(theirs.state), f"{text}: state after {count} words")


def odd_state(kind, rng):
    """A NumPy generator in the middle of a block and of a word."""
    generator = getattr(np.random, kind)(int(rng.integers(2**32)))
    generator.random_raw(int(rng.integers(1300)))
    np.random.Generator(generator).random(int(rng.integers(4)), dtype="f4")
    return generator


def test_seed_sequence(ls, check, rng):
    for entropy in entropies(rng):
        for key in ([], [0], [7, 2**31], list(range(9))):
            for pool_size in (4, 5, 8):
                sequence = np.random.SeedSequence(entropy, spawn_key=key, pool_size=pool_size)
                pool, words = seed_words(ls, entropy, 1000, key, pool_size)
                text = f"SeedSequence({entropy}, spawn_key={key}, pool_size={pool_size})"
                check.that((pool == sequence.pool).all() and (words == sequence.generate_state(1000)).all(), text)
    for size in (0, 3):
        with pytest.raises(LockstepError, match="pool_size: expected at least 4"):
            seed_words(ls, [1], 1, pool_size=size)


@pytest.mark.parametrize("kind", KINDS)
def test_raw_words(ls, check, rng, kind):
    for entropy in entropies(rng)[:SEEDS]:
        same_streams(check, Stream(ls, kind, entropy), numpys(kind, entropy), f"{kind} of {entropy}", 100_000)
        ours, theirs = Stream(ls, kind, entropy, (3,), 6), numpys(kind, entropy, spawn_key=(3,), pool_size=6)
        check.that((ours.raw(9) == theirs.random_raw(9)).all() and ours.name == kind, f"{kind} with a spawn key")
    check.that((Stream(ls, kind, [1]).raw(4) != Stream(ls, kind, [2]).raw(4)).any(), "seeds differ")


@pytest.mark.parametrize("kind", KINDS)
def test_states_both_ways(ls, check, rng, effort, kind):
    for _ in range(effort(10)):
        theirs, ours = odd_state(kind, rng), Stream(ls, kind, [0])
        ours.state = theirs.state
        own = ours.copy()
        same_streams(check, ours, theirs, f"{kind} from NumPy")
        own.raw(2000)
        check.that(plain(own.state) == plain(ours.state), "a copy draws on its own")
        theirs.state = ours.state
        same_streams(check, ours, theirs, f"{kind} to NumPy")


@pytest.mark.parametrize("kind", JUMPING)
def test_jumped(ls, check, rng, kind):
    theirs, ours = odd_state(kind, rng), Stream(ls, kind, [0])
    ours.state = theirs.state
    for jumps in (0, 1, 2) if kind == "MT19937" else (0, 1, 5, 2**64 + 3, 2**127 + 1):
        same_streams(check, ours.jumped(jumps), theirs.jumped(jumps), f"{kind} jumped {jumps}")
    check.that(plain(ours.state) == plain(theirs.state), "the generator itself stays")
    fresh = numpys(kind, [5])  # a new block is due at once
    if kind == "MT19937":
        fresh.state = {**fresh.state, "state": fresh.state["state"] | {"pos": 624}}
    ours.state = fresh.state
    same_streams(check, ours.jumped(), fresh.jumped(), f"{kind} jumped from the end of a block")


@pytest.mark.parametrize("kind", ADVANCING)
def test_advance(ls, check, rng, effort, kind):
    bits = 256 if kind == "Philox" else 128
    for _ in range(effort(10)):
        theirs, ours = odd_state(kind, rng), Stream(ls, kind, [0])
        ours.state = theirs.state
        for delta in (0, 1, int(rng.integers(1000)), 2**64 - 1, 2**64, 2**127 + 12345, (1 << bits) - 1):
            ours.advance(delta)
            theirs.advance(delta)
            same_streams(check, ours, theirs, f"{kind} by {delta}", 9)


def test_what_cannot_jump_is_refused(ls, rng):
    for kind in ("MT19937", "SFC64"):
        with pytest.raises(LockstepError, match=f"can advance, got {kind}") as caught:
            Stream(ls, kind).advance(1)
        assert caught.value.name == "type_error"
    with pytest.raises(LockstepError, match="can jump, got SFC64"):
        Stream(ls, "SFC64").jumped()


@pytest.mark.parametrize("kind", KINDS)
def test_bad_states_are_refused_and_change_nothing(ls, rng, kind):
    stream = Stream(ls, kind, [9])
    before = plain(stream.state)
    wrong = {"has_uint32": (2,), "has_gauss": (2,), "kind": (5, -1, (KINDS.index(kind) + 1) % 5), "size": (0, 8, 2**40)}
    if kind in ("MT19937", "Philox"):
        wrong["position"] = (-1, 2**31 - 1, 625 if kind == "MT19937" else 5)
    for field, values in wrong.items():
        for value in values:
            state = packed(stream.state)
            setattr(state, field, value)
            with pytest.raises(LockstepError, match=field) as caught:
                stream.check(stream.c.ls_bitgen_set_state(stream.handle, ctypes.byref(state)))
            assert caught.value.name == "value_error" and plain(stream.state) == before
    with pytest.raises(LockstepError, match="result.size"):
        stream.check(stream.c.ls_bitgen_get_state(stream.handle, ctypes.byref(State(3))))


def test_legacy_seeds(ls, check, rng):
    numbers = [0, 1, 5489, 2**32 - 1, int(rng.integers(2**32))]
    lists = [[0], [1, 2, 3], [2**32 - 1] * 3, [int(w) for w in rng.integers(2**32, size=700)]]
    for seed in numbers + lists:
        given = [seed] if isinstance(seed, int) else seed
        ours, theirs = Stream.of_legacy_seed(ls, given, not isinstance(seed, int)), np.random.RandomState(seed)
        same_streams(check, ours, theirs._bit_generator, f"RandomState({str(seed)[:40]})")
    with pytest.raises(LockstepError, match="at least one"):
        Stream.of_legacy_seed(ls, [], True)
    with pytest.raises(LockstepError, match="seed_count"):
        Stream.of_legacy_seed(ls, [1, 2], False)


@pytest.mark.parametrize("kind", KINDS)
def test_random(check, rng, effort, kind):
    for _ in range(effort(3)):
        generator = np.random.Generator(getattr(np.random, kind)(int(rng.integers(2**32))))
        for size in (None, (), (3,), (2, 0), (1001,), (7, 3)):
            for dtype in ("float64", "float32"):  # 64 bits each, 32 bits each: halves wait between
                check("random_random", generator, size=size, dtype=dtype)
        check("random_random", generator, size=(3,), out=np.zeros(3))
        check("random_random", generator, out=np.zeros((3, 2), "f4"), dtype="float32")
        check("random_random", generator, out=np.zeros(3, "f4"))
        check("random_random", generator, size=(4,), out=np.zeros(3))
        check("random_random", generator, dtype="int32")
        check("random_random", generator, size=(-1,))
