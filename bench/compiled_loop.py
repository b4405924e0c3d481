"""The steps of a case for timed_loop.cpp: calls of Lockstep's C functions without a caller's overhead.
Must not know single functions: inventory.json names every argument's kind."""

import ctypes
import pathlib
import platform
import struct

from c_types import Axes, Scalar, c_type
from expression import Operand, Result, last_uses, steps
from handle import Array

MOST_ARGUMENTS, SLOTS, MOST_RESULTS = 20, 64, 16
BY_VALUE = (Axes, Scalar)  # structures of more than 16 bytes
# x86-64 copies such a structure to the stack, behind the words that do not fit in its registers for integers; others pass
# the address of a copy.
IN_MEMORY, REGISTERS = platform.machine() in ("x86_64", "AMD64"), 6


class CStep(ctypes.Structure):
    """struct Step of timed_loop.cpp."""

    _fields_ = [
        ("function", ctypes.c_void_p),
        ("count", ctypes.c_int32),
        ("room_size", ctypes.c_int32),
        ("room", ctypes.POINTER(ctypes.c_size_t)),
        ("words", ctypes.c_uint64 * MOST_ARGUMENTS),
        ("from_slot", ctypes.c_uint64),
        ("frees", ctypes.c_uint64),
    ]


class Unpassable(LookupError):
    """The compiled loop cannot make such a call."""


def open_loop(build: pathlib.Path):
    """bench_time of the build's library."""
    path = pathlib.Path(build) / "lib/libbench_timed_loop.so"
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there: cmake --build {build} --target bench_timed_loop")
    function = ctypes.CDLL(str(path)).bench_time
    function.restype = ctypes.c_int32
    return function


