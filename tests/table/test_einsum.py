"""einsum over random subscripts against NumPy's single nested loop: labels, ellipses, diagonals, broadcasting, out, errors.
Must not know in which order operands are contracted."""

import numpy as np

from arrays import NUMPY_DTYPES, make, random_layout, writable_layout
from products import matrices, numbers, pick, wide, within

LETTERS = "ijkABz"
SIZES = [0, 1, 1, 2, 2, 3, 3, 4, 5]
ABSENT = 7  # no size of those
HALF = np.dtype("e")


def einsum(subscripts, operands, **options):
    """NumPy's; for empty arrays, whose results it writes to memory that is not theirs, by way of arrays of another size."""
    options.pop("memory_limit", None)
    if options.get("optimize", "greedy") not in ("greedy", "optimal"):
        options.pop("optimize")
    if all(a.size for a in operands):
        return np.einsum(subscripts, *operands, **options)
    stand_in = lambda a: np.ones([n or ABSENT for n in a.shape], a.dtype)
    if "out" in options:
        np.einsum(subscripts, *map(stand_in, operands), **{**options, "out": stand_in(options["out"])})
        options["out"][...] = 0
        return options["out"]
    result = np.asarray(np.einsum(subscripts, *map(stand_in, operands), **options))
    return np.zeros([0 if n == ABSENT else n for n in result.shape], result.dtype)


def judge(subscripts, operands, terms):
    """The bound of a contraction, once for every product that may round in between."""
    steps = 1 + len(operands)

    def same(ours, theirs):
        if ours.dtype.kind in "biu" or not all(a.size for a in operands):
            return ours == theirs
        kind = np.clongdouble if ours.dtype.kind == "c" else np.longdouble
        exact = np.einsum(subscripts, *(np.asarray(a).astype(kind) for a in operands))
        size = np.einsum(subscripts, *(np.abs(wide(a)) for a in operands))
        return within(ours, exact, size, steps * terms)
    return same


def random_case(rng, most=4):
    """(subscripts, shapes, how many products are added for one element)."""
    sizes = {c: int(pick(rng, SIZES)) for c in LETTERS}
    broadcast = [int(pick(rng, SIZES[1:])) for _ in range(2)]
    inputs, shapes, used, longest = [], [], set(), 0
    for _ in range(int(rng.integers(1, most + 1))):
        labels = list(rng.choice(list(LETTERS), int(rng.integers(0, 4)), replace=rng.random() < 0.3))
        shape = [1 if rng.random() < 0.1 and labels.count(c) == 1 else sizes[c] for c in labels]
        if rng.random() < 0.25:
            at, count = int(rng.integers(len(labels) + 1)), int(rng.integers(0, 3))
            own = [1 if rng.random() < 0.2 else n for n in broadcast[2 - count:]]
            labels, shape, longest = [*labels[:at], "...", *labels[at:]], [*shape[:at], *own, *shape[at:]], max(longest, count)
        used |= set(labels) - {"..."}
        inputs.append("".join(labels))
        shapes.append(tuple(shape))
    text = ",".join(inputs)
    if rng.random() < 0.6:
        kept = [c for c in sorted(used) if rng.random() < 0.5]
        rng.shuffle(kept)
        if longest or rng.random() < 0.1:
            kept.insert(int(rng.integers(len(kept) + 1)), "...")
        text += "->" + "".join(kept)
    if rng.random() < 0.1:
        text = text.replace(",", " , ").replace("->", " -> ")
    return text, shapes, int(np.prod([max(1, sizes[c]) for c in used]))


def test_random_subscripts(check, rng, effort):
    for _ in range(effort(700)):
        text, shapes, terms = random_case(rng)
        dtype = pick(rng, NUMPY_DTYPES)
        operands = matrices(rng, shapes, [dtype] if rng.random() < 0.7 else NUMPY_DTYPES)
        if np.result_type(*operands) == HALF:  # products of integers would pass its largest number
            operands = matrices(rng, shapes, [HALF])
        check("einsum", text, operands, oracle=einsum, same=judge(text, operands, terms))


