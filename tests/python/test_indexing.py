"""Indexing: basic indices by hypothesis: get and set beside NumPy's, views that share memory, iteration, len, `in`; broadcasting.
Must not know how views are made."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import lockstep as ls
from conftest import outcome, same_class, same_results

QUICK = settings(max_examples=300, deadline=None, database=None, derandomize=False, suppress_health_check=list(HealthCheck))
SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)


@st.composite
def cases(draw):
    shape = draw(SHAPES)
    index = draw(hnp.basic_indices(shape, max_dims=6, allow_newaxis=True, allow_ellipsis=True))
    if draw(st.integers(0, 9)) == 0:  # out of range, too many
        index = (draw(st.integers(-9, 9)),) * draw(st.integers(1, 6))
    return np.arange(int(np.prod(shape)), dtype="f8").reshape(shape), index


@QUICK
@given(cases())
def test_get(case):
    x, index = case
    theirs, their_error = outcome(lambda: x[index])
    ours, our_error = outcome(lambda: ls.asarray(x)[index])
    if their_error or our_error:
        return same_class(our_error, their_error, repr(index))
    same_results(ours, theirs, repr(index))
    if ls._core.get_default_device() == "cpu" and np.size(theirs):
        assert ls.shares_memory(ours, ls.asarray(x))
        assert [s for n, s in zip(ours.shape, ours.strides) if n > 1] == [
            s for n, s in zip(theirs.shape, np.asarray(theirs).strides) if n > 1
        ]


@QUICK
@given(cases(), st.data())
def test_set(case, data):
    x, index = case
    target, _ = outcome(lambda: x[index])
    shape = np.shape(target) if target is not None else (1,)
    if data.draw(st.booleans()):
        value = data.draw(st.sampled_from([5, 2.5, True, np.float32(1.5)]))
    else:
        sub = data.draw(hnp.broadcastable_shapes(shape, max_dims=len(shape) + 1, max_side=4)) if shape else ()
        value = np.full(sub, 7.5)
    theirs, ours = x.copy(), ls.array(x)

    def assign(target, value):
        target[index] = value

    _, their_error = outcome(lambda: assign(theirs, value))
    _, our_error = outcome(lambda: assign(ours, ls.asarray(value) if isinstance(value, np.ndarray) else value))
    if (their_error or our_error) and not (their_error is None and np.ndim(value) > np.ndim(target)):
        same_class(our_error, their_error, f"{index!r} = {value!r}")
    if their_error is None and our_error is None:
        same_results(ours, theirs, f"{index!r} = {value!r}")


@QUICK
@given(hnp.mutually_broadcastable_shapes(num_shapes=3, max_dims=5, max_side=4))
def test_broadcasting(shapes):
    arrays = [np.arange(int(np.prod(s)), dtype="f8").reshape(s) for s in shapes.input_shapes]
    ours = [ls.asarray(a) for a in arrays]
    same_results(ours[0] + ours[1] * ours[2], np.asarray(arrays[0] + arrays[1] * arrays[2]), repr(shapes))
    same_results(ls.where(ours[0] > 1, ours[1], ours[2]), np.where(arrays[0] > 1, arrays[1], arrays[2]), repr(shapes))
    assert [a.shape for a in ls.broadcast_arrays(*ours)] == [shapes.result_shape] * 3


@QUICK
@given(SHAPES, SHAPES)
def test_shapes_that_may_not_broadcast(first, second):
    x, y = np.ones(first), np.ones(second)
    theirs, their_error = outcome(lambda: x + y)
    ours, our_error = outcome(lambda: ls.asarray(x) + ls.asarray(y))
    if their_error or our_error:
        return same_class(our_error, their_error, f"{first} {second}")
    same_results(ours, np.asarray(theirs), f"{first} {second}")


def test_sequences(both):
    x = np.arange(6.0).reshape(2, 3)
    both(lambda xp, x: tuple(len(v) for v in x), x)
    both(lambda xp, x: tuple(float(w) for v in x for w in v), x)
    both(lambda xp, x: (3.0 in x, 9.0 in x, 3 in x), x)
    both(lambda xp, x: list(x), np.array(3))
    both(lambda xp, x: len(x), np.array(3))
    both(lambda xp, x: tuple(v.sum() for v in reversed(x)), x)


def test_views_write_through(on_cpu):
    x = ls.zeros((3, 4))
    x[1:, ::2] += 1
    x.T[0] = 5
    row = x[2]
    row[-1] = 9
    assert x.tolist() == [[5, 0, 0, 0], [5, 0, 1, 0], [5, 0, 1, 9]]


@pytest.mark.parametrize("index", [[0, 1], np.array([-1, 0]), [True, False, True], True, np.array(True), [[0]], (0, [True]), []])
def test_arrays_and_masks(index, both):
    both(lambda xp, x: x[index], np.arange(3.0))

    def add(xp, x):
        x[index] += 1
        return x

    def assign(xp, x):
        x[index] = 7
        return x

    both(add, np.arange(3.0))
    both(assign, np.arange(3.0))
    if isinstance(index, np.ndarray):
        x = ls.arange(3.0)
        assert x[ls.asarray(index)].tolist() == np.arange(3.0)[index].tolist()


def test_what_arrays_select_is_no_view():
    x = ls.arange(5.0)
    y = x[ls.asarray([1, 2])]
    y += 10
    z = x[np.array(3)]
    z += 10
    assert x.tolist() == [0, 1, 2, 3, 4]


def test_nothing_is_written_when_an_index_is_out_of_range(both):
    def attempt(xp, x):
        try:
            x[[0, 1, 5]] = 9
        except IndexError:
            return x

    both(attempt, np.arange(4.0))
    with pytest.raises(IndexError, match="index 5 is out of bounds for axis 1 with size 4"):
        ls.zeros((2, 4))[:, [0, 5]]


@pytest.mark.parametrize("index", [1.5, "a", object(), 2**70])
def test_other_indices_are_errors(index, both):
    both(lambda xp, x: x[index], np.arange(3.0))


def test_numpy_integers_and_our_own_are_indices(both):
    both(lambda xp, x: (x[np.int8(1)], x[np.uint64(2)], x[xp.asarray(1)], x[xp.asarray(0) : xp.asarray(2)]), np.arange(3.0))


def test_read_only(on_cpu):
    x = np.arange(3.0)
    x.flags.writeable = False
    for view in (ls.asarray(x), ls.broadcast_to(ls.ones(1), (3,))):
        with pytest.raises(ValueError, match="read-only"):
            view[0] = 1
        with pytest.raises(ValueError, match="read-only"):
            view += 1


class Reenters:
    """An index that indexes while it is turned into an array."""

    def __init__(self, depth):
        self.depth = depth

    def __array__(self, dtype=None, copy=None):
        y = ls.arange(100)
        inner = Reenters(self.depth - 1) if self.depth else [0, 0]
        assert y[[7, 9], [5, 6][:0] or ...].tolist() == [7, 9]
        assert y[np.array([3, 4])].tolist() == [3, 4]
        assert y[inner].tolist() == [0, 1] or not self.depth
        return np.array([0, 1])


def test_numpy_arrays_as_indices():
    """Short and long, strided, of every integer type, masks, several at once, and while another index is being read."""
    rng = np.random.default_rng()
    x = rng.standard_normal((70, 80))
    y = ls.asarray(x)
    for n in (0, 1, 2, 63, 64, 65, 70):
        for dtype in "bhilq?BHI":
            i = rng.integers(0, 2 if dtype == "?" else 64, 70 if dtype == "?" else n).astype(dtype)
            for index in (i, i[::-1]) if dtype == "?" else (i, i[::-1], i[::2], np.repeat(i, 3)[::3]):
                same_results(y[index], x[index], f"{dtype} {n}")
                same_results(y[..., index] if dtype != "?" else y[index, 1:], x[..., index] if dtype != "?" else x[index, 1:], dtype)
    i, j = rng.integers(0, 70, 9), rng.integers(-80, 80, 9)
    same_results(y[i, j], x[i, j], "two")
    same_results(y[i[:, None], j], x[i[:, None], j], "a table")
    same_results(y[list(i), list(j)], x[list(i), list(j)], "lists")
    many = np.arange(2.0 ** 10).reshape((2,) * 10)
    ones = tuple(np.array([1, 0]) for _ in range(10))
    same_results(ls.asarray(many)[ones], many[ones], "ten short arrays at once")
    assert ls.arange(100)[Reenters(4)].tolist() == [0, 1]
    assert ls.asarray(many)[[1, 0], Reenters(2), [1, 1]].shape == (2,) + (2,) * 7
    for wrong in (np.array([70]), np.array([0.5]), np.array(["a"])):
        with pytest.raises(IndexError):
            y[wrong]
    y[i] = 0.0
    x[i] = 0.0
    same_results(y, x, "assignment")
