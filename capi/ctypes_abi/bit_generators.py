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
    return plain(get_state(a)) == plain(get_state(b))


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
