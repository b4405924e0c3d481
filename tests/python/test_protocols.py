"""The protocols by which arrays and other libraries work on the same memory, each against its real partner.
Must not know algorithms."""

import array
import gc
import hashlib
import weakref

import ml_dtypes
import numpy as np
import pytest

import lockstep as ls
from arrays import NUMPY_DTYPES, make, ordinary_values

pytestmark = pytest.mark.usefixtures("on_cpu")
BF16 = np.dtype(ml_dtypes.bfloat16)
LAYOUTS = ["contiguous", "fortran", "strided", "reversed"]


def address(x):
    return x.__array_interface__["data"][0]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_asarray_adopts(layout, rng):
    for dtype in [*NUMPY_DTYPES, BF16]:
        theirs = make((3, 4), dtype, layout, rng, ordinary_values)
        ours = ls.asarray(theirs)
        assert ours.strides == theirs.strides and ours.dtype == dtype
        back = ls.asnumpy(ours)
        assert back.ctypes.data == theirs.ctypes.data and back.strides == theirs.strides and back.dtype == dtype
        theirs[0, 0] = 1
        assert float(ours[0, 0].real) == 1
        if dtype != BF16:
            assert np.asarray(ours).ctypes.data == theirs.ctypes.data == address(ours)
            assert memoryview(ours).strides == theirs.strides and memoryview(ours).format is not None


def test_the_view_keeps_the_storage_alive():
    x = ls.arange(1000.0)
    for view in (np.asarray(x), memoryview(x), np.from_dlpack(x), ls.asnumpy(x[3:])):
        before = bytes(view[:5])
        y = ls.asarray(np.asarray(view))
        del view
        gc.collect()
        assert bytes(memoryview(y[:5])) == before
    source = np.arange(1000.0)
    gone = weakref.ref(source)
    ours = ls.asarray(source)[10:]
    del source
    gc.collect()
    assert gone() is not None and ours[0].item() == 10
    del ours
    gc.collect()
    assert gone() is None


def test_buffers_of_others():
    assert ls.asarray(array.array("d", [1, 2, 3])).tolist() == [1, 2, 3]
    assert ls.asarray(memoryview(b"abc")).dtype == "u1"
    with pytest.raises((TypeError, ValueError, BufferError)):
        memoryview(ls.zeros(3, dtype="f8")).cast("B")[0] = b"xx"
    assert hashlib.sha1(ls.ones(3)).digest() == hashlib.sha1(np.ones(3)).digest()
    with pytest.raises((BufferError, ValueError)):
        hashlib.sha1(ls.ones(6)[::2])  # wants contiguous memory
    with pytest.raises(TypeError, match="read-only"):
        memoryview(ls.broadcast_to(ls.ones(1), (3,)))[0] = 1.0


def test_what_asarray_takes():
    assert ls.asarray(3).dtype == "i8" and ls.asarray(3.0).dtype == "f8" and ls.asarray([1, 2.5]).dtype == "f8"
    assert ls.asarray([ls.arange(3), ls.arange(3)]).shape == (2, 3)
    assert ls.asarray(np.arange(3, dtype=">i4")).dtype == np.dtype("i4")
    assert ls.array([[1, 2], [3, 4]], dtype="f4", order="F").flags.f_contiguous and ls.array(3, ndmin=2).shape == (1, 1)
    x = np.arange(3.0)
    assert not np.shares_memory(ls.asnumpy(ls.array(x)), x) and np.shares_memory(ls.asnumpy(ls.asarray(x)), x)
    assert ls.asarray(ls.asarray(x)) is not None and ls.asarray(x, copy=True).tolist() == x.tolist()
    same = ls.ones(3)
    assert ls.asarray(same) is same and ls.array(same) is not same and not ls.shares_memory(ls.array(same), same)
    with pytest.raises(ValueError):
        ls.asarray(x, dtype="i4", copy=False)
    for wrong in (["a", "b"], [object()], np.array(["2020"], "M8[D]"), np.longdouble(1)):
        with pytest.raises(TypeError, match="no dtype"):
            ls.asarray(wrong)
    with pytest.raises(ValueError):
        ls.asarray([[1, 2], [3]])


