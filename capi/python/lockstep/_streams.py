"""Streams and events of a device, and the cache of compiled kernels.
Must not know operations."""

import threading

from lockstep import _core
from lockstep._core import Event

_threads = threading.local()  # by device name the current stream, where one was chosen; what `with` blocks go back to


class Stream(_core.Stream):
    """A queue of work on a device (the default one for None). On the CPU calls are done when they return.

    As a context manager the stream is this thread's current one inside the block:

        with lockstep.Stream("cuda:0") as stream:
            y = lockstep.exp(x)
        stream.synchronize()

    Arrays may be used on any stream: a call waits for what other streams still do with its arrays. `use()` makes the
    stream current until another one is; `done`, `ptr` (the cudaStream_t, 0 on the CPU) and `device` tell of it.
    Errors: RuntimeError where there is no such device; `synchronize()` raises what the work met, such as IndexError.
    """

    def use(self) -> None:
        """Makes it this thread's current stream of its device."""
        super().use()
        _threads.__dict__[self.device] = self

    def __enter__(self):
        before = _threads.__dict__.get(self.device)
        self.use()
        _threads.__dict__.setdefault("entered", []).append(before)
        return self

    def __exit__(self, *exception):
        before = _threads.entered.pop()
        if before is None:
            del _threads.__dict__[self.device]
            _core.reset_stream(self.device)
        else:
            before.use()

    def record(self, event: Event | None = None) -> Event:
        """Marks the end of the work queued so far, in a new event for None; returns the event."""
        event = Event(self.device) if event is None else event
        event.record(self)
        return event


def elapsed_time(start: Event, end: Event) -> float:
    """Milliseconds between two recorded events of one device; waits for `end`. Errors: ValueError for others."""
    return _core.elapsed_time(start, end)


def kernel_cache_info() -> dict[str, int | str]:
    """Where compiled kernels came from in this process (from_pack, from_disk, compiled), and the cache on disk: entries, bytes,
    limit of bytes, folder ("" where nothing is kept). All 0 without a GPU."""
    return _core.kernel_cache_info()


def kernel_cache_warm(device=None) -> int:
    """Compiles what common calls need and neither pack nor cache holds; returns how many kernels there are then.
    Errors: RuntimeError where a compiler is needed and none is found."""
    return _core.kernel_cache_warm(None if device is None else str(device))


def kernel_cache_clear(device=None) -> None:
    """Empties the cache on disk: that of a device's kind, all of it for None."""
    _core.kernel_cache_clear(None if device is None else str(device))


def set_matmul_mode(mode: str) -> None:
    """How GPUs multiply float32 and complex64 matrices: "strict" (the default) or "tf32", which rounds the factors to 11
    bits first. Of the process. Errors: ValueError for another name."""
    _core.set_matmul_mode(mode)
