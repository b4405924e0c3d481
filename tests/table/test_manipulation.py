"""Views, copies, joining and basic indexing: elements, strides, and which results share memory with their source.
Must not know when a copy is needed: NumPy is asked."""

import itertools

import numpy as np
import pytest

from arrays import (BFLOAT16, DTYPES, LAYOUTS, NUMPY_DTYPES, broadcastable, make, random_layout, twins, writable_layout)
from conftest import describe, outcome
from mirror import keeps_layout

ARRAY_SHAPES = [(), (0,), (1,), (12,), (3, 4), (4, 3), (1, 12), (2, 3, 2), (1, 4, 1, 3), (2, 1, 6), (3, 0, 2), (2, 3, 4, 5)]


def writes_through(ls, result, source):
    """Whether a write to the view `result` shows in the adopted array `source`."""
    before = source.copy()
    ls.set(result, (Ellipsis,), 0 if np.any(source) else 1)
    return not np.array_equal(before, source)


def check_view(check, ls, name, x, *args, **options):
    """As check(), and the result shares memory with x exactly where NumPy's does, at the same place."""
    check(name, x, *args, strides=True, **options)
    theirs, error = outcome(lambda: check.numpy_function(name)(x, *args, **options))
    if error is not None or theirs.size == 0:
        return
    held = ls.adopt(x)
    ours, our_error = outcome(lambda: ls.invoke(name, held, *args, **options))
    if our_error is not None:
        return  # seen by check() already
    shared, expected = ours.data == theirs.ctypes.data, np.shares_memory(theirs, x)
    call = f"{name}({describe(x)}, {args}, {options})"
    check.that(shared == expected, f"{call}: ours {'a view' if shared else 'a copy'}, NumPy not")
    if expected and theirs.flags.writeable:
        check.that(writes_through(ls, ours, x), f"{call}: a write to the view does not show in its source")


def layouts(rng, shapes, dtype=np.dtype("int16")):
    for shape, layout in itertools.product(shapes, [k for k in LAYOUTS if k not in ("broadcast", "mixed")]):
        yield make(shape, dtype, layout, rng, lambda d, n, r: r.permutation(n).astype(d))


