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

}  // namespace lockstep::python
