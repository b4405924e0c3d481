"""Cumulative folds and folds of stretches x dtype x axis x option x layout x size: NumPy's bits, or for sums of floats those of
the documented order (runtime/exec/scan_order.h), which is modelled here. Must not know how anything is computed."""

import fractions
import math
import os

import numpy as np
import pytest

import compare
from arrays import BFLOAT16, DTYPES, NUMPY_DTYPES, make, ordinary_values, random_layout, random_values, writable_layout

FUNCTIONS = "cumsum cumprod nancumsum nancumprod cumulative_sum cumulative_prod".split()
UFUNCS = "add multiply maximum minimum logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor".split()
SHAPES = [(), (0,), (1,), (2,), (15,), (16,), (17,), (255,), (256,), (257,), (300,), (4095,), (4096,), (4097,), (4353,), (9000,),
          (0, 3), (3, 0), (5, 7), (17, 3), (300, 5), (5, 300), (2, 3, 4), (3, 1, 5, 2), (4, 18, 3), (4, 257, 6), (2, 600)]
LONG = [(65537,), (70000,), (300_001,), (70_001, 2), (3, 90_000), (4400, 40)]


def pick(rng, choices):
    return choices[int(rng.integers(len(choices)))]


# ---- the order of sums ----


def folded(parts):
    """Left to right along the last axis, every step."""
    steps = [parts[..., 0]]
    for i in range(1, parts.shape[-1]):
        steps.append(steps[-1] + parts[..., i])
    return np.stack(steps, -1)


def runs_of(x):
    x = np.concatenate([x, np.zeros(x.shape[:-1] + (-x.shape[-1] % 16,), x.dtype)], -1)
    return folded(x.reshape(x.shape[:-1] + (-1, 16)))


def prefixes(totals):
    """What stands before each part; of the first one nothing: its value is not to be used."""
    if totals.shape[-1] == 1:
        return totals
    local = runs_of(totals)
    before = prefixes(local[..., -1])
    inside = before[..., None] + local[..., :-1]
    inside[..., 0, :] = local[..., 0, :-1]
    return np.concatenate([before[..., None], inside], -1).reshape(totals.shape[:-1] + (-1,))[..., : totals.shape[-1]]


def sum_model(x, axis):
    """The bits of a cumulative sum of floats."""
    carried = np.float32 if x.dtype in (np.dtype("e"), BFLOAT16) else x.dtype
    rows = np.moveaxis(x.astype(carried), axis, -1)
    if rows.size == 0:
        return x.copy()
    with np.errstate(all="ignore"):
        local = runs_of(rows)
        result = prefixes(local[..., -1])[..., None] + local
        result[..., 0, :] = local[..., 0, :]
        result = result.reshape(rows.shape[:-1] + (-1,))[..., : rows.shape[-1]]
        return np.moveaxis(result, -1, axis).astype(x.dtype)


def is_inexact(dtype):
    return dtype.kind in "fc" or dtype == BFLOAT16


def modelled(function, add):
    """NumPy's function with sums of floats in our order."""

    def oracle(a, *, axis=None, dtype=None, out=None, include_initial=False):
        options = {"include_initial": include_initial} if include_initial else {}
        result = function(a, axis=axis, dtype=dtype, out=out, **options)
        folds = np.dtype(dtype or (np.promote_types(out.dtype, a.dtype) if out is not None else result.dtype))
        if not add or not is_inexact(folds):
            return result
        a = np.where(np.isnan(a), 0, a).astype(a.dtype) if "nan" in function.__name__ and is_inexact(a.dtype) else a
        flat = axis is None or a.ndim == 0
        terms = (np.ravel(a) if flat else a).astype(folds)
        along = 0 if flat else axis % a.ndim
        sums = sum_model(terms, along)
        start = [slice(None)] * result.ndim
        start[along] = slice(1, None) if include_initial else slice(None)
        result[tuple(start)] = sums
        return result

    return oracle


def values_for(op, dtype, rng):
    return ordinary_values if rng.random() < 0.6 or op == "multiply" and dtype.kind == "c" else random_values


def random_options(name, array, rng, out_layout=True):
    options = {}
    if rng.random() < 0.75:
        options["axis"] = int(rng.integers(-max(1, array.ndim) - (rng.random() < 0.05), max(1, array.ndim)))
    if rng.random() < 0.3:
        dtype = pick(rng, NUMPY_DTYPES)
        fits = array.dtype.kind not in "fc" or np.can_cast(array.dtype, dtype, "same_kind")  # no float out of range, no part lost
        options.update({"dtype": dtype} if fits else {})
    if name.startswith("cumulative") and rng.random() < 0.5:
        options["include_initial"] = True
    return options


