"""lockstep.ndarray as an object: operators, conversions, properties, methods, repr, pickle, copies, hash, weak references.
Must not know algorithms."""

import copy
import gc
import operator
import pickle
import weakref

import ml_dtypes
import numpy as np
import pytest

import lockstep as ls
from arrays import NUMPY_DTYPES, make, ordinary_values

BINARY = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
    divmod,
    operator.lt,
    operator.le,
    operator.eq,
    operator.ne,
    operator.gt,
    operator.ge,
]
IN_PLACE = [operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ifloordiv, operator.imod, operator.ipow]
OTHERS = [2, -1, 2.5, 1j, True, np.float32(1.5), np.int8(3), 2**40, 300]


def steps_of(op):
    return 8 if op in (operator.pow, operator.ipow) else 0


@pytest.mark.parametrize("op", BINARY, ids=lambda o: o.__name__)
def test_binary_operators(op, both, rng):
    for dtype in NUMPY_DTYPES:
        x, y = (
            np.abs(ordinary_values(dtype, 6, rng)) % 9 + 1 if dtype.kind not in "cb" else ordinary_values(dtype, 6, rng)
            for _ in "xy"
        )
        x, y = x.astype(dtype).reshape(2, 3), y.astype(dtype).reshape(2, 3)
        both(lambda xp, x, y: op(x, y), x, y, text=f"{op.__name__} {dtype}", steps=steps_of(op))
        both(lambda xp, x, y: op(x, y[0]), x, y, text=f"{op.__name__} {dtype} broadcast", steps=steps_of(op))
        for other in OTHERS:
            if op is operator.pow and dtype.kind == "c" and other in (300, 2**40):
                continue  # beyond the largest number, where NumPy's parts are NaN or infinite as it happens
            both(lambda xp, x: op(x, other), x, text=f"{op.__name__} {dtype} {other!r}", steps=steps_of(op))
            both(lambda xp, x: op(other, x), x, text=f"{other!r} {op.__name__} {dtype}", steps=steps_of(op))


@pytest.mark.parametrize("op", IN_PLACE, ids=lambda o: o.__name__)
def test_in_place_operators(op, both, rng):
    def body(xp, x, other):
        before = x
        view = x[1]
        x = op(x, other)
        assert x is before
        return x, view

    for dtype in NUMPY_DTYPES:
        x = (
            ordinary_values(dtype, 6, rng).reshape(2, 3)
            if dtype.kind in "cb"
            else (np.abs(ordinary_values(dtype, 6, rng)) % 9 + 1).astype(dtype).reshape(2, 3)
        )
        for other in (2, 2.5, np.full((2, 3), 3, dtype), np.ones(3, "f8"), np.ones((4, 2, 3))):
            both(body, x, other, text=f"{op.__name__} {dtype} {other!r}", steps=steps_of(op))


def test_unary_operators_and_matmul(both, rng):
    for dtype in NUMPY_DTYPES:
        x = ordinary_values(dtype, 6, rng).reshape(2, 3)
        for op in (operator.neg, operator.abs):
            both(lambda xp, x: op(x), x, text=f"{op.__name__} {dtype}", steps=8)
        if dtype.kind != "b":
            both(lambda xp, x: +x, x, text=f"pos {dtype}")
    both(lambda xp, a, b: a @ b, np.arange(6).reshape(2, 3), np.arange(12).reshape(3, 4))
    both(lambda xp, a: a @ a, np.arange(6).reshape(2, 3))
    both(lambda xp, a, b: (a & b, a | b, a ^ b, ~a), np.array([True, False, True]), np.array([True, True, False]))


