"""RandomState, and the functions of numpy.random that draw from one hidden RandomState.
Must not know how a distribution is drawn: its methods are the tables' rows, by a generator in legacy mode."""

import operator
import warnings

import numpy as np

from lockstep import _core
from lockstep._bit_generators import MT19937, bit_generator_of
from lockstep._generator import bytes_of, integers_by, rows_of, warn_unless_semidefinite


class RandomState(_core.Generator):
    """numpy.random.RandomState: draws with the algorithms and the streams of NumPy 1.16, which never change.

    seed: None, a number below 2**32, an array of such; or a bit generator to draw from, one of NumPy's as a copy. Arrays go
    to the default device. Draws of no size are arrays of no dimensions.
    """

    __module__ = "lockstep.random"
    __slots__ = ("_bit_generator", "__weakref__")
    locals().update(rows_of("RandomState"))
    _poisson_lam_max = vars(np.random.RandomState)["_poisson_lam_max"]  # not among its types

    def __init__(self, seed=None):
        if seed is None or not hasattr(seed, "random_raw"):
            bit_generator = MT19937()
            if seed is not None:
                bit_generator._legacy_seeding(seed)
        else:
            bit_generator = bit_generator_of(seed)
        self._draw_by(bit_generator)

    def _draw_by(self, bit_generator):
        """From now on, and without a normal draw that waits."""
        self._bit_generator = bit_generator
        self._draw_from(bit_generator._stream, True)

    def seed(self, seed=None):
        """Seeds its MT19937 anew, as RandomState(seed) would. Errors: TypeError for another bit generator."""
        if not isinstance(self._bit_generator, MT19937):
            raise TypeError("can only re-seed a MT19937 BitGenerator")
        self._bit_generator._legacy_seeding(seed)
        self._draw_by(self._bit_generator)

    def get_state(self, legacy=True):
        """The state: ('MT19937', key, pos, has_gauss, cached_gaussian), or with legacy=False, and of other bit generators, a
        dictionary."""
        state = self._bit_generator.state
        *_, state["has_gauss"], state["gauss"] = _core.generator_state(self)[:6]
        if legacy and not isinstance(self._bit_generator, MT19937):
            warnings.warn(
                "get_state and legacy can only be used with the MT19937 BitGenerator. To silence this warning, "
                "set `legacy` to False.",
                RuntimeWarning,
                stacklevel=2,
            )
            legacy = False
        if not legacy:
            return state
        words = state["state"]
        return state["bit_generator"], words["key"], words["pos"], state["has_gauss"], state["gauss"]

    def set_state(self, state):
        """The state in one of the forms of get_state(), NumPy's or Lockstep's; without the last two items no normal draw waits."""
        if isinstance(state, dict):
            if "bit_generator" not in state or "state" not in state:
                raise ValueError("state dictionary is not valid.")
        elif isinstance(state, (tuple, list)):
            if state[0] != "MT19937":
                raise ValueError("set_state can only be used with legacy MT19937 state instances.")
            waits = dict(zip(("has_gauss", "gauss"), state[3:5]))
            state = {"bit_generator": state[0], "state": {"key": state[1], "pos": state[2]}, **waits}
        else:
            raise TypeError("state must be a dict or a tuple.")
        has_gauss, gauss = bool(state.get("has_gauss", 0)), float(state.get("gauss", 0.0))
        self._bit_generator.state = state
        own = _core.generator_state(self)
        _core.set_generator_state(self, (*own[:4], has_gauss, gauss, *own[6:]))

    def __reduce__(self):
        return RandomState, (self._bit_generator,), self.get_state(legacy=False)

    def __setstate__(self, state):
        self.set_state(state)

    def __str__(self):
        return f"{type(self).__name__}({type(self._bit_generator).__name__})"

    def __repr__(self):
        return f"{self} at 0x{id(self):X}"

    def random(self, size=None):
        """Uniform numbers in [0, 1): random_sample."""
        return self.random_sample(size=size)

    def rand(self, *args):
        """Uniform numbers in [0, 1) of the shape that the arguments are."""
        return self.random_sample(size=args if args else None)

    def randn(self, *args):
        """Standard normal numbers of the shape that the arguments are."""
        return self.standard_normal(size=args if args else None)

    def bytes(self, length):
        """Random bytes, as bytes."""
        return bytes_of(self, length)

    def randint(self, low, high=None, size=None, dtype=int):
        """Integers from low up to, but without, high; without high from 0 up to low. dtype: bool or an integer type."""
        return integers_by(self, low, high, size, dtype, False)

    def random_integers(self, low, high=None, size=None):
        """Integers from low to high, both included; without high from 1 to low. Deprecated: randint."""
        if high is None:
            low, high, instead = 1, low, f"randint(1, {low} + 1)"
        else:
            instead = f"randint({low}, {high} + 1)"
        warnings.warn(
            f"This function is deprecated. Please call {instead} instead", DeprecationWarning, stacklevel=2
        )
        return self.randint(low, operator.index(high) + 1, size=size, dtype="l")

    def multivariate_normal(self, mean, cov, size=None, check_valid="warn", tol=1e-8):
        """Normal vectors around mean with the covariance cov, along a last axis as long as mean, as NumPy draws them, but for
        the signs that the linear algebra library gives a factor. C: ls_random_multivariate_normal."""
        drawn = rows_of("RandomState")["multivariate_normal"](self, mean, cov, size, str(check_valid), tol)
        if check_valid == "warn":
            warn_unless_semidefinite(cov, tol, "svd")
        return drawn

    def tomaxint(self, size=None):
        """Integers from 0 to 2**63 - 1, int64."""
        words = integers_by(self, 0, 2**64 - 1, size, np.uint64, True)
        return (words >> np.uint64(1)).astype(np.int64)


_hidden = RandomState()


def seed(seed=None):
    """Seeds the hidden RandomState anew."""
    own = _hidden._bit_generator
    if isinstance(own, MT19937):
        _hidden.seed(seed)
    else:
        own.state = type(own)(seed).state


def get_bit_generator():
    """The bit generator that the functions draw from."""
    return _hidden._bit_generator


def set_bit_generator(bitgen):
    """Has the functions draw from another bit generator; one of NumPy's is copied."""
    _hidden._draw_by(bit_generator_of(bitgen))


def sample(*args, **kwargs):
    """Uniform numbers in [0, 1): random_sample."""
    return _hidden.random_sample(*args, **kwargs)


def ranf(*args, **kwargs):
    """Uniform numbers in [0, 1): random_sample."""
    return _hidden.random_sample(*args, **kwargs)


OWN = (seed, get_bit_generator, set_bit_generator, sample, ranf)
# The methods of the hidden RandomState that numpy.random has as functions.
FUNCTIONS = {name: getattr(_hidden, name) for name in dir(RandomState) if name[0] != "_" and hasattr(np.random, name)}
FUNCTIONS |= {function.__name__: function for function in OWN}
for function in OWN:
    function.__module__ = "lockstep.random"
