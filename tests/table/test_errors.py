"""Misuse: what is refused, and the exception class that the status stands for, are NumPy's.
Must not know texts of errors."""

import itertools

import numpy as np
import pytest

from arrays import NUMPY_DTYPES
from conftest import outcome

A = np.arange(6.0).reshape(2, 3)
I = np.arange(6).reshape(2, 3)
Z = A + 1j
B = A > 2
V = np.arange(3.0)
READ_ONLY = np.zeros((2, 3))
READ_ONLY.flags.writeable = False

# One row a misuse: function, positional arguments, options.
MISUSES = [
    # creation
    ("zeros", [(-1,)], {}), ("ones", [(2, -3)], {}), ("empty", [(-1, 0)], {}), ("full", [(-2,), 1.0], {}),
    ("zeros", [(1,) * 65], {}), ("zeros", [(1 << 40, 1 << 40)], {}), ("full", [(2,), 300], {"dtype": "int8"}),
    ("full", [(2,), -1], {"dtype": "uint8"}), ("full_like", [I.astype("int8"), 300], {}), ("eye", [-1], {}),
    ("eye", [3], {"M": -1}), ("arange", [0, 1, 0], {}), ("arange", [0.0, 1.0, 0.0], {}), ("arange", [0, 5, 1], {"dtype": "bool"}),
    ("linspace", [0, 1, -1], {}), ("zeros", [(2, 2)], {"order": "X"}), ("zeros_like", [A], {"order": "X"}),
    ("zeros", [(2, 2)], {"order": "K"}), ("copy", [A], {"order": "X"}),
    # manipulation
    ("reshape", [A, (4,)], {}), ("reshape", [A, (-1, 4)], {}), ("reshape", [A, (-1, -1)], {}), ("reshape", [A, (-1, 0)], {}),
    ("reshape", [A, (2, 3)], {"order": "K"}), ("reshape", [A, (2, 3)], {"order": "X"}), ("ravel", [A], {"order": "X"}),
    ("transpose", [A], {"axes": (0,)}), ("transpose", [A], {"axes": (0, 0)}), ("transpose", [A], {"axes": (0, 2)}),
    ("transpose", [A], {"axes": (0, 1, 2)}), ("swapaxes", [A, 0, 2], {}), ("swapaxes", [A, -3, 0], {}),
    ("expand_dims", [A], {"axis": 4}), ("expand_dims", [A], {"axis": (0, 0)}), ("squeeze", [A], {"axis": 0}),
    ("squeeze", [A], {"axis": 5}), ("squeeze", [A[:1]], {"axis": (0, 0)}), ("broadcast_to", [A, (4, 3)], {}),
    ("broadcast_to", [A, (3,)], {}), ("broadcast_to", [A, (-1, 3)], {}), ("concatenate", [[]], {}), ("stack", [[]], {}),
    ("concatenate", [[A, V]], {}), ("concatenate", [[A, A[:, :2]]], {}), ("concatenate", [[A, A]], {"axis": 2}),
    ("concatenate", [[np.ones(()), np.ones(())]], {}), ("concatenate", [[A, A]], {"out": np.zeros((4, 2))}),
    ("concatenate", [[A, A]], {"out": np.zeros((4, 3)), "dtype": "float64"}), ("concatenate", [[A, A]], {"dtype": "int8"}),
    ("concatenate", [[A, A]], {"casting": "wrong"}), ("concatenate", [[A, A]], {"out": np.zeros((4, 3), int)}),
    ("stack", [[A, V]], {}), ("stack", [[A, A]], {"axis": 4}), ("stack", [[A, A]], {"axis": -4}),
    ("stack", [[A, A]], {"out": np.zeros((3, 2, 3))}), ("astype", [A, "int8"], {"casting": "safe"}),
    ("astype", [A, "int8"], {"casting": "same_kind"}), ("astype", [A, "float32"], {"casting": "no"}),
    # where, clip, interp
    ("where", [B, A, V[:2]], {}), ("where", [B, np.ones((3, 3)), 0], {}), ("clip", [A], {"a_min": np.ones(4), "a_max": None}),
    ("clip", [A], {"a_min": 0, "a_max": None, "out": np.zeros(2)}),
    ("clip", [A], {"a_min": 0, "a_max": 9, "out": np.zeros((2, 3), int)}),
    ("clip", [I.astype("uint8")], {"a_min": 300, "a_max": None}),
    ("clip", [I.astype("int8")], {"a_min": None, "a_max": -129}),
    ("clip", [I.astype("uint8")], {"a_min": -1, "a_max": 300}), ("interp", [V, V, V[:2]], {}), ("interp", [V, V[:0], V[:0]], {}),
    ("interp", [V, A, V], {}), ("interp", [V, V, V], {"period": 0.0}), ("interp", [Z[0], V, V], {}),
    # products
    ("dot", [A, A], {}), ("dot", [V, A], {}), ("dot", [A, V[:2]], {}), ("dot", [V, V], {"out": np.zeros(3)}),
    ("matmul", [A, A], {}), ("matmul", [A, np.float64(2) * np.ones(())], {}), ("matmul", [V, A], {}), ("matmul", [V, V[:2]], {}),
    ("matmul", [np.ones((2, 2, 3)), np.ones((3, 3, 2))], {}), ("matmul", [A, A.T], {"out": np.zeros((3, 3))}),
    ("matmul", [A, A.T], {"out": np.zeros((2, 2), int)}), ("matmul", [A, A.T], {"dtype": "int64"}),
    # transforms
    *[(f"fft_{name}", [A], options) for name in ("fft", "ifft", "rfft", "irfft")
      for options in ({"n": 0}, {"n": -1}, {"axis": 2}, {"axis": -3}, {"norm": "wrong"}, {"axis": 5, "n": 4},
                      {"out": np.zeros((2, 3))}, {"out": np.zeros((1, 1), complex)})],
    ("fft_rfft", [Z], {}), ("fft_fft", [np.ones(())], {}), ("fft_fft", [V[:0]], {}), ("fft_irfft", [V[:1]], {}),
    ("fft_fftfreq", [0], {}), ("fft_fftfreq", [4], {"d": 0.0}),
]
AXES = [2, -3, (0, 0), (0, 2), (0, -2)]
for _name in "sum prod min max mean var std any all".split():
    MISUSES += [(_name, [A], {"axis": axis}) for axis in AXES]
    MISUSES += [(_name, [A], {"axis": 0, "out": np.zeros(2)}), (_name, [A], {"out": READ_ONLY[0, 0, ...]}),
                (_name, [A], {"axis": 0, "where": np.ones(4, bool)}), (_name, [np.ones(())], {"axis": 1}),
                (_name, [A], {"where": V})]
    if _name not in ("any", "all"):
        MISUSES += [(_name, [A], {"axis": 0, "out": np.zeros(3, int)}), (_name, [Z], {"axis": 0, "out": np.zeros(3)})]
