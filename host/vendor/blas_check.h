// Whether a CBLAS computes right: some releases do not on newer processors.
// Must not know how the library was found.
#pragma once

#include <string>

namespace lockstep::host::vendor {

class BlasLibrary;

// Compares small products of each type with our own; which are wrong, or nothing.
std::string wrong_products(const BlasLibrary& blas);

}  // namespace lockstep::host::vendor
