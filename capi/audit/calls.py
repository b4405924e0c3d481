"""The calls that the audit makes: from the texts in the inventory's rows, and for ufuncs from their arity.
Must not know what a function computes, nor how results are compared."""

import ast
import dataclasses
import re

import numpy as np

# (...) or name=(...) or a word; brackets may hold commas and spaces.
TOKEN = re.compile(r"(?:\w+=)?\((?:[^()]|\([^()]*\))*\)|\S+")
SEEDED = re.compile(r"(MT19937|PCG64|PCG64DXSM|Philox|SFC64|RandomState):(\d+)")  # a generator and its seed
DATASET = re.compile(r"(DS-[A-Z]+-\d+)(?::(\w+))?")


@dataclasses.dataclass
class Call:
    dataset: str  # the first one's id, or "none"
    text: str
    args: list
    options: dict


class CallError(ValueError):
    """A text in an `audit` list of runtime/tables/api/ that cannot be read."""


def _literal(text: str):
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


class _Reader:
    """One reading of a text with the dtype variant number `variant` of its datasets."""

    def __init__(self, datasets, variant: int):
        self.datasets, self.variant = datasets, variant
        self.variants, self.first, self.used = 1, None, []

    def array(self, id: str, name: str | None) -> np.ndarray:
        arrays = self.datasets[id].arrays
        array = arrays[name] if name else next(iter(arrays.values()))
        self.variants = max(self.variants, len(array.dtypes))
        self.first = self.first or id
        dtype = array.dtypes[self.variant % len(array.dtypes)]
        self.used.append(dtype)
        return array.as_dtype(dtype)

    def value(self, text: str):
        seeded = SEEDED.fullmatch(text)
        if seeded:
            made = getattr(np.random, seeded[1])(int(seeded[2]))
            return made if seeded[1] == "RandomState" else np.random.Generator(made)
        match = DATASET.fullmatch(text)
        if match:
            return self.array(match[1], match[2])
        if text.startswith("(") and "DS-" in text:
            return [self.value(part.strip()) for part in text[1:-1].split(",") if part.strip()]
        return _literal(text)


def _read(row: dict, text: str, datasets, variant: int) -> tuple[Call, int]:
    reader = _Reader(datasets, variant)
    given, order = {}, [p["name"] for p in row["args"]]
    for token in TOKEN.findall(text):
        name, equals, rest = token.partition("=")
        if equals and name.isidentifier():
            given[name] = reader.value(rest)
        else:
            free = [n for n in order if n not in given]
            if not free:
                raise CallError(f"{row['symbol']}: {text!r}: no argument is left for {token!r}")
            given[free[0]] = reader.value(token)
    args = []
    for p in row["args"]:
        if p["name"] in given:
            args.append(given.pop(p["name"]))
        elif p["required"]:
            raise CallError(f"{row['symbol']}: {text!r}: argument {p['name']!r} is missing")
        else:
            args.append(p["default"])
    unknown = set(given) - {p["name"] for p in row["options"]}
    if unknown:
        raise CallError(f"{row['symbol']}: {text!r}: unknown options {sorted(unknown)}")
    suffix = f" as {', '.join(dict.fromkeys(reader.used))}" if reader.used else ""
    return Call(reader.first or "none", text + suffix, args, given), reader.variants


def from_texts(row: dict, datasets) -> list[Call]:
    """Every text, once for each dtype that its datasets are used in."""
    calls = []
    for text in row["audit"]:
        variant, variants = 0, 1
        while variant < variants:
            call, variants = _read(row, text, datasets, variant)
            calls.append(call)
            variant += 1
    return calls


def for_ufunc(row: dict, datasets) -> list[Call]:
    """Every numeric dataset in every dtype; two inputs: with itself reversed, with its second array, with a weak 2."""
    calls = []
    for id, dataset in datasets.items():
        arrays = [a for a in dataset.arrays.values() if a.values.dtype.kind in "biufc"]
        for array in arrays:
            for dtype in array.dtypes:
                x = array.as_dtype(dtype)
                text = f"{id}:{array.name} as {dtype}"
                if row["ufunc"]["inputs"] == 1:
                    calls.append(Call(id, text, [x], {}))
                    continue
                calls.append(Call(id, f"{text}, itself reversed", [x, x[::-1]], {}))
                calls.append(Call(id, f"{text}, 2", [x, 2], {}))
        if row["ufunc"]["inputs"] == 2 and len(arrays) > 1:
            first, second = arrays[:2]
            for dtype in first.dtypes:
                text = f"{id}:{first.name}, {id}:{second.name} as {dtype}"
                calls.append(Call(id, text, [first.as_dtype(dtype), second.as_dtype(dtype)], {}))
    return calls