def test_bitwise_operators(both):
    """Between arrays and Python integers, shifts past the width and by negative numbers, reflected and in place."""
    operators = [operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift]
    for dtype in "b1 i1 u1 i2 u2 i4 u4 i8 u8".split():
        x = np.array([1, 0, 5, 127, 64, 3]).astype(dtype)
        y = np.array([0, 1, 7, 8, 70, 33]).astype(dtype)
        for op in operators:
            both(lambda xp, x, y: op(x, y), x, y, text=f"{op.__name__} {dtype}")
            both(lambda xp, x: (op(x, 3), op(2, x)), x, text=f"{op.__name__} {dtype} with integers")
        both(lambda xp, x: ~x, x, text=f"invert {dtype}")
    for dtype in "i1 i2 i4 i8".split():
        both(lambda xp, x, y: (x << y, x >> y), np.arange(-6, 6).astype(dtype), np.arange(-70, 50, 10).astype(dtype))

    def in_place(xp, x):
        x &= 12
        x ^= 5
        x <<= 2
        return x

    both(in_place, np.arange(20))
    with pytest.raises(TypeError):
        ls.arange(3) & 1.0
    with pytest.raises(TypeError):
        ls.ones(3) & ls.ones(3)


def test_python_integers_past_64_bits(both):
    for dtype in ("u8", "i8", "f8", "f4", "c16", "u1"):
        for other in (2**63, 2**64, -(2**63) - 1, 2**100):
            both(lambda xp, x: x + other, np.ones(3, dtype), text=f"{dtype} + {other}")


def test_equality_with_other_things():
    x = ls.arange(3)
    for other in (None, "text"):
        assert ls.asnumpy(x == other).tolist() == [False] * 3 and ls.asnumpy(x != other).tolist() == [True] * 3
    assert (x == object()) is False and (x != object()) is True
    with pytest.raises(TypeError):
        x + object()


class Polite:
    """A class that wants to do the work."""

    __array_ufunc__ = None

    def __radd__(self, other):
        return "mine"

    def __rmatmul__(self, other):
        return "mine"


def test_operators_defer_to_classes_that_want_to():
    assert ls.ones(2) + Polite() == "mine"
    assert ls.ones((2, 2)) @ Polite() == "mine"
    with pytest.raises(TypeError):
        ls.ones(2) * Polite()


def test_numpy_operands_on_either_side(on_cpu):
    x, y = ls.arange(3.0), np.arange(3)
    for result in (x + y, y + x, np.float64(2) * x, y == x):
        assert type(result) is ls.ndarray
    assert ls.asnumpy(y - x).tolist() == [0, 0, 0]


def test_conversions(both):
    for value in (3, 2.5, 0.0, True, 1 + 2j):
        for shape in ((), (1,), (1, 1), (2,), (0,)):
            x = np.full(shape, value)
            for f in (bool, int, float, complex, operator.index, lambda v: v.item(), lambda v: v.tolist(), len):
                both(lambda xp, x: f(x), x, text=f"{f} {value} {shape}")
    half = ls.asarray(np.array(1.5, ml_dtypes.bfloat16))
    assert float(half) == 1.5 and half.item() == 1.5 and float(ls.array(0.1, dtype="f2")) == float(np.float16(0.1))
    assert range(10)[ls.array(3)] == 3 and [1, 2, 3][ls.array(1)] == 2


def test_items(both, rng):
    x = rng.standard_normal((2, 3))
    for args in ((), (4,), (-1,), (1, 2), ((1, 2),), (6,), (2, 0), (1, 2, 3)):
        both(lambda xp, x: x.item(*args), x, text=f"item{args}")


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 0, 3), (2, 3, 4)])
def test_properties(shape, rng):
    for dtype in NUMPY_DTYPES:
        theirs = make(shape, dtype, "contiguous", rng, ordinary_values)
        ours = ls.asarray(theirs)
        for name in ("shape", "ndim", "size", "dtype", "itemsize", "nbytes"):
            assert getattr(ours, name) == getattr(theirs, name), name
        assert ours.T.shape == theirs.T.shape
        assert [ours.flags[k] for k in ("C", "F", "W", "A")] == [theirs.flags[k] for k in ("C", "F", "W", "A")]
        if theirs.ndim > 1:
            assert ls.asnumpy(ours.mT).tolist() == theirs.mT.tolist()


def test_real_and_imag(both, on_cpu):
    def body(xp, z):
        z.real[...] = 7
        z.imag = 2
        return z, z.real, z.imag

    both(body, np.arange(4) + 1j)
    both(lambda xp, x: (x.real, x.imag), np.arange(3.0))


