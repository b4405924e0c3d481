"""The rows of the chapter "random" under NumPy's other names for them: numpy.random.normal is RandomState.normal, whose draws
are those of the row Generator.normal with a legacy generator. Must not know how results are compared."""

import json
import re

import numpy as np

from bit_generators import KINDS, Stream, plain, seed_words

MODULES = ("numpy.random", "numpy.random.RandomState")
# RandomState's name -> the row's, where they differ.
ROWS = {"random_sample": "random", "ranf": "random", "sample": "random", "rand": "random"}
GENERATOR_ONLY = re.compile(r"\b(dtype|method|out|endpoint|axis|shuffle)=")
SEEDED = re.compile(r"\b(MT19937|PCG64|PCG64DXSM|Philox|SFC64):(?=\d)")


def row_of(name: str, rows: dict) -> dict | None:
    """The row of RandomState's own method, else of the Generator's."""
    return rows.get(f"numpy.random.RandomState.{name}") or rows.get(f"numpy.random.Generator.{ROWS.get(name, name)}")


def legacy_texts(row: dict) -> list[str]:
    """The row's calls with a RandomState as the generator, but for options that RandomState has not."""
    return list(dict.fromkeys(SEEDED.sub("RandomState:", t) for t in row["audit"] if not GENERATOR_ONLY.search(t)))


def method(name: str):
    """NumPy's method of whatever generator comes first."""

    def call(generator, *args, **options):
        if name == "bytes":
            return np.frombuffer(generator.bytes(*args, **options), np.uint8)
        if name == "rand":
            return generator.rand(*options.get("size", ()))
        if name in ("ranf", "sample"):  # the module's names for it
            return generator.random_sample(*args, **options)
        return getattr(generator, name)(*args, **options)

    return call


def probes() -> dict:
    """As PROBES of base_rows.py: bit generators, seeded by the bytes of a dataset's array."""
    found = {
        "numpy.random.SeedSequence": ("ls_seed_sequence_pool", lambda ls, a: seed_words(ls, seed_of(a), 9)[1],
                                      lambda a: sequence(a).generate_state(9)),
        "numpy.random.SeedSequence.generate_state": ("ls_seed_sequence_generate",
                                                     lambda ls, a: seed_words(ls, seed_of(a), 1000)[1],
                                                     lambda a: sequence(a).generate_state(1000)),
        "numpy.random.SeedSequence.pool": ("ls_seed_sequence_pool", lambda ls, a: seed_words(ls, seed_of(a), 1)[0],
                                           lambda a: sequence(a).pool),
        "numpy.random.SeedSequence.spawn": ("ls_seed_sequence_pool", lambda ls, a: seed_words(ls, seed_of(a), 9, (1,))[1],
                                            lambda a: sequence(a).spawn(2)[1].generate_state(9)),
        "numpy.random.default_rng": ("ls_bitgen_new", lambda ls, a: Stream(ls, "PCG64", seed_of(a)).raw(9),
                                     lambda a: np.random.default_rng(seed_of(a)).bit_generator.random_raw(9)),
    }
    for kind in KINDS:
        found |= probes_of(kind)
    for name in ("random_raw", "state", "spawn"):
        found[f"numpy.random.BitGenerator.{name}"] = found[f"numpy.random.PCG64.{name}"]
    found["numpy.random.Generator.spawn"] = ("ls_bitgen_new", lambda ls, a: Stream(ls, "PCG64", seed_of(a), (1,)).raw(9),
                                             lambda a: np.random.default_rng(sequence(a)).spawn(2)[1].bit_generator.random_raw(9))
    found["numpy.random.Generator.bit_generator"] = ("ls_bitgen_name", lambda ls, a: Stream(ls, "PCG64", seed_of(a)).name,
                                                     lambda a: type(np.random.default_rng(seed_of(a)).bit_generator).__name__)
    return found


def probes_of(kind: str) -> dict:
    name, cls = f"numpy.random.{kind}", getattr(np.random, kind)

    def theirs(a):
        return cls(sequence(a))

    def ours(library, a):
        return Stream(library, kind, seed_of(a))

    def advanced(stream, a):
        return stream.advance(2**100 + len(a)) or stream

    found = {
        name: ("ls_bitgen_new", lambda ls, a: ours(ls, a).raw(9), lambda a: theirs(a).random_raw(9)),
        f"{name}.random_raw": ("ls_bitgen_raw", lambda ls, a: ours(ls, a).raw(1000), lambda a: theirs(a).random_raw(1000)),
        f"{name}.state": ("ls_bitgen_get_state", lambda ls, a: text_of(ours(ls, a)), lambda a: text_of(theirs(a))),
        f"{name}.spawn": ("ls_bitgen_new", lambda ls, a: Stream(ls, kind, seed_of(a), (1,)).raw(9),
                          lambda a: theirs(a).spawn(2)[1].random_raw(9)),
    }
    if hasattr(cls, "jumped"):
        found[f"{name}.jumped"] = ("ls_bitgen_jumped", lambda ls, a: ours(ls, a).jumped(2).raw(9),
                                    lambda a: theirs(a).jumped(2).random_raw(9))
    if hasattr(cls, "advance"):
        found[f"{name}.advance"] = ("ls_bitgen_advance", lambda ls, a: advanced(ours(ls, a), a).raw(9),
                                     lambda a: advanced(theirs(a), a).random_raw(9))
    return found


def text_of(stream) -> str:
    """The dictionary of its state, in an order that depends on the keys only."""
    return json.dumps(plain(stream.state), sort_keys=True)


def seed_of(a) -> list[int]:
    return [int(word) for word in np.frombuffer(a.tobytes()[:32].ljust(32, b"s"), np.uint32)]


def sequence(a):
    return np.random.SeedSequence(seed_of(a))
