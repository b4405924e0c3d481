"""lockstep.random's seed sequences and bit generators beside NumPy's, in Python: seeds, states, spawning, pickles, refusals.
Must not know algorithms. tests/table holds the words to NumPy's over more seeds."""

import copy
import gc
import pickle
import threading

import numpy as np
import pytest

import lockstep as ls
from conftest import outcome, same_class

KINDS = ["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"]


def plain(value):
    """States and words as values that compare."""
    if isinstance(value, ls.ndarray):
        value = ls.asnumpy(value)
    if isinstance(value, np.ndarray):
        return (value.dtype.str, value.shape, value.tolist())
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, (list, tuple)) else value


def same(body, text):
    """body(np.random) and body(ls.random): equal values of equal types, or errors of one class."""
    theirs, their_error = outcome(lambda: plain(body(np.random)))
    ours, our_error = outcome(lambda: plain(body(ls.random)))
    if their_error is not None or our_error is not None:
        same_class(our_error, their_error, text)
    else:
        assert ours == theirs and type(ours) is type(theirs), f"{text}: ours {ours!r}, NumPy {theirs!r}"


ENTROPIES = [
    0, 1, 2**32 - 1, 2**32, 2**200 + 7, True, np.uint64(2**63), [], (), [0], [1, 2**40, 3], range(5), [[1, 2], [3, [4]]],
    np.array([1, 2]), np.array([1, 2], "u4"), np.arange(9, dtype="u1"), ["12", "0xff"], [True], [2**300],
]  # fmt: skip
BAD_ENTROPIES = [-1, 1.5, "12", [-1], [1.5], {1, 2}, {"a": 1}, b"ab", ["x"], np.array([1.5]), np.array(5), [None], object()]


@pytest.mark.parametrize("seed", ENTROPIES + BAD_ENTROPIES, ids=lambda s: repr(s)[:30])
def test_seeds(seed):
    same(lambda r: r.SeedSequence(seed).generate_state(9), "generate_state")
    same(lambda r: r.SeedSequence(seed, spawn_key=(3, 2**40)).generate_state(5, np.uint64), "spawn_key")
    same(lambda r: r.SeedSequence(seed, pool_size=7).pool, "pool")
    same(lambda r: r.SeedSequence(seed).state, "state")
    for kind in KINDS:
        same(lambda r: getattr(r, kind)(seed).random_raw(5), kind)
    same(lambda r: r.default_rng(seed).random(3), "default_rng")


def test_seed_sequence_as_numpys():
    for body in (
        lambda r: repr(r.SeedSequence(1)),
        lambda r: repr(r.SeedSequence([1, 2], spawn_key=[3], pool_size=6, n_children_spawned=2)),
        lambda r: r.SeedSequence(1, pool_size=3),
        lambda r: r.SeedSequence(1).generate_state(2, "i4"),
        lambda r: r.SeedSequence(1).generate_state(-1),
        lambda r: r.SeedSequence(1).generate_state(0),
        lambda r: r.SeedSequence(1).generate_state(2.0),
        lambda r: r.SeedSequence(1, spawn_key=3),
        lambda r: r.SeedSequence(1, spawn_key=(-1,)),
        lambda r: r.SeedSequence(1).spawn(-1),
        lambda r: r.SeedSequence(1).spawn(2.0),
        lambda r: r.SeedSequence(1, 2),
    ):
        same(body, body.__code__.co_consts)
    assert ls.random.SeedSequence().entropy != ls.random.SeedSequence().entropy


def test_spawned_trees():
    def leaves(r):
        root = r.SeedSequence(42)
        first, second = root.spawn(2), root.spawn(3)
        inner = second[1].spawn(2)
        return [s.state for s in [root, *first, *second, *inner]] + [s.generate_state(4) for s in [*first, *second, *inner]]

    same(leaves, "tree")
    for kind in KINDS:
        same(lambda r: [g.random_raw(3) for g in getattr(r, kind)(3).spawn(2)[1].spawn(2)], kind)
        same(lambda r: [float(g.random()) for c in r.Generator(getattr(r, kind)(3)).spawn(3) for g in c.spawn(2)], kind)


def test_sequences_of_numpys_and_of_other_classes():
    class Own(np.random.bit_generator.ISeedSequence):
        def generate_state(self, n_words, dtype=np.uint32):
            return np.arange(n_words, dtype=dtype)

    for kind in KINDS:
        same(lambda r: getattr(r, kind)(np.random.SeedSequence(5, spawn_key=(1,))).random_raw(4), kind)
        same(lambda r: getattr(r, kind)(ls.random.SeedSequence(5, spawn_key=(1,))).random_raw(4), kind)
        same(lambda r: getattr(r, kind)(Own()).random_raw(4), kind)
        same(lambda r: getattr(r, kind)(Own()).spawn(1), kind)


