// Moving elements between strided memory and packed tiles.
// Must not know types: only item sizes.
#pragma once

#include <bit>
#include <cstdint>

namespace lockstep::host {

// A strided operand over a space whose dimensions are innermost first.
struct Walk {
    int ndim;
    const int64_t* shape;
    const int64_t* strides;  // bytes
    int64_t itemsize;
};

// Elements start .. start+n of the space, in iteration order, to or from packed memory.
void gather(const Walk& walk, const char* base, int64_t start, int64_t n, char* packed);
void scatter(const Walk& walk, char* base, int64_t start, int64_t n, const char* packed);

// n items `stride` bytes apart, to or from packed memory.
void gather_items(const char* from, int64_t stride, int64_t itemsize, int64_t n, char* packed);
void scatter_items(const char* packed, int64_t itemsize, int64_t n, char* to, int64_t stride);

// Address of element `start` when the n elements from it are packed in memory or lie in one row; else null.
// `row_stride` receives the byte stride of that row.
const char* row_of_elements(const Walk& walk, const char* base, int64_t start, int64_t n, int64_t* row_stride);

inline bool is_aligned(const char* p, int64_t itemsize) {
    return reinterpret_cast<uintptr_t>(p) % static_cast<uintptr_t>(itemsize) == 0;
}

// Its row in the tables of what moves items of one width.
inline int width_class(int64_t itemsize) { return std::countr_zero(static_cast<uint64_t>(itemsize)); }

// n copies of one item.
void fill_items(char* packed, const char* item, int64_t itemsize, int64_t n);

}  // namespace lockstep::host
