"""The order in which NumPy 2.4's add.reduce adds, as a model you can run: where=, out=, casts, float16.

It must not know the library under test; it is NumPy's behaviour, written down and fuzzed against NumPy.

    python summation_order_where.py [trials] [--seed N | --fresh]

The rule in words. The iterator's operands are out, input and mask (in this order). Axes are sorted
innermost first by absolute stride (`sort_axes`); neighbours that are one stride in every operand are
merged (`merge`); `grouping` finds how many innermost dimensions one inner-loop call spans. A call whose
output does not move is one pairwise tree, added to the output; a call whose output moves adds element by
element. With a mask, every run of selected elements inside a call is a tree of its own. float16 is added
in float32 inside a run and rounded once per run. An output stored in another dtype than the sum's is
rounded each time the iterator loads a buffer of it again.
"""
import argparse
import sys

import numpy as np

BUFFER = 8192
LEAF = 128


def pairwise(a):
    """Sum of a 1-D float or complex array as one pairwise tree (float16: in float32)."""
    if a.dtype.kind == "c":
        parts = np.ascontiguousarray(a).view(a.real.dtype)
        return np.array(_tree(parts, 2), parts.dtype).view(a.dtype)[0]
    return _tree(a.astype(np.float32) if a.dtype == np.float16 else a, 1)[0]


def _tree(a, step):
    """Leaves of up to 128 scalars in eight accumulators; `step` interleaved sums (1 real, 2 complex)."""
    n, t = len(a), a.dtype.type
    if n < 8:
        s = [t(-0.0)] * step
        for k in range(0, n, step):
            s = [s[j] + a[k + j] for j in range(step)]
        return s
    if n <= LEAF:
        m = n - n % 8
        r = a[:8].copy()
        for k in range(8, m, 8):
            r += a[k:k + 8]
        if step == 1:
            s = [((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))]
        else:
            s = [(r[j] + r[j + 2]) + (r[j + 4] + r[j + 6]) for j in range(2)]
        for k in range(m, n, step):
            s = [s[j] + a[k + j] for j in range(step)]
        return s
    h = n // 2
    h -= h % 8
    return [x + y for x, y in zip(_tree(a[:h], step), _tree(a[h:], step))]


def sort_axes(ndim, operands):
    """Axes, innermost first; operands: strides of each. Ties, 0 strides and conflicts keep C order."""
    order = list(range(ndim - 1, -1, -1))
    for i0 in range(1, ndim):
        j0, position = order[i0], i0
        for i1 in range(i0 - 1, -1, -1):
            j1 = order[i1]
            ambiguous, swap = True, False
            for s in operands:
                if s[j0] != 0 and s[j1] != 0:
                    if abs(s[j1]) <= abs(s[j0]):
                        swap = False
                    elif ambiguous:
                        swap = True
                    ambiguous = False
            if not ambiguous:
                if not swap:
                    break
                position = i1
        if position != i0:
            order.insert(position, order.pop(i0))
    return order


def merge(dims):
    """dims: [(size, stride per operand)], innermost first."""
    merged = [dims[0]]
    for n, strides in dims[1:]:
        pn, previous = merged[-1]
        if pn == 1 or n == 1 or all(pn * p == s for p, s in zip(previous, strides)):
            merged[-1] = (pn * n, previous if pn != 1 else strides)
        else:
            merged.append((n, strides))
    return merged


