"""Draws to audit and to test, as text that reads the same for NumPy and for Lockstep.
Must not know how results are compared."""

# By class and method of lockstep._core.generator_methods. g is a fresh Generator and r a fresh RandomState, of the same seed
# on both sides; x is 1-D float64 and m a matrix, as in _calls.py.
DRAWS = """
Generator.random: g.random(); g.random(7); g.random((2, 3), dtype='float32')
RandomState.random_sample: r.random_sample(); r.random_sample((2, 3))
"""


def draws() -> dict[str, list[str]]:
    rows = (line.partition(":") for line in DRAWS.strip().splitlines())
    return {name: [call.strip() for call in text.split(";")] for name, _, text in rows}
