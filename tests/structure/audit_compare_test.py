"""The audit's judge: equal bits, distances in ULP, bounds, and every kind of difference.
Must not know Lockstep. Argument: the folder capi/audit/."""

import sys
import unittest

import numpy as np

sys.path.insert(0, sys.argv.pop(1))
from compare import BITS, Bound, compare, same_bits, ulp_distances  # noqa: E402

ONE_ULP = Bound("ulp", 1)


class Compare(unittest.TestCase):
    def test_ulp_distances(self):
        for dtype in ("float16", "float32", "float64"):
            x = np.array([1.0, -1.0, 0.0, 3.5, np.inf, np.nan, np.nan], dtype)
            y = np.array([1.0, -1.0, -0.0, 3.5, np.inf, np.nan, 1.0], dtype)
            y[0], y[1] = np.nextafter(x[0], x[3]), np.nextafter(np.nextafter(x[1], x[0]), x[0])
            np.testing.assert_array_equal(ulp_distances(x, y), [1, 2, 1, 0, 0, 0, np.inf])
        self.assertEqual(list(ulp_distances(np.array([1 + 2j]), np.array([1 + np.nextafter(2, 3) * 1j]))), [0, 1])
        largest = np.finfo("float64").max
        self.assertEqual(ulp_distances(np.array([largest]), np.array([np.inf]))[0], 1)

    def test_bits(self):
        quiet, signed = np.array([np.nan]), -np.array([np.nan])
        self.assertTrue(same_bits(quiet, signed))
        self.assertFalse(same_bits(np.array([0.0]), np.array([-0.0])))
        self.assertEqual(compare(np.arange(3), np.arange(3), BITS).parity, "bits")
        self.assertEqual(compare(np.float32(2), np.array(2, "float32"), BITS).parity, "bits")

    def test_differs(self):
        x = np.arange(4.0)
        for got in (x.astype("float32"), x.reshape(2, 2), x + np.array([0, 0, 1, 0]), x[:3], np.array([0.0, 1, 2, np.nan])):
            outcome = compare(x, got, BITS)
            self.assertEqual(outcome.parity, "differs")
            self.assertTrue(outcome.evidence)
        self.assertIn("[2]", compare(x, x + np.array([0, 0, 1, 0]), BITS).evidence)
        self.assertEqual(compare(np.array([True]), np.array([False]), ONE_ULP, lambda: True).parity, "differs")

    def test_ulp_bound_is_from_the_exact_value(self):
        exact = np.longdouble(np.exp(np.longdouble(1)))
        right = np.array([float(exact)])
        up = np.nextafter(right, 9)
        two_up = np.nextafter(up, 9)
        near = compare(two_up, up, ONE_ULP, lambda: np.array([exact]))  # NumPy 2 off, ours 1 off
        self.assertEqual((near.parity, near.distance), ("ulp", 1))
        self.assertEqual(compare(right, two_up, ONE_ULP, lambda: np.array([exact])).parity, "differs")
        self.assertEqual(compare(right, up, BITS, lambda: np.array([exact])).parity, "differs")

    def test_cancelled_parts_of_complex_numbers(self):
        exact = np.array([1e-16 - 23j], np.clongdouble)
        numpy_has, near, far = exact.astype(complex), np.array([1.8e-16 - 23j]), np.array([1e-9 - 23j])
        cancelling = Bound("ulp", 2, 1 / 64)
        self.assertEqual(compare(numpy_has, near, Bound("ulp", 2), lambda: exact).parity, "differs")
        self.assertEqual(compare(numpy_has, near, cancelling, lambda: exact).parity, "ulp")
        self.assertEqual(compare(numpy_has, far, cancelling, lambda: exact).parity, "differs")
        large_part = np.array([1e-16 - 23.0000000001j])
        self.assertEqual(compare(numpy_has, large_part, cancelling, lambda: exact).parity, "differs")

    def test_norm_bound(self):
        exact = np.array([1.0, 0.0, -8.0], np.longdouble)
        numpy_has = exact.astype("float64")
        ours = numpy_has + np.array([0, 3 * np.spacing(8.0), 0])
        outcome = compare(numpy_has, ours, Bound("norm", 4), lambda: exact)
        self.assertEqual((outcome.parity, outcome.distance), ("ulp", 3))
        self.assertEqual(compare(numpy_has, ours, Bound("norm", 2), lambda: exact).parity, "differs")
        infinite = numpy_has.copy()
        infinite[1] = np.inf
        self.assertEqual(compare(infinite, ours, Bound("norm", 4), lambda: exact).parity, "differs")
        self.assertEqual(compare(numpy_has, infinite, Bound("norm", 4), lambda: exact).parity, "differs")


if __name__ == "__main__":
    unittest.main()
