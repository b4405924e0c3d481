"""inspect.Signature objects of the texts in the tables, made when somebody asks.
Must not know single functions."""

import inspect
from typing import Any

import numpy as np


def signature(text: str) -> inspect.Signature:
    scope: dict[str, Any] = {"_NoValue": np._NoValue}
    exec(f"def function({text.replace('<no value>', '_NoValue')}): pass", scope)
    return inspect.signature(scope["function"])


def reduce_arguments(array, axis=0, dtype=None, out=None, keepdims=False, initial=np._NoValue, where=True) -> dict:
    """What ufunc.reduce means as arguments of the reduction's own function; what is not given is left out."""
    given = {"a": array, "axis": axis, "keepdims": keepdims, "out": out, "where": where}
    if initial is not np._NoValue:
        given["initial"] = initial
    return given if dtype is None else {**given, "dtype": dtype}
