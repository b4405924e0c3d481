// Which way a matrix product is computed.
// Must not know how.
#include "kernels/matmul.h"

#include <atomic>
#include <cstdlib>
#include <cstring>

#include "kernels/matmul_own.h"
#include "kernels/matmul_vendor.h"
#include "kernels/product.h"
#include "kernels/region.h"

namespace lockstep::cuda {
namespace {

std::atomic<bool>& tf32() {
    static std::atomic<bool> allowed = [] {
        const char* const mode = std::getenv("LOCKSTEP_MATMUL_MODE");
        return mode && !std::strcmp(mode, "tf32");
    }();
    return allowed;
}

// k == 1: each element of C is one product.
void multiply_outer(int ordinal, const Product& p, Stream* stream) {
    Product repeated = p;
    repeated.a.column = repeated.b.row = 0;
    multiply_regions(ordinal, matrices(repeated, repeated.a, p.type, p.m, p.n, false),
                     matrices(repeated, repeated.b, p.type, p.m, p.n, false), matrices(p, p.c, p.type, p.m, p.n, false),
                     stream);
}

}  // namespace

bool set_matmul_mode(const char* mode) {
    const bool strict = !std::strcmp(mode, "strict");
    if (!strict && std::strcmp(mode, "tf32")) return false;
    tf32() = !strict;
    return true;
}

void matmul(int ordinal, const MatmulTask& task, Stream* stream) {
    if (task.m == 0 || task.n == 0 || product({task.batch_shape, static_cast<size_t>(task.batch_ndim)}) == 0) return;
    const Product p = product_of(task);
    if (p.k == 0) {
        alignas(16) const char zero[16] = {};
        fill_region(ordinal, constant(zero, p.type), matrices(p, p.c, p.type, p.m, p.n, false), stream);
    } else if (p.k == 1) {
        multiply_outer(ordinal, p, stream);
    } else if (p.type.is_inexact()) {
        multiply_by_vendor(ordinal, p, tf32(), stream);
    } else {
        multiply_by_kernel(ordinal, p, stream);
    }
}

}  // namespace lockstep::cuda
