// arange and where: their slots put in order before the generated body reads them.
// Must not know how a body calls the C function.
#include "by_hand.h"

#include <algorithm>

namespace lockstep::python {

PyObject* arange_by_hand(Body body, PyObject* const* slots) {
    PyObject* ordered[kMaxSlots];
    std::copy(slots, slots + kMaxSlots, ordered);
    static PyObject* const zero = checked(PyLong_FromLong(0));
    static PyObject* const one = checked(PyLong_FromLong(1));
    PyObject *&start = ordered[0], *&stop = ordered[1], *&step = ordered[2];
    if (!given_or_none(step)) step = one;
    if (!given_or_none(stop)) {
        stop = start;
        start = zero;
    }
    if (!given_or_none(stop)) raise(PyExc_TypeError, "arange() requires stop to be specified.");
    if (!given_or_none(start)) start = zero;
    return body(ordered);
}

PyObject* where_by_hand(Body body, PyObject* const* slots) {
    const int values = given_or_none(slots[1]) + given_or_none(slots[2]);
    if (values == 1) raise(PyExc_ValueError, "either both or neither of x and y should be given");
    if (values == 0)
        raise(PyExc_NotImplementedError,
              "where with a condition alone (numpy.nonzero) is not there yet in Lockstep");
    return body(slots);
}

}  // namespace lockstep::python
