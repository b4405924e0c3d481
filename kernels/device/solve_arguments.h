// What the kernels around cuSOLVER are launched with. Matrices are column-major; steps count elements.
// Must not know element types. Freestanding, for host and device.
#pragma once

#include "kernels/device/reduce_arguments.h"

namespace lockstep::device {

inline constexpr int kSolveThreads = 256;

// out[rows, columns] = in, where the triangle is, else 0; `in` may be `out`.
struct TriangleArguments {
    int64_t count;  // of all elements of `out`
    reduction::Divider<uint64_t> rows, columns;
    const char* in;
    char* out;
    int64_t in_leading, in_matrix;
    bool upper;
};

struct AddressArguments {
    int64_t count;
    char* first;
    int64_t stride;  // bytes
    char** addresses;
};

// Columns of q[rows, columns] = H(0) H(1) ... H(reflectors - 1) of a[rows, .], a thread each.
struct ReflectorArguments {
    int64_t count;  // of all columns
    reduction::Divider<uint64_t> columns;
    int64_t rows, reflectors;
    const char *a, *tau;
    int64_t a_matrix;  // elements from matrix to matrix; of tau, `reflectors`
    char* q;
};

// Complex vectors of a real matrix from LAPACK's pairs of real columns.
struct PairArguments {
    int64_t count;  // of all elements
    reduction::Divider<uint64_t> n;
    const char *values, *pairs;
    char* vectors;
};

}  // namespace lockstep::device
