"""Indexing routines as Python calls them: tuples of results, lists as arguments, arrays written in place, methods.
Must not know how elements are moved: tests/table holds the C functions to NumPy's bits."""

import numpy as np
import pytest

import lockstep as ls

M = np.arange(6.0).reshape(2, 3) - 1


def test_tuples_of_arrays(both):
    both(lambda xp, m: xp.nonzero(m), M, text="nonzero")
    both(lambda xp, m: m.nonzero(), M, text="nonzero method")
    both(lambda xp, m: xp.where(m > 0), M, text="where")
    both(lambda xp, m: xp.where([True, False, True]), M, text="where list")
    both(lambda xp, m: m[xp.nonzero(m)], M, text="indexing by nonzero")
    both(lambda xp, m: xp.where(m, 1), M, text="where of two")
    both(lambda xp, m: xp.nonzero(m[0, 0]), M, text="nonzero of a number")
    for args in (([0, 1], [2]), ([True, False], [0, 2]), ([], [1]), ((), [0]), ([0, 2],), (), ([[1]],), (3,), ([0.5],)):
        both(lambda xp, m: xp.ix_(*args), M, text=f"ix_ {args}")
    both(lambda xp, m: m[xp.ix_([0, 1], m[0] > 0)], M, text="indexing by ix_")
    for args, options in (((), {}), (((),), {}), (((2, 3),), {}), (([2, 3],), {"sparse": True}), (((2, 0),), {"dtype": "f4"})):
        both(lambda xp, m: xp.indices(*args, **options), M, text=f"indices {args} {options}")
    for args in ((5, (2, 3)), ([5, 0], (2, 3)), ([5, 0], 7), (0, ()), ([0], ()), (7, (2, 3)), (5, (2, 3), "F"), (5, (2, 3), "A")):
        both(lambda xp, m: xp.unravel_index(*args), M, text=f"unravel_index {args}")


@pytest.mark.parametrize("mode", ["raise", "wrap", "clip", ("clip", "wrap"), ["wrap", "clip"], ("clip",), ("clip", "other"), 3.5])
def test_modes_of_ravel_multi_index(both, mode):
    for places in (([0, 1], [1, 2]), ([0, 3], [1, -2]), np.array([[0, 1], [2, 0]])):
        both(lambda xp, m: xp.ravel_multi_index(places, (2, 3), mode=mode), M, text=f"{places} {mode}")


def test_lists_are_read_as_what_they_are_for(both):
    for indices in ([], [0.0, 2.9], [True, False], [[0], [1]], (1, 2), 1.0, 2):
        both(lambda xp, m: xp.take(m, indices), M, text=f"take {indices}")
    for counts in ([1, 2], [1.0, 2.0], 2.0, True, [], [3]):
        both(lambda xp, m: xp.repeat(m, counts, axis=0), M, text=f"repeat {counts}")
    for x in ([], [1, 1, 3], [1.0, 2.0], (0, 2), 3, [[1]]):
        both(lambda xp, m: xp.bincount(x), M, text=f"bincount {x}")
    both(lambda xp, m: xp.bincount([1, 2], weights=[1, 2], minlength=5), M, text="bincount weights")


def changed(function):
    """The arrays after a call that returns nothing."""

    def call(xp, m):
        target = xp.array(m)
        assert function(xp, target) is None
        return target

    return call


@pytest.mark.parametrize("dtype", ["i1", "u1", "f4", "f8", "c8", "?"])
def test_values_become_the_targets(both, dtype):
    m = np.abs(M).astype(dtype)
    calls = {
        "put": lambda xp, a: xp.put(a, [0, -1], [7, 8.5]),
        "put number": lambda xp, a: xp.put(a, [0, 2], 3),
        "put method": lambda xp, a: a.put([1], [2.5], mode="clip"),
        "place": lambda xp, a: xp.place(a, [[1, 0, 1], [0, 0, 1]], [7, 8]),
        "place floats": lambda xp, a: xp.place(a, a > 1, [7.5]),
        "putmask": lambda xp, a: xp.putmask(a, a > 1, [7, 8]),
        "putmask number": lambda xp, a: xp.putmask(a, a > 1, 2),
        "putmask array": lambda xp, a: xp.putmask(a, a > 1, xp.arange(6)),
        "copyto": lambda xp, a: xp.copyto(a, [1, 2, 3]),
        "copyto float": lambda xp, a: xp.copyto(a, 2.5, casting="unsafe"),
        "copyto number": lambda xp, a: xp.copyto(a, 1),
        "copyto large": lambda xp, a: xp.copyto(a, 300),
        "copyto where": lambda xp, a: xp.copyto(a, True, where=a > 1),
        "copyto nowhere": lambda xp, a: xp.copyto(a, True, where=False),
        "put_along_axis": lambda xp, a: xp.put_along_axis(a, xp.asarray([[0], [2]]), [[7], [8]], 1),
        "put_along_axis flat": lambda xp, a: xp.put_along_axis(a, xp.asarray([0, 5]), 1, axis=None),
    }
    for name, call in calls.items():
        both(changed(call), m, text=f"{name} {dtype}")


def test_only_arrays_are_written():
    for call in (
        lambda xp: xp.put([1, 2], [0], 3),
        lambda xp: xp.place([1, 2], [True, False], [3]),
        lambda xp: xp.putmask([1, 2], [True, False], 3),
        lambda xp: xp.copyto([1, 2], 3),
    ):
        for xp in (ls, np):
            with pytest.raises(TypeError):
                call(xp)


def test_memory_of_numpy_is_written(on_cpu):
    a = np.zeros(5)
    ls.put(a, [1, 3], [7, 8])
    ls.copyto(a[:1], 5)
    ls.place(a, a == 8, [9])
    assert a.tolist() == [5, 7, 0, 9, 0]


def test_methods_and_options(both):
    calls = {
        "take": lambda xp, m: m.take([2, 0], axis=1),
        "take out": lambda xp, m: xp.take(m, [2, 0], 1, out=xp.zeros((2, 2), dtype="f4")),
        "take mode": lambda xp, m: m.take([7, -9], mode="wrap"),
        "take mode None": lambda xp, m: m.take([1], mode=None),
        "compress": lambda xp, m: m.compress([False, True], axis=0),
        "compress flat": lambda xp, m: m.compress([False, True]),
        "choose": lambda xp, m: xp.asarray([0, 1, 0]).choose([m[0], 5]),
        "choose rows": lambda xp, m: xp.choose([0, 1, 0], m),
        "repeat": lambda xp, m: m.repeat(2, axis=1),
        "select": lambda xp, m: xp.select([m > 2, m > 1], [m, -m], default=7),
        "select lists": lambda xp, m: xp.select([[True, False]], [[1, 2]], 2.5),
        "count": lambda xp, m: xp.count_nonzero(m, axis=1, keepdims=True),
        "count list": lambda xp, m: xp.count_nonzero([0, 2, 3]),
        "extract": lambda xp, m: xp.extract(m > 1, m),
        "argwhere": lambda xp, m: xp.argwhere(m > 1),
        "argwhere number": lambda xp, m: xp.argwhere(3),
        "take_along_axis": lambda xp, m: xp.take_along_axis(m, xp.argmax(m, axis=1, keepdims=True), axis=1),
    }
    for name, call in calls.items():
        both(call, M, text=name)
