"""promote_types, result_type and can_cast for all pairs of dtypes; casts of all pairs, elements in all layouts and sizes.
Must not know how a cast is done."""

import itertools

import numpy as np
import pytest

from arrays import (BFLOAT16, BORDER_SIZES, DTYPES, LARGE_SIZE, LAYOUTS, NUMPY_DTYPES, SHAPES, make, random_layout, random_values,
                    specials)
from casting import cast

CASTINGS = ["no", "equiv", "safe", "same_kind", "unsafe"]


def promoted(a, b):
    """NumPy's and ml_dtypes' rule; where ml_dtypes has none, the smallest type that holds both."""
    try:
        return np.promote_types(a, b)
    except TypeError:
        other = b if a == BFLOAT16 else a
        return np.promote_types(np.float32, other)


@pytest.mark.parametrize("a", DTYPES, ids=str)
def test_promote_types(ls, check, a):
    for b in DTYPES:
        check.that(ls.promote_types(a, b) == promoted(a, b), f"promote_types({a}, {b}): {ls.promote_types(a, b)}, "
                                                              f"expected {promoted(a, b)}")


@pytest.mark.parametrize("a", DTYPES, ids=str)
def test_result_type(ls, check, a):
    """Arrays of one, two and three dtypes; with Python numbers, which are weak."""
    ones = {d: np.ones(2, d) for d in DTYPES}
    for b in NUMPY_DTYPES if a != BFLOAT16 else [BFLOAT16]:
        for more in [[], [3], [2.5], [1j], [3, 2.5]]:
            if a == BFLOAT16 and 2.5 in more:
                continue  # ml_dtypes leaves NumPy to make it float64; ours stays bfloat16, as other floats do
            ours, expected = ls.result_type(ones[a], ones[b], *more), np.result_type(ones[a], ones[b], *more)
            check.that(ours == expected, f"result_type({a}, {b}, {more}): {ours}, expected {expected}")


def test_result_type_of_many(ls, check, rng, effort):
    """Three to six dtypes and Python numbers: NumPy's promotion is not associative."""
    choices = [np.ones(2, d) for d in NUMPY_DTYPES] + [3, 2.5, 1j]
    for _ in range(effort(4000)):
        values = [choices[k] for k in rng.integers(len(choices), size=int(rng.integers(3, 7)))]
        ours, expected = ls.result_type(*values), np.result_type(*values)
        names = [getattr(v, "dtype", v) for v in values]
        check.that(ours == expected, f"result_type({names}): {ours}, expected {expected}")


@pytest.mark.parametrize("a", DTYPES, ids=str)
def test_can_cast(ls, check, a):
    for b, casting in itertools.product(DTYPES, CASTINGS):
        if BFLOAT16 in (a, b):  # the rule that NumPy's own types follow
            safe = promoted(a, b) == b
            kinds = "buifc".index
            kind = [kinds("f" if d == BFLOAT16 else d.kind) for d in (a, b)]
            expected = {"no": a == b, "equiv": a == b, "safe": safe, "same_kind": safe or kind[0] <= kind[1], "unsafe": True}[casting]
        else:
            expected = np.can_cast(a, b, casting)
        check.that(ls.can_cast(a, b, casting) == expected, f"can_cast({a}, {b}, {casting}): expected {expected}")


@pytest.mark.parametrize("source", DTYPES, ids=str)
def test_casts(check, rng, effort, source):
    """Each pair: special values, border sizes, random shapes in random layouts, one large array."""
    large = np.resize(random_values(source, LARGE_SIZE // 20, rng), LARGE_SIZE)
    for target in DTYPES:
        arrays = [specials(source)] + [make((n,), source, random_layout(rng), rng) for n in BORDER_SIZES]
        arrays += [make(SHAPES[rng.integers(len(SHAPES))], source, layout, rng) for layout in LAYOUTS for _ in range(effort(2))]
        for array in [*arrays, large]:
            check("astype", array, str(target) if target != BFLOAT16 else target, oracle=cast)


@pytest.mark.parametrize("source", DTYPES, ids=str)
def test_astype_options(ls, check, rng, source):
    """The casting rule, the order of the copy, and no copy where nothing changes."""
    for target, casting in itertools.product(NUMPY_DTYPES if source != BFLOAT16 else [], CASTINGS):
        check("astype", make((3, 4), source, random_layout(rng), rng), target, casting=casting,
              oracle=cast)
    for layout, order in itertools.product(LAYOUTS, "KCFA"):
        x = make((3, 1, 4), source, layout, rng)
        check("astype", x, source, order=order, strides=True, oracle=lambda x, d, order: x.astype(d, order))
    x = ls.array(np.ones(3, source))
    check.that(ls.invoke("astype", x, source, copy=False).device_data == x.device_data, "astype(copy=False) copied")
    check.that(ls.invoke("astype", x, source).device_data != x.device_data, "astype did not copy")
