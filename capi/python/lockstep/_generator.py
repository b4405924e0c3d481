"""lockstep.random.Generator: its methods are the rows numpy.random.Generator.* of the tables, and those written below.
Must not know bit generators' insides."""

import warnings

import numpy as np

from lockstep import _core
from lockstep._bit_generators import PCG64, BitGenerator, bit_generator_of
from lockstep._creation import asnumpy

# The methods of the tables by class: "Generator.random" is Generator's `random`.
ROWS = {name: method for name, method in _core.generator_methods.items()}


def rows_of(cls: str) -> dict:
    return {name.partition(".")[2]: method for name, method in ROWS.items() if name.startswith(cls + ".")}


def bytes_of(generator, length):
    """The row's bytes as Python's."""
    return asnumpy(ROWS["Generator.bytes"](generator, length)).tobytes()


def integers_by(generator, low, high, size, dtype, endpoint):
    """The row's integers; numbers past int64, up to one past uint64, are Python's."""
    if high is None:
        low, high = 0, low
    if type(high) is int and high > 2**63 - 1 and not endpoint:
        high, endpoint = high - 1, True
    if type(high) is int and 2**63 <= high < 2**64:
        high = np.uint64(high)
    return ROWS["Generator.integers"](generator, low, high, size, dtype, endpoint)


def warn_unless_semidefinite(cov, tol, method):
    """The RuntimeWarning of check_valid='warn', which the core, having no warnings, leaves to Python."""
    cov = np.asarray(asnumpy(cov) if isinstance(cov, _core.ndarray) else cov, np.float64)
    if method == "eigh":
        semidefinite = not np.any(np.linalg.eigvalsh(cov) < -tol)
    else:
        _, s, vh = np.linalg.svd(cov)
        semidefinite = np.allclose(np.dot(vh.T * s, vh), cov, rtol=tol, atol=tol)
    if not semidefinite:
        warnings.warn("covariance is not symmetric positive-semidefinite.", RuntimeWarning, stacklevel=3)


class Generator(_core.Generator):
    """Draws from a bit generator: numpy.random.Generator, with its methods and its streams.

    Arrays go to the default device. Draws of no size are arrays of no dimensions. A bit generator of NumPy's is copied: the
    new Generator starts where it stands.
    """

    __module__ = "lockstep.random"
    __slots__ = ("_bit_generator", "__weakref__")
    locals().update(rows_of("Generator"))

    def __init__(self, bit_generator):
        self._bit_generator = bit_generator_of(bit_generator)
        self._draw_from(self._bit_generator._stream, False)

    def bytes(self, length):
        """Random bytes, as NumPy's bytes. Whole words of 32 bits are drawn, at least one. C: ls_random_bytes."""
        return bytes_of(self, length)

    def integers(self, low, high=None, size=None, dtype=np.int64, endpoint=False):
        """Integers from low up to high, high itself with endpoint only; without high from 0 up to low, as NumPy draws them.

        Arrays broadcast. dtype: bool or an integer type. Errors: TypeError for another, ValueError for bounds that the dtype
        does not hold or that leave nothing to draw. C: ls_random_integers."""
        return integers_by(self, low, high, size, dtype, endpoint)

    def multivariate_normal(self, mean, cov, size=None, check_valid="warn", tol=1e-8, *, method="svd"):
        """Normal vectors around mean with the covariance cov, along a last axis as long as mean, as NumPy draws them, but for
        the signs that the linear algebra library gives a factor. method: 'svd', 'eigh' or 'cholesky'. check_valid: 'warn',
        'raise' or 'ignore', where cov is not positive semidefinite to within tol. C: ls_random_multivariate_normal."""
        drawn = ROWS["Generator.multivariate_normal"](self, mean, cov, size, str(check_valid), tol, method=method)
        if check_valid == "warn" and method != "cholesky":
            warn_unless_semidefinite(cov, tol, method)
        return drawn

    @property
    def bit_generator(self):
        """The bit generator that it draws from."""
        return self._bit_generator

    def spawn(self, n_children):
        """A list of n_children Generators, on bit generators that this one's spawns."""
        return [type(self)(child) for child in self._bit_generator.spawn(n_children)]

    def __reduce__(self):
        return type(self), (self._bit_generator,)

    def __str__(self):
        return f"{type(self).__name__}({type(self._bit_generator).__name__})"

    def __repr__(self):
        return f"{self} at 0x{id(self):X}"


def default_rng(seed=None):
    """A Generator on PCG64(seed). A bit generator is put behind a new one; a Generator comes back itself.

    seed: None, an int, a sequence of ints, a SeedSequence; or a BitGenerator, Generator or RandomState, of NumPy's as well,
    which are copied. Errors: TypeError for anything else.
    """
    if isinstance(seed, Generator):
        return seed
    if isinstance(seed, (BitGenerator, np.random.BitGenerator)):
        return Generator(seed)
    if isinstance(seed, np.random.Generator):
        return Generator(seed.bit_generator)
    if hasattr(seed, "_bit_generator"):  # a RandomState
        return Generator(seed._bit_generator)
    return Generator(PCG64(seed))


default_rng.__module__ = "lockstep.random"
