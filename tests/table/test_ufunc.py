"""Every ufunc's row x dtype x layout x size x option, with NumPy as the oracle.
Must not know what a ufunc computes: its row says how near to the exact value it must be."""

import itertools

import numpy as np
import pytest

import compare
from arrays import (BFLOAT16, BORDER_SIZES, DTYPES, LARGE_SIZE, NUMPY_DTYPES, SHAPES, broadcastable, make, ordinary_values,
                    random_layout, random_values, root_of, specials, writable_layout)
from casting import cast

NUMPYS_BITS = {"absolute"}  # whose complex loop follows NumPy's formula: the row says how far that may be off
OF_NUMPY = {"sign": 2}  # steps from NumPy's complex result: it and ours divide by a modulus within 1
# The sign of the result of a -0 and a +0
ZERO_OF = {"maximum": np.logical_and, "minimum": np.logical_or, "fmax": np.logical_and, "fmin": np.logical_or}
GROWING = ("exp", "sin", "cos")  # exponentials, of the real part or the imaginary one
PARTS = {"moderate": 5.0, "angle": 3.0, "positive": 10.0, "small_integer": 3.0}  # size of complex inputs, by the row's range


def loops(row):
    return [d for d in DTYPES if d.char in row["ufunc"]["loops"]]


def values_of(row, *dtypes):
    """How inputs are drawn: any bits, but for complex functions that are near the exact value in a range only. dtypes:
    of all inputs."""
    size = PARTS.get(row["ufunc"]["range"])

    def values(dtype, n, rng):
        dtype = np.dtype(dtype)
        if not any(d.kind == "c" for d in (dtype, *dtypes)) or not row["ufunc"]["ulp"] or size is None:
            return random_values(dtype, n, rng)
        if dtype.kind in "biu":
            return rng.integers(0, 8, n).astype(dtype)
        return (size * ordinary_values(dtype, n, rng)).astype(dtype)
    return values


def as_numpy(args):
    """Arguments for NumPy, and how to round its result: bfloat16 is float32, rounded once, unless it meets another type."""
    typed = [a for a in args if isinstance(a, np.ndarray)]
    half = any(a.dtype == BFLOAT16 for a in typed) and not any(isinstance(a, complex) for a in args)
    half &= all(a.dtype == BFLOAT16 or a.dtype.kind == "b" or a.dtype.kind in "iu" and a.dtype.itemsize == 1 for a in typed)
    if half:
        return [np.asarray(a).astype(BFLOAT16).astype(np.float32) for a in args], BFLOAT16
    return [a.astype(np.float32) if isinstance(a, np.ndarray) and a.dtype == BFLOAT16 else a for a in args], None


def in_pairs(ufunc, args, options):
    """NumPy's complex arithmetic is fused in its vector loops, and not where strides are negative or there is one element:
    ours is fused always. So NumPy gets two contiguous copies of everything."""
    dtype = np.dtype(options.get("dtype") or np.result_type(*args))
    dtype = np.result_type(*args) if dtype.kind != "c" else dtype
    wide = np.broadcast_arrays(*[np.asarray(a).astype(dtype) for a in args])
    return ufunc(*[np.stack([a, a]) for a in wide], **{k: v for k, v in options.items() if k not in ("where", "casting")})[0, ...]


def exact(row, args, options):
    """NumPy's result; computed in a wider type where the row's bound is not 0, and rounded to the type of the result."""
    ufunc = getattr(np, row["name"])
    args, rounded = as_numpy(args)
    plain = ufunc(*args, **options)
    modulus = row["ufunc"]["rule"] == "real" and any(a.dtype.kind == "c" for a in args if isinstance(a, np.ndarray))
    modulus = modulus and plain.dtype.kind == "f" and plain.itemsize * 2 >= args[0].itemsize
    if modulus or np.asarray(plain).dtype.kind == "c":
        plain = in_pairs(ufunc, args, options)
    dtype = rounded or plain.dtype
    if plain.dtype.kind in "biu":
        return plain
    if not bound_of(row, plain.dtype, args) or row["name"] in OF_NUMPY:
        return signed_zeros(row, args, plain).astype(dtype)
    wide = [np.asarray(a).astype(plain.dtype).astype(compare.wider(dtype)) for a in args]
    result = ufunc(*wide)
    if plain.dtype.kind == "f":  # glibc's powl(-inf, -2.0**63) is inf, its pow 0 as C99 asks
        result = np.where(np.logical_or.reduce(np.broadcast_arrays(*map(np.isinf, wide))), plain, result)
    return np.asarray(result).astype(dtype)


