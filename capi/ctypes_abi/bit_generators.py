"""NumPy's generators as ls_bitgen handles for the length of a call: the state goes in before and comes back after it.
Must not know distributions."""

import copy
import ctypes

import numpy as np

KINDS = ["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"]
LOW = (1 << 64) - 1


class State(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("kind", ctypes.c_int32), ("position", ctypes.c_int32),
                ("has_uint32", ctypes.c_uint32), ("uinteger", ctypes.c_uint32), ("has_gauss", ctypes.c_uint32),
                ("reserved", ctypes.c_uint32), ("gauss", ctypes.c_double), ("words", ctypes.c_uint64 * 10),
                ("key", ctypes.c_uint32 * 624)]


def is_generator(value) -> bool:
    return isinstance(value, (np.random.Generator, np.random.RandomState, np.random.BitGenerator))


def target_of(args):
    """What a function without result writes to: its first argument, or that after the generator."""
    return args[1] if is_generator(args[0]) else args[0]


def get_state(generator) -> dict:
    """NumPy's dictionary; of a RandomState with what it keeps beside the stream."""
    if isinstance(generator, np.random.RandomState):
        return generator.get_state(legacy=False)
    return (generator.bit_generator if isinstance(generator, np.random.Generator) else generator).state


def set_state(generator, state: dict):
    if isinstance(generator, np.random.RandomState):
        generator.set_state(state)
    else:
        (generator.bit_generator if isinstance(generator, np.random.Generator) else generator).state = state


def twin(generator):
    """Another one in the same state."""
    return copy.deepcopy(generator)


def same_state(a, b) -> bool:
    """But for the last bits of a normal draw that waits: it is made of a logarithm."""
    one, other = plain(get_state(a)), plain(get_state(b))
    waiting = [state.pop("gauss", 0.0) for state in (one, other)]
    return one == other and abs(waiting[0] - waiting[1]) <= 2**-51 * abs(waiting[1])


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return value.tolist() if isinstance(value, np.ndarray) else value


def packed(state: dict) -> State:
    c = State(ctypes.sizeof(State), KINDS.index(state["bit_generator"]))
    c.has_uint32, c.uinteger = state.get("has_uint32", 0), state.get("uinteger", 0)
    c.has_gauss, c.gauss = state.get("has_gauss", 0), state.get("gauss", 0.0)
    inner = state["state"]
    if c.kind == 0:
        c.key[:], c.position = [int(w) for w in inner["key"]], inner["pos"]
    elif c.kind in (1, 2):
        c.words[:4] = [inner["state"] & LOW, inner["state"] >> 64, inner["inc"] & LOW, inner["inc"] >> 64]
    elif c.kind == 3:
        c.words[:] = [int(w) for part in (inner["counter"], inner["key"], state["buffer"]) for w in part]
        c.position = state["buffer_pos"]
    else:
        c.words[:4] = [int(w) for w in inner["state"]]
    return c


def unpacked(c: State) -> dict:
    words = list(c.words)
    inner, extra = {}, {"has_uint32": c.has_uint32, "uinteger": c.uinteger}
    if c.kind == 0:
        inner, extra = {"key": np.array(c.key, np.uint32), "pos": c.position}, {}
    elif c.kind in (1, 2):
        inner = {"state": words[0] | words[1] << 64, "inc": words[2] | words[3] << 64}
    elif c.kind == 3:
        inner = {"counter": np.array(words[:4], np.uint64), "key": np.array(words[4:6], np.uint64)}
        extra |= {"buffer": np.array(words[6:], np.uint64), "buffer_pos": c.position}
    else:
        inner = {"state": np.array(words[:4], np.uint64)}
    return {"bit_generator": KINDS[c.kind], "state": inner, **extra, "has_gauss": c.has_gauss, "gauss": c.gauss}


