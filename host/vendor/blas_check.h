// Whether a CBLAS computes right: some releases do not on newer processors.
// Must not know how the library was found.
#pragma once

#include <string>

namespace lockstep::host::vendor {

class BlasLibrary;

// Compares small products of each type with our own; the name of a CBLAS function that is wrong, or nothing.
std::string wrong_product(const BlasLibrary& blas);

}  // namespace lockstep::host::vendor