def bound_of(row, dtype, args):
    """Representable numbers that may lie between ours and the exact result; 0 asks for NumPy's bits."""
    bound = OF_NUMPY.get(row["name"], row["ufunc"]["ulp"])
    complex_loop = dtype.kind == "c" or any(a.dtype.kind == "c" for a in args if isinstance(a, np.ndarray))
    if dtype.kind in "biu" or row["name"] in NUMPYS_BITS \
            or row["name"] in ("sqrt", "sign") and not complex_loop:
        return 0
    return bound if complex_loop else min(bound, 1)


def signed_zeros(row, args, result):
    """NumPy's maximum, minimum, fmax and fmin return either zero of a -0 and a +0; ours order them."""
    if row["name"] not in ZERO_OF or result.dtype.kind != "f":
        return result
    a, b = (np.asarray(x).astype(result.dtype) for x in args)
    sign = ZERO_OF[row["name"]](np.signbit(a), np.signbit(b))
    return np.where((a == 0) & (b == 0), np.where(sign, -0.0, 0.0).astype(result.dtype), result)


def judge(row, args):
    """The comparison that the row's bound asks for. Beside a NaN, C99 leaves the sign of an infinite part open."""
    def same(ours, theirs):
        bound = bound_of(row, theirs.dtype, args)
        if not bound:
            return compare.same_elements(ours, theirs, any_zero=row["name"] in ZERO_OF and ours.dtype.kind == "c")
        near = compare.steps(ours, theirs) <= bound
        if ours.dtype.kind == "c":
            a, b = compare.parts(ours), compare.parts(theirs)
            near |= np.isinf(a) & np.isinf(b) & np.isnan(a[..., ::-1]) & np.isnan(b[..., ::-1])
            if row["name"] == "power":  # what cancels in the smaller part: |b log a| 2^-61 of the modulus, in NumPy's long double
                angle = 1 + np.abs(args[1]) * np.abs(np.log(np.asarray(args[0]).astype(complex)))
                near |= np.abs(a - b) <= np.finfo(ours.dtype).eps / 512 * (angle * np.abs(theirs))[..., None]
        return near
    return same


def run(check, row, args, strides=False, **options):
    """The call with both; a result under a mask is compared where the mask is true, and is 0 elsewhere without out."""
    has_half = any(a.dtype == BFLOAT16 for a in args if isinstance(a, np.ndarray))
    loop = []  # the dtype that the function computes in
    inputs = [np.copy(a) if isinstance(a, np.ndarray) and "out" in options else a for a in args]  # as they were

    def oracle(*args, **given):
        computed = {k: v for k, v in given.items() if k not in ("out", "where")}
        result = exact(row, args, computed)
        mask, out = given.get("where"), given.get("out")
        loop.append(np.asarray(result).dtype)
        if out is None and mask is None:
            return result if not strides else restride(row, args, result)
        if out is None:
            return np.where(mask, result, np.zeros((), result.dtype))
        shaped = np.broadcast_shapes(result.shape, out.shape, () if mask is None else mask.shape)
        if shaped != out.shape:
            raise ValueError("shapes")
        if not has_half and not np.can_cast(result.dtype, out.dtype, given.get("casting", "same_kind")):
            raise TypeError("casting")
        np.copyto(out, cast(result, out.dtype), where=True if mask is None else mask, casting="unsafe")
        return out

    def same(ours, theirs):
        computed = loop[-1]
        inexact = computed.kind in "fc" or computed == BFLOAT16
        if inexact and row["ufunc"]["ulp"] and ours.dtype != computed and computed.itemsize <= ours.dtype.itemsize:  # a wider out
            ours, theirs = ((x.real if computed.kind != "c" else x).astype(computed) for x in (ours, theirs))
        return judge(row, inputs)(ours, theirs)

    check(row["name"], *args, oracle=oracle, same=same, strides=strides, **options)


def restride(row, args, result):
    """The elements of `result` with the strides that NumPy's own result has."""
    alike = [a.view(np.float16) if isinstance(a, np.ndarray) and a.dtype == BFLOAT16 else a for a in args]
    plain = getattr(np, row["name"])(*alike)
    if not isinstance(plain, np.ndarray):
        return result
    plain = np.empty_like(plain, dtype=result.dtype)
    np.copyto(plain, result)
    return plain