class Program:
    """A case's text over handles (name -> Array), ready to run many times.

    library: lockstep_abi.Library; device: what is waited for after the last call, None on the CPU."""

    def __init__(self, library, loop, text: str, handles: dict, device: str | None):
        self.library, self.loop, self.handles, self.device = library, loop, handles, device
        self.parsed, self.keep = steps(text), []
        self.functions = [function_of(library, step.function) for step in self.parsed]
        self.returns = [[r["kind"] for r in library.functions[name]["returns"]] for name in self.functions]
        self.first_slot = [sum(len(r) for r in self.returns[:i]) for i in range(len(self.parsed))]
        self.slots = (ctypes.c_void_p * SLOTS)()
        self.c_steps = (CStep * len(self.parsed))(*[self._c_step(i) for i in range(len(self.parsed))])

    def results(self) -> list:
        """What the last step returns, from one run: handles and numbers."""
        last, kinds = self.c_steps[-1], self.returns[-1]
        first, frees = self.first_slot[-1], last.frees
        own = range(first, first + (MOST_RESULTS if kinds == ["arrays"] else len(kinds)))
        last.frees = frees & ~sum(1 << slot for slot in own)
        try:
            self.seconds(1)
        finally:
            last.frees = frees
        if kinds == ["arrays"]:
            kinds = ["array"] * last.room[0]
        address, each = ctypes.addressof(self.slots), ctypes.sizeof(ctypes.c_void_p)
        return [self._result(kind, address + (first + k) * each) for k, kind in enumerate(kinds)]

    def _result(self, kind: str, address: int):
        if kind == "array":
            return Array(self.library, ctypes.c_void_p.from_address(address).value)
        return (
            {"bool": ctypes.c_bool, "int": ctypes.c_int64, "float": ctypes.c_double}[kind].from_address(address).value
        )

    def seconds(self, number: int) -> float:
        """Of `number` runs and one wait for the device."""
        taken = ctypes.c_double()
        wait, device = (self.library.c.ls_synchronize, self.device.encode()) if self.device else (None, None)
        free = self.library.c.ls_array_free
        steps, count = self.c_steps, len(self.parsed)
        status = self.loop(steps, count, self.slots, ctypes.c_int64(number), free, wait, device, ctypes.byref(taken))
        if status:
            raise RuntimeError(self.library.c.ls_last_error().decode(errors="replace"))
        return taken.value

    # ---- from Python's values to words ----

    def _resolve(self, values):
        """Operands as their handles, in lists and options, too. Only an argument may be an earlier result."""
        if isinstance(values, dict):
            return {key: self._resolve(value) for key, value in values.items()}
        if isinstance(values, (list, tuple)):
            return type(values)(self._resolve(value) for value in values)
        if isinstance(values, Result):
            raise Unpassable("an earlier result within a list or an option")
        return self.handles[values.name] if isinstance(values, Operand) else values

    def _c_step(self, number: int) -> CStep:
        step, name = self.parsed[number], self.functions[number]
        row = self.library.functions[name]
        symbol = getattr(self.library.c, row["symbol"])
        result = CStep(function=ctypes.cast(symbol, ctypes.c_void_p).value)
        values, options = self.library.bind(name, step.args, step.options)
        words: list[int | Result] = []
        for kind, value in values:
            if isinstance(value, Result):
                words.append(value)
            else:
                words += self.library.positional(kind, self._resolve(value), self.keep)
        if row["options"]:
            words.append(self.library.options(name, self._resolve(options), self.keep))
        words += self._result_words(number, result)
        registers: list[int | Result] = []
        on_stack: list[int] = []
        for word, parameter in zip(words, row["c_parameters"], strict=True):
            if isinstance(word, BY_VALUE):
                if IN_MEMORY:
                    on_stack += struct.unpack(f"{ctypes.sizeof(word) // 8}Q", bytes(word))
                    continue
                self.keep.append(word)
                word = ctypes.addressof(word)
            registers.append(word if isinstance(word, Result) else self._word(word, parameter["type"]))
        if on_stack:
            registers += [0] * (REGISTERS - len(registers))
        if len(registers) + len(on_stack) > MOST_ARGUMENTS or (on_stack and len(registers) > REGISTERS):
            raise Unpassable(f"{row['symbol']} has too many arguments")
        for i, word in enumerate(registers + on_stack):
            if isinstance(word, Result):
                result.words[i] = self.first_slot[word.step]
                result.from_slot |= 1 << i
            else:
                result.words[i] = word
        result.count = len(registers) + len(on_stack)
        return result

    def _result_words(self, number: int, result: CStep) -> list[int]:
        """Addresses of the slots that the call fills, which is freed after the step that reads it last, as a
        temporary is."""
        slot, kinds = self.first_slot[number], self.returns[number]
        address = ctypes.addressof(self.slots) + slot * ctypes.sizeof(ctypes.c_void_p)
        if kinds == ["arrays"]:
            if len(self.parsed) > 1:
                raise Unpassable("a number of results that the call decides, within a chain")
            room = ctypes.c_size_t(MOST_RESULTS)
            self.keep.append(room)
            result.room, result.room_size, result.frees = ctypes.pointer(room), MOST_RESULTS, 2**MOST_RESULTS - 1
            return [ctypes.addressof(room), address]
        for step, last in enumerate(last_uses(self.parsed)):
            if last == number:
                for k, kind in enumerate(self.returns[step]):
                    result.frees |= (kind == "array") << (self.first_slot[step] + k)
        return [address + k * ctypes.sizeof(ctypes.c_void_p) for k in range(len(kinds))]

    def _word(self, value, type_name: str) -> int:
        c = c_type(type_name)
        if c is ctypes.c_double:
            raise Unpassable("a double is passed by value")
        if value is None:
            return 0
        if isinstance(value, (bool, int)):
            return value & (2**64 - 1)
        if c is ctypes.c_char:
            return value[0]
        if isinstance(value, bytes):
            value = ctypes.create_string_buffer(value)
            self.keep.append(value)
        elif not isinstance(value, (ctypes.Array, ctypes.Structure)):
            return int(value.value) if hasattr(value, "value") else int(value)
        self.keep.append(value)
        return ctypes.addressof(value)


def function_of(library, dotted: str) -> str:
    """The row of "sum" or "fft.fft": NumPy's dotted name."""
    wanted = f"numpy.{dotted}"
    for name, row in library.functions.items():
        if row["numpy"] == wanted:
            return name
    raise LookupError(f"Lockstep has no {wanted}")
