// Elements of arrays at computed places: gather, scatter, and what a mask selects.
// Must not know any particular backend, nor how an index expression of NumPy's is written.
#pragma once

#include <memory>

#include "runtime/array/array.h"
#include "runtime/exec/backend.h"
#include "runtime/exec/device.h"

namespace lockstep {

// Up to kMaxDims arrays, used like Array[kMaxDims]; the first two cost no heap memory, the others nothing while unused.
class IndexArrays {
  public:
    IndexArrays() = default;
    IndexArrays(const IndexArrays& other) { *this = other; }
    IndexArrays& operator=(const IndexArrays& other) {
        for (int k = 0; k < kFew; ++k) few_[k] = other.few_[k];
        for (int k = kFew; other.many_ && k < kMaxDims; ++k) (*this)[k] = other[k];
        return *this;
    }
    Array& operator[](int k) {
        if (k < kFew) return few_[k];
        if (!many_) many_ = std::make_unique<Array[]>(kMaxDims - kFew);
        return many_[static_cast<size_t>(k - kFew)];
    }
    const Array& operator[](int k) const { return k < kFew ? few_[k] : many_[static_cast<size_t>(k - kFew)]; }

  private:
    static constexpr int kFew = 2;
    Array few_[kFew];
    std::unique_ptr<Array[]> many_;
};

// Places in `array` over a space of their own: p[d] steps by strides[d] bytes, and indices[k][p] picks along axis axes[k].
struct Places {
    Array array;
    Dims shape;                // of the space, any sizes
    Dims strides;              // bytes of array per dimension of the space; 0 where only indices span it
    int count = 0;             // of indices
    IndexArrays indices;       // int64, each broadcasts to `shape`
    int axes[kMaxDims];        // of array
    OutOfRange mode = OutOfRange::raise;
};

// values[p] = array at p's place. `values` has the space's shape and the array's dtype; it may overlap the array.
void run_gather(const Places& places, const Array& values);

// a[index] along the first axis into a fresh array, without the bookkeeping of Places: half the time of a small call. False where
// it does not apply: `a` packed, `index` int64 and packed beside it, neither empty.
bool take_packed(const Array& a, const Array& index, OutOfRange mode, Array& result);

// The same for a[index] = values, one value or one for each, of a's dtype: both 1-D, in memory that the host reaches.
bool put_packed(const Array& a, const Array& index, const Array& values);

// The array at p's place = values[p], in C order: the last one wins. With an operation of two inputs, array = op(array,
// value) in C order; with one of one input, array = op(array), and `values` is ignored. `values` broadcasts to the space, is
// of the array's dtype and may overlap it. Nothing is written when the CPU finds an index out of range; see Backend.
void run_scatter(const Places& places, const Array& values, Op op = Op::copy);

// Throws index_error as the calls above would; for those that ask though their space is empty.
void check_places(const Places& places);

// How many elements of a bool array are true. Waits for the device.
int64_t count_true(const Array& mask);

// The elements of `a` where mask is true, C order, into the 1-D `packed` of a's dtype with count_true(mask) elements. Mask
// and array have one shape.
void pack_selected(const Array& mask, const Array& a, const Array& packed);
// The reverse: a[mask] = packed; one element serves all places.
void unpack_selected(const Array& mask, const Array& a, const Array& packed);
// a[mask] = value, one element of a's dtype, without counting first.
void fill_selected(const Array& mask, const Array& a, const Array& value);
// Coordinates of the true elements, C order: `out` is int64 of shape (mask.ndim, count_true(mask)), C-contiguous.
void selected_positions(const Array& mask, const Array& out);

}  // namespace lockstep