for _name in ("min", "max", "argmin", "argmax"):
    MISUSES += [(_name, [V[:0]], {}), (_name, [np.ones((0, 3))], {"axis": 0}), (_name, [np.ones((0, 3))], {"axis": 1})]
for _name in ("argmin", "argmax"):
    MISUSES += [(_name, [A], {"axis": 2}), (_name, [A], {"axis": 0, "out": np.zeros(3)}),
                (_name, [A], {"axis": 0, "out": np.zeros(2, int)})]
for _name in ("min", "max"):
    MISUSES += [(_name, [A], {"where": B}), (_name, [A], {"where": B, "axis": 0})]
MISUSES += [(name, [A], {"ddof": 1, "correction": 1}) for name in ("var", "std")]
MISUSES += [(name, [I], {"axis": 0, "dtype": "int64"}) for name in ("var", "std")]
MISUSES += [("sum", [A], {"dtype": "int8", "out": np.zeros((), "int8")}), ("min", [I.astype("int8")], {"initial": 300})]


def test_misuses(check):
    for name, args, options in MISUSES:
        check(name, *args, **options)


def test_ufunc_misuses(row, check):
    """Shapes, outs, casting rules and dtypes that no loop serves."""
    name, inputs = row["name"], row["ufunc"]["inputs"]
    args = [A, V][:inputs]
    wrong = np.ones(4)
    for options in ({"out": np.zeros(3)}, {"out": np.zeros((2, 2))}, {"out": READ_ONLY}, {"out": np.zeros((2, 3), "int8")},
                    {"out": np.zeros((1, 2, 3))}, {"where": V}, {"where": np.ones(4, bool)},
                    {"casting": "wrong", "dtype": "float32"}, {"casting": "sloppy"}, {"casting": "unknown"},
                    {"dtype": "int8"}, {"dtype": "float32", "casting": "safe"}, {"dtype": "float32", "casting": "no"},
                    {"dtype": "bool"}, {"out": np.zeros((2, 3), "float32"), "casting": "safe"}):
        check(name, *args, same=lambda a, b: np.ones(np.shape(b), bool), **options)
    if inputs == 2:
        check(name, A, wrong)
        check(name, wrong, A)
        for dtype, literal in itertools.product(NUMPY_DTYPES[1:9], (300, -129, 70000, -1, 1 << 40)):
            x = np.ones(2, dtype)
            check(name, x, literal, same=lambda a, b: np.ones(np.shape(b), bool))
            check(name, literal, x, same=lambda a, b: np.ones(np.shape(b), bool))
    for dtype in NUMPY_DTYPES:  # bool and complex have no loop in some rows
        check(name, *[np.ones(2, dtype)] * inputs, same=lambda a, b: np.ones(np.shape(b), bool))


