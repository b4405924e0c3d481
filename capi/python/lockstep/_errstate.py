"""errstate, seterr and geterr: floating-point errors, noticed by looking at values, for those who ask for it.

Off by default ('ignore' for all four), where it costs nothing: Lockstep's loops are free of branches and compute both
sides of a choice, so that the processor's flags say nothing about the results, and a GPU has none. With 'warn', 'raise' or
'print' every ufunc's result is compared with its inputs: NaN out of no NaN is invalid; an infinity out of finite numbers is
divide where an exact one is the result of a division by zero or of log(0), and over otherwise. under is not noticed.
Must not know single operations, but for those of DIVISIONS.
"""

import contextlib
import threading
import warnings

import numpy as np

from lockstep import _core

KINDS = ("divide", "over", "under", "invalid")
CHOICES = ("ignore", "warn", "raise", "print")
DIVISIONS = {"divide": 1, "floor_divide": 1, "remainder": 1, "reciprocal": 0, "log": 0, "power": 0}  # -> the input to be 0
TEXTS = {"divide": "divide by zero", "over": "overflow", "invalid": "invalid value"}


class _State(threading.local):
    def __init__(self):
        self.choice = dict.fromkeys(KINDS, "ignore")


_state = _State()


def geterr():
    """How each kind of floating-point error is treated in this thread."""
    return dict(_state.choice)


def seterr(all=None, divide=None, over=None, under=None, invalid=None):
    """Sets how floating-point errors are treated, and gives how they were: 'ignore' (the default), 'warn', 'raise', 'print'.

    Others than 'ignore' cost each call a look at its result. Errors: ValueError for another word, NotImplementedError for
    `under`, which values do not show.
    """
    before = geterr()
    given = {"divide": divide, "over": over, "under": under, "invalid": invalid}
    wanted = {kind: given[kind] or all or before[kind] for kind in KINDS}
    for kind, choice in wanted.items():
        if choice not in CHOICES:
            raise ValueError(f"{kind}: expected one of {', '.join(CHOICES)}, got {choice!r}")
    if (under or "ignore") != "ignore":
        raise NotImplementedError("under: underflow is not noticed by Lockstep")
    if under is None and all is not None:
        wanted["under"] = "ignore"
    _state.choice = wanted
    _core.set_watched(any(choice != "ignore" for choice in wanted.values()))
    return before


class errstate(contextlib.ContextDecorator):
    """seterr for a block: `with lockstep.errstate(divide="raise"):`."""

    def __init__(self, *, all=None, divide=None, over=None, under=None, invalid=None):
        self._given = {"all": all, "divide": divide, "over": over, "under": under, "invalid": invalid}
        self._before = []

    def __enter__(self):
        self._before.append(seterr(**self._given))

    def __exit__(self, *exception):
        seterr(**self._before.pop())


def check(name, inputs, result):
    """Called by the binding after a ufunc, where this thread wants to know."""
    values = np.asarray(result.__array__() if isinstance(result, _core.ndarray) else result)
    if values.dtype.kind not in "fcV":
        return
    choice, _state.choice = _state.choice, dict.fromkeys(KINDS, "ignore")
    try:
        given = [np.asarray(i) for i in inputs]
        with np.errstate(all="ignore"):
            found = _errors(name, given, values)
    finally:
        _state.choice = choice
    for kind in found:
        _report(kind, name, choice[kind])


def _errors(name, inputs, values):
    finite = np.array(True)
    known = np.array(True)
    for i in inputs:
        finite, known = finite & np.isfinite(i), known & ~np.isnan(i)
    if np.any(np.isnan(values) & known):
        yield "invalid"
    infinite = np.isinf(values) & finite
    if not np.any(infinite):
        return
    zero = inputs[DIVISIONS[name]] == 0 if name in DIVISIONS else np.array(False)
    if np.any(infinite & zero):
        yield "divide"
    if np.any(infinite & ~zero):
        yield "over"


def _report(kind, name, choice):
    text = f"{TEXTS[kind]} encountered in {name}"
    if choice == "raise":
        raise FloatingPointError(text)
    if choice == "warn":
        warnings.warn(text, RuntimeWarning, stacklevel=3)
    if choice == "print":
        print(f"Warning: {text}")