def test_methods(both, rng):
    x = rng.standard_normal((2, 3, 4))
    for body in (
        lambda xp, x: x.reshape(6, 4),
        lambda xp, x: x.reshape((6, -1)),
        lambda xp, x: x.reshape(-1),
        lambda xp, x: x.reshape(5),
        lambda xp, x: x.reshape(4, 6, order="F"),
        lambda xp, x: x.transpose(),
        lambda xp, x: x.transpose(2, 0, 1),
        lambda xp, x: x.transpose((1, 0, 2)),
        lambda xp, x: x.transpose(0, 0, 1),
        lambda xp, x: x.swapaxes(0, 2),
        lambda xp, x: x[:1].squeeze(),
        lambda xp, x: x[:1].squeeze(0),
        lambda xp, x: x.squeeze(0),
        lambda xp, x: x.ravel(),
        lambda xp, x: x.ravel("F"),
        lambda xp, x: x.flatten(),
        lambda xp, x: x.clip(-1, 1),
        lambda xp, x: x.clip(max=0.5),
        lambda xp, x: x.copy(),
        lambda xp, x: x.T.copy(),
        lambda xp, x: x.T.copy("K"),
        lambda xp, x: x.astype("i4"),
        lambda xp, x: x.astype(complex),
        lambda xp, x: x.astype("i4", casting="safe"),
        lambda xp, x: x.astype("nonsense"),
        lambda xp, x: x[0].dot(x[1].T),
        lambda xp, x: x.tobytes(),
        lambda xp, x: x.tolist(),
        lambda xp, x: x.copy(order="X"),
    ):
        both(body, x, layout=True)
    y = ls.asarray(x)
    assert y.astype("f8", copy=False).flags.c_contiguous and ls.asnumpy(y.astype("f8")) is not x
    z = ls.zeros((2, 2))
    z.fill(3)
    assert z.tolist() == [[3, 3], [3, 3]]


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (1100,), (40, 40), (0, 2)])
def test_repr_and_str(shape, rng):
    for dtype in NUMPY_DTYPES:
        x = make(shape, dtype, "contiguous", rng, ordinary_values)
        assert repr(ls.asarray(x)) == repr(x) and str(ls.asarray(x)) == str(x)
    assert f"{ls.array(2.5):.3f}" == "2.500"


def test_pickle_and_copies(rng):
    for x in (
        rng.standard_normal((3, 4)),
        rng.standard_normal((3, 4))[::2, ::-1],
        np.array(3),
        np.ones(3, ml_dtypes.bfloat16),
        np.zeros((0, 2)),
    ):
        ours = ls.asarray(x)
        for made in (
            pickle.loads(pickle.dumps(ours)),
            pickle.loads(pickle.dumps(ours, 5)),
            copy.copy(ours),
            copy.deepcopy(ours),
            ours.copy(),
        ):
            assert type(made) is ls.ndarray and made.dtype == x.dtype and made.shape == x.shape
            assert ls.asnumpy(made).tolist() == x.tolist() and not (x.size and ls.shares_memory(made, ours))
    assert pickle.loads(pickle.dumps(ls.add)) is ls.add and pickle.loads(pickle.dumps(ls.sum)) is ls.sum


def test_hash_weak_references_and_attributes():
    x = ls.ones(3)
    with pytest.raises(TypeError, match="unhashable"):
        hash(x)
    seen = weakref.ref(x)
    assert seen() is x
    del x
    gc.collect()
    assert seen() is None
    with pytest.raises(AttributeError):
        ls.ones(3).nonsense = 1


def test_constructor():
    assert ls.ndarray((2, 3), "i4").shape == (2, 3) and ls.ndarray(4).dtype == "f8"
    with pytest.raises(NotImplementedError):
        ls.ndarray(3, buffer=b"abc")


def test_ufunc_objects():
    for name, f in vars(ls).items():
        if isinstance(f, ls.ufunc):
            theirs = getattr(np, name)
            assert (f.nin, f.nout, f.nargs, f.identity) == (theirs.nin, theirs.nout, theirs.nargs, theirs.identity), name
            assert repr(f) == f"<ufunc '{f.__name__}'>"
            # NumPy has loops of its own for long long, long double, dates and objects
            assert {t for t in f.types if "E" not in t} <= set(theirs.types) | {"bb->b"}, name