@pytest.mark.parametrize("kind", KINDS)
def test_states_pickles_and_copies(kind, rng):
    ours, theirs = getattr(ls.random, kind)(9), getattr(np.random, kind)(9)
    for _ in range(5):
        count = int(rng.integers(700))
        assert plain(ours.random_raw(count)) == plain(theirs.random_raw(count))
        ls.random.Generator(ours).random(3, dtype="f4"), np.random.Generator(theirs).random(3, dtype="f4")
        assert plain(ours.state) == plain(theirs.state) and list(ours.state) == list(theirs.state)
        for twin in (pickle.loads(pickle.dumps(ours)), copy.copy(ours), copy.deepcopy(ours)):
            assert type(twin) is type(ours) and plain(twin.state) == plain(ours.state)
            assert twin.seed_seq.state == ours.seed_seq.state
            before = plain(ours.state)
            twin.random_raw()
            assert plain(ours.state) == before
        other = getattr(np.random, kind)()
        other.state = ours.state
        assert other.random_raw() == theirs.random_raw()
        ours.state = theirs.state
        generator = ls.random.Generator(ours)
        again = pickle.loads(pickle.dumps(generator))
        assert again.bit_generator is not ours and again.random() == generator.random() == np.random.Generator(theirs).random()


@pytest.mark.parametrize("kind", KINDS)
def test_arguments(kind):
    def make(r):
        return getattr(r, kind)(3)

    for body in (
        lambda r: make(r).random_raw(),
        lambda r: make(r).random_raw((2, 3)),
        lambda r: make(r).random_raw(()),
        lambda r: make(r).random_raw(0),
        lambda r: make(r).random_raw(np.int8(3)),
        lambda r: make(r).random_raw(-1),
        lambda r: make(r).random_raw(2.0),
        lambda r: make(r).random_raw(5, output=False),
        lambda r: make(r).random_raw(output=False),
        lambda r: make(r).jumped().random_raw(9),
        lambda r: make(r).jumped(2).state,
        lambda r: make(r).jumped(0).state,
        lambda r: make(r).jumped(-1).state,
        lambda r: make(r).advance(5).random_raw(9),
        lambda r: make(r).advance(-5).state,
        lambda r: make(r).advance(2**260 + 9).state,
        lambda r: make(r).advance("x"),
        lambda r: make(r).spawn(-1),
        lambda r: make(r).nonsense,
        lambda r: getattr(r, kind)(1, 2, 3, 4),
    ):
        same(body, f"{kind}: {body.__code__.co_names} {body.__code__.co_consts}")


def test_philox_keys_and_counters():
    for how in (
        {"key": 5}, {"key": 2**128 - 1}, {"key": [1, 2**64 - 1], "counter": 2**255}, {"counter": [1, 2, 3, 4]},
        {"seed": 4, "counter": 7}, {"seed": 4, "key": 1}, {"key": 2**128}, {"key": -1}, {"key": [1, 2, 3]},
        {"key": 1, "counter": [1, 2]}, {"key": 1, "counter": 2**256}, {"key": 0}, {"key": np.array([3, 4], "u8")},
    ):  # fmt: skip
        if "seed" in how or "key" in how:
            same(lambda r: r.Philox(**how).state, how)
            same(lambda r: r.Philox(**how).random_raw(9), how)
        else:
            assert plain(ls.random.Philox(**how).state["state"]["counter"])[2] == how["counter"]
    same(lambda r: r.Philox(key=1).seed_seq, "no seed")
    same(lambda r: r.Philox(key=1).spawn(1), "nothing to spawn from")


def test_bad_states():
    pcg, twister, philox, sfc = (getattr(np.random, k)(1).state for k in ("PCG64", "MT19937", "Philox", "SFC64"))
    key = twister["state"]["key"]

    def inner(old, **changed):
        return {**old, "state": {**old["state"], **changed}}

    for kind, state in (
        ("PCG64", 3), ("PCG64", {}), ("PCG64", {"bit_generator": "PCG64"}), ("PCG64", twister), ("PCG64DXSM", pcg),
        ("PCG64", inner(pcg, state=2**128)), ("PCG64", inner(pcg, inc=-1)), ("PCG64", pcg | {"uinteger": 2**32}),
        ("PCG64", pcg | {"uinteger": -1}), ("PCG64", {k: v for k, v in pcg.items() if k != "uinteger"}),
        ("PCG64", inner(pcg, state=2**127 + 5)), ("PCG64", pcg | {"has_uint32": 1, "uinteger": 77}),
        ("MT19937", ("MT19937", key, 3)), ("MT19937", ("MT19937", key, 3, 0, 0.0)), ("MT19937", ("MT1", key, 3)),
        ("MT19937", ("MT19937", key, 3, 1)), ("MT19937", inner(twister, key=[int(k) for k in key], pos=624)),
        ("MT19937", inner(twister, key=[-1] * 624)), ("SFC64", inner(sfc, state=[1, 2, 3])),
        ("SFC64", inner(sfc, state=[1, 2, 3, 2**64])), ("Philox", inner(philox, counter=[1, 2, 3, 4])),
    ):  # fmt: skip

        def assigned(r):
            generator = getattr(r, kind)(1)
            generator.state = state
            return generator.state, generator.random_raw(700)

        same(assigned, f"{kind} {str(state)[:60]}")
    # NumPy reads past the end of what these hold
    for kind, state in (
        ("MT19937", inner(twister, pos=625)), ("MT19937", inner(twister, pos=-1)), ("MT19937", inner(twister, key=key[:-1])),
        ("Philox", philox | {"buffer_pos": 5}), ("Philox", philox | {"buffer_pos": -1}), ("Philox", philox | {"buffer": [1]}),
        ("MT19937", inner(twister, pos=2**40)),
    ):  # fmt: skip
        generator = getattr(ls.random, kind)(1)
        before = plain(generator.state)
        with pytest.raises((ValueError, TypeError, OverflowError)):
            generator.state = state
        assert plain(generator.state) == before


