"""lockstep.random.Generator: its methods are the rows numpy.random.Generator.* of the tables, and those written below.
Must not know bit generators' insides."""

import numpy as np

from lockstep import _core
from lockstep._bit_generators import PCG64, BitGenerator, bit_generator_of

# The methods of the tables by class: "Generator.random" is Generator's `random`.
ROWS = {name: method for name, method in _core.generator_methods.items()}


def rows_of(cls: str) -> dict:
    return {name.partition(".")[2]: method for name, method in ROWS.items() if name.startswith(cls + ".")}


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
