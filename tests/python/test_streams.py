"""Streams, events and the cache of kernels from Python, on the device under test.
Must not know how a device queues work."""

import gc
import threading

import numpy as np
import pytest

import lockstep as ls


@pytest.fixture
def device():
    return ls._core.get_default_device()


def test_work_on_a_stream(device):
    x = ls.asarray(np.arange(1000.0), device=device)
    with ls.Stream(device) as stream:
        y = ls.add(x, 1)
        event = stream.record()
    z = ls.multiply(y, 2)  # of another stream: waits for the first by itself
    assert np.array_equal(ls.asnumpy(z), (np.arange(1000.0) + 1) * 2)
    stream.synchronize()
    event.synchronize()
    assert stream.done and event.done and stream.device == event.device == device
    assert isinstance(stream.ptr, int)


def test_blocks_within_blocks(device):
    outer, inner = ls.Stream(device), ls.Stream(device)
    x = ls.ones(10, device=device)
    with outer:
        x += 1
        with inner:
            x *= 3
            with outer:
                x -= 2
        x += 1
    assert float(x.sum()) == 50


def test_events_order_streams_and_time(device):
    a, b = ls.Stream(device), ls.Stream(device)
    start, end = ls.Event(device), ls.Event(device)
    assert start.done  # never recorded
    with a:
        start.record()
        x = ls.zeros(1000, device=device) + 1
        end.record(a)
    b.wait_event(end)
    with b:
        y = x + x
    assert float(y.sum()) == 2000
    assert ls.elapsed_time(start, end) >= 0
    with pytest.raises(ValueError):
        ls.elapsed_time(ls.Event(device), end)


def test_errors_and_lifetime(device):
    with pytest.raises(RuntimeError):
        ls.Stream("nonsense:0")
    with pytest.raises(RuntimeError):
        ls.Event("nonsense:0")
    for _ in range(200):  # more than may be alive at once
        with ls.Stream(device):
            x = ls.ones(3, device=device)
        del x
    gc.collect()


def test_streams_of_threads(device):
    sums = []

    def work(k):
        with ls.Stream(device):
            x = ls.full(500, float(k), device=device)
            for _ in range(20):
                x = x + 1
            sums.append((k, float(x.sum())))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(sums) == [(k, 500.0 * (k + 20)) for k in range(6)]


def test_kernel_cache_and_modes():
    info = ls.kernel_cache_info()
    assert info.keys() == {"from_pack", "from_disk", "compiled", "entries", "bytes", "limit", "folder"}
    for mode in ("tf32", "strict"):
        ls.set_matmul_mode(mode)
    with pytest.raises(ValueError):
        ls.set_matmul_mode("fast")
