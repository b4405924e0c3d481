// Quantiles of weighted elements: NumPy's inverted_cdf with weights.
// Must not know how axes are written.
#pragma once

#include "runtime/array/array.h"
#include "runtime/array/axes.h"
#include "runtime/numpy/quantile_points.h"

namespace lockstep {

// Throws what NumPy raises for another method, for weights whose shape fits neither a nor its axes, for negative ones.
void check_weights(const Array& weights, const Array& a, const Axes& axis, QuantileMethod method);
// The weights with a's axes: those that only the given axes have are repeated along the others.
Array weights_like(const Array& weights, const Array& a, const Axes& axis);

// For each row the first element, in order, at which the cumulated weight reaches q of the whole. Rows and weights have
// one shape. NaN where a row has one; with ignore_nan only where it has nothing else.
Array weighted_quantiles(const Array& rows, const Array& weights, const Quantiles& q, bool ignore_nan, const Array* out);

}  // namespace lockstep
