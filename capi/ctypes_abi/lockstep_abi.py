"""Lockstep's C functions from Python by ctypes, driven by inventory.json: for the audit and the conformance tests.

Must not know single functions, and nothing of Lockstep but its C symbols. In short:

    ls = Library("build/release")
    ls.call("add", x, y[::-1], where=mask)      # NumPy arrays in, without a copy, and out, as fresh copies
    ls.call("sum", x, axis=(0, 1), dtype="float64", keepdims=True)
    a = ls.array(x); v = ls.invoke("transpose", a)  # handles: Array, with shape, dtype, strides, flags, numpy()
    ls.get(a, (slice(None), -1)); ls.set(a, ..., 3.0)

An argument of kind array takes an ndarray (adopted with its strides; read-only where it is), an Array, a NumPy scalar or a
bool (typed), or a Python int, float or complex (weak). One of kind generator takes a Generator, RandomState or bit generator of
NumPy's, which is then in the state that the call left. A failed call raises LockstepError.
"""

import atexit
import ctypes
import json
import pathlib
import weakref

import numpy as np

import c_types
from bit_generators import Lent, target_of
from c_types import c_type
from handle import Array
from mirror import Mirror, arrays_in


class LockstepError(Exception):
    """A status other than 0: its number, its name ("axis_error"), NumPy's exception class and the text."""

    def __init__(self, status: int, name: str, python: str, text: str):
        super().__init__(f"{name} ({status}): {text}")
        self.status, self.name, self.python, self.text = status, name, python, text

    def matches(self, error: BaseException) -> bool:
        """Whether NumPy's `error` is of the class, or derived from the class, that the status stands for."""
        return any(cls.__name__ == self.python for cls in type(error).__mro__)