def factorizations(size, rng):
    if size == 0:
        return [(0,), (0, 5), (2, 0)]
    found = [(size,), (1, size), (-1,), (size, 1, 1)]
    for a in (2, 3, 4, 5, 6, 10):
        if size % a == 0:
            found += [(a, size // a), (-1, a), (a, -1, 1)]
            found += [(a, b, size // a // b) for b in (2, 3, 4) if size // a % b == 0]
    return found


def test_reshape(ls, check, rng):
    for x in layouts(rng, ARRAY_SHAPES):
        for shape, order in itertools.product(factorizations(x.size, rng), "CFA"):
            check_view(check, ls, "reshape", x, shape, order=order)
        for shape in [(7,), (-1, 7), (-1, -1), (-2, 3), (2, -1, 0)]:
            check("reshape", x, shape)
        for copy, rule in (("always", True), ("never", False)):
            shape = factorizations(x.size, rng)[0]
            theirs, error = outcome(lambda: np.reshape(x, shape, copy=rule))
            ours, our_error = outcome(lambda: ls.invoke("reshape", x, shape, copy=copy))
            check.that((error is None) == (our_error is None), f"reshape({describe(x)}, {shape}, copy={copy}): {our_error}, "
                                                                f"NumPy {error}")


def test_ravel(ls, check, rng):
    for x, order in itertools.product(list(layouts(rng, ARRAY_SHAPES)), "CFAK"):
        check_view(check, ls, "ravel", x, order=order)


def test_copy(ls, check, rng):
    for layout, order, dtype in itertools.product(LAYOUTS, "KCFA", DTYPES[::2]):
        x = make((3, 1, 4, 2), dtype, layout, rng)
        check("copy", x, order=order, strides=True)


def test_axes(ls, check, rng):
    """transpose, swapaxes, expand_dims, squeeze, broadcast_to with every small axis argument, wrong ones too."""
    for x in layouts(rng, ARRAY_SHAPES):
        ndim = x.ndim
        check_view(check, ls, "transpose", x)
        for axes in [*itertools.permutations(range(ndim)), tuple(range(-1, -ndim - 1, -1)), (0,) * ndim, (0, 1), (ndim,), (5, 0)]:
            check_view(check, ls, "transpose", x, axes=axes)
        for a, b in itertools.product(range(-ndim - 1, ndim + 1), repeat=2):
            check_view(check, ls, "swapaxes", x, a, b)
        for axis in [*range(-ndim - 2, ndim + 2), (0, 1), (0, -1), (0, 0), (ndim + 1, 0), (), (9,)]:
            check_view(check, ls, "expand_dims", x, axis=axis)
        for axis in [None, *range(-ndim - 1, ndim + 1), (0, 2), (0, -1), (0, 0), ()]:
            check_view(check, ls, "squeeze", x, axis=axis)
        for shape in [x.shape, (2, *x.shape), (3, 4), (12,), (2, 3, 2), (1,), (), (0,), (-1, 3), (5, 0, 12)]:
            check_view(check, ls, "broadcast_to", x, shape)


def test_broadcast_is_read_only(ls, check):
    x = np.arange(3.0)
    for shape in [(3,), (2, 3)]:
        view = ls.invoke("broadcast_to", x, shape)
        _, error = outcome(lambda: ls.set(view, (Ellipsis,), 1.0))
        check.that(getattr(error, "python", None) == "ValueError", f"a write to broadcast_to(x, {shape}): {error}")


@pytest.mark.parametrize("name", ["concatenate", "stack"])
def test_joining(check, rng, effort, name):
    """One to four arrays of one or several dtypes, along any axis, with out, dtype and casting."""
    for _ in range(effort(1200)):
        shape = ARRAY_SHAPES[rng.integers(len(ARRAY_SHAPES))]
        ndim, arrays, dtype = len(shape), [], NUMPY_DTYPES[rng.integers(len(NUMPY_DTYPES))]
        axis = int(rng.integers(-ndim - 1, ndim + 2)) if rng.random() < 0.9 else None
        if name == "stack" and axis is None:
            axis = 0
        for _ in range(int(rng.integers(1, 5))):
            sizes = list(shape)
            if name == "concatenate" and ndim and rng.random() < 0.6:
                sizes[(axis or 0) % ndim] = int(rng.integers(0, 4))
            elif rng.random() < 0.03:
                sizes = sizes + [1]
            mixed = NUMPY_DTYPES[rng.integers(len(NUMPY_DTYPES))] if rng.random() < 0.4 else dtype
            arrays.append(make(tuple(sizes), mixed, random_layout(rng), rng))
        options = {} if axis == 0 else {"axis": axis}
        if rng.random() < 0.2:
            options["dtype"] = NUMPY_DTYPES[rng.integers(len(NUMPY_DTYPES))]
        if rng.random() < 0.2:
            options["casting"] = str(rng.choice(["no", "equiv", "safe", "same_kind", "unsafe"]))
        theirs, error = outcome(lambda: getattr(np, name)(arrays, **{k: v for k, v in options.items() if k != "casting"}))
        if rng.random() < 0.3 and error is None and "dtype" not in options:
            options["out"] = make(theirs.shape, NUMPY_DTYPES[rng.integers(len(NUMPY_DTYPES))] if rng.random() < 0.5 else
                                  theirs.dtype, writable_layout(rng), rng)
        if any(a.dtype.kind in "fc" for a in arrays) and np.dtype("uint32") in (options.get("dtype"),
                                                                              getattr(options.get("out"), "dtype", None)):
            continue
        check(name, arrays, strides=True, **options)
    check(name, [])


def random_index(shape, rng):
    """Integers, slices, None and Ellipsis, mostly in range."""
    items = []
    for n in shape[: int(rng.integers(0, len(shape) + 1))]:
        if rng.random() < 0.35:
            items.append(int(rng.integers(-n - (rng.random() < 0.05), n + (rng.random() < 0.05))) if n else 0)
        else:
            bound = lambda: None if rng.random() < 0.3 else int(rng.integers(-n - 3, n + 4))
            step = None if rng.random() < 0.4 else int(rng.choice([1, 2, 3, -1, -2, -3, 100, -100] + [0] * (rng.random() < 0.05)))
            items.append(slice(bound(), bound(), step))
    for _ in range(int(rng.random() < 0.3)):
        items.insert(int(rng.integers(0, len(items) + 1)), None)
    if rng.random() < 0.3:
        items.insert(int(rng.integers(0, len(items) + 1)), Ellipsis)
    if rng.random() < 0.03:
        items += [Ellipsis, 0, 0]
    return tuple(items)


def test_indexing(ls, check, rng, effort):
    """Random basic indices: the view's elements, strides and place; what assignment through it writes, with a cast."""
    shapes = [(), (1,), (5,), (12,), (3, 4), (4, 0), (2, 3, 4), (5, 1, 3), (2, 3, 2, 3)]
    for _ in range(effort(2500)):
        x = make(shapes[rng.integers(len(shapes))], DTYPES[rng.integers(len(DTYPES))], random_layout(rng), rng)
        if ls.device != "cpu" and not keeps_layout(x):
            continue
        index = random_index(x.shape, rng)
        text = f"{describe(x)}[{index}]"
        theirs, their_error = outcome(lambda: x[(*index, Ellipsis)] if Ellipsis not in index else x[index])
        held = ls.array(x)
        ours, our_error = outcome(lambda: ls.get(held, index))
        if their_error or our_error:
            check.same_errors(text, our_error, their_error)
            continue
        theirs = theirs if isinstance(theirs, np.ndarray) else np.asarray(theirs)
        check.same_results(text, ours, theirs, None, strides=True)
        if theirs.size and np.shares_memory(theirs, x):
            place = ours.device_data - held.device_data
            check.that(place == theirs.ctypes.data - x.ctypes.data, f"{text}: not at NumPy's place")
        check_assignment(ls, check, rng, x, index, theirs.shape)


def check_assignment(ls, check, rng, x, index, shape):
    if 0 in x.strides and x.size > 1:
        return
    dtype = x.dtype if rng.random() < 0.5 or x.dtype == BFLOAT16 else NUMPY_DTYPES[rng.integers(len(NUMPY_DTYPES))]
    if x.dtype == np.uint32 and dtype.kind in "fc":
        dtype = x.dtype
    value = make(broadcastable(shape, rng) if rng.random() < 0.95 or shape == () else (7, 2), dtype, random_layout(rng), rng)
    if rng.random() < 0.2:
        value = [3, 2.5, -1, 300][rng.integers(4)]
        if isinstance(value, float) and x.dtype.kind == "u":
            value = 3
    elif rng.random() < 0.2 and shape == x.shape:
        value = x[::-1] if x.ndim else x  # overlapping memory
    ours, theirs, our_value, their_value = [*twins([x, value])[:1], *twins([x])[:1], value, value]
    if isinstance(value, np.ndarray) and np.shares_memory(value, x):
        ours, our_value = twins([x, value])
        theirs, their_value = twins([x, value])
    def assign():
        theirs[index if index else Ellipsis] = their_value
    _, their_error = outcome(assign)
    _, our_error = outcome(lambda: ls.set(ours, index, our_value))
    text = f"{describe(x)}[{index}] = {describe(value)}"
    if their_error or our_error:
        check.same_errors(text, our_error, their_error)
    else:
        check.same_arrays(text, ours, theirs)


def test_dlpack(ls, check, rng):
    for dtype, layout in itertools.product(NUMPY_DTYPES, LAYOUTS):
        x = make((3, 4), dtype, layout, rng)
        if not x.flags.aligned:
            continue
        result, error = outcome(lambda: ls.dlpack_round_trip(ls.adopt(x)))
        check.that(error is None, f"dlpack of {describe(x)}: {error}")
        if error is None:
            check.same_results(f"dlpack of {describe(x)}", result, x, None, strides=True)
