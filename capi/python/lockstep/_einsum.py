"""What einsum takes and gives that C has no words for: lists of labels, paths as lists, the report on a path.
Must not know how anything is contracted."""

import math
import operator
import string

_LETTERS = string.ascii_uppercase + string.ascii_lowercase


def _letters(labels) -> str:
    text = ""
    for label in labels:
        if label is Ellipsis:
            text += "..."
            continue
        try:
            number = operator.index(label)
        except TypeError:
            raise TypeError("each subscript must be either an integer or an ellipsis") from None
        if not 0 <= number < len(_LETTERS):
            raise ValueError(f"subscript is not within the valid range [0, {len(_LETTERS)})")
        text += _LETTERS[number]
    return text


def from_lists(arguments: tuple) -> tuple:
    """(subscripts, operands) of the form einsum(operand, labels, operand, labels, ..., labels of the result)."""
    if len(arguments) < 2:
        raise ValueError("einsum: expected subscripts as text and operands, or pairs of an operand and its labels")
    pairs = len(arguments) // 2
    text = ",".join(_letters(labels) for labels in arguments[1 : 2 * pairs : 2])
    if len(arguments) % 2:
        text += "->" + _letters(arguments[-1])
    return text, tuple(arguments[: 2 * pairs : 2])


def optimize_text(optimize, count: int) -> tuple:
    """(text, memory limit) of NumPy's argument optimize for `count` operands."""
    if optimize is None or optimize is False:
        return "never", None
    limit = None
    if isinstance(optimize, tuple) and len(optimize) == 2 and isinstance(optimize[0], str):
        if isinstance(optimize[1], (int, float)):
            optimize, limit = optimize[0], int(optimize[1])
    if optimize is True or isinstance(optimize, str):
        if optimize in (True, "greedy", "optimal"):
            return "greedy" if optimize is True else optimize, limit
        if count > 2:
            raise KeyError(f"optimize: expected greedy or optimal, got {optimize!r}")
        return "never", None
    if not len(optimize) or not isinstance(optimize[0], str) or optimize[0] != "einsum_path":
        raise TypeError(f"Did not understand the path: {optimize!s}")
    steps = [tuple(map(operator.index, step)) for step in optimize[1:]]
    left = count
    for step in steps:
        if step and max(step) >= left:
            raise IndexError(f"Invalid einsum_path is specified: there is no operand {max(step)} of {left}.")
        left -= len(step) - 1
    if left != 1:
        raise RuntimeError(f"Invalid einsum_path is specified: {left - 1} more operands has to be contracted.")
    return ", ".join(f"({', '.join(map(str, step))})" for step in steps), None


def _terms(subscripts: str, dimensions: list) -> tuple:
    """(terms of the operands, term of the result), ellipses replaced by letters that are not used otherwise."""
    inputs, arrow, result = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    unused = [c for c in reversed(_LETTERS) if c not in subscripts]
    axes = [n - len(t.replace("...", "")) for t, n in zip(terms, dimensions)]
    ellipsis = "".join(reversed(unused[: max(axes)]))
    terms = [t.replace("...", ellipsis[len(ellipsis) - n :]) for t, n in zip(terms, axes)]
    if arrow:
        return terms, result.replace("...", ellipsis)
    every = "".join(terms)
    return terms, ellipsis + "".join(c for c in sorted(set(every)) if every.count(c) == 1 and c not in ellipsis)


def _operations(labels, inner, terms: int, sizes: dict) -> int:
    return math.prod(sizes[c] for c in labels) * (max(1, terms - 1) + bool(inner))


def report(subscripts: str, operands: tuple, steps: tuple) -> tuple:
    """What einsum_path returns: the path as a list, and the table of its steps as NumPy prints it."""
    shapes = [a.shape if hasattr(a, "shape") else _shape(a) for a in operands]
    terms, result = _terms(subscripts, [len(s) for s in shapes])
    sizes: dict[str, int] = {}
    for term, shape in zip(terms, shapes):
        for label, n in zip(term, shape):
            if sizes.get(label, 1) == 1:
                sizes[label] = n
    path = [tuple(step.tolist()) for step in steps]
    every = set("".join(terms))
    inner = sum(len(set(t)) for t in terms) > len(every)
    naive = _operations(every, inner, len(terms), sizes)
    whole = f"{','.join(terms)}->{result}"
    costs, scales, largest, lines = [], [], [], []
    for number, step in enumerate(path):
        taken = [terms.pop(k) for k in sorted(step, reverse=True)]
        used = set("".join(taken))
        kept = used & set("".join(terms) + result)
        costs.append(_operations(used, used - kept, len(taken), sizes))
        scales.append(len(used))
        largest.append(math.prod(sizes[c] for c in kept))
        last = number == len(path) - 1
        terms.append(result if last else "".join(sorted(kept, key=lambda c: (sizes[c], c))))
        current, remaining = f"{','.join(taken)}->{terms[-1]}", f"{','.join(terms)}->{result}"
        lines.append("%4d    %24s %40s" % (scales[-1], current, remaining))
    total = sum(costs) + 1
    facts = [
        ("Complete contraction:  ", whole),
        ("Naive scaling:  ", len(every)),
        ("Optimized scaling:  ", max(scales)),
        ("Naive FLOP count:  ", f"{naive:.3e}"),
        ("Optimized FLOP count:  ", f"{total:.3e}"),
        ("Theoretical speedup:  ", f"{naive / total:3.3f}"),
        ("Largest intermediate:  ", f"{max(largest):.3e} elements"),
    ]
    head = [f"{name:>25}{value}" for name, value in facts]
    rule = "-" * 74
    table = [rule, "%6s %24s %40s" % ("scaling", "current", "remaining"), rule]
    return ["einsum_path", *path], "\n".join([*head, *table, *lines])


def _shape(a) -> tuple:
    import numpy

    return numpy.shape(a)