@pytest.mark.parametrize("dtype", NUMPY_DTYPES, ids=str)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_random(ls, check, rng, effort, name, dtype):
    function, add = getattr(np, name), name.endswith("sum")
    for k in range(effort(26)):
        values = values_for("add" if add else "multiply", dtype, rng)
        shape = pick(rng, LONG) if k == 0 and name in ("cumsum", "cumprod") else pick(rng, SHAPES)
        array = make(shape, dtype, random_layout(rng), rng, values)
        if name.startswith("nan") and dtype.kind in "fc" and array.size:
            array[rng.random(shape) < 0.2] = np.nan
        options = random_options(name, array, rng)
        if rng.random() < 0.2:
            options["out"] = out_for(function, array, options, rng)
            if options["out"] is None:
                del options["out"]
        check(name, array, oracle=modelled(function, add), same=same_result("add" if add else "multiply"),
              strides=not (name.startswith("nan") or "include_initial" in options), **options)


def out_for(function, array, options, rng):
    """An array for the results, of their dtype or of another one of their kind; None where the call fails."""
    try:
        with np.errstate(all="ignore"):
            result = np.asarray(function(array, **options))
    except (ValueError, TypeError, IndexError):
        return None
    dtype = {"i": "i8", "u": "u8", "f": "f8", "c": "c16", "b": "?"}[result.dtype.kind] if rng.random() < 0.4 else result.dtype
    if np.dtype(dtype) not in NUMPY_DTYPES:
        dtype = result.dtype
    return make(result.shape, dtype, writable_layout(rng), rng)


def near_products(ours, theirs):
    """NumPy fuses complex products; what overflows may do so a step earlier."""
    narrow = np.array_equal(ours, ours.astype("F"), equal_nan=True)  # folded as complex64, whatever `out` is
    info, n = np.finfo("F" if narrow else theirs.dtype), max(1, theirs.size)
    near = np.abs(ours - theirs) <= 8 * max(n, 9000) * (info.eps * np.abs(theirs) + info.tiny)
    return near | ~np.isfinite(theirs) & (~np.isfinite(ours) | (np.abs(ours) > info.max / 16)) | ~np.isfinite(ours)


def same_result(op):
    any_zero = op in ("maximum", "minimum")

    def same(ours, theirs):
        if op == "multiply" and theirs.dtype.kind == "c":
            return near_products(ours, theirs)
        equal = compare.same_elements(ours, theirs, any_zero=any_zero)
        if any_zero and theirs.dtype.kind == "c":  # which of several with a NaN in them is not NumPy's to say
            return equal.all(-1) | (np.isnan(ours) & np.isnan(theirs))
        return equal

    return same


@pytest.mark.parametrize("dtype", NUMPY_DTYPES, ids=str)
@pytest.mark.parametrize("op", UFUNCS)
def test_accumulate(ls, check, rng, effort, op, dtype):
    ufunc = getattr(np, op)
    oracle = modelled(ufunc.accumulate, op == "add")
    for _ in range(effort(12)):
        array = make(pick(rng, SHAPES), dtype, random_layout(rng), rng, values_for(op, dtype, rng))
        options = random_options(op, array, rng)
        options.setdefault("axis", 0)
        if rng.random() < 0.2:
            options["out"] = out_for(ufunc.accumulate, array, options, rng)
            if options["out"] is None:
                del options["out"]
        if array.ndim == 0:
            continue
        check("ufunc_accumulate", op, array, oracle=lambda _, a, **o: oracle(a, **o), same=same_result(op), strides=True,
              **options)


def random_indices(n, rng, wrong):
    count = int(rng.integers(0, 9)) if n or wrong else 0
    indices = rng.integers(0, max(1, n), count)
    if rng.random() < 0.5:
        indices.sort()
    if wrong and rng.random() < 0.05 and count:
        indices[int(rng.integers(count))] = pick(rng, [-1, n, n + 7])
    return indices.astype(pick(rng, [np.int64, np.int32]))


@pytest.mark.parametrize("dtype", NUMPY_DTYPES, ids=str)
@pytest.mark.parametrize("op", UFUNCS)
def test_reduceat(ls, check, rng, effort, op, dtype):
    ufunc = getattr(np, op)
    for _ in range(effort(16)):
        array = make(pick(rng, SHAPES), dtype, random_layout(rng), rng, values_for(op, dtype, rng))
        if array.ndim == 0:
            continue
        if op == "multiply" and dtype == np.float16:  # NumPy carries them in float32, too
            with np.errstate(all="ignore"):
                array[...] = np.exp(array / max(1, array.size))
        options = {"axis": int(rng.integers(-array.ndim, array.ndim))}
        # without a loop, whether the indices or the types are refused first is not promised
        indices = random_indices(array.shape[options["axis"]], rng, wrong=op in ("add", "multiply", "maximum"))
        if rng.random() < 0.2:
            options["dtype"] = pick(rng, [d for d in NUMPY_DTYPES if np.can_cast(dtype, d, "same_kind")])
        check("ufunc_reduceat", op, array, indices, oracle=lambda _, a, i, **o: ufunc.reduceat(a, i, **o),
              same=same_result(op), strides=True, **options)


