"""NumPy's bit generators over lockstep._core.BitStream: seeds, the dictionaries of their states, jumps, pickling.
Must not know distributions."""

import functools
import math
import operator
import threading
from typing import Any

import numpy as np

from lockstep import _core
from lockstep._creation import asarray
from lockstep._seeding import SeedSequence

_ISeedSequence = np.random.bit_generator.ISeedSequence
_ISpawnable = np.random.bit_generator.ISpawnableSeedSequence


def _wide(number, bits=256) -> bytes:
    """A number modulo 2**bits, as the 256 bits that the core reads."""
    return (operator.index(number) % (1 << bits)).to_bytes(32, "little")


def _words(value, name: str, count: int, dtype) -> bytes:
    """count words of a state's array; what does not fit is OverflowError, too few or too many ValueError."""
    words = np.asarray(value)
    if words.shape != (count,):
        raise ValueError(f"{name}: expected {count} words, got shape {words.shape}")
    if words.dtype != dtype:
        words = np.array([operator.index(word) for word in words.tolist()], dtype)
    return words.tobytes()


def _number(value, bits: int) -> bytes:
    return operator.index(value).to_bytes(bits // 8, "little")


def _word32(value) -> int:
    return int.from_bytes(_number(value, 32), "little")


def _array_of(value, name: str, bits: int) -> bytes:
    """A number of so many bits, or its 64-bit words."""
    value = np.asarray(value)
    if value.shape != ():
        if value.shape != (bits // 64,):
            raise ValueError(f"{name} must have {bits // 64} elements when using array form")
        return value.astype(np.uint64).tobytes()
    number = int(value)
    if not 0 <= number < 1 << bits:
        raise ValueError(f"{name} must be positive and less than 2**{bits}.")
    return _number(number, bits)


class BitGenerator:
    """What all bit generators have: seeds, state, raw words. Make one of PCG64, PCG64DXSM, MT19937, Philox, SFC64.

    Their words and states are those of NumPy's classes of the same names. Any number of threads may draw from one at once:
    each call has it alone. `lock` is there for programs that hold it around calls of their own; the calls do not need it.
    """

    __module__ = "lockstep.random"
    __slots__ = ("_stream", "_seed_seq", "lock", "__weakref__")
    _kind: int  # LS_MT19937 and so on
    _seed_words: int  # how many words of the seed sequence it is seeded with,
    _seed_type: Any = np.uint64  # and of which width

    def __init__(self, seed=None):
        if not hasattr(type(self), "_kind"):
            raise NotImplementedError("BitGenerator is a base class and cannot be instantized")
        self.lock = threading.RLock()
        self._seed_seq = seed if isinstance(seed, _ISeedSequence) else SeedSequence(seed)
        words = self._seed_seq.generate_state(self._seed_words, self._seed_type)
        self._stream = _core.bit_stream(self._kind, np.asarray(words, self._seed_type).tobytes())

    @property
    def seed_seq(self):
        """The seed sequence that it was seeded with."""
        return self._seed_seq

    @property
    def state(self):
        """All that it remembers, in the form of NumPy's dictionary, which may be assigned."""
        _, position, has_uint32, uinteger, _, _, words, key = self._stream.state()
        return {"bit_generator": type(self).__name__, **self._dictionary(position, words, key, has_uint32, uinteger)}

    @state.setter
    def state(self, value):
        if not isinstance(value, dict):
            raise TypeError("state must be a dict")
        if value.get("bit_generator", "") != type(self).__name__:
            raise ValueError(f"state must be for a {type(self).__name__} RNG")
        position, words, key = self._parts(value)
        half = (1 if value["has_uint32"] else 0, _word32(value["uinteger"])) if self._kind else (0, 0)
        self._stream.set_state((self._kind, position, *half, 0, 0.0, words, key))

    def _dictionary(self, position, words, key, has_uint32, uinteger) -> dict:
        raise NotImplementedError

    def _parts(self, state: dict) -> tuple[int, bytes, bytes]:
        """Position, 64-bit words and key of a dictionary."""
        raise NotImplementedError

    def random_raw(self, size=None, output=True):
        """The next raw words, 32 bits of MT19937 and 64 of the others: an int for no size, else an array of uint64; None
        for output=False, which only moves on."""
        shape = () if size is None else tuple(map(operator.index, size)) if np.iterable(size) else (operator.index(size),)
        if any(n < 0 for n in shape):
            raise ValueError("negative dimensions are not allowed")
        words = np.frombuffer(self._stream.raw(math.prod(shape)), np.uint64)
        if not output:
            return None
        return int(words[0]) if size is None else asarray(words.reshape(shape))

    def spawn(self, n_children):
        """A list of n_children bit generators, seeded by children of its seed sequence."""
        if not isinstance(self._seed_seq, _ISpawnable):
            raise TypeError("The underlying SeedSequence does not implement spawning.")
        return [type(self)(seed) for seed in self._seed_seq.spawn(n_children)]

    def _moved(self, jumps):
        """A bit generator of its own, in the state after so many jumps."""
        other = type(self)()
        other._stream = self._stream.jumped(_wide(jumps))
        return other

    def __reduce__(self):
        return _bit_generator, (type(self),), (self.state, self._seed_seq)

    def __setstate__(self, pickled):
        self.state, self._seed_seq = pickled


def _bit_generator(cls):
    return cls(0)  # for pickle, which sets the state then


class MT19937(BitGenerator):
    """The Mersenne twister, of 32-bit words and a period of 2**19937 - 1: numpy.random.MT19937."""

    __module__ = "lockstep.random"
    __slots__ = ()
    _kind, _seed_words, _seed_type = 0, 624, np.uint32

    def _legacy_seeding(self, seed):
        """As RandomState(seed) seeds: by a number below 2**32, an array of such, or None."""
        if seed is None:
            self._stream.set_state(_core.bit_stream(0, SeedSequence().generate_state(624, np.uint32).tobytes()).state())
            return
        try:
            number = operator.index(np.squeeze(seed) if hasattr(seed, "squeeze") else seed)
        except TypeError:
            numbers = np.asarray(seed)
            if numbers.size == 0:
                raise ValueError("Seed must be non-empty") from None
            numbers = numbers.astype(np.int64, casting="safe")
            if numbers.ndim != 1:
                raise ValueError("Seed array must be 1-d") from None
            if ((numbers > 2**32 - 1) | (numbers < 0)).any():
                raise ValueError("Seed must be between 0 and 2**32 - 1") from None
            seeded = _core.legacy_bit_stream(numbers.astype(np.uint32).tobytes(), True)
        else:
            if not 0 <= number < 2**32:
                raise ValueError("Seed must be between 0 and 2**32 - 1")
            seeded = _core.legacy_bit_stream(_number(number, 32), False)
        self._stream.set_state(seeded.state())  # in place: generators that share the stream go on with it

    def jumped(self, jumps=1):
        """A new one that is 2**128 words further, `jumps` times."""
        return self._moved(max(0, operator.index(jumps)))

    def _dictionary(self, position, words, key, has_uint32, uinteger):
        return {"state": {"key": np.frombuffer(bytearray(key), np.uint32), "pos": position}}

    def _parts(self, state):
        inner = state["state"]
        return operator.index(inner["pos"]), b"", _words(inner["key"], "key", 624, np.uint32)

    @property
    def state(self):
        """The 624 words of its state and the position in them; a tuple of the legacy form may be assigned, too."""
        return super().state

    @state.setter
    def state(self, value):
        if isinstance(value, tuple):
            if value[0] != "MT19937" or len(value) not in (3, 5):
                raise ValueError("state is not a legacy MT19937 state")
            value = {"bit_generator": "MT19937", "state": {"key": value[1], "pos": value[2]}}
        BitGenerator.state.fset(self, value)


class _Pcg(BitGenerator):
    __slots__ = ()
    _seed_words = 4

    def advance(self, delta):
        """As if delta words had been drawn, modulo 2**128; what waits of a word is dropped. Returns itself."""
        self._stream.advance(_wide(delta, 128))
        return self

    def jumped(self, jumps=1):
        """A new one that is about 0.618 * 2**128 words further, `jumps` times."""
        return self._moved(jumps)

    def _dictionary(self, position, words, key, has_uint32, uinteger):
        state, increment = int.from_bytes(words[:16], "little"), int.from_bytes(words[16:32], "little")
        return {"state": {"state": state, "inc": increment}, "has_uint32": has_uint32, "uinteger": uinteger}

    def _parts(self, state):
        inner = state["state"]
        return 0, _number(inner["state"], 128) + _number(inner["inc"], 128), b""


class PCG64(_Pcg):
    """A permuted congruential generator of 128 bits, of 64-bit words: numpy.random.PCG64, the default."""

    __module__ = "lockstep.random"
    __slots__ = ()
    _kind = 1


class PCG64DXSM(_Pcg):
    """PCG64 with a stronger output and a cheaper step: numpy.random.PCG64DXSM."""

    __module__ = "lockstep.random"
    __slots__ = ()
    _kind = 2


class Philox(BitGenerator):
    """Philox4x64-10, which counts, so that any place of its stream is at hand: numpy.random.Philox.

    counter, of 256 bits, and key, of 128, as numbers or as their 64-bit words; a key excludes a seed.
    """

    __module__ = "lockstep.random"
    __slots__ = ()
    _kind, _seed_words = 3, 2

    def __init__(self, seed=None, counter=None, key=None):
        if seed is not None and key is not None:
            raise ValueError("seed and key cannot be both used")
        super().__init__(seed)
        if key is None and counter is None:
            return
        own = self._stream.state()[6][32:48] if key is None else _array_of(key, "key", 128)
        start = bytes(32) if counter is None else _array_of(counter, "counter", 256)
        self._stream.set_state((3, 4, 0, 0, 0, 0.0, start + own + bytes(32), b""))
        if key is not None:
            self._seed_seq = None

    def advance(self, delta):
        """The counter moves by delta, modulo 2**256; what waits of a word or a block is dropped. Returns itself."""
        self._stream.advance(_wide(delta))
        return self

    def jumped(self, jumps=1):
        """A new one whose counter is 2**128 further, `jumps` times."""
        return self._moved(jumps)

    def _dictionary(self, position, words, key, has_uint32, uinteger):
        own = np.frombuffer(bytearray(words), np.uint64)
        inner = {"counter": own[:4].copy(), "key": own[4:6].copy()}
        return {
            "state": inner,
            "buffer": own[6:].copy(),
            "buffer_pos": position,
            "has_uint32": has_uint32,
            "uinteger": uinteger,
        }

    def _parts(self, state):
        inner, make = state["state"], functools.partial(_words, dtype=np.uint64)
        words = make(inner["counter"], "counter", 4) + make(inner["key"], "key", 2) + make(state["buffer"], "buffer", 4)
        return operator.index(state["buffer_pos"]), words, b""


class SFC64(BitGenerator):
    """Chris Doty-Humphrey's small fast chaotic generator, of 64-bit words: numpy.random.SFC64."""

    __module__ = "lockstep.random"
    __slots__ = ()
    _kind, _seed_words = 4, 3

    def _dictionary(self, position, words, key, has_uint32, uinteger):
        own = np.frombuffer(bytearray(words[:32]), np.uint64)
        return {"state": {"state": own}, "has_uint32": has_uint32, "uinteger": uinteger}

    def _parts(self, state):
        return 0, _words(state["state"]["state"], "state", 4, np.uint64), b""


KINDS = {cls.__name__: cls for cls in (MT19937, PCG64, PCG64DXSM, Philox, SFC64)}


def bit_generator_of(value) -> BitGenerator:
    """Lockstep's bit generator itself; one of NumPy's as a copy in the same state, which goes its own way from then on."""
    if isinstance(value, BitGenerator):
        return value
    if isinstance(value, type):
        raise ValueError("Invalid bit generator. The bit generator must be instantiated.")
    kind = KINDS.get(type(value).__name__)
    if not isinstance(value, np.random.BitGenerator) or kind is None:
        raise TypeError(f"bit_generator: expected one of lockstep.random or numpy.random, got {type(value)}")
    made = kind(value.seed_seq if value.seed_seq is not None else 0)
    made.state = value.state
    return made
