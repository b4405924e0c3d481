"""Writes the constant tables of random draws: python3 cmake/generate/random_tables.py normal > runtime/scalar/random/ziggurat_normal.h,
likewise exponential > ziggurat_exponential.h, factorials > log_factorial_table.h and logarithms > tabled_values.h.

The ziggurat: 256 layers of one area under exp(-x*x/2) or exp(-x); edge[i] is where layer i ends, edge[255] the start of the tail, from Marsaglia and
Tsang's recurrence (2000). Here it runs in 50 decimal digits. NumPy's tables are the stream and were once computed in double, so the
double table of the normal distribution follows that way of rounding, step by step. Where its library's exp or log was a bit off, or a
float was rounded from a double, CORRECTIONS says by how many units in the last place. The tests compare with NumPy's draws.
Must not know how a draw is made (runtime/scalar/random/normal.h and exponential.h)."""

import struct
import sys
from decimal import Decimal, getcontext

getcontext().prec = 50

NORMAL_TAIL = Decimal("3.65415288536100877164542972039951576297485459974627")
NORMAL_AREA = Decimal("0.00492867323397465534736177540233602806913538470285650")
EXPONENTIAL_TAIL = Decimal("7.69711747013104971404462804801521549911396864005534")
EXPONENTIAL_AREA = Decimal("0.00394965982258155721997757197681486109191281237130948")

SERIES = (
    -1.39243221690590e00, 1.796443723688307e-01, -2.955065359477124e-02, 6.410256410256410e-03, -1.917526917526918e-03,
    8.417508417508418e-04, -5.952380952380952e-04, 7.936507936507937e-04, -2.777777777777778e-03, 8.333333333333333e-02,
)  # fmt: skip

# table: {layer: units in the last place}
CORRECTIONS = {
    "normal_edge": {0: -6, 65: 1, 109: 1, 165: 1, 176: 1, 232: 1, 254: 1},
    "normal_height": {38: 1},
    "exponential_width_float": {226: 1},
    "exponential_height_float": {128: -1, 154: 1, 171: -1},
}


def nudged(value, units, width):
    letter, integer = {64: ("<d", "<q"), 32: ("<f", "<i")}[width]
    bits = struct.unpack(integer, struct.pack(letter, value))[0]
    return struct.unpack(letter, struct.pack(integer, bits + units))[0]


def exact_edges(tail, area, density, inverse):
    """edge[1] .. edge[255], and the density there; edge[0] would be the width of the base with its tail cut off."""
    edge = [None] * 256
    edge[255] = tail
    for i in range(254, 0, -1):
        edge[i] = inverse(area / edge[i + 1] + density(edge[i + 1]))
    closed = area / edge[1] + density(edge[1])
    assert abs(closed - 1) < Decimal("1e-20"), closed  # the last layer ends at the top
    return edge, [Decimal(1)] + [density(x) for x in edge[1:]]


def double_edges():
    """The same of the normal distribution, every step rounded to double."""
    to_double = lambda x: Decimal(float(x))
    density = lambda x: float((Decimal(-0.5 * x * x)).exp())
    area = float(NORMAL_AREA)
    edge, height = [0.0] * 256, [1.0] * 256
    edge[255] = float(NORMAL_TAIL)
    height[255] = density(edge[255])
    for i in range(254, 0, -1):
        logarithm = float(Decimal(area / edge[i + 1] + height[i + 1]).ln())
        edge[i] = float(to_double(-2.0 * logarithm).sqrt())
        edge[i] = nudged(edge[i], CORRECTIONS["normal_edge"].get(i, 0), 64)
        height[i] = nudged(density(edge[i]), CORRECTIONS["normal_height"].get(i, 0), 64)
    edge[0] = nudged(area / height[255], CORRECTIONS["normal_edge"][0], 64)
    return edge, height


def to_floats(values, table=None):
    floats = [struct.unpack("<f", struct.pack("<f", float(x)))[0] for x in values]
    return [nudged(x, CORRECTIONS.get(table, {}).get(i, 0), 32) for i, x in enumerate(floats)]


def below(edge, scale, rounded):
    """What is inside the next layer, as a share of this one: the test that nearly all draws pass."""
    inside = [edge[255] / edge[0], 0] + [edge[i - 1] / edge[i] for i in range(2, 256)]
    return [rounded(x * scale) for x in inside]


def literals(values, hexadecimal):
    return [f"0x{v:x}{hexadecimal}" if isinstance(v, int) else (v.hex() + hexadecimal) for v in values]


def table(name, kind, suffix, values):
    lines, line = [], "   "
    for item in literals(values, suffix):
        if len(line) + len(item) + 2 > 118:
            lines.append(line)
            line = "   "
        line += f" {item},"
    lines.append(line)
    return "\n".join([f"LS_CONSTANT_TABLE {kind} {name}[{len(values)}] = {{", *lines, "};"])


