"""Random index expressions, get and set, beside NumPy's: value, shape, dtype, memory order and the class of errors.
Must not know how an index is taken apart."""

import numpy as np

import lockstep as ls
from conftest import outcome, same_class, same_results

CASES = 3000
INDEX_DTYPES = ["i8", "i8", "i8", "i4", "i2", "i1", "u1", "u4", "u8"]
ELEMENTS = ["f8", "f8", "i4", "u1", "?", "c16", "f2"]
WRONG = 0.02  # of the items


class Fuzzer:
    def __init__(self, rng):
        self.rng = rng

    def chance(self, p):
        return self.rng.random() < p

    def one_of(self, values):
        return values[self.rng.integers(len(values))]

    def array(self):
        """An array of any layout, its memory of its own."""
        shape = tuple(self.rng.choice([0, 1, 2, 3, 4, 5], size=self.rng.integers(0, 5), p=[0.04, 0.16, 0.2, 0.2, 0.2, 0.2]))
        dtype = np.dtype(self.one_of(ELEMENTS))
        x = np.array(self.rng.integers(0, 100, shape), dtype)
        x = x.transpose(self.rng.permutation(x.ndim)).copy() if self.chance(0.3) else x
        if self.chance(0.3):
            x = x.transpose(self.rng.permutation(x.ndim))
        if x.ndim and self.chance(0.3):
            x = x[tuple(slice(None, None, self.one_of([1, -1, 2, -2])) for _ in x.shape)]
        return x

    def positions(self, shape, n):
        low, high = (-n, n) if n else (0, 1)
        if self.chance(WRONG):
            low, high = -2 * n - 2, 2 * n + 2
        index = self.rng.integers(low, high, shape)
        dtype = np.dtype(self.one_of(INDEX_DTYPES))
        if dtype.kind == "u":
            index = abs(index) % max(n, 1)
        index = index.astype(dtype)
        if index.ndim > 1 and self.chance(0.3):
            index = index.T.copy().T
        return index[..., ::-1] if index.ndim and self.chance(0.2) else index

    def mask(self, shape):
        if self.chance(WRONG) and shape:
            shape = tuple(max(0, n + self.one_of([-1, 0, 1])) for n in shape)
        return self.rng.random(shape) < self.one_of([0, 0.5, 0.5, 0.9, 1])

    def item(self, sizes, wanted):
        """An item for the axes of these sizes that are left, and how many it takes."""
        kind = self.one_of("iiiisssnbmmaaaaaaaz")
        n = sizes[0] if sizes else 3
        if self.chance(WRONG / 2):
            return self.one_of([1.5, "a", np.array([0.5]), [1.0], object(), np.zeros(0), np.array(1.0)]), 1
        if kind == "i" or not sizes and kind in "sma":
            i = int(self.rng.integers(-n - (self.chance(WRONG)), n + (self.chance(WRONG)))) if n else 0
            return self.one_of([i, i, i, np.int16(i), np.array(i), np.array(i, "i1")]), 1
        if kind == "s":
            ends = [None, None, *range(-n - 1, n + 2)]
            return slice(self.one_of(ends), self.one_of(ends), self.one_of([None, 1, 1, 2, -1, -2])), 1
        if kind == "n":
            return None, 0
        if kind == "b":
            value = self.chance(0.6)
            return self.one_of([value, np.bool_(value), np.array(value)]), 0
        if kind == "z":
            return self.one_of([[], [[]], np.zeros((0,), "i8"), np.zeros((1, 0), "i4")]), 1
        if kind == "m":
            axes = int(self.rng.integers(1, min(3, len(sizes)) + 1))
            return self.mask(sizes[:axes]), axes
        shape = tuple(self.one_of([1, k]) if self.chance(0.3) else k for k in wanted[self.rng.integers(len(wanted) + 1) :])
        if self.chance(WRONG):
            shape += (3,)
        return self.positions(shape, n), 1

    def index(self, shape):
        wanted = self.one_of([(2,), (3,), (1,), (2, 3), (4, 1, 2), (3, 2), (40,), (2, 0)])
        items, left, ellipsis = [], tuple(shape), self.chance(0.3)
        count = int(self.rng.integers(0, len(shape) + 2))
        if len(shape) > 0 and self.chance(0.15):  # one mask over everything
            return self.mask(shape)
        while len(items) < count and (left or self.chance(0.3 if items else 1)):
            item, takes = self.item(left, wanted)
            items.append(item)
            left = left[takes:]
        if ellipsis:  # those behind it index the last axes
            at = int(self.rng.integers(0, len(items) + 1))
            head, left = items[:at], tuple(shape)
            tail, rest = [], list(shape)
            for _ in items[at:]:
                item, takes = self.item(tuple(rest[-1:]), wanted)
                takes = min(takes, 1)
                tail.insert(0, item)
                rest = rest[: len(rest) - takes]
            items = head + [Ellipsis] + tail + ([Ellipsis] if self.chance(WRONG) else [])
        return items[0] if len(items) == 1 and self.chance(0.5) else tuple(items)

    def written(self, index):
        """The same index twice, for NumPy and for us: some arrays as lists, and some of ours Lockstep's."""
        if isinstance(index, tuple):
            both = [self.written(i) for i in index]
            return tuple(b[0] for b in both), tuple(b[1] for b in both)
        if isinstance(index, np.ndarray) and index.dtype.kind in "biu":
            choice = self.rng.random()
            if choice < 0.3 and index.size and index.ndim:
                index = index.tolist()
            elif choice < 0.6:
                return index, ls.asarray(index)
        return index, index

    def value(self, shape):
        choice = self.rng.random()
        if choice < 0.25:
            return self.one_of([5, 2.5, True, np.float32(1.5), np.int8(3), -1])
        dims = list(shape)
        if choice < 0.6:
            dims = [1 if self.chance(0.3) else n for n in dims][self.rng.integers(0, len(dims) + 1) :]
        elif choice < 0.7:
            dims = [1] * self.rng.integers(0, 3) + dims
        elif choice < 0.75:
            dims = dims + [2]
        return np.array(self.rng.random(dims) * 100).astype(self.one_of(ELEMENTS))