def test_wrong_subscripts(check, rng):
    a, v = np.ones((2, 3)), np.ones(3)
    texts = ["ij", "ij,jk", "i1", "i,j", "..i", "i...j...", "....", "ij->ijj", "ij->k", "i...->i", "ij->i->j", "ij-i", "ij>i", "ij-",
             "ii", "i", "ijk", "ij,", "", "->", ",", "i.j", "ij->...i", "...->...i", "i\tj", "ij - > i", "é", "ij->i,j"]
    for text in texts:
        for operands in ([a], [a, a], [v], [v, v], [a, v], [np.ones(())]):
            check("einsum", text, operands, oracle=einsum, same=judge(text, operands, 6))
    check("einsum", "i", [], oracle=einsum)
    check("einsum", ",".join("i" * 63), [v] * 63, oracle=einsum, same=lambda ours, theirs: ours == theirs)
    check("einsum", ",".join("i" * 64), [v] * 64, oracle=einsum)
    wide_array = np.ones((1,) * 40 + (2,))
    check("einsum", "...", [wide_array], oracle=einsum)
    check("einsum", "...,...", [wide_array, np.ones(2)], oracle=einsum)


def test_one_operand_gives_a_view(check, ls, rng):
    a = np.arange(24.0).reshape(2, 3, 4)
    square = np.arange(27.0).reshape(3, 3, 3)
    for text, x in [("ijk", a), ("kji", a), ("ijk->jik", a), ("iij->ij", square), ("iii->i", square), ("...", a), ("i...->...i", a),
                    ("...ii->...i", square), ("ijk", np.broadcast_to(1.0, (2, 3, 4))), ("ijk", a[::-1, ::2, ::-1])]:
        for dtype in (None, "float32"):
            check("einsum", text, [x], oracle=einsum, strides=True, dtype=dtype)
    if ls.device == "cpu":
        diagonal = ls.invoke("einsum", "iij->ij", [square])
        ls.set(diagonal, (0, 0), np.float64(-1.0))
        check.that(square[0, 0, 0] == -1.0, "einsum('iij->ij') is a view that can be written")
    for text in ("ijk->", "ijk->j", "iij->j", "iii"):
        x = square if "ii" in text else a
        check("einsum", text, [x], oracle=einsum, same=judge(text, [x], 27))


def test_options(check, rng, effort):
    for _ in range(effort(150)):
        text, shapes, terms = random_case(rng, 3)
        operands = matrices(rng, shapes)
        if np.result_type(*operands) == HALF:
            operands = matrices(rng, shapes, [HALF])
        try:
            result = np.asarray(einsum(text, operands))
        except ValueError:
            continue
        options, same = {}, judge(text, operands, terms)
        if rng.random() < 0.4:
            options["order"] = pick(rng, "CFAK")
        if rng.random() < 0.4:
            options["casting"] = pick(rng, ["no", "equiv", "safe", "same_kind", "unsafe", "wrong"])
        if rng.random() < 0.3:
            options["dtype"] = pick(rng, NUMPY_DTYPES)
        if rng.random() < 0.5:
            dtype = result.dtype if rng.random() < 0.6 else pick(rng, NUMPY_DTYPES)
            shape = result.shape if rng.random() < 0.9 else (*result.shape, 2)
            options["out"] = make(shape, dtype, writable_layout(rng), rng)
        if {"dtype", "out"} & set(options):
            common = np.result_type(*operands)
            plain = options.get("dtype", common) == common and options.get("out", result).dtype == common
            same = same if plain else lambda ours, theirs: np.ones(ours.shape, bool)
        check("einsum", text, operands, oracle=einsum, same=same, **options)
    a = np.arange(9.0).reshape(3, 3)
    check("einsum", "i->i", [np.ones(1)], oracle=einsum, out=np.zeros(3))
    check("einsum", "i->i", [np.ones(3)], oracle=einsum, out=np.zeros(1))


def test_out_among_the_operands(ls, check):
    if ls.device != "cpu":
        return
    for text, count in [("ij->ji", 1), ("ij,jk", 2), ("ij,jk->ki", 2), ("ij,ij->ji", 2), ("ij,jk,kl->il", 3)]:
        a = np.arange(9.0).reshape(3, 3)
        wanted = np.einsum(text, *[a] * count).copy()
        ls.invoke("einsum", text, [a] * count, out=a)
        check.that((a == wanted).all(), f"einsum {text} into its operand")


