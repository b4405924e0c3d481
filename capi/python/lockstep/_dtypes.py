"""NumPy's scalar types, constants and dtype functions, for the dtypes that Lockstep has.
Must not know arrays' operations."""

import numpy as _np
from numpy import (
    bool,
    bool_,
    complex64,
    complex128,
    complexfloating,
    double,
    dtype,
    e,
    euler_gamma,
    finfo,
    float16,
    float32,
    float64,
    floating,
    generic,
    half,
    iinfo,
    inexact,
    inf,
    int8,
    int16,
    int32,
    int64,
    int_,
    integer,
    intp,
    isdtype,
    issubdtype,
    nan,
    newaxis,
    number,
    pi,
    signedinteger,
    single,
    uint,
    uint8,
    uint16,
    uint32,
    uint64,
    uintp,
    unsignedinteger,
)

from lockstep import _core as _core


def promote_types(type1, type2, /):
    """The smallest dtype to which both can be cast safely. Errors: TypeError where there is none."""
    return _core.promote_types(_np.dtype(type1) if type1 is None else type1, _np.dtype(type2) if type2 is None else type2)


def can_cast(from_, to, casting="safe"):
    """Whether a cast between the dtypes (or of an array's dtype) is allowed by the rule."""
    if type(from_) in (int, float, complex):
        raise TypeError(
            "can_cast() does not support Python ints, floats, and complex because the result used to depend on " "the value."
        )
    if isinstance(from_, (_core.ndarray, _np.ndarray, _np.generic)):
        from_ = from_.dtype
    return _core.can_cast(from_, to, casting)


def result_type(*arrays_and_dtypes):
    """The dtype that NumPy 2's promotion gives the operands; Python numbers take part by their kind alone."""
    operands = []
    for value in arrays_and_dtypes:
        plain = isinstance(value, (_core.ndarray, _np.ndarray, _np.generic, int, float, complex)) and not isinstance(
            value, type
        )
        operands.append(value if plain else _np.empty((), value))
    return _core.result_type(operands)