def valid(row, args, rng, share=0.9):
    """Mostly, by the share, without the negative exponents that integers may not have."""
    if row["name"] == "power" and share == 1 and args[1].dtype.kind in "iu":
        args[1] = args[1] % args[1].dtype.type(10)
    elif row["name"] == "power" and args[1].dtype.kind == "i" and rng.random() < share:
        args[1] = np.where(args[1] < 0, 3, args[1]).astype(args[1].dtype)
    return args


def test_sizes(row, check, rng):
    """Each loop at each border size, contiguous, and in a random layout."""
    inputs = row["ufunc"]["inputs"]
    for dtype, n in itertools.product(loops(row), BORDER_SIZES):
        for layout in ("contiguous", random_layout(rng)) if n % 2 else ("contiguous",):
            run(check, row, valid(row, [make((n,), dtype, layout, rng, values_of(row)) for _ in range(inputs)], rng))


def test_large(row, check, rng):
    inputs, heavy = row["ufunc"]["inputs"], row["ufunc"]["ulp"] > 0
    for dtype in loops(row):
        n = LARGE_SIZE // 5 if heavy and dtype.kind == "c" else LARGE_SIZE
        run(check, row, valid(row, [np.resize(values_of(row)(dtype, n // 20, rng), n) for _ in range(inputs)], rng))


def test_special_values(row, check, rng):
    """All special values; of two inputs, all pairs."""
    for dtype in loops(row):
        if row["name"] == "power" and dtype.kind == "c":
            continue  # C leaves the special values of complex powers open
        values = specials(dtype)
        if dtype.kind == "c" and row["name"] in GROWING:
            values = within_growth(values)
        if row["ufunc"]["inputs"] == 1:
            run(check, row, [values])
        elif row["name"] == "power" and dtype.kind == "i":
            run(check, row, [np.repeat(values, len(values[values >= 0])), np.tile(values[values >= 0], len(values))])
        else:
            run(check, row, [np.repeat(values, len(values)), np.tile(values, len(values))])


def within_growth(values):
    """The largest parts replaced by +-1000, whose exponential overflows too."""
    values = values.copy()
    for part in (values.real, values.imag):
        part[(np.abs(part) > 1000) & np.isfinite(part)] = np.copysign(1000, part[(np.abs(part) > 1000) & np.isfinite(part)])
    return values


def test_growth_meets_vanishing(check):
    """An exponential past e^1300 times a part below 1e-250; a subnormal part times an ordinary exponential."""
    rows = {row["name"]: row for row in check.ls.inventory["functions"] if row["type"] == "ufunc"}
    huge, tiny = np.finfo(float).max, np.finfo(float).tiny
    for name in GROWING:
        run(check, rows[name], [np.array([complex(huge, tiny), complex(tiny, huge), complex(7, 5e-324), complex(5e-324, 7)])])


def test_layouts(row, check, rng, effort):
    """Each dtype (of two inputs: each pair of dtypes), broadcast, in random shapes and layouts; strides of the result too."""
    inputs = row["ufunc"]["inputs"]
    for dtypes in itertools.product(DTYPES, repeat=inputs):
        for _ in range(effort(25 if inputs == 1 else 3)):
            shape = SHAPES[rng.integers(len(SHAPES))]
            args = [make(broadcastable(shape, rng) if inputs > 1 else shape, d, random_layout(rng), rng,
                         values_of(row, *dtypes)) for d in dtypes]
            run(check, row, valid(row, args, rng), strides=True)


def random_out(row, args, shape, rng):
    """An array to write to, of the result's type or another."""
    try:
        dtype = getattr(np, row["name"])(*[np.ones(1, a.dtype) for a in as_numpy(args)[0]]).dtype
    except TypeError:
        dtype = np.dtype(float)
    if rng.random() < 0.4:
        dtype = DTYPES[rng.integers(len(DTYPES))]
        if row["ufunc"]["ulp"] and dtype.kind in "biu":  # the next representable number may be another whole one
            dtype = np.dtype(float)
    return make(shape, dtype, writable_layout(rng), rng)


def test_options(row, check, rng, effort):
    """out, where, dtype and casting in random combinations."""
    inputs = row["ufunc"]["inputs"]
    for _ in range(effort(120)):
        dtypes = [loops(row)[rng.integers(len(loops(row)))]] * inputs
        if rng.random() < 0.4:
            dtypes = [NUMPY_DTYPES[rng.integers(len(NUMPY_DTYPES))] for _ in range(inputs)]
        shape, options = SHAPES[rng.integers(len(SHAPES))], {}
        if rng.random() < 0.3 and BFLOAT16 not in dtypes:
            options["dtype"] = NUMPY_DTYPES[rng.integers(len(NUMPY_DTYPES))]
            if options["dtype"] == np.uint32:  # what does not fit depends on its place in NumPy
                options["dtype"] = np.dtype(np.uint64)
        args = [make(broadcastable(shape, rng) if inputs > 1 else shape, d, random_layout(rng), rng,
                         values_of(row, *dtypes, *options.values())) for d in dtypes]
        result_shape = np.broadcast_shapes(*[a.shape for a in args])
        if rng.random() < 0.5:
            mask_shape = broadcastable(result_shape, rng)
            options["where"] = make(mask_shape, bool, random_layout(rng), rng)
        if rng.random() < 0.3:
            options["casting"] = str(rng.choice(["no", "equiv", "safe", "same_kind", "unsafe"]))
        if rng.random() < 0.6:
            options["out"] = random_out(row, args, result_shape, rng)
            if BFLOAT16 in [*dtypes, options["out"].dtype]:
                options["out"] = make(result_shape, BFLOAT16, writable_layout(rng), rng)
                options.pop("casting", None), options.pop("dtype", None)
                if BFLOAT16 not in dtypes or row["ufunc"]["rule"] == "boolean":
                    continue
        elif BFLOAT16 in dtypes:
            options.pop("casting", None)
        if row["name"] == "power" and "c" in [a.dtype.kind for a in args] + [np.dtype(options.get("dtype", bool)).kind]:
            options.pop("casting", None)  # a real out would not tell the modulus, which the bound of its part needs
        run(check, row, valid(row, args, rng, 1), **options)


def test_overlap(row, check, rng, effort):
    """out shares memory with an input, shifted or reversed: as if it did not."""
    inputs = row["ufunc"]["inputs"]
    for dtype in loops(row):
        result = getattr(np, row["name"])(*as_numpy([np.ones(1, dtype)] * inputs)[0]).dtype
        if dtype == BFLOAT16 and result == np.float32:
            result = BFLOAT16
        for _ in range(effort(6)):
            n, shift = int(rng.choice([1, 9, 130, 5000])), int(rng.integers(0, 40))
            root = make((n + 40,), dtype, "contiguous", rng, values_of(row))
            x = root[shift : shift + n][:: rng.choice([1, -1])]
            start = root.ctypes.data - root_of(root).ctypes.data
            start += x.itemsize * int(rng.integers(0, 40)) // result.itemsize * result.itemsize
            out = np.ndarray((n,), result, root_of(root), start)
            args = [x, x if rng.random() < 0.3 else make((n,), dtype, "contiguous", rng, values_of(row))][:inputs]
            if row["name"] == "power" and dtype.kind == "i":
                root[root < 0] = 3
            run(check, row, valid(row, args, rng), out=out)


def test_python_scalars(row, check, rng):
    """Weak Python numbers on either side of each dtype, out of range ones too; typed scalars and 0-d arrays."""
    if row["ufunc"]["inputs"] == 1:
        for value in (0, 3, -7, 2.5, -0.0, float("nan"), 1 + 2j, True):
            run(check, row, [np.asarray(value) if value is True else value])
        return
    numbers = [0, 1, 2, -1, 100, 200, 300, -129, 40000, 70000, -(1 << 31), 1 << 31, 1 << 32, (1 << 63) - 1, -(1 << 63),
               0.0, -0.5, 2.0, 1e10, 1e300, float("nan"), float("inf"), 1j, 2 - 0.5j]
    for dtype, number in itertools.product(DTYPES, numbers):
        x = make((int(rng.choice([1, 5, 20])),), dtype, random_layout(rng), rng)
        for args in ([x, number], [number, x], [x[0, ...], number]):
            if row["name"] == "power" and args[0] is number and dtype.kind == "i":
                args = [number, np.abs(x)]
            if row["name"] == "power" and "c" in (dtype.kind, np.asarray(number).dtype.kind):
                if not abs(number) < 300:
                    continue
                args = [values_of(row, np.dtype("D"))(dtype, 5, rng) if isinstance(a, np.ndarray) else a for a in args]
            run(check, row, args)


def test_mixed_sign_integers(row, check, rng):
    """int64 with uint64, which share no integer type: comparisons are exact."""
    if row["ufunc"]["inputs"] == 1:
        pytest.skip("one input")
    for a, b in itertools.permutations([np.dtype("int64"), np.dtype("uint64"), np.dtype("int8"), np.dtype("uint8")], 2):
        x, y = specials(a), specials(b)
        if row["name"] == "power":
            y = np.abs(y[y >= 0])
        run(check, row, [np.repeat(x, len(y)), np.tile(y, len(x))])
