"""NumPy names that are answered by hand-written C functions, with the probe that compares both on a dataset's array.
Must not know how results are compared. Everything else comes from inventory.json."""

import numpy as np


def _assigned(library, array, index, value):
    library.set(array, index, value)
    return array


def _assigned_by_numpy(array, index, value):
    array[index] = value
    return array


LAST_REVERSED = (Ellipsis, slice(None, None, -1))

# NumPy's name -> (symbol, Lockstep's answer, NumPy's answer); answers are arrays, numbers or tuples of numbers.
PROBES = {
    "numpy.promote_types": ("ls_promote_types", lambda ls, a: str(ls.promote_types(a.dtype, "int8")),
                            lambda a: str(np.promote_types(a.dtype, "int8"))),
    "numpy.can_cast": ("ls_can_cast", lambda ls, a: ls.can_cast(a.dtype, "float32", "same_kind"),
                       lambda a: np.can_cast(a.dtype, "float32", "same_kind")),
    "numpy.result_type": ("ls_result_type", lambda ls, a: str(ls.result_type(a, 2.5)),
                          lambda a: str(np.result_type(a, 2.5))),
    "numpy.from_dlpack": ("ls_from_dlpack", lambda ls, a: ls.dlpack_round_trip(a).numpy(), np.from_dlpack),
    "numpy.array": ("ls_from_host", lambda ls, a: ls.from_host(a[::-1]).numpy(), lambda a: np.array(a[::-1])),
    "numpy.shape": ("ls_array_shape", lambda ls, a: ls.array(a).shape, np.shape),
    "numpy.ndim": ("ls_array_ndim", lambda ls, a: ls.array(a).ndim, np.ndim),
    "numpy.size": ("ls_array_size", lambda ls, a: ls.array(a).size, np.size),
    "numpy.ndarray.shape": ("ls_array_shape", lambda ls, a: ls.array(a).shape, lambda a: a.shape),
    "numpy.ndarray.strides": ("ls_array_strides", lambda ls, a: ls.array(a).strides, lambda a: a.strides),
    "numpy.ndarray.ndim": ("ls_array_ndim", lambda ls, a: ls.array(a).ndim, lambda a: a.ndim),
    "numpy.ndarray.size": ("ls_array_size", lambda ls, a: ls.array(a).size, lambda a: a.size),
    "numpy.ndarray.itemsize": ("ls_array_itemsize", lambda ls, a: ls.array(a).itemsize, lambda a: a.itemsize),
    "numpy.ndarray.nbytes": ("ls_array_nbytes", lambda ls, a: ls.array(a).nbytes, lambda a: a.nbytes),
    "numpy.ndarray.dtype": ("ls_array_dtype", lambda ls, a: str(ls.array(a).dtype), lambda a: str(a.dtype)),
    "numpy.ndarray.item": ("ls_item", lambda ls, a: ls.item(a.reshape(-1)[:1]), lambda a: a.reshape(-1)[:1][0]),
    "numpy.ndarray.view": ("ls_array_view", lambda ls, a: ls.view(a).numpy(), lambda a: a.view()),
    "numpy.ndarray.__getitem__": ("ls_get", lambda ls, a: ls.get(a, LAST_REVERSED).numpy(), lambda a: a[LAST_REVERSED]),
    "numpy.ndarray.__setitem__": ("ls_set", lambda ls, a: _assigned(ls, a, LAST_REVERSED, a.copy()),
                                  lambda a: _assigned_by_numpy(a, LAST_REVERSED, a.copy())),
}