class Lent:
    """A handle in the generator's state, legacy for a RandomState; give_back() takes the state it is in then."""

    def __init__(self, library, generator):
        self.library, self.generator, self.handle = library, generator, ctypes.c_void_p()
        state = packed(get_state(generator))
        seed, made = ctypes.c_uint32(), ctypes.c_void_p()
        check, c = library._check, library.c
        check(c.ls_bitgen_new(state.kind, ctypes.byref(seed), 1, None, 0, 4, ctypes.byref(made)))
        legacy = isinstance(generator, np.random.RandomState)
        check(c.ls_bitgen_share(made, legacy, ctypes.byref(self.handle)))
        check(c.ls_bitgen_free(ctypes.byref(made)))
        check(c.ls_bitgen_set_state(self.handle, ctypes.byref(state)))

    def give_back(self):
        state = State(ctypes.sizeof(State))
        self.library._check(self.library.c.ls_bitgen_get_state(self.handle, ctypes.byref(state)))
        set_state(self.generator, unpacked(state))

    def __del__(self):
        if not self.library.closed:
            self.library.c.ls_bitgen_free(ctypes.byref(self.handle))


class Stream:
    """An ls_bitgen of its own, seeded as NumPy's class of that name by the seed sequence of such entropy."""

    def __init__(self, library, kind: str = "PCG64", entropy=(0,), spawn_key=(), pool_size: int = 4, handle=None):
        self.library, self.c, self.check = library, library.c, library._check
        self.handle = handle or ctypes.c_void_p()
        if not handle:
            words = *words32(entropy), *words32(spawn_key), pool_size
            self.check(self.c.ls_bitgen_new(KINDS.index(kind), *words, ctypes.byref(self.handle)))

    @staticmethod
    def of_legacy_seed(library, seed, is_array: bool):
        """MT19937 as RandomState(seed) has it."""
        handle = ctypes.c_void_p()
        library._check(library.c.ls_bitgen_from_legacy_seed(*words32(seed), is_array, ctypes.byref(handle)))
        return Stream(library, handle=handle)

    def __del__(self):
        if not self.library.closed:
            self.c.ls_bitgen_free(ctypes.byref(self.handle))

    def _new(self, symbol, *arguments):
        handle = ctypes.c_void_p()
        self.check(getattr(self.c, symbol)(self.handle, *arguments, ctypes.byref(handle)))
        return Stream(self.library, handle=handle)

    def copy(self):
        return self._new("ls_bitgen_copy")

    def jumped(self, jumps: int = 1):
        return self._new("ls_bitgen_jumped", wide(jumps))

    def advance(self, delta: int):
        self.check(self.c.ls_bitgen_advance(self.handle, wide(delta)))

    def raw(self, count: int) -> np.ndarray:
        words = np.empty(max(1, count), np.uint64)
        self.check(self.c.ls_bitgen_raw(self.handle, words.ctypes.data, count))
        return words[:count]

    @property
    def name(self) -> str:
        name = ctypes.c_char_p()
        self.check(self.c.ls_bitgen_name(self.handle, ctypes.byref(name)))
        return name.value.decode()

    @property
    def state(self) -> dict:
        """NumPy's dictionary."""
        state = State(ctypes.sizeof(State))
        self.check(self.c.ls_bitgen_get_state(self.handle, ctypes.byref(state)))
        return {k: v for k, v in unpacked(state).items() if "gauss" not in k}

    @state.setter
    def state(self, value: dict):
        self.check(self.c.ls_bitgen_set_state(self.handle, ctypes.byref(packed(value))))


def words32(values) -> tuple:
    values = list(values)
    return (ctypes.c_uint32 * max(1, len(values)))(*values), len(values)


def wide(number: int):
    return (ctypes.c_uint64 * 4)(*((number >> 64 * i) & LOW for i in range(4)))


def seed_words(library, entropy, count: int, spawn_key=(), pool_size: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """The pool of a seed sequence, and `count` words of its generate_state()."""
    pool, words = np.empty(max(pool_size, 1), np.uint32), np.empty(max(count, 1), np.uint32)
    library._check(library.c.ls_seed_sequence_pool(*words32(entropy), *words32(spawn_key), pool.ctypes.data, pool_size))
    library._check(library.c.ls_seed_sequence_generate(pool.ctypes.data, pool_size, words.ctypes.data, count))
    return pool, words[:count]