def test_index_misuses(ls, check):
    x = np.zeros((3, 4))
    for index in [3, -4, (0, 4), (0, 0, 0), (Ellipsis, Ellipsis), (slice(None, None, 0),), (0, slice(0, 2, 0)), (None,) * 63]:
        _, theirs = outcome(lambda: x[index])
        _, ours = outcome(lambda: ls.get(x, index))
        check.that((ours is None) == (theirs is None), f"x[{index}]: ours {ours!r}, NumPy {theirs!r}")
        if ours is not None and theirs is not None:
            check.same_errors(f"x[{index}]", ours, theirs)
    for index, value in [((0,), np.ones(3)), ((slice(None),), np.ones((2, 4))), ((0, 0), np.ones(2)), ((9,), 0),
                         ((0,), np.ones((1, 1, 4))), ((0,), np.ones((2, 1, 4)))]:
        _, theirs = outcome(lambda: x.__setitem__(index, value))
        _, ours = outcome(lambda: ls.set(x.copy(), index, value))
        check.that((ours is None) == (theirs is None), f"x[{index}] = {value.shape if hasattr(value, 'shape') else value}: "
                                                        f"ours {ours!r}, NumPy {theirs!r}")
    _, theirs = outcome(lambda: READ_ONLY.__setitem__(0, 1))
    _, ours = outcome(lambda: ls.set(READ_ONLY, 0, 1))
    check.same_errors("a read-only array", ours, theirs)
    small = np.zeros(3, np.int8)
    _, theirs = outcome(lambda: small.__setitem__(0, 300))
    _, ours = outcome(lambda: ls.set(small, 0, 300))
    check.same_errors("int8 x[0] = 300", ours, theirs)


def test_inputs_survive(ls, check):
    """A failed call leaves its inputs and its out as they were."""
    x, out = np.arange(6.0).reshape(2, 3), np.full((2, 3), 7.0)
    for name, args, options in [("add", [x, np.ones(4)], {"out": out}), ("sum", [x], {"axis": 5, "out": out[0]}),
                                ("power", [np.arange(3), np.array(-1)], {"out": np.full(3, 7)}),
                                ("concatenate", [[x, np.ones(3)]], {"out": out}), ("matmul", [x, x], {"out": out})]:
        before = [np.copy(options["out"]), x.copy()]
        _, error = outcome(lambda: ls.invoke(name, *args, **options))
        check.that(error is not None, f"{name} did not fail")
        check.that(np.array_equal(options["out"], before[0]) and np.array_equal(x, before[1]), f"{name} changed its arguments")