def grouping(dims, casts):
    """-> (outer, core, buffer, per_core): a buffer spans whole cores along dimension `outer`, `buffer`
    elements at most; with per_core each core is a call of its own, otherwise the whole buffer is one call. Operand 0
    is the output."""
    n_op = len(casts)
    cost = best_cost = 1 + sum(casts)
    single, flip = [1] * n_op, 0
    size = best_size = dims[0][0]
    best_outer, best_core = 0, 1
    for d in range(1, len(dims)):
        if flip or (size >= BUFFER and cost > 1):
            break
        (pn, previous), (n, strides) = dims[d - 1], dims[d]
        for op in range(n_op):
            if single[op] == d:
                if previous[op] * pn == strides[op]:
                    single[op] += 1
                    continue
                cost += not casts[op]
            if op == 0 and (strides[0] == 0 or previous[0] == 0):
                flip = d
        core, size = size, size * n
        if size == 0:
            break
        scale = BUFFER if size > BUFFER and cost > 1 else size
        if cost * best_size <= best_cost * scale:
            best_outer, best_cost, best_size, best_core = d, cost, size, core
    per_core = bool(flip) and best_outer == flip
    must_buffer = False
    for op in range(n_op):
        as_reduce = per_core and (op == 0 or (single[op] == best_outer and not casts[op])
                                  or (dims[flip][1][op] == 0 and single[op] <= best_outer))
        must_buffer |= casts[op] or single[op] + as_reduce <= best_outer
    if must_buffer and BUFFER < best_size:
        best_size = best_core * (BUFFER // best_core)
    return best_outer, best_core, best_size, per_core


def reduce(a, axis=None, dtype=None, out=None, where=None, initial=0):
    """numpy.add.reduce(a, axis, dtype, out, where=where, initial=initial) by the model; `out` is written."""
    dtype = np.dtype(dtype or a.dtype)
    axes = tuple(range(a.ndim)) if axis is None else tuple(k % a.ndim for k in np.atleast_1d(axis))
    kept = [k for k in range(a.ndim) if k not in axes]
    operands = [[s if n != 1 else 0 for s, n in zip(a.strides, a.shape)]]
    if where is not None:
        where = np.broadcast_to(where, a.shape)
        operands.append([s if n != 1 else 0 for s, n in zip(where.strides, where.shape)])
    wide = [0] * a.ndim
    if out is None:  # a fresh result's strides follow the iteration order
        order = sort_axes(a.ndim, operands)
        step = dtype.itemsize
        for k in order:
            if k in kept:
                wide[k] = step if a.shape[k] != 1 else 0
                step *= a.shape[k]
    else:
        for k, s in zip(kept, out.strides):
            wide[k] = s if a.shape[k] != 1 else 0
        order = sort_axes(a.ndim, [wide] + operands)
    operands.insert(0, wide)
    casts = [out is not None and (out.dtype != dtype or not out.flags.aligned),
             a.dtype != dtype or not a.flags.aligned or not a.dtype.isnative, False][:len(operands)]
    dims = [(a.shape[k], tuple(s[k] for s in operands)) for k in order] or [(1, (0,) * len(operands))]
    dims = merge(dims)
    outer, core, buffer, per_core = grouping(dims, casts)

    shape = [a.shape[k] for k in kept]
    flat = np.full(int(np.prod(shape)), initial, dtype)
    stored = out.dtype if out is not None else dtype
    flat = flat.astype(stored).astype(dtype)
    index = np.expand_dims(np.arange(flat.size).reshape(shape), axes)
    walk = lambda x: np.broadcast_to(x, a.shape).transpose(order[::-1]).ravel()
    at, x, chosen = walk(index), walk(a.astype(dtype)), None if where is None else walk(where)
    span = int(np.prod([n for n, _ in dims[:outer + 1]]))
    total = int(np.prod([n for n, _ in dims]))
    reusable, previous = False, None                         # of a cast output's buffer
    for base in range(0, total, span or 1):
        for start in range(base, base + span, buffer):
            stop = min(start + buffer, base + span)
            if stored != dtype and not (reusable and at[start] == previous):
                touched = at[start:stop]
                flat[touched] = flat[touched].astype(stored).astype(dtype)
                standing = dims[outer][1][0] == 0 and stop - start >= core
                reusable = per_core and (stop - start == buffer or standing)
            previous = at[start] if stop > start else None
            for s in range(start, stop, core) if per_core else (start,):
                e = min(s + core, stop) if per_core else stop
                if dims[0][1][0] != 0:
                    pick = slice(s, e) if chosen is None else s + np.flatnonzero(chosen[s:e])
                    flat[at[pick]] += x[pick]
                    continue
                for b, c in [(s, e)] if chosen is None else runs(chosen[s:e], s):
                    flat[at[s]] = (acc(flat[at[s]]) + pairwise(x[b:c])).astype(dtype)
    if out is not None:
        out[...] = flat.reshape(shape)
        return out
    return flat.reshape(shape)[()]


def acc(x):
    return x.astype(np.float32) if x.dtype == np.float16 else x


def runs(chosen, offset):
    edge = np.flatnonzero(np.diff(np.concatenate(([0], chosen.astype(np.int8), [0])))) + offset
    return list(zip(edge[::2].tolist(), edge[1::2].tolist()))


def random_layout(rng, shape, dtype, spread=3.0):
    """An array of this shape and dtype with random strides: steps, order, reversals, broadcast axes."""
    nd = len(shape)
    base = [1 if rng.random() < .07 else n for n in shape]
    steps = [int(rng.choice([1, 1, 1, 1, 2, 3])) for _ in shape]
    perm = np.arange(nd)[::-1] if rng.random() < .2 else np.arange(nd)
    if rng.random() < .35:
        perm = rng.permutation(nd)
    full = [base[k] * steps[k] for k in perm]
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        a = random_mask(rng, full)
    elif dtype.kind in "iu":
        a = rng.integers(0 if dtype.kind == "u" else -100, 100, full).astype(dtype)
    else:
        a = 10.0 ** rng.uniform(-spread, spread, full) * rng.choice([-1, 1], full)
        a = (a + 1j * a[::-1] if dtype.kind == "c" else a).astype(dtype)
    a = a[tuple(slice(None, None, steps[k]) for k in perm)].transpose(np.argsort(perm))
    if rng.random() < .2:
        a = np.flip(a, int(rng.integers(nd)))
    return np.broadcast_to(a, shape)


def unaligned(a):
    copy = np.zeros(a.nbytes + 1, np.uint8)[1:].view(a.dtype).reshape(a.shape)
    copy[...] = a
    return copy


def random_mask(rng, shape):
    kind = rng.integers(4)
    if kind == 0:
        return np.full(shape, rng.random() < .8)
    if kind == 1:                                            # long runs
        flips = rng.random(int(np.prod(shape))) < rng.choice([.3, .03, .003])
        return (np.cumsum(flips) % 2).astype(bool).reshape(shape)
    return rng.random(shape) < rng.choice([.03, .5, .9, .99])


def random_shape(rng):
    if rng.random() < .08:  # one long axis among short ones, about the buffer's size
        shape = [int(rng.choice([2731, 4096, 5000, 8191, 8192, 8193, 9000, 17000]))]
        shape += rng.choice([1, 2, 3, 5], int(rng.integers(1, 4))).tolist()
        return tuple(rng.permutation(shape).tolist())
    nd = int(rng.integers(1, 6))
    limit = int(rng.choice([300, 3000, 40000, 120000], p=[.35, .25, .3, .1]))
    shape = [1] * nd
    for _ in range(12):
        k = int(rng.integers(nd))
        n = int(rng.choice([2, 3, 4, 5, 7, 8, 9, 16, 17, 33, 100, 129, 1000, 8192, 9000]))
        if np.prod(shape) * n <= limit:
            shape[k] *= n
    if rng.random() < .01:
        shape[int(rng.integers(nd))] = 0
    return tuple(shape)


KINDS = ["f8", "f4", "c8", "c16", "f2", "f4>f8", "f2>f4", "f2>f8", "i8>f8", "i4>f8", "u1>f8", "?>f8",
         "c8>c16"]
NARROWER = {"f8": "f4", "f4": "f2", "c16": "c8"}


def random_case(rng, kinds=KINDS, cast_out=0.0):
    """-> (kind, a, keyword arguments of numpy.add.reduce; `out` is a factory result, filled with junk)."""
    kind = str(rng.choice(kinds))
    source, target = (kind + ">" + kind).split(">")[:2]
    shape = random_shape(rng)
    a = random_layout(rng, shape, source, 1.0 if "f2" in (source, target) else 3.0)
    if rng.random() < .04:
        a = unaligned(a)
    n = int(rng.integers(0, a.ndim + 1))
    axis = None if n == 0 else tuple(int(k) for k in rng.choice(a.ndim, n, replace=False))
    options = dict(axis=axis, dtype=np.dtype(target))
    if rng.random() < .02:
        options["axis"] = axis = ()
    if rng.random() < .5:
        low = int(rng.integers(0, a.ndim)) if rng.random() < .3 else 0
        options["where"] = random_layout(rng, shape[low:], "?")
    if rng.random() < .3:
        options["initial"] = float(rng.choice([-0.0, 1.5, 1e3, -7.25, 0.1]))
    if rng.random() < .4:
        dropped = range(a.ndim) if axis is None else axis
        kept = tuple(shape[k] for k in range(a.ndim) if k not in dropped)
        stored = np.dtype(NARROWER.get(target, target) if rng.random() < cast_out else target)
        out = random_layout(rng, kept, stored) if kept else np.zeros((), stored)
        options["out"] = out if out.flags.writeable and 0 not in out.strides else np.ones(kept, stored)
    if rng.random() < .03 and a.dtype.kind in "fc":          # only then does the tree's -0.0 start show
        a, options["initial"] = np.full_like(a, -0.0), -0.0
    return kind, a, options


def same_bits(a, b):
    """Equal bit patterns, any NaN equal to any NaN."""
    a, b = (np.ascontiguousarray(np.asarray(x)).view(np.asarray(x).real.dtype) for x in (a, b))
    return bool(np.all((a.view(f"u{a.itemsize}") == b.view(f"u{a.itemsize}")) | (np.isnan(a) & np.isnan(b))))


def describe(kind, a, options):
    shown = {k: (v.shape, v.strides) if isinstance(v, np.ndarray) else v for k, v in options.items()}
    return f"{kind} {a.shape} {a.strides} {shown}"


def seed_from(arguments):
    seed = int(np.random.SeedSequence().entropy % 2**32) if arguments.fresh else arguments.seed
    print(f"NumPy {np.__version__}, seed {seed}, {arguments.trials} cases")
    return seed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("trials", type=int, nargs="?", default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--fresh", action="store_true", help="a new random seed")
    arguments = parser.parse_args()
    rng = np.random.default_rng(seed_from(arguments))
    bad = 0
    with np.errstate(all="ignore"):
        for _ in range(arguments.trials):
            kind, a, options = random_case(rng, cast_out=.25)
            got = np.array(reduce(a, **options))
            want = np.add.reduce(a, **options)
            if not same_bits(want, got):
                bad += 1
                if bad <= 12:
                    print("differs:", describe(kind, a, options))
    print(f"{bad} of {arguments.trials} differ")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