def done(result):
    """A device tells of an index out of range when it is waited for."""
    ls.synchronize()
    return result


def check_get(fuzzer, x, index, ours_index, text):
    """The shape of x[index], (2,) where that is an error."""
    theirs, their_error = outcome(lambda: x[index])
    ours_x = ls.asarray(x)
    ours, our_error = outcome(lambda: done(ours_x[ours_index]))
    if their_error or our_error:
        same_class(our_error, their_error, text)
        return (2,)
    same_results(ours, theirs, text)
    if ls._core.get_default_device() == "cpu" and theirs.size:
        steps = [s for n, s in zip(theirs.shape, np.asarray(theirs).strides) if n > 1]
        assert [s for n, s in zip(ours.shape, ours.strides) if n > 1] == steps, f"{text}: ours {ours.strides}, NumPy {theirs.strides}"
    return np.shape(theirs)


def in_c_order(index):
    """NumPy walks index arrays in their memory's order: which of several values for one element is the last depends on it."""
    if isinstance(index, tuple):
        return tuple(map(in_c_order, index))
    if isinstance(index, np.ndarray) and index.ndim:
        return np.ascontiguousarray(index)
    return ls.array(index, order="C") if isinstance(index, ls.ndarray) else index


def check_set(fuzzer, x, index, ours_index, shape, text):
    value = fuzzer.value(shape)
    if x.ndim == 0 and isinstance(index, tuple) and not index:
        value = value if np.ndim(value) == 0 else value.sum()  # x[()] = [5.0] is an error to NumPy alone
    theirs, ours = x.copy(order="K"), ls.array(x, order="K")
    text += f" = {value!r}"

    def assign(target, index, value):
        target[index] = value

    _, their_error = outcome(lambda: assign(theirs, index, value))
    ours_value = ls.asarray(value) if isinstance(value, np.ndarray) and fuzzer.chance(0.5) else value
    _, our_error = outcome(lambda: done(assign(ours, ours_index, ours_value)))
    if their_error or our_error:
        same_class(our_error, their_error, text)
        if ls._core.get_default_device() != "cpu":
            return  # what a device wrote before it met the index is not taken back
    same_results(ours, theirs, text)


def check_case(fuzzer):
    x = fuzzer.array()
    index, ours_index = fuzzer.written(fuzzer.index(x.shape))
    text = f"shape {x.shape} strides {x.strides} {x.dtype} index {index!r}"
    shape = check_get(fuzzer, x, index, ours_index, text)
    check_set(fuzzer, x, *map(in_c_order, (index, ours_index)), shape, text)


def test_random_indices(rng, pytestconfig):
    share = 1 if ls._core.get_default_device() == "cpu" else 0.1
    for _ in range(max(1, round(CASES * share * pytestconfig.getoption("--effort")))):
        check_case(Fuzzer(rng))