def test_errors(check):
    x, m = np.arange(6.0), np.zeros((2, 3))
    for name in FUNCTIONS:
        oracle = modelled(getattr(np, name), name.endswith("sum"))
        check(name, m, oracle=oracle, axis=2)
        check(name, m, oracle=oracle, axis=-3)
        check(name, x, oracle=oracle, out=np.zeros(5))
        check(name, m, oracle=oracle, out=np.zeros((2, 3)))
    frozen = np.zeros(6)
    frozen.flags.writeable = False
    check("cumsum", x, out=frozen)
    for op in ("sin", "less", "bitwise_and", "logical_and", "add"):
        if op != "less":  # NumPy: TypeError; ours is not there for any dtype
            check("ufunc_accumulate", op, x, oracle=lambda o, a, **k: getattr(np, o).accumulate(a, **k), dtype=np.dtype("f4"))
        check("ufunc_accumulate", "add", np.float64(3), oracle=lambda o, a, **k: np.add.accumulate(a, **k))
        check("ufunc_accumulate", "add", m, oracle=lambda o, a, **k: np.add.accumulate(a, **k), axis=None)
        check("ufunc_accumulate", "add", x, oracle=lambda o, a, **k: np.add.accumulate(a, **k), axis=None)
        check("ufunc_accumulate", "add", m, oracle=lambda o, a, **k: np.add.accumulate(a, **k), axis=2)
    for a, i in ((x, [6]), (x, [-1]), (x, [[0]]), (m, [2]), (np.zeros((3, 0)), [3]), (np.zeros((0, 3)), [0]), (x, [0, 5, 2])):
        check("ufunc_reduceat", "add", a, np.array(i), oracle=lambda o, a, i, **k: np.add.reduceat(a, i, **k))
    check("ufunc_reduceat", "add", x, np.array([1], np.uint64), oracle=lambda o, a, i, **k: np.add.reduceat(a, i, **k))


def test_overlap(check, rng):
    """In place, and shifted against itself."""
    for n in (5, 300, 5000, 700_001):
        x = make((n,), np.int64, "contiguous", rng)
        check("cumsum", x, out=x)
        check("cumsum", x[:-1], out=x[1:])
        check("cumsum", x[1:], out=x[:-1])
        check("cumsum", x, out=x[::-1])
    m = make((300, 70), np.int64, "contiguous", rng)
    check("cumsum", m, axis=0, out=m)
    check("cumsum", m[:-1], axis=0, out=m[1:])
    check("ufunc_reduceat", "add", m, np.array([0, 7, 3]), axis=0, out=m[:3],
          oracle=lambda o, a, i, **k: np.add.reduceat(a, i, **k))


def test_bfloat16(ls, rng):
    if BFLOAT16 not in DTYPES:
        pytest.skip("left out by LOCKSTEP_TABLE_DTYPES")
    for n in (1, 17, 300, 5000):
        x = make((n,), BFLOAT16, "contiguous", rng, ordinary_values)
        assert compare.same_elements(ls.invoke("cumsum", x).numpy(), sum_model(x, 0)).all()
        assert ls.invoke("cumprod", x).numpy().dtype == BFLOAT16


def test_a_result_does_not_depend_on_what_follows(ls, rng):
    x = rng.standard_normal(20_000)
    whole = ls.invoke("cumsum", x).numpy()
    for n in (1, 16, 17, 255, 4096, 4097, 12_345):
        assert (ls.invoke("cumsum", x[:n].copy()).numpy() == whole[:n]).all()


def exact_sums(x, places):
    total, at, sums = fractions.Fraction(0), 0, []
    for place in places:
        total += sum(map(fractions.Fraction, x[at : place + 1].tolist()))
        at = place + 1
        sums.append(float(total))
    return np.array(sums)


