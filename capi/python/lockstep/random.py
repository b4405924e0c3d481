"""numpy.random's classes and functions that Lockstep has. A name that is not there yet raises AttributeError."""

from lockstep._bit_generators import MT19937, PCG64, PCG64DXSM, SFC64, BitGenerator, Philox
from lockstep._generator import Generator, default_rng
from lockstep._legacy import FUNCTIONS, RandomState
from lockstep._seeding import SeedSequence
from lockstep._submodule import fill

_, __getattr__ = fill(globals(), "random")
globals().update(FUNCTIONS)
__all__ = [
    "BitGenerator",
    "Generator",
    "MT19937",
    "PCG64",
    "PCG64DXSM",
    "Philox",
    "RandomState",
    "SFC64",
    "SeedSequence",
    "default_rng",
    *FUNCTIONS,
]
