// Functions of which the number or kind of arguments says what they are.
// Must not know how a body calls the C function.
#pragma once

#include "callable.h"

namespace lockstep::python {

// arange(stop), arange(start, stop), arange(start, stop, step).
PyObject* arange_by_hand(Body body, PyObject* const* slots);
// where(condition, x, y); where(condition) is numpy.nonzero.
PyObject* where_by_hand(Body body, PyObject* const* slots);
// One array, or with sparse a tuple of them.
PyObject* indices_by_hand(Body body, PyObject* const* slots);
// A list without items is one of integers.
PyObject* ix__by_hand(Body body, PyObject* const* slots);
// mode may be a tuple, one for each dimension: C takes them with commas between.
PyObject* ravel_multi_index_by_hand(Body body, PyObject* const* slots);
// axes is a number, or the pair that C takes as a_axes and b_axes.
PyObject* tensordot_by_hand(Body body, PyObject* const* slots);
PyObject* linalg_tensordot_by_hand(Body body, PyObject* const* slots);
// With NumPy's DeprecationWarning for vectors of two components.
PyObject* cross_by_hand(Body body, PyObject* const* slots);
// ord may be a name, which C takes as norm.
PyObject* linalg_norm_by_hand(Body body, PyObject* const* slots);
PyObject* linalg_matrix_norm_by_hand(Body body, PyObject* const* slots);
PyObject* linalg_vector_norm_by_hand(Body body, PyObject* const* slots);
// Subscripts and operands, or operands with lists of labels.
PyObject* einsum_by_hand(Body body, PyObject* const* slots);
// The path as a list, and a report on it.
PyObject* einsum_path_by_hand(Body body, PyObject* const* slots);

// Methods that change their array and return None: the slot of `out` gets the array.
PyObject* into_self(Body body, PyObject* const* slots, int self, int out);
// One array where no more are asked for, else a tuple.
PyObject* unique_by_hand(Body body, PyObject* const* slots);
PyObject* intersect1d_by_hand(Body body, PyObject* const* slots);
// Named tuples.
PyObject* unique_all_by_hand(Body body, PyObject* const* slots);
PyObject* unique_counts_by_hand(Body body, PyObject* const* slots);
PyObject* unique_inverse_by_hand(Body body, PyObject* const* slots);
PyObject* linalg_eig_by_hand(Body body, PyObject* const* slots);
PyObject* linalg_eigh_by_hand(Body body, PyObject* const* slots);
PyObject* linalg_slogdet_by_hand(Body body, PyObject* const* slots);
// Named tuples, or one array where no vectors are asked for.
PyObject* linalg_qr_by_hand(Body body, PyObject* const* slots);
PyObject* linalg_svd_by_hand(Body body, PyObject* const* slots);
// p is a number or the name of a norm.
PyObject* linalg_cond_by_hand(Body body, PyObject* const* slots);
// rtol=None is another rule than no rtol.
PyObject* linalg_pinv_by_hand(Body body, PyObject* const* slots);

}  // namespace lockstep::python