def normal():
    exact, _ = exact_edges(NORMAL_TAIL, NORMAL_AREA, lambda x: (-x * x / 2).exp(), lambda y: (-2 * y.ln()).sqrt())
    exact[0] = NORMAL_AREA / (-NORMAL_TAIL * NORMAL_TAIL / 2).exp()
    exact_height = [Decimal(1)] + [(-x * x / 2).exp() for x in exact[1:]]
    edge, height = double_edges()
    return (
        ("normal_inside", "uint64_t", "u", below(edge, 2.0**52, round)),
        ("normal_width", "double", "", [x / 2.0**52 for x in edge]),
        ("normal_height", "double", "", height),
        ("normal_inside_float", "uint32_t", "u", below(exact, 2**23, round)),
        ("normal_width_float", "float", "f", to_floats(x / 2**23 for x in exact)),
        ("normal_height_float", "float", "f", to_floats(exact_height)),
    )


def exponential():
    edge, height = exact_edges(EXPONENTIAL_TAIL, EXPONENTIAL_AREA, lambda x: (-x).exp(), lambda y: -y.ln())
    edge[0] = EXPONENTIAL_AREA / (-EXPONENTIAL_TAIL).exp()
    return (
        ("exponential_inside", "uint64_t", "u", below(edge, 2**52, lambda x: 2 * int(x))),
        ("exponential_width", "double", "", [float(x / 2**53) for x in edge]),
        ("exponential_height", "double", "", [float(x) for x in height]),
        ("exponential_inside_float", "uint32_t", "u", below(edge, 2**23, round)),
        ("exponential_width_float", "float", "f", to_floats((x / 2**23 for x in edge), "exponential_width_float")),
        ("exponential_height_float", "float", "f", to_floats(height, "exponential_height_float")),
    )


def factorials():
    """ln k! as NumPy has it: from its table up to 125, then by Stirling's series in double; ln gamma(k) by its other series."""
    logarithm = lambda x: float(Decimal(x).ln())
    total, values = Decimal(0), [0.0]
    for k in range(1, 126):
        total += Decimal(k).ln()
        values.append(float(total))
    for x in map(float, range(126, 1024)):
        values.append((x + 0.5) * logarithm(x) - x + (0.9189385332046728 + (1.0 / x) * (1.0 / 12.0 - 1.0 / (360.0 * x * x))))
    return ("log_factorials", "double", "", values), ("log_gammas", "double", "", [log_gamma(float(max(k, 1))) for k in range(1024)])


def log_gamma(x):
    """NumPy's random_loggam, of integers."""
    if x in (1, 2):
        return 0.0
    logarithm = lambda x: float(Decimal(x).ln())
    below = max(int(7 - x), 0)
    x += below
    z = (1.0 / x) * (1.0 / x)
    value = SERIES[0]
    for coefficient in SERIES[1:]:
        value = value * z + coefficient
    value = value / x + 0.91893853320467267 + (x - 0.5) * logarithm(x) - x
    for _ in range(below):
        x -= 1.0
        value -= logarithm(x)
    return value


def logarithms():
    """128 pieces of [0.705, 1.41), cut by the bits of a double so that one of them lies around 1: of each the inverse of its middle and
    that inverse's -ln in two parts, the first a multiple of 2^-42. And 2^(i/128), with what its rounding left out as a share of it."""
    inverse, high, low = [], [], []
    for i in range(128):
        edges = [struct.unpack("<d", struct.pack("<Q", 0x3FE6900000000000 + (j << 45)))[0] for j in (i, i + 1)]
        inverse.append(1.0 if edges[0] < 1 < edges[1] else 2 / (edges[0] + edges[1]))
        logarithm = -Decimal(inverse[-1]).ln()
        high.append(float(round(logarithm * 2**42)) / 2.0**42 + 0.0)
        low.append(float(logarithm - Decimal(high[-1])) + 0.0)
    powers = [Decimal(2) ** (Decimal(i) / 128) for i in range(128)]
    rounded = [float(p) for p in powers]
    rest = [float((p - Decimal(r)) / Decimal(r)) for p, r in zip(powers, rounded)]
    return (
        ("log_inverse", "double", "", inverse),
        ("log_high", "double", "", high),
        ("log_low", "double", "", low),
        ("root_of_2", "double", "", rounded),
        ("root_of_2_rest", "double", "", rest),
    )


TITLES = {
    normal: "The ziggurat under the normal density: of layer i, how much of it lies\n// inside the next, its width in units of the"
    " random integer, and the density at its edge.",
    exponential: "The ziggurat under the exponential density: of layer i, how much of it lies\n// inside the next, its width in units"
    " of the random integer, and the density at its edge.",
    factorials: "ln k! and ln gamma(k) for small k.",
    logarithms: "Of 128 pieces of an octave the inverse of the middle and its logarithm; and\n// the 128 roots of 2.",
}


def main(tables):
    print(f"// {TITLES[tables]}")
    print("// Written by cmake/generate/random_tables.py. Must not know how it is used.")
    print("#pragma once\n")
    print('#include "runtime/scalar/random/words.h"\n')
    print("namespace lockstep::scalar::random {\n")
    print("\n\n".join(table(*row) for row in tables()))
    print("\n}  // namespace lockstep::scalar::random")


if __name__ == "__main__":
    main({f.__name__: f for f in TITLES}[sys.argv[1]])
