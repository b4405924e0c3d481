"""Every function of the package over dtypes and layouts, one body for NumPy and Lockstep: bits, dtype, shape, contiguity, errors.
Must not know algorithms. What the C functions compute is held to NumPy's bits by tests/table; here it is the way to them."""

import numpy as np
import pytest

import lockstep as ls
from arrays import LAYOUTS, NUMPY_DTYPES, make, ordinary_values
from lockstep import _core
from lockstep._calls import calls

OWN = [n for n, f in _core.functions.items() if f.__name__ == n.rpartition(".")[2]]
UFUNCS = [n for n in OWN if isinstance(_core.functions[n], ls.ufunc)]
FUNCTIONS = [n for n in OWN if n not in UFUNCS]
INEXACT = {
    "exp": 8,
    "log": 8,
    "sin": 8,
    "cos": 8,
    "power": 8,
    "absolute": 8,
    "sqrt": 8,
    "sign": 8,
    "prod": 64,
    "nanprod": 64,
}  # ULP: ours and NumPy's


def values_for(name):
    return lambda dtype, n, rng: (
        np.abs(ordinary_values(dtype, n, rng)) % 50 + 1 if dtype.kind != "c" else ordinary_values(dtype, n, rng)
    )


@pytest.mark.parametrize("name", UFUNCS)
def test_ufunc(name, both, rng):
    nin = _core.functions[name].nin
    for dtype in NUMPY_DTYPES:
        for layout in LAYOUTS:
            shape = [(), (7,), (3, 4), (2, 3, 4), (0, 3)][int(rng.integers(5))]
            values = ordinary_values if dtype.kind == "b" else values_for(name)
            arrays = [make(shape, dtype, layout, rng, values) for _ in range(nin)]
            steps = INEXACT.get(
                name, 64 if dtype.kind == "c" and name in ("divide", "reciprocal", "square", "multiply") else 0
            )
            both(
                lambda xp, *a: getattr(xp, name)(*a),
                *arrays,
                text=f"{name} {dtype} {layout} {shape}",
                steps=steps,
                layout=layout in ("contiguous", "fortran"),
            )


@pytest.mark.parametrize("name", UFUNCS)
def test_ufunc_options(name, both, rng):
    nin = _core.functions[name].nin
    x = [np.abs(rng.standard_normal((3, 4))) + 1 for _ in range(nin)]
    mask = rng.random((3, 4)) < 0.5
    steps = INEXACT.get(name, 0)

    def masked(xp, *a):
        out = xp.full((3, 4), 7, dtype=getattr(xp, name)(*a[:nin]).dtype)
        result = getattr(xp, name)(*a[:nin], out=out, where=a[nin])
        assert result is out
        return out

    both(masked, *x, mask, text=name, steps=steps)
    both(
        lambda xp, *a: getattr(xp, name)(*a, dtype="float32"), *x, text=f"{name} dtype", steps=max(steps, 1 if steps else 0)
    )
    both(lambda xp, *a: getattr(xp, name)(*a, casting="no"), *x, text=f"{name} casting", steps=steps)
    both(lambda xp, *a: getattr(xp, name)(*a, a[0]), *x[: max(1, nin - 1)], text=f"{name} too few or an out", steps=steps)
    both(lambda xp, *a: getattr(xp, name)(*a, nonsense=1), *x, text=f"{name} unknown keyword")
    if nin == 2:
        both(lambda xp, a, b: getattr(xp, name).outer(a[0], b[:, 0]), *x, text=f"{name}.outer", steps=steps)
        for weak in (2, 3.0, True, np.float32(2)):
            both(lambda xp, a, b: getattr(xp, name)(a, weak), *x, text=f"{name} {weak!r}", steps=steps)
            both(
                lambda xp, a, b: getattr(xp, name)(weak, a),
                x[0].astype("f4"),
                x[1],
                text=f"{name} {weak!r}",
                steps=max(steps, 0),
            )


FOLDS = "add multiply maximum minimum logical_and logical_or".split()


@pytest.mark.parametrize("name", FOLDS + "fmax fmin logical_xor bitwise_and bitwise_or bitwise_xor".split())
def test_reduce(name, both, rng):
    for dtype in NUMPY_DTYPES:
        a = make((3, 4), dtype, "contiguous", rng, values_for(name) if dtype.kind != "b" else ordinary_values)
        for axis in (0, 1, (0, 1), None, -1, 5):
            both(
                lambda xp, a: getattr(xp, name).reduce(a, axis=axis, keepdims=True),
                a,
                text=f"{name}.reduce {dtype} {axis}",
                steps=64 if name == "multiply" else 0,
            )
    if name not in FOLDS:
        return
    a = make((6, 4), np.dtype("i4"), "contiguous", rng, ordinary_values)
    for axis in (0, 1, -1, None, 5):
        both(lambda xp, a: getattr(xp, name).accumulate(a, axis), a, text=f"{name}.accumulate {axis}")
        both(lambda xp, a: getattr(xp, name).reduceat(a, [0, 3, 1], axis=axis), a, text=f"{name}.reduceat {axis}")

    def at(xp, a):
        assert getattr(xp, name).at(a, ([0, 0, 5], [1, 1, 2]), 2) is None
        return a

    both(at, a, text=f"{name}.at")


