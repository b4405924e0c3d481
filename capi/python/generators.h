// Bit streams and what draws from them, as Python objects.
// Must not know distributions.
#pragma once

#include "error.h"

namespace nanobind {
class module_;
}

namespace lockstep::python {

// The handle of a generator object; TypeError for another object, ValueError for one that has no stream yet.
ls_bitgen* generator_in(PyObject* value);

// lockstep._core: BitStream, Generator, the hash of SeedSequence.
void add_generators(nanobind::module_& m);
// The methods of Generator and RandomState as descriptors, by "Generator.random" and the like.
PyObject* generator_methods(PyTypeObject* type);

}  // namespace lockstep::python
