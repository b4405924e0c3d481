"""How near a result of Lockstep is to NumPy's: equal bits, within the promised bound, or different.
Must not know functions: the caller says which bound holds."""

import dataclasses
import math

import numpy as np

RANK = {"bits": 0, "ulp": 1, "differs": 2, "error": 3}


@dataclasses.dataclass(frozen=True)
class Bound:
    """What the contract promises. kind: bits; ulp, of every part of every element, from the correctly rounded value;
    norm, of the largest part, `limit` of its spacings."""

    kind: str
    limit: float = 0
    floor: float = 0  # a part smaller than this fraction of its complex element's modulus is judged as if it were that large


BITS = Bound("bits")


@dataclasses.dataclass(frozen=True)
class Outcome:
    parity: str  # bits, ulp, differs, error
    distance: int = 0  # in ULP from NumPy's result
    note: str = ""
    evidence: str = ""

    @property
    def rank(self):
        return RANK[self.parity], self.distance


def parts(array: np.ndarray) -> np.ndarray:
    """Complex elements as pairs of real ones."""
    return np.ascontiguousarray(array).reshape(-1).view(array.real.dtype) if array.dtype.kind == "c" else array.reshape(-1)


def positions(array: np.ndarray) -> np.ndarray:
    """Floats as integers such that neighbours differ by 1 and -0 lies just below +0."""
    bits = np.ascontiguousarray(array).view(f"i{array.itemsize}").astype(np.int64)
    lowest = np.int64(-(2 ** (8 * array.itemsize - 1)))
    return np.where(bits < 0, ~(bits - lowest), bits)


def ulp_distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Per part, as floats: exact below 2**53; a NaN beside a number is infinitely far."""
    a, b = parts(a), parts(b)
    distance = np.abs(positions(a).astype(np.longdouble) - positions(b).astype(np.longdouble)).astype(float)
    a_nan, b_nan = np.isnan(a), np.isnan(b)
    return np.where(a_nan & b_nan, 0.0, np.where(a_nan | b_nan, math.inf, distance))


def same_bits(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal bit patterns; any NaN equals any NaN."""
    if a.dtype.kind in "fc":
        return bool((ulp_distances(a, b) == 0).all())
    return a.tobytes() == b.tobytes()


def small_parts(array: np.ndarray, floor: float) -> np.ndarray:
    """Per part, whether cancellation left it below `floor` of its element's modulus."""
    modulus = np.repeat(np.abs(array).reshape(-1), 2)
    return np.isfinite(modulus) & (np.abs(parts(array)) < modulus * floor)


def first_difference(expected: np.ndarray, got: np.ndarray) -> str:
    if expected.dtype.kind in "fc":
        far = ulp_distances(expected, got).reshape(expected.size, -1).max(axis=1)
    else:
        far = (expected != got).reshape(-1)
    at = int(far.argmax())
    place = tuple(map(int, np.unravel_index(at, expected.shape))) if expected.ndim else ()
    return f"at {list(place)}: NumPy {expected.reshape(-1)[at]!r}, Lockstep {got.reshape(-1)[at]!r}"


def compare(expected, got, bound: Bound, exact=None) -> Outcome:
    """`exact()` gives NumPy's result in extended precision; it is asked for only when bits differ."""
    expected, got = np.asarray(expected), np.asarray(got)
    if expected.dtype != got.dtype:
        return Outcome("differs", evidence=f"dtype: NumPy {expected.dtype}, Lockstep {got.dtype}")
    if expected.shape != got.shape:
        return Outcome("differs", evidence=f"shape: NumPy {expected.shape}, Lockstep {got.shape}")
    if same_bits(expected, got):
        return Outcome("bits")
    evidence = first_difference(expected, got)
    if expected.dtype.kind not in "fc" or bound.kind == "bits" or exact is None:
        return Outcome("differs", note="bits are promised", evidence=evidence)
    if bound.kind == "norm":
        return _compare_norm(expected, got, bound, exact(), evidence)
    from_numpy = ulp_distances(expected, got)
    with np.errstate(all="ignore"):
        precise = np.asarray(exact())
        from_exact = ulp_distances(precise.astype(expected.dtype), got)
        if bound.floor and expected.dtype.kind == "c":
            cancelled = small_parts(precise, bound.floor)
            scale = np.spacing((np.repeat(np.abs(precise).reshape(-1), 2) * bound.floor).astype(got.real.dtype))
            norm_distance = np.abs(parts(got).astype(np.longdouble) - parts(precise)) / scale
            from_exact = np.where(cancelled, norm_distance, from_exact)
            from_numpy = np.where(cancelled, np.minimum(from_numpy, np.ceil(norm_distance)), from_numpy)
    from_exact, from_numpy = from_exact.max(), from_numpy.max()
    note = f"{from_exact:.0f} ULP from the correctly rounded value, at most {bound.limit:g} promised"
    if from_exact > bound.limit:
        return Outcome("differs", note=note, evidence=evidence)
    return Outcome("ulp", int(from_numpy), note, evidence)


def _compare_norm(expected, got, bound, exact, evidence) -> Outcome:
    """In spacings of the largest part of the exact result; infinities and NaNs must be where NumPy has them."""
    expected, got, exact = parts(expected), parts(got), parts(np.asarray(exact))
    finite = np.isfinite(expected)
    if not finite.any() or not same_bits(expected[~finite], got[~finite]) or not np.isfinite(got[finite]).all():
        return Outcome("differs", note="infinities and NaNs are promised", evidence=evidence)
    spacing = np.spacing(np.abs(exact[finite]).max().astype(expected.dtype))
    from_exact = float(np.abs(got[finite].astype(np.longdouble) - exact[finite]).max() / spacing)
    from_numpy = float(np.abs(got[finite].astype(np.longdouble) - expected[finite]).max() / spacing)
    note = f"{from_exact:.2f} ULP of the largest value from the exact result, at most {bound.limit:.3g} promised"
    if from_exact > bound.limit:
        return Outcome("differs", note=note, evidence=evidence)
    return Outcome("ulp", math.ceil(from_numpy), note, evidence)


def extended(value):
    """An array of numbers in extended precision; anything else as it is."""
    array = np.asarray(value)
    if not array.ndim or array.dtype.kind not in "iufc":
        return value
    return array.astype(np.clongdouble if array.dtype.kind == "c" else np.longdouble)
