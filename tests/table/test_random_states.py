"""Bit generators through the C ABI: states and raw draws against NumPy's, by ctypes.
Must not know distributions."""

import numpy as np
import pytest

KINDS = ["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"]


@pytest.mark.parametrize("kind", KINDS)
def test_random(check, rng, effort, kind):
    for _ in range(effort(3)):
        generator = np.random.Generator(getattr(np.random, kind)(int(rng.integers(2**32))))
        for size in (None, (), (3,), (2, 0), (1001,), (7, 3)):
            for dtype in ("float64", "float32"):
                check("random_random", generator, size=size, dtype=dtype)
        check("random_random", generator, size=(3,), out=np.zeros(3))
        check("random_random", generator, out=np.zeros((3, 2), "f4"), dtype="float32")
        check("random_random", generator, out=np.zeros(3, "f4"))
        check("random_random", generator, size=(4,), out=np.zeros(3))
        check("random_random", generator, dtype="int32")
        check("random_random", generator, size=(-1,))
