"""NumPy's SeedSequence: entropy of any form as 32-bit words, and the pool that lockstep.h hashes it into.
Must not know bit generators."""

import operator
import re
import secrets

import numpy as np

from lockstep import _core

_POOL_SIZE = 4  # words; the least and the default
_DECIMAL = re.compile(r"[0-9]+")


def _words_of_int(value) -> np.ndarray:
    """32-bit words of an integer that is not negative, the low one first; one word for 0."""
    value = operator.index(value)
    if value < 0:
        raise ValueError("expected non-negative integer")
    return np.frombuffer(value.to_bytes(max(1, (value.bit_length() + 31) // 32) * 4, "little"), np.uint32)


def _words_of(value) -> np.ndarray:
    """Integers, texts of integers, and sequences of these in any depth."""
    if isinstance(value, np.ndarray) and value.dtype == np.uint32:
        return value
    if isinstance(value, str):
        if value.startswith("0x"):
            return _words_of_int(int(value, 16))
        if _DECIMAL.match(value):
            return _words_of_int(int(value))
        raise ValueError("unrecognized seed string")
    if isinstance(value, (int, np.integer)):
        return _words_of_int(value)
    if isinstance(value, (float, np.inexact)):
        raise TypeError("seed must be integer")
    return np.concatenate([_words_of(v) for v in value]) if len(value) else np.empty(0, np.uint32)


class SeedSequence:
    """Seeds of good quality out of any entropy, as many as are asked for: numpy.random.SeedSequence, word for word.

    entropy: an int or a sequence of ints that are not negative; None takes it from the operating system. spawn_key: tells
    sequences of the same entropy apart; `spawn` chooses it for its children. pool_size: 32-bit words of internal state, at
    least 4. Errors: TypeError for other entropy, ValueError for negative numbers or a smaller pool.
    """

    __module__ = "lockstep.random"

    def __init__(self, entropy=None, *, spawn_key=(), pool_size=_POOL_SIZE, n_children_spawned=0):
        if pool_size < _POOL_SIZE:
            raise ValueError(f"The size of the entropy pool should be at least {_POOL_SIZE}")
        if entropy is None:
            entropy = secrets.randbits(pool_size * 32)
        elif not isinstance(entropy, (int, np.integer, list, tuple, range, np.ndarray)):
            raise TypeError(f"SeedSequence expects int or sequence of ints for entropy not {entropy}")
        self.entropy = entropy
        self.spawn_key = tuple(spawn_key)
        self.pool_size = pool_size
        self.n_children_spawned = n_children_spawned
        mixed = _core.seed_pool(_words_of(entropy).tobytes(), _words_of(self.spawn_key).tobytes(), pool_size)
        self.pool = np.frombuffer(mixed, np.uint32)

    @property
    def state(self) -> dict:
        """The arguments that make this sequence again; what is None is left out."""
        names = ("entropy", "spawn_key", "pool_size", "n_children_spawned")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    def generate_state(self, n_words, dtype=np.uint32):
        """n_words words of uint32 or uint64 for seeding, as a NumPy array: always the same ones."""
        dtype = np.dtype(dtype)
        if dtype not in (np.uint32, np.uint64):
            raise ValueError("only support uint32 or uint64")
        n_words = operator.index(n_words)
        if n_words < 0:
            raise ValueError("negative dimensions are not allowed")
        return np.frombuffer(_core.seed_words(self.pool.tobytes(), n_words * dtype.itemsize // 4), dtype)

    def spawn(self, n_children):
        """A list of n_children sequences that are independent of this one and of each other; later calls give others."""
        first = self.n_children_spawned
        n_children = operator.index(n_children)
        if not 0 <= n_children < 2**32:
            raise OverflowError(f"n_children: expected 0 to 2**32 - 1, got {n_children}")
        self.n_children_spawned += n_children
        keys = (self.spawn_key + (i,) for i in range(first, first + n_children))
        return [type(self)(self.entropy, spawn_key=key, pool_size=self.pool_size) for key in keys]

    def __repr__(self):
        lines = [f"    entropy={self.entropy!r},"]
        for name, default in (("spawn_key", ()), ("pool_size", _POOL_SIZE), ("n_children_spawned", 0)):
            if getattr(self, name) != default:
                lines.append(f"    {name}={getattr(self, name)!r},")
        return "\n".join([f"{type(self).__name__}(", *lines, ")"])


# NumPy's own bit generators may be seeded with ours, and ours with NumPy's or with any class of this interface.
np.random.bit_generator.ISpawnableSeedSequence.register(SeedSequence)
