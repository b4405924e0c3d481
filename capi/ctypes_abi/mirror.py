"""NumPy's arrays on a device, for the length of a call: same strides, and memory that arrays share is shared there, too.
Must not know single functions."""

import ctypes

import numpy as np

from handle import Array

ALIGNMENT = 16  # of the copied bytes: an element's address keeps its remainder


class Block:
    """A stretch of host memory that arrays of the call lie in, and its copy on the device."""

    def __init__(self, library, low: int, high: int):
        self.low, self.high = low, high
        self.start = low - low % ALIGNMENT
        self.bytes = np.ctypeslib.as_array((ctypes.c_ubyte * (high - self.start)).from_address(self.start))
        self.copy = library.from_host(self.bytes, device=library.device)

    def write_back(self):
        fresh = self.copy.numpy()
        ctypes.memmove(self.low, fresh.ctypes.data + self.low - self.start, self.high - self.low)


class Mirror:
    """Handles on the library's device for the ndarrays of a call."""

    def __init__(self, library, arrays: list[np.ndarray]):
        self.library, self.handles, self.kept, self.blocks = library, {}, list(arrays), []
        laid_out = [a for a in arrays if keeps_layout(a)]
        for low, high in stretches([a for a in laid_out if a.size]):
            self.blocks.append(Block(library, low, high))
        for a in arrays:
            self.handles[id(a)] = self.on_device(a) if any(a is b for b in laid_out) else packed(library, a)

    def block_of(self, a: np.ndarray) -> Block | None:
        return next((b for b in self.blocks if a.size and b.low <= a.ctypes.data < b.high), None)

    def on_device(self, a: np.ndarray) -> Array:
        if not a.size:
            return self.library.adopt_device(0, a, keep=None)
        block = self.block_of(a)
        address = block.copy.device_data + a.ctypes.data - block.start
        return self.library.adopt_device(address, a, keep=block.copy)

    def __getitem__(self, value):
        """The handle of an ndarray of the call; anything else as it is."""
        if isinstance(value, (list, tuple)) and any(isinstance(v, np.ndarray) for v in value):
            return type(value)(self[v] for v in value)
        return self.handles.get(id(value), value) if isinstance(value, np.ndarray) else value

    def write_back(self, a):
        """What the call wrote to `a`, and to memory that it shares, is written to the host's."""
        if not isinstance(a, np.ndarray) or not a.size:
            return
        block = self.block_of(a)
        if block and keeps_layout(a):
            block.write_back()
        else:
            np.copyto(a, self.handles[id(a)].numpy())


def keeps_layout(a: np.ndarray) -> bool:
    """Devices need elements and strides at multiples of the itemsize."""
    return a.ctypes.data % a.itemsize == 0 and all(n == 1 or s % a.itemsize == 0 for n, s in zip(a.shape, a.strides))


def stretches(arrays: list[np.ndarray]) -> list[tuple[int, int]]:
    """The addresses that the arrays cover, merged where they overlap."""
    merged = []
    for low, high in sorted(np.lib.array_utils.byte_bounds(a) for a in arrays):
        if merged and low < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def packed(library, a: np.ndarray) -> Array:
    handle, on_host = ctypes.c_void_p(), library.adopt(a)
    library._check(library.c.ls_to_device(on_host.handle, library.device.encode(), ctypes.byref(handle)))
    return Array(library, handle.value)


def arrays_in(values) -> list[np.ndarray]:
    found = []
    for v in values:
        if isinstance(v, np.ndarray):
            found.append(v)
        elif isinstance(v, (list, tuple)):
            found += [w for w in v if isinstance(w, np.ndarray)]
    return found