def test_generators_of_everything():
    R = ls.random
    own = R.SFC64(3)
    assert R.default_rng(own).bit_generator is own
    generator = R.Generator(own)
    assert R.default_rng(generator) is generator and str(generator) == "Generator(SFC64)"
    assert repr(generator) == f"Generator(SFC64) at 0x{id(generator):X}"
    for theirs in (np.random.PCG64(5), np.random.Generator(np.random.MT19937(5)), np.random.RandomState(5)):
        stream = np.random.default_rng(copy.deepcopy(theirs))
        ours = R.default_rng(theirs)
        assert ours.random(9).tolist() == stream.random(9).tolist()
    for wrong in (3, None, R.PCG64, "PCG64", object()):
        same_class(outcome(lambda: R.Generator(wrong))[1], ValueError() if wrong is R.PCG64 else TypeError(), wrong)
    same(lambda r: r.Generator(), "no bit generator")
    same(lambda r: r.BitGenerator(), "the base class")
    same(lambda r: r.BitGenerator(1), "the base class")
    with pytest.raises(AttributeError):
        generator.nonsense
    with pytest.raises(ValueError, match="__init__"):
        R.Generator.random(R.Generator.__new__(R.Generator))
    with pytest.raises(TypeError):
        R.Generator.random(3)


def test_two_generators_share_a_bit_generator():
    def draws(r):
        stream = r.PCG64(8)
        a, b = r.Generator(stream), r.Generator(stream)
        return [a.random(), b.random(), stream.random_raw(), a.random(3, dtype="f4"), b.random(dtype="f8"), a.random(1)]

    same(lambda r: [np.asarray(v, "f8") for v in draws(r)], "shared")
    stream = ls.random.MT19937(4)
    generator = ls.random.Generator(stream)
    stream.state = np.random.MT19937(77).state
    assert generator.random() == np.random.Generator(np.random.MT19937(77)).random()
    stream._legacy_seeding(99)
    assert generator.random() == np.random.RandomState(99).random()


@pytest.mark.parametrize("seed", [0, 2**32 - 1, [1, 2], np.array(7), np.array([7]), range(3), np.uint8(5)], ids=repr)
def test_legacy_seeds(seed):
    def words(r):
        stream = r.MT19937()
        stream._legacy_seeding(seed)
        return stream.state, stream.random_raw(3)

    same(words, seed)


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, [], [[1]], [-1], [2**32], "7", [1.5]], ids=repr)
def test_bad_legacy_seeds(seed):
    same(lambda r: r.MT19937()._legacy_seeding(seed), seed)


@pytest.mark.parametrize("kind", KINDS)
def test_threads_draw_different_words(kind):
    stream, drawn = getattr(ls.random, kind)(6), []
    generator = ls.random.Generator(stream)

    def work():
        for _ in range(20):
            drawn.append(ls.asnumpy(generator.random(500)))

    threads = [threading.Thread(target=work) for _ in range(6)]
    [t.start() for t in threads], [t.join() for t in threads]
    expected = np.random.Generator(getattr(np.random, kind)(6)).random(60000)
    starts = {values[0]: values for values in drawn}
    assert all((starts[expected[i]] == expected[i : i + 500]).all() for i in range(0, 60000, 500))
    with stream.lock, stream.lock:  # may be held, again and again, around calls
        generator.random()


def test_nothing_leaks():
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(200):
        generator = ls.random.default_rng(3)
        generator.random(3), generator.spawn(2), pickle.loads(pickle.dumps(generator))
        ls.random.PCG64(1).jumped(), ls.random.Philox(1).state
    del generator
    gc.collect()
    assert len(gc.get_objects()) < before + 100