def test_memory_order(ls, check):
    """order is kept to, whatever the contraction made."""
    a, b = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    for text in ("ij,jk->ik", "ij,jk->ki", "ij,kl->ljki", "ij,ij->ji"):
        for order in "CFA":
            for operands in ([a, b], [np.asfortranarray(a), np.asfortranarray(b)]):
                operands = [operands[0], operands[0] if "ij,ij" in text else operands[1]]
                ours = ls.invoke("einsum", text, operands, order=order)
                strides = np.einsum(text, *operands, order=order).strides
                check.that(ours.strides == strides, f"einsum {text} order {order}: {ours.strides}, NumPy {strides}")


def paths(ls, text, operands, **options):
    return [tuple(int(i) for i in step.numpy()) for step in ls.invoke("einsum_path", text, operands, **options)]


def test_paths(ls, check, rng, effort):
    """The same steps as NumPy's algorithms choose, and the same numbers along them."""
    for _ in range(effort(200)):
        text, shapes, terms = random_case(rng, int(pick(rng, [3, 4, 5, 6])))
        operands = [numbers(np.dtype("d"), int(np.prod(s)), rng).reshape(s) for s in shapes]
        for optimize in ("greedy", "optimal", "never"):
            limit = int(rng.integers(1, 100)) if rng.random() < 0.2 and optimize != "never" else None
            wanted = (optimize, limit) if limit else False if optimize == "never" else optimize
            try:
                theirs = np.einsum_path(text, *operands, optimize=wanted)[0][1:]
                einsum(text, operands)
            except ValueError:
                continue
            ours = paths(ls, text, operands, optimize=optimize, **({"memory_limit": limit} if limit else {}))
            check.that(ours == theirs, f"einsum_path {text} {shapes} {wanted}: {ours}, NumPy {theirs}")
            written = ", ".join(f"({', '.join(map(str, step))})" for step in theirs)
            check.that(paths(ls, text, operands, optimize=written) == [tuple(sorted(s)) for s in theirs], f"path {written}")
        check("einsum", text, operands, oracle=einsum, same=judge(text, operands, terms),
              optimize=pick(rng, ["greedy", "optimal", written]))


def test_wrong_paths(ls, check):
    a = np.ones((2, 2))
    for optimize in ("best", "(0, 1)", "(0, 5), (0, 1)", "(0, 0), (0, 1)", "(0, 1), (0, 1), (0, 1)", "(0, 1), (0", "0, 1", "()"):
        try:
            ls.invoke("einsum", "ij,jk,kl", [a, a, a], optimize=optimize)
            check.differ(f"einsum with the path {optimize!r} succeeds")
        except Exception as error:
            check.that(getattr(error, "python", "") == "ValueError", f"path {optimize!r}: {error!r}")


def test_contractions(check, rng):
    """Shapes that become matrix products, dot products, copies: each part of the way to the result, larger."""
    cases = [("ij,jk", [(60, 70), (70, 50)]), ("bij,bjk->bik", [(5, 20, 30), (5, 30, 10)]), ("ijk,kjl->il", [(8, 9, 10), (10, 9, 7)]),
             ("ijk,jkl->il", [(8, 9, 10), (9, 10, 7)]), ("aib,bja->ij", [(4, 5, 6), (6, 7, 4)]), ("bi,bi->b", [(300, 40), (300, 40)]),
             ("ij,ij", [(90, 80), (90, 80)]), ("ij,ji", [(90, 80), (80, 90)]), ("iaj,kbj->bika", [(6, 5, 9), (4, 3, 9)]),
             ("ij,j", [(200, 90), (90,)]), ("i,ij", [(200,), (200, 90)]), ("ij,kj->ik", [(30, 500), (40, 500)]),
             ("ij,jk,kl", [(20, 30), (30, 40), (40, 10)]), ("ea,fb,abcd,gc,hd->efgh", [(5, 5)] * 2 + [(5,) * 4] + [(5, 5)] * 2),
             ("i,j,k", [(20,), (30,), (5,)]), ("ijk,ijk->k", [(10, 20, 30)] * 2), ("abc,bad->cd", [(5, 6, 7), (6, 5, 8)])]
    for text, shapes in cases:
        for dtype in [d for d in NUMPY_DTYPES if d.char in "hdFe"]:
            layouts = [random_layout(rng) for _ in shapes]
            operands = [make(s, dtype, layout, rng, numbers) for s, layout in zip(shapes, layouts)]
            check("einsum", text, operands, oracle=einsum, same=judge(text, operands, max(map(np.prod, shapes))))
