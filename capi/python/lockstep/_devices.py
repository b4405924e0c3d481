"""Devices, their memory, and what the library says of itself.
Must not know operations."""

import platform

import numpy as np

from lockstep import _core


class device:
    """A device by name: "cpu", "cuda:0". As a context manager: new arrays of this thread go there.

    with lockstep.device("cpu"):
        x = lockstep.zeros(3)
    """

    def __init__(self, name: str):
        self.name = str(name)
        self._before: list[str] = []

    def __enter__(self):
        before = _core.get_default_device()
        _core.set_default_device(self.name)
        self._before.append(before)
        return self

    def __exit__(self, *exception):
        _core.set_default_device(self._before.pop())

    def use(self) -> None:
        """New arrays of this thread go there from now on. Errors: RuntimeError where there is no such device."""
        _core.set_default_device(self.name)

    def synchronize(self) -> None:
        """Waits for all work of the device."""
        _core.synchronize(self.name)

    def __str__(self):
        return self.name

    def __repr__(self):
        return f"lockstep.device({self.name!r})"

    def __eq__(self, other):
        return self.name == str(other) if isinstance(other, (str, device)) else NotImplemented

    def __hash__(self):
        return hash(self.name)


def devices() -> list[str]:
    """Names of the devices there are, the CPU first."""
    return _core.device_names()


def synchronize(device=None) -> None:
    """Waits for all work of a device, of all devices for None."""
    _core.synchronize(None if device is None else str(device))


def memory_info(device=None) -> dict[str, int]:
    """Bytes of a device's memory: used by arrays, cached for reuse, the peak of `used`, and the limit."""
    return _core.memory_info(None if device is None else str(device))


def memory_trim(device=None) -> None:
    """Gives cached memory back to the system."""
    _core.memory_trim(None if device is None else str(device))


def set_num_threads(count: int) -> None:
    """Threads that the CPU works with; results never depend on it. 0: the processors there are."""
    _core.set_num_threads(count)


def info() -> str:
    """A report: versions, devices and why one is absent, BLAS and FFT and where they are from, memory, counters."""
    lines = [_core.library_info().rstrip(), "", f"Python {platform.python_version()}, NumPy {np.__version__}"]
    for name in devices():
        m = _core.memory_info(name)
        lines.append(f"{name}: {m['used']} bytes in arrays (peak {m['peak']}), {m['cached']} kept for reuse")
    if "cuda:0" not in devices():
        lines.append(f"CUDA: {_core.device_why('cuda') or 'no device'}")
    lines.append(f"calls that ran on another device than asked: {_core.fallback_count()} {_core.last_fallback()}".rstrip())
    return "\n".join(lines)