def test_methods_of_other_ufuncs(rng):
    x = ls.asarray([1.0, 4.0, 9.0])
    ls.sqrt.at(x, [1, 2, 2])
    assert x.tolist() == [1.0, 2.0, 3.0**0.5]
    with pytest.raises(NotImplementedError, match="subtract.accumulate"):
        ls.subtract.accumulate(x)
    with pytest.raises(NotImplementedError, match="subtract.reduce"):
        ls.subtract.reduce(x)
    with pytest.raises(ValueError, match="binary functions"):
        ls.sqrt.accumulate(x)
    np.add.at(x, [0, 0], 2)
    assert x.tolist()[0] == 5.0
    assert np.add.accumulate(ls.asarray([1, 2, 3])).tolist() == [1, 3, 6]
    assert np.maximum.reduceat(ls.asarray([1, 5, 3]), [0, 2]).tolist() == [5, 3]

PRODUCTS = {"dot", "einsum", "inner", "matmul", "matvec", "tensordot", "vdot", "vecdot", "vecmat"}  # within a bound, not bits
NO_PRODUCTS = {"linalg.cross", "linalg.diagonal", "linalg.matrix_transpose", "linalg.outer", "linalg.trace"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(name, both, rng):
    """The package's own list of calls, over dtypes and layouts."""
    assert calls()[name], f"{name} needs a call in lockstep/_calls.py"
    bound = name.startswith(("fft.", "linalg.")) and name not in NO_PRODUCTS or name in PRODUCTS
    # copies to other devices are in C order, on which the order of a sum depends
    for layout in ("contiguous", "fortran", "strided", "reversed") if _core.get_default_device() == "cpu" else ("contiguous",):
        for dtype in (np.dtype("f8"), np.dtype("f4"), np.dtype("i4"), np.dtype("?")):

            def of(shape, d=dtype):
                return make(shape, d, layout, rng, ordinary_values)

            arrays = {
                "a": of((9,)),
                "m": of((2, 3)),
                "n": of((3, 4)),
                "t": of((2, 3, 4)),
                "b": of((9,), np.dtype(bool)),
                "i": make((6,), np.dtype("i8"), layout, rng, lambda d, n, r: r.integers(-9, 10, n)),
                "z": of((9,), np.dtype("c16")),
            }

            for call in calls()[name]:

                def body(xp, *values):
                    return eval(call, {k: getattr(xp, k) for k in dir(xp)} | {"fft": xp.fft, "linalg": xp.linalg}, dict(zip(arrays, values)))

                if bound:
                    ours = body(ls, *map(ls.asarray, arrays.values()))
                    theirs = np.asarray(body(np, *arrays.values()))
                    assert ours.dtype == theirs.dtype and ours.shape == theirs.shape, f"{call} {dtype} {layout}"
                    scale = float(np.max(np.abs(theirs), initial=1))
                    eps = np.finfo(theirs.dtype).eps if theirs.dtype.kind in "fc" else 0
                    assert (
                        np.all(np.abs(ls.asnumpy(ours) - theirs.astype(theirs.dtype)) <= 50 * eps * scale)
                        if theirs.dtype != bool
                        else ls.array_equal(ours, theirs)
                    )
                else:
                    both(body, *arrays.values(), text=f"{call} {dtype} {layout}", steps=INEXACT.get(name, 0))


REDUCTIONS = ["sum", "prod", "min", "max", "mean", "var", "std", "any", "all", "argmax", "argmin"]


@pytest.mark.parametrize("name", REDUCTIONS)
def test_reduction_options(name, both, rng):
    a = rng.standard_normal((3, 4, 5))
    out = np.zeros((3, 5), dtype=getattr(np, name)(a, axis=1).dtype)
    steps = INEXACT.get(name, 0)
    for axis in (None, 0, -1, 1, 3, -4):
        both(lambda xp, a: getattr(xp, name)(a, axis), a, text=f"{name} axis {axis}", steps=steps)
        both(lambda xp, a: getattr(a, name)(axis=axis, keepdims=True), a, text=f"{name} method axis {axis}", steps=steps)

    def filled(xp, a, out):
        result = getattr(xp, name)(a, axis=1, out=out)
        assert result is out
        return out

    both(filled, a, out, text=f"{name} out", steps=steps)
    if not name.startswith("arg"):
        both(lambda xp, a: getattr(xp, name)(a, axis=(0, 2)), a, text=f"{name} axes", steps=steps)
        both(lambda xp, a: getattr(xp, name)(a, axis=(0, 0)), a, text=f"{name} axis twice")
    if name in ("sum", "prod", "min", "max"):
        both(lambda xp, a, m: getattr(xp, name)(a, initial=3.0, where=m), a, a > 0, text=f"{name} where", steps=steps)
    if name in ("sum", "prod", "mean", "var", "std"):
        both(lambda xp, a: getattr(xp, name)(a, dtype="f4"), a, text=f"{name} dtype", steps=steps)
    if name in ("var", "std"):
        both(lambda xp, a: getattr(xp, name)(a, axis=0, ddof=1), a, text=f"{name} ddof")
        both(lambda xp, a: getattr(xp, name)(a, axis=0, correction=1), a, text=f"{name} correction")
        both(lambda xp, a: getattr(xp, name)(a, ddof=1, correction=1), a, text=f"{name} both")
    both(lambda xp, a: getattr(xp, name)(a), np.zeros((0, 3)), text=f"{name} of nothing")


def test_arguments_that_are_not_there_are_refused(rng):
    for call in (
        lambda: ls.linspace(0, 1, 3, retstep=True),
        lambda: ls.matmul(ls.eye(2), ls.eye(2), keepdims=True),
        lambda: ls.add(1, 2, signature="dd->d"),
        lambda: ls.zeros_like(ls.ones(2), shape=(3,)),
    ):
        with pytest.raises(NotImplementedError):
            call()


def test_device_argument():
    assert ls.zeros(3, device="cpu").device == "cpu"
    with pytest.raises(RuntimeError, match="nonsense"):
        ls.zeros(3, device="nonsense")
    assert ls.zeros(3).device == ls._core.get_default_device()