class Library:
    """liblockstep.so of a build folder, by its symbols; functions without a symbol are not in `functions`."""

    def __init__(self, build, device: str = "cpu"):
        build = pathlib.Path(build)
        self.path = build / "lib/liblockstep.so"
        self.inventory = json.loads((build / "generated/inventory.json").read_text())
        self.c = ctypes.CDLL(str(self.path))
        self.device = device  # where array arguments go before a call
        self.closed = False
        self.dtypes = c_types.DTypes(self.inventory["dtypes"])
        self._handles, self._adopted = weakref.WeakSet(), {}
        self._release = c_types.RELEASE(lambda context: self._adopted.pop(context, None))
        structures = {s["name"]: s for s in self.inventory["structures"]}
        self.functions, self._structures = {}, {}
        for row in self.inventory["base"] + self.inventory["functions"]:
            if hasattr(self.c, row["symbol"]):
                symbol = getattr(self.c, row["symbol"])
                symbol.argtypes = [c_type(p["type"]) for p in row["c_parameters"]]
                symbol.restype = c_type(row.get("returns") if "args" not in row else "ls_status")
                if "args" in row:
                    name = row["symbol"].removeprefix("ls_")
                    self.functions[name] = row
                    self._structures[name] = structures.get(row["options_struct"])
        atexit.register(self.close)

    def close(self):
        """Frees the handles that are left; the library itself stays loaded."""
        for array in list(self._handles):
            array.free()
        self.closed = True

    # ---- calls ----

    def call(self, name: str, *args, **options):
        """The function ls_<name>; array results as fresh NumPy arrays. Several results are a tuple."""
        return _each(self.invoke(name, *args, **options), lambda r: r.numpy() if isinstance(r, Array) else r)

    def invoke(self, name: str, *args, **options):
        """As call(), with array results as handles (Array)."""
        if self.device != "cpu":
            given = [*args, *options.values()]
            mirror = Mirror(self, arrays_in(given))
            moved = {key: mirror[value] for key, value in options.items()}
            result = self._invoke(name, [mirror[value] for value in args], moved)
            self._check(self.c.ls_synchronize(None))  # what the device found wrong is this call's error
            mirror.write_back(options.get("out") if self.functions[name]["returns"] else target_of(args))
            return result
        return self._invoke(name, args, options)

    def _invoke(self, name: str, args, options: dict):
        row, keep = self.functions[name], []
        values, options = self.bind(name, args, options)
        c_arguments = [c for kind, value in values for c in self.positional(kind, value, keep)]
        if row["options"]:
            c_arguments.append(self.options(name, options, keep))
        if row["returns"] and row["returns"][0]["kind"] == "arrays":
            return self._arrays(row["symbol"], c_arguments)
        results = [_RESULTS[r["kind"]]() for r in row["returns"]]
        try:
            self._check(getattr(self.c, row["symbol"])(*c_arguments, *map(ctypes.byref, results)))
        finally:
            for lent in keep:
                if isinstance(lent, Lent):
                    lent.give_back()
        values = tuple(self._result(r["kind"], c) for r, c in zip(row["returns"], results))
        return None if not values else values[0] if len(values) == 1 else values

    def bind(self, name: str, args, options: dict) -> tuple[list[tuple[str, object]], dict]:
        """The kind and value of every positional argument of C, and the options that stay options."""
        row = self.functions[name]
        left, options, values = list(args), dict(options), []
        for parameter in row["args"]:
            if left:
                value = left.pop(0)
            elif parameter["name"] in options:
                value = options.pop(parameter["name"])
            elif not parameter["required"]:
                value = parameter["default"]
            else:
                raise TypeError(f"{row['symbol']}: argument {parameter['name']!r} is missing")
            values.append((parameter["kind"], value))
        if left:
            raise TypeError(f"{row['symbol']}: {len(left)} positional arguments too many")
        if options and not row["options"]:
            raise TypeError(f"{row['symbol']}: unknown options {sorted(options)}")
        return values, options

    def _arrays(self, symbol: str, c_arguments: list) -> tuple[Array, ...]:
        count, handles = ctypes.c_size_t(64), (ctypes.c_void_p * 64)()
        self._check(getattr(self.c, symbol)(*c_arguments, ctypes.byref(count), handles))
        return tuple(Array(self, handle) for handle in handles[: count.value])

    def _check(self, status: int):
        if status:
            raise LockstepError(status, self.c.ls_status_name(status).decode(), self.c.ls_status_python(status).decode(),
                                self.c.ls_last_error().decode(errors="replace"))

    def _result(self, kind, c):
        if kind == "array":
            return Array(self, c.value)
        return self.dtypes.of_number[c.value] if kind == "dtype" else c.value

    # ---- arguments ----

    def array(self, value, move: bool = True) -> Array:
        """A handle: see the top of this file for what becomes what. On the library's device unless `move` is false."""
        if isinstance(value, Array):
            return value
        if type(value) in (int, float, complex):
            handle = ctypes.c_void_p()
            self._check(self.c.ls_from_scalar(c_types.scalar(value, self.dtypes), ctypes.byref(handle)))
            return Array(self, handle.value)
        array = np.asarray(value)
        return self.adopt(array) if self.device == "cpu" or not move else Mirror(self, [array])[array]

    def adopt(self, array: np.ndarray) -> Array:
        """A handle on the ndarray's own memory, which lives until Lockstep releases it."""
        keep = object()
        context = id(keep)
        strides = c_types.numbers(array.strides)
        options = c_types.AdoptOptions(ctypes.sizeof(c_types.AdoptOptions), strides, self._release, context,
                                       not array.flags.writeable)
        number = self.dtypes.number(array.dtype)
        handle = ctypes.c_void_p()
        self._adopted[context] = (keep, array)
        status = self.c.ls_adopt_host(array.ctypes.data, number, array.ndim, c_types.numbers(array.shape),
                                      ctypes.byref(options), ctypes.byref(handle))
        if status:
            del self._adopted[context]
        self._check(status)
        return Array(self, handle.value)

    def adopt_device(self, address: int, like: np.ndarray, keep) -> Array:
        """A handle on memory of the library's device, with the shape, strides and dtype of `like`. `keep` stays till then."""
        context = id(key := object())
        options = c_types.AdoptOptions(ctypes.sizeof(c_types.AdoptOptions), c_types.numbers(like.strides), self._release,
                                       context, not like.flags.writeable)
        handle = ctypes.c_void_p()
        self._adopted[context] = (key, keep)
        status = self.c.ls_adopt_device(self.device.encode(), address, self.dtypes.number(like.dtype), like.ndim,
                                        c_types.numbers(like.shape), ctypes.byref(options), ctypes.byref(handle))
        if status:
            del self._adopted[context]
        self._check(status)
        return Array(self, handle.value)

    def from_host(self, array: np.ndarray, device: str | None = None) -> Array:
        """A new array on a device (None: the default one) with a copy of the ndarray."""
        strides = c_types.numbers(array.strides)
        options = c_types.FromHostOptions(ctypes.sizeof(c_types.FromHostOptions), strides, device and device.encode())
        handle = ctypes.c_void_p()
        self._check(self.c.ls_from_host(array.ctypes.data, self.dtypes.number(array.dtype), array.ndim,
                                        c_types.numbers(array.shape), ctypes.byref(options), ctypes.byref(handle)))
        return Array(self, handle.value)

    def _handle(self, value, keep: list, move: bool = True) -> int | None:
        if value is None:
            return None
        keep.append(self.array(value, move))
        return keep[-1].handle

    def positional(self, kind: str, value, keep: list) -> list:
        """A positional argument of C as ctypes takes it, of which there may be two. `keep` holds what must outlive the call."""
        if kind == "array":
            return [self._handle(value, keep)]
        if kind == "generator":
            keep.append(Lent(self, value))
            return [keep[-1].handle]
        if kind == "arrays":
            handles = [self._handle(v, keep) for v in value]
            return [len(handles), (ctypes.c_void_p * max(1, len(handles)))(*handles)]
        if kind == "shape":
            count = 1 if isinstance(value, (int, np.integer)) else len(value)
            return [count, c_types.numbers(value)]
        if kind == "index":
            items = c_types.index_items(value, lambda a: self._handle(a, keep))
            return [len(items), (c_types.Index * max(1, len(items)))(*items)]
        if kind == "axes":
            return [c_types.axes(value, "not None", keep)]
        convert = {"scalar": lambda v: c_types.scalar(v, self.dtypes), "dtype": self.dtypes.number, "axis": int, "int": int,
                   "bool": bool, "float": float, "order": str.encode, "string": _text}
        return [convert[kind](value)]

    def options(self, name: str, options: dict, keep: list):
        """The bytes of the options structure, or None when nothing is given."""
        row, structure = self.functions[name], self._structures[name]
        by_name = {p["c_name"]: p for p in row["options"]}
        known = {p["name"]: p["c_name"] for p in row["options"]}
        unknown = set(options) - set(known)
        if unknown:
            raise TypeError(f"{row['symbol']}: unknown options {sorted(unknown)}; known are {sorted(known)}")
        if not options:
            return None
        options = {known[name]: value for name, value in options.items()}
        buffer = ctypes.create_string_buffer(structure["size"])
        ctypes.memmove(buffer, ctypes.byref(ctypes.c_size_t(structure["size"])), ctypes.sizeof(ctypes.c_size_t))
        for field in structure["fields"]:
            if field["name"] in options:
                value = self._field(by_name[field["name"]], field["type"], options[field["name"]], keep)
                if value is not None:
                    if ctypes.sizeof(value) != field["size"]:
                        raise TypeError(f"{structure['name']}.{field['name']}: {field['size']} bytes in the inventory")
                    ctypes.memmove(ctypes.byref(buffer, field["offset"]), ctypes.byref(value), field["size"])
        return buffer

    def _field(self, parameter: dict, type_name: str, value, keep: list):
        """An option as the ctypes object of its C type; None where zero bytes say it."""
        kind, c = parameter["kind"], c_type(type_name)
        if kind == "scalar":
            return c_types.scalar(value, self.dtypes)
        if c is c_types.Axes:
            return c_types.axes(value, parameter["default"], keep)
        if value is None:
            return None
        if kind in ("array", "out"):
            return ctypes.c_void_p(self._handle(value, keep, move=kind == "array"))
        if kind == "dtype":
            return c(self.dtypes.number(value))
        if type_name == "ls_flag":
            return c(1 if value else -1)
        if c in (c_types.IntOption, c_types.FloatOption):
            return c(1, 0, value)
        if kind in ("order", "string"):
            keep.append(c(_text(value)))
            return keep[-1]
        return c(value)

    # ---- what is no row of the tables ----

    def get(self, array, index) -> Array:
        """array[index]."""
        keep, handle = [], ctypes.c_void_p()
        count, items = self.positional("index", index, keep)
        self._check(self.c.ls_get(self._handle(array, keep), count, items, ctypes.byref(handle)))
        return Array(self, handle.value)

    def set(self, array, index, value):
        """array[index] = value."""
        keep = []
        mirror = Mirror(self, arrays_in([array, value])) if self.device != "cpu" else None
        count, items = self.positional("index", index, keep)
        target, source = (mirror[array], mirror[value]) if mirror else (array, value)
        self._check(self.c.ls_set(self._handle(target, keep, move=False), count, items, self._handle(source, keep)))
        if mirror:
            mirror.write_back(array)

    def ufunc_at(self, ufunc, array, index, value=None):
        """ufunc.at(array, index, value)."""
        keep = []
        mirror = Mirror(self, arrays_in([array, value])) if self.device != "cpu" else None
        count, items = self.positional("index", index, keep)
        target, source = (mirror[array], mirror[value]) if mirror and isinstance(value, np.ndarray) else (array, value)
        if mirror and not isinstance(value, np.ndarray):
            target = mirror[array]
        operand = None if value is None else self._handle(source, keep)
        self._check(self.c.ls_ufunc_at(ufunc.encode(), self._handle(target, keep, move=False), count, items, operand))
        if mirror:
            mirror.write_back(array)

    def view(self, array) -> Array:
        """A new handle on the same elements."""
        keep, handle = [], ctypes.c_void_p()
        self._check(self.c.ls_array_view(self._handle(array, keep), ctypes.byref(handle)))
        return Array(self, handle.value)

    def dlpack_round_trip(self, array) -> Array:
        """ls_from_dlpack of ls_to_dlpack: the same elements, through DLPack's structure."""
        keep, tensor, handle = [], ctypes.c_void_p(), ctypes.c_void_p()
        self._check(self.c.ls_to_dlpack(self._handle(array, keep), ctypes.byref(tensor)))
        self._check(self.c.ls_from_dlpack(tensor, ctypes.byref(handle)))
        return Array(self, handle.value)

    def item(self, array):
        keep, result = [], c_types.Scalar()
        self._check(self.c.ls_item(self._handle(array, keep), ctypes.byref(result)))
        dtype = self.dtypes.of_number[result.dtype]
        return np.frombuffer(bytes(result.value)[: dtype.itemsize], dtype)[0]

    def promote_types(self, type1, type2) -> np.dtype:
        result = ctypes.c_uint64()
        self._check(self.c.ls_promote_types(self.dtypes.number(type1), self.dtypes.number(type2), ctypes.byref(result)))
        return self.dtypes.of_number[result.value]

    def can_cast(self, source, target, casting: str = "safe") -> bool:
        result = ctypes.c_bool()
        self._check(self.c.ls_can_cast(self.dtypes.number(source), self.dtypes.number(target), casting.encode(),
                                       ctypes.byref(result)))
        return result.value

    def result_type(self, *arrays) -> np.dtype:
        keep, result = [], ctypes.c_uint64()
        count, handles = self.positional("arrays", arrays, keep)
        self._check(self.c.ls_result_type(count, handles, ctypes.byref(result)))
        return self.dtypes.of_number[result.value]

    def devices(self) -> list[str]:
        count, name = ctypes.c_int(), ctypes.c_char_p()
        self._check(self.c.ls_device_count(ctypes.byref(count)))
        names = []
        for device in range(count.value):
            self._check(self.c.ls_device_name(device, ctypes.byref(name)))
            names.append(name.value.decode())
        return names

    def set_default_device(self, name: str):
        """Where the calling thread's new arrays go; array arguments follow from now on."""
        self._check(self.c.ls_set_default_device(name.encode()))
        self.device = name

    def report(self, symbol: str, *before) -> str:
        """A text that ls_info or ls_device_why fills in."""
        needed = ctypes.c_size_t()
        function = getattr(self.c, symbol)
        function(*before, None, 0, ctypes.byref(needed))
        text = ctypes.create_string_buffer(needed.value + 1)
        self._check(function(*before, text, len(text), None))
        return text.value.decode()


_RESULTS = {"array": ctypes.c_void_p, "bool": ctypes.c_bool, "int": ctypes.c_int64, "float": ctypes.c_double,
            "dtype": ctypes.c_uint64}


def _text(value) -> bytes | None:
    return None if value is None else value if isinstance(value, bytes) else str(value).encode()


def _each(value, change):
    return tuple(map(change, value)) if isinstance(value, tuple) else change(value)
