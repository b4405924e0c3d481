// The functions of complex numbers: arithmetic with NumPy's bits, and the elementary functions.
// Knows nothing itself.
#pragma once

#include "runtime/scalar/complex_arithmetic.h"
#include "runtime/scalar/complex_elementary.h"
#include "runtime/scalar/complex_power.h"