def test_numpy_functions_stay_ours(rng):
    x, y = ls.asarray(rng.standard_normal((3, 4))), ls.ones(4)
    for result in (
        np.add(x, y),
        np.add(np.ones(4), x),
        np.sum(x, axis=0),
        np.exp(x),
        np.concatenate([x, x]),
        np.mean(x),
        np.dot(x, y),
        np.where(x > 0, x, 0),
        np.fft.rfft(y),
        np.add.reduce(x),
        np.multiply.outer(y, y),
        np.zeros_like(x),
        np.clip(x, 0, 1),
    ):
        assert type(result) is ls.ndarray
    assert np.shape(x) == (3, 4) and np.ndim(x) == 2
    out = ls.zeros((3, 4))
    assert np.add(x, y, out=out) is out and out.tolist() == (x + y).tolist()
    theirs = np.zeros((3, 4))
    ls.add(x, y, out=theirs)
    assert theirs.tolist() == out.tolist()
    with pytest.raises(TypeError, match="numpy.tan is not there yet"):
        np.tan(x)
    with pytest.raises(TypeError, match="numpy.histogram is not there yet"):
        np.histogram(x)


def test_array_protocol():
    x = ls.arange(3)
    assert np.array(x, dtype="f4").dtype == "f4" and np.asarray(x).tolist() == [0, 1, 2]
    assert not np.shares_memory(np.array(x), np.asarray(x))
    assert x.__array__(copy=True) is not None
    with pytest.raises(ValueError):
        x.__array__(np.dtype("f4"), copy=False)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_dlpack_both_ways(layout, rng):
    for dtype in NUMPY_DTYPES:
        theirs = make((3, 4), dtype, layout, rng, ordinary_values)
        ours = ls.from_dlpack(theirs)
        assert address(ours) == theirs.ctypes.data and ours.strides == theirs.strides and ours.dtype == dtype
        back = np.from_dlpack(ours)
        assert back.ctypes.data == theirs.ctypes.data and back.strides == theirs.strides and back.dtype == dtype
        assert ls.from_dlpack(ours).tolist() == theirs.tolist()
    assert not ls.shares_memory(ls.from_dlpack(theirs, copy=True), ls.from_dlpack(theirs))


def test_dlpack_details():
    x = ls.ones(3)
    assert x.__dlpack_device__() == (1, 0)
    assert "dltensor_versioned" in repr(x.__dlpack__(max_version=(1, 0))) and '"dltensor"' in repr(x.__dlpack__())
    capsule = x.__dlpack__(max_version=(1, 0))
    assert ls._core.from_capsule(capsule).tolist() == [1, 1, 1]
    with pytest.raises(ValueError, match="fresh"):
        ls._core.from_capsule(capsule)
    with pytest.raises(BufferError):
        x.__dlpack__(dl_device=(2, 0))
    with pytest.raises(BufferError):
        ls.broadcast_to(x, (2, 3)).__dlpack__()
    assert np.from_dlpack(ls.broadcast_to(x, (2, 3))).flags.writeable is False


def test_no_cuda_interface_on_the_cpu():
    with pytest.raises(AttributeError, match="CUDA"):
        ls.ones(3).__cuda_array_interface__
    assert not hasattr(ls.ones(3), "__cuda_array_interface__")


def test_array_namespace():
    x = ls.ones(3)
    assert x.__array_namespace__() is ls and x.__array_namespace__(api_version="2024.12") is ls
    with pytest.raises(ValueError):
        x.__array_namespace__(api_version="1999.12")
    info = ls.__array_namespace_info__()
    assert (
        info.default_device() == "cpu"
        and "cpu" in info.devices()
        and info.dtypes(kind="real floating").keys() == {"float32", "float64"}
    )
    assert info.default_dtypes()["integral"] == "i8" and info.capabilities()["boolean indexing"] is False


def test_array_api_names_that_are_present_conform():
    x = ls.asarray([[3.0, 1.0], [2.0, 4.0]])
    assert ls.permute_dims(x, (1, 0)).tolist() == [[3, 2], [1, 4]] and ls.concat([x, x]).shape == (4, 2)
    assert (
        ls.astype(x, ls.int32).dtype == ls.int32
        and ls.pow(x, 2).tolist() == [[9, 1], [4, 16]]
        and ls.abs(-x).tolist() == x.tolist()
    )
    assert ls.isdtype(x.dtype, "real floating") and ls.result_type(x, 1) == ls.float64 and ls.can_cast(ls.int32, ls.float64)
    assert ls.expand_dims(x, axis=0).shape == (1, 2, 2) and x.to_device("cpu") is x and x.device == "cpu"
    assert ls.pi == np.pi and ls.newaxis is None and ls.finfo(ls.float32).bits == 32
