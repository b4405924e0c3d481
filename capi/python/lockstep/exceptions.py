"""NumPy's exception classes that Lockstep raises."""

from numpy.exceptions import AxisError, ComplexWarning, DTypePromotionError

__all__ = ["AxisError", "ComplexWarning", "DTypePromotionError"]
