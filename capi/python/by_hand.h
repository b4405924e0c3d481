// Functions of which the number of arguments says what they are.
// Must not know how a body calls the C function.
#pragma once

#include "callable.h"

namespace lockstep::python {

// arange(stop), arange(start, stop), arange(start, stop, step).
PyObject* arange_by_hand(Body body, PyObject* const* slots);
// where(condition, x, y); where(condition) is numpy.nonzero.
PyObject* where_by_hand(Body body, PyObject* const* slots);

}  // namespace lockstep::python
