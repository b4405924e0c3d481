"""lockstep_abi.Library for devices with memory of their own: NumPy arrays arrive there with the layout they have here.
Must not know functions. As pytest plugin (-p placed) it takes Library's place, so that tests/table meets all layouts there.

ls_to_device packs what it moves. Here the memory under an array is moved as it lies, and slices, transposes and broadcasts make
the view: steps, order of axes, overlap with other arguments, distance to a 64-byte boundary. What a call writes is read back.
"""

import ctypes

import lockstep_abi
import numpy as np

import arrays
from handle import Array


def blocks_of(value):
    """Axes that move, outermost first, the extents of the block they cut, and the step of the last; None: no such block."""
    item = value.itemsize
    if value.size == 0 or any(s % item for n, s in zip(value.shape, value.strides) if n > 1):
        return None
    low = np.lib.array_utils.byte_bounds(value)[0]
    if low % item:
        return None
    axes = sorted((k for k in range(value.ndim) if value.shape[k] > 1 and value.strides[k]),
                  key=lambda k: -abs(value.strides[k]))
    if not axes:
        return [], [], 1
    extents = [value.shape[axes[0]]]
    for outer, inner in zip(axes, axes[1:]):
        extent, rest = divmod(abs(value.strides[outer]), abs(value.strides[inner]))
        if rest or extent < value.shape[inner]:
            return None  # overlapping elements, or steps that are no multiples
        extents.append(extent)
    step = abs(value.strides[axes[-1]]) // item
    extents[-1] *= step
    return axes, extents, step


class PlacedLibrary(lockstep_abi.Library):
    def __init__(self, build, device="cpu"):
        super().__init__(build, device)
        self._roots, self._written, self._depth = {}, [], 0

    def invoke(self, name, *args, **options):
        with self._call():
            return super().invoke(name, *args, **options)

    def set(self, array, index, value):
        with self._call():
            return super().set(array, index, value)

    def array(self, value, move=True):
        if self.device == "cpu" or isinstance(value, Array) or type(value) in (int, float, complex):
            return super().array(value, move)
        value = np.asarray(value)
        blocks = blocks_of(value)
        placed = self._place(value, *blocks) if blocks else super().array(value, True)
        if not move:
            self._written.append((value, placed))
        return placed

    def _place(self, value, axes, extents, step):
        """The view of `value` in a copy of its root: as a block of `extents`, every `step`-th of the last axis."""
        root = arrays.root_of(value)
        low, high = np.lib.array_utils.byte_bounds(root)
        item, first = value.itemsize, np.lib.array_utils.byte_bounds(value)[0]
        skipped = (first - low) % item
        key = id(root), value.dtype, skipped
        if key not in self._roots:
            lead, count = (low + skipped) % 64 // item, (high - low - skipped) // item
            block = np.zeros(lead + 2 * count + 64, value.dtype)
            ctypes.memmove(block.ctypes.data + lead * item, low + skipped, count * item)
            self._roots[key] = root, super().array(block), lead
        _, moved, lead = self._roots[key]
        start = lead + (first - low - skipped) // item
        view = self.get(moved, slice(start, start + int(np.prod(extents, dtype=np.int64))))
        view = self.invoke("reshape", view, tuple(extents))
        last = len(axes) - 1
        index = []
        for k, axis in enumerate(axes):
            by, n = (step if k == last else 1), value.shape[axis]
            end = (n - 1) * by
            index.append(slice(0, end + 1, by) if value.strides[axis] > 0 else slice(end, None, -by))
        # axes of one element or that stand still come in front, then all go to their places
        others = [axis for axis in range(value.ndim) if axis not in axes]
        view = self.get(view, (*[None] * len(others), *index))
        order = others + list(axes)
        if value.ndim > 1:
            view = self.invoke("transpose", view, axes=tuple(order.index(axis) for axis in range(value.ndim)))
        return self.invoke("broadcast_to", view, value.shape) if view.shape != value.shape else view

    def _call(self):
        return _Call(self)


class _Call:
    """One call of the library: arguments with one root share its copy; what was written comes back at the end."""

    def __init__(self, library):
        self.library = library

    def __enter__(self):
        self.library._depth += 1

    def __exit__(self, kind, error, trace):
        library = self.library
        library._depth -= 1
        if library._depth:
            return
        written, library._written = library._written, []
        library._roots = {}
        for value, handle in written:
            if value.size and value.flags.writeable:
                value[...] = handle.numpy()


lockstep_abi.Library = PlacedLibrary
arrays.LAYOUTS.pop("unaligned", None)  # no device memory is unaligned
