"""The named tuples that the array API's set functions return. Must not know how they are filled: by_hand.cpp does."""

from typing import NamedTuple

from lockstep._core import ndarray


class UniqueAllResult(NamedTuple):
    values: ndarray
    indices: ndarray
    inverse_indices: ndarray
    counts: ndarray


class UniqueCountsResult(NamedTuple):
    values: ndarray
    counts: ndarray


class UniqueInverseResult(NamedTuple):
    values: ndarray
    inverse_indices: ndarray
