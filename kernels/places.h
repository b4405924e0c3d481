// The places of an indexing task as numbers, one for each point of the dimensions that indices span.
// Must not know elements.
#pragma once

#include "kernels/cuda.h"
#include "kernels/device/index_arguments.h"
#include "kernels/index_space.h"

namespace lockstep::cuda {

// A place is numbered by its bytes from the lowest place of all, over `unit`.
struct PlaceNumbers {
    int64_t first, unit;  // what was added; bytes between places
    int64_t count;        // numbers are below it
};

// With array: the array's own steps along spanned dimensions count, too, and numbers are close to each other:
// `unit` is the greatest step that all are multiples of. Else the unit is a byte.
PlaceNumbers number_places(const IndexSpace& space, bool with_array);
// Writes space.places numbers. An index out of range is reported, and noted in `bad` where that is not null.
void write_places(int ordinal, const IndexSpace& space, const PlaceNumbers& numbers, bool with_array,
                  int64_t* places, unsigned* bad, Stream* stream);

device::IndexErrors index_errors(int ordinal, const IndexTask& task, unsigned* bad);
// `unit`: what index steps are counted in.
device::IndexedAxis indexed_axis(const IndexOperand& index, int64_t unit);

}  // namespace lockstep::cuda