@pytest.mark.parametrize("kind", ["positive", "cancelling", "wide", "alternating"])
def test_accuracy(ls, rng, kind):
    """Against exact sums, on ill-conditioned data: the error's root mean square is below NumPy's, its largest is not above."""
    n = 40_000
    x = {"positive": lambda: rng.random(n), "cancelling": lambda: rng.standard_normal(n) * 1e8 + 1,
         "wide": lambda: rng.standard_normal(n) * 10.0 ** rng.integers(-8, 9, n),
         "alternating": lambda: np.where(np.arange(n) % 2, -1.0, 1.0) * (1e6 + rng.random(n))}[kind]()
    places = np.arange(0, n, 97)
    exact = exact_sums(x, places)
    scale = np.array([math.fsum(np.abs(x[: p + 1])) for p in places[::40]]).max()
    ours = np.abs(ls.invoke("cumsum", x).numpy()[places] - exact)
    numpys = np.abs(np.cumsum(x)[places] - exact)
    assert np.sqrt(np.mean(ours**2)) <= np.sqrt(np.mean(numpys**2))
    assert ours.max() <= numpys.max() + 1e-16 * scale


@pytest.mark.skipif("LOCKSTEP_TEST_LARGE" not in os.environ, reason="needs 5 GB of memory: set LOCKSTEP_TEST_LARGE=1")
def test_past_two_to_the_31(ls):
    n = (1 << 31) + 70_001
    x = np.ones(n, np.int8)
    y = ls.invoke("ufunc_accumulate", "add", x, dtype=np.dtype("i1")).numpy()
    for at in (0, 5000, (1 << 31) - 1, 1 << 31, n - 1):
        assert y[at] == np.int64(at + 1).astype(np.int8)
    ends = np.array([0, (1 << 31) + 5, n - 1])
    assert (ls.invoke("ufunc_reduceat", "add", x, ends, dtype=np.dtype("i1")).numpy()
            == np.diff(np.append(ends, n)).astype(np.int8)).all()


# ---- ufunc.at ----

AT = "add subtract multiply divide maximum minimum power less logical_and logical_or bitwise_xor bitwise_and remainder".split()
AT_ONE = "negative absolute square sqrt logical_not invert".split()


def random_index(shape, rng):
    """An index whose arrays name some elements twice."""
    kind = rng.random()
    if kind < 0.15:
        return rng.random(shape) < 0.4
    count = int(rng.integers(0, 12))
    items = [rng.integers(-n, n, count) if n else np.zeros(0, int) for n in shape[: int(rng.integers(1, len(shape) + 1))]]
    if kind < 0.3:
        items[0] = slice(None, None, 2)
    return tuple(items) if len(items) > 1 or rng.random() < 0.5 else items[0]


def run_at(xp_at, target, index, operand):
    try:
        with np.errstate(all="ignore"):
            xp_at(target, index, *([] if operand is None else [operand]))
        return None
    except (ValueError, TypeError, IndexError, NotImplementedError) as error:
        return error
    except Exception as error:  # ours carry NumPy's class by name
        return error


@pytest.mark.parametrize("dtype", NUMPY_DTYPES, ids=str)
def test_at(ls, check, rng, effort, dtype):
    for _ in range(effort(60)):
        op = pick(rng, AT + AT_ONE)
        shape = pick(rng, [(7,), (300,), (4, 5), (3, 1, 6), (2, 3, 4)])
        target = make(shape, dtype, writable_layout(rng), rng, ordinary_values)
        index = random_index(shape, rng)
        operand = None
        if op not in AT_ONE:
            picked = target[index].shape
            other = dtype if rng.random() < 0.6 else pick(rng, NUMPY_DTYPES)
            if op == "power":
                other = np.dtype("u1") if dtype.kind in "bu" else np.dtype("i1")
            operand = make(picked if rng.random() < 0.7 else (), other, "contiguous", rng, ordinary_values)
            operand = operand % 5 if op == "power" and operand.dtype.kind in "iu" else operand
            operand = operand.item() if operand.ndim == 0 and other != np.uint64 and rng.random() < 0.5 else operand
            if dtype.kind != "c" and np.asarray(operand).dtype.kind == "c" or op == "power" and dtype.kind in "fc" or op == "divide" and dtype.kind == "c":
                continue  # parts dropped with a warning; not NumPy's bits
            if dtype.kind in "biu" and np.asarray(operand).dtype.kind == "f" and op != "less":
                continue  # a float out of an integer's range
        twin = target.copy()
        theirs = run_at(getattr(np, op).at, twin, index, operand)
        ours = run_at(lambda a, i, *b: ls.ufunc_at(op, a, i, *b), target, index, operand)
        text = f"{op}.at {dtype}{list(shape)} {index} {operand!r}"
        check.that((ours is None) == (theirs is None), f"{text}: ours {ours!r}, NumPy {theirs!r}")
        if ours is None and theirs is None:
            check.same_arrays(text, target, twin, same_result("multiply" if dtype.kind == "c" else op))
