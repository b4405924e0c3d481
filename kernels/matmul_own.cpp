// Integer and bool products: a reduction where one side is a vector, else tiles, split along the sum when they are few.
// Must not know tasks.
#include "kernels/matmul_own.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "kernels/compile/kernel.h"
#include "kernels/device/gemm.h"
#include "kernels/reduce.h"
#include "kernels/region.h"
#include "kernels/source/gemm_source.h"

namespace lockstep::cuda {
namespace {

// n == 1: C[i] = sum of A[i, :] * x, as a reduction over two inputs, of which x repeats. Bound by memory, like any other.
void multiply_by_vector(int ordinal, const Product& p, Stream* stream) {
    Program program;
    const Register x = program.input(p.type), y = program.input(p.type);
    program.reduce(p.type.is_bool() ? Monoid::logical_or : Monoid::add, program.push(Op::multiply, p.type, x, y));

    const bool horizontal = p.m == 1 || std::llabs(p.a.column) <= std::llabs(p.a.row);
    int ndim = 0;
    int64_t shape[kMaxDims], strides[2][kMaxDims], out_strides[kMaxDims];  // innermost first
    const auto push = [&](int64_t n, int64_t a, int64_t b, int64_t c) {
        shape[ndim] = n;
        strides[0][ndim] = a;
        strides[1][ndim] = b;
        out_strides[ndim++] = c;
    };
    if (horizontal) push(p.k, p.a.column, p.b.row, 0);
    if (p.m > 1) push(p.m, p.a.row, 0, p.c.row);
    if (!horizontal) push(p.k, p.a.column, p.b.row, 0);
    for (int d = p.batch_ndim - 1; d >= 0; --d) push(p.batch_shape[d], p.a.batch[d], p.b.batch[d], p.c.batch[d]);

    const Operand operands[] = {{p.a.data, strides[0], false, false, false}, {p.b.data, strides[1], false, false, false}};
    const int64_t unit = horizontal ? p.k : 1;
    alignas(16) const char zero[16] = {};
    reduce(ordinal, {&program, ndim, shape, out_strides, 2, operands, false, horizontal, horizontal ? 1 : 0, unit, unit,
                     p.c.data, zero},
           stream);
}

// How far elements of the factor lie from its first, at most, in elements.
int64_t reach(const Product& p, const Factor& f, int64_t rows, int64_t columns) {
    const int64_t item = p.type.itemsize();
    int64_t far = (rows - 1) * (std::llabs(f.row) / item) + (columns - 1) * (std::llabs(f.column) / item);
    for (int d = 0; d < p.batch_ndim; ++d) far += (p.batch_shape[d] - 1) * (std::llabs(f.batch[d]) / item);
    return far;
}

int64_t tiles_of(int64_t n) { return (n + device::kGemmTile - 1) / device::kGemmTile; }

struct Split {
    int64_t pieces, depth;
};

// Few tiles leave multiprocessors idle: then each tile's sum is cut into pieces of at least 256 products.
Split split_of(int ordinal, const Product& p, int64_t tiles) {
    const int64_t wanted = 2 * static_cast<int64_t>(properties(ordinal).multiprocessors) / tiles;
    const int64_t pieces = std::clamp<int64_t>(wanted, 1, std::max<int64_t>(1, p.k / 256));
    const int64_t unit = device::kGemmDepth, depth = ((p.k + pieces - 1) / pieces + unit - 1) / unit * unit;
    return {(p.k + depth - 1) / depth, depth};
}

template <class Offset>
void launch_tiles(int ordinal, const Product& p, const Factor& c, int64_t c_item, int64_t tiles, const Split& split,
                  Stream* stream) {
    static KernelTable& kernels = *new KernelTable;
    constexpr bool wide = sizeof(Offset) == 8;
    const char signature[] = {p.type.is_bool() ? '?' : static_cast<char>('0' + p.type.itemsize()), wide};
    const Kernel kernel = kernels.find(ordinal, {signature, 2}, [&] { return gemm_source(p.type, wide); });

    const int64_t item = p.type.itemsize();
    const auto elements = [](int64_t bytes, int64_t size) { return static_cast<Offset>(bytes / size); };
    device::GemmArguments<Offset> g{};
    g.a = p.a.data;
    g.b = p.b.data;
    g.c = c.data;
    g.m = static_cast<Offset>(p.m);
    g.n = static_cast<Offset>(p.n);
    g.k = static_cast<Offset>(p.k);
    g.a_row = elements(p.a.row, item);
    g.a_column = elements(p.a.column, item);
    g.b_row = elements(p.b.row, item);
    g.b_column = elements(p.b.column, item);
    g.c_row = elements(c.row, c_item);
    g.c_column = elements(c.column, c_item);
    g.batch_ndim = p.batch_ndim;
    for (int d = 0; d < p.batch_ndim; ++d) {
        g.batch_shape[d] = static_cast<Offset>(p.batch_shape[d]);
        g.a_batch[d] = elements(p.a.batch[d], item);
        g.b_batch[d] = elements(p.b.batch[d], item);
        g.c_batch[d] = elements(c.batch[d], c_item);
    }
    g.row_tiles = static_cast<Offset>(tiles_of(p.m));
    g.column_tiles = static_cast<Offset>(tiles_of(p.n));
    g.splits = static_cast<Offset>(split.pieces);
    g.depth = static_cast<Offset>(split.depth);
    g.tiles = static_cast<Offset>(tiles * split.pieces);
    Grid grid;
    grid.blocks[0] = static_cast<unsigned>(std::min<int64_t>(tiles * split.pieces, int64_t{1} << 20));
    grid.threads[0] = device::kGemmThreads;
    launch(kernel, grid, &g, stream);
}

// At most kGemmBatchDims batch dimensions.
void multiply_tiles(int ordinal, const Product& p, Stream* stream) {
    const int64_t tiles = tiles_of(p.m) * tiles_of(p.n) * p.batches();
    const Split split = split_of(ordinal, p, tiles);
    const DType sum = p.type.itemsize() == 8 ? types::uint64_ : types::uint32_;
    std::optional<Workspace> sums;
    Factor c = p.c;
    if (split.pieces > 1) {
        const int64_t bytes = packed_bytes(p, p.c, sum.itemsize(), p.m, p.n);
        sums.emplace(ordinal, bytes, stream);
        c = packed(p, p.c, sums->data(), sum.itemsize(), p.m, p.n);
        const DeviceScope scope(ordinal);
        check(cudaMemsetAsync(c.data, 0, static_cast<size_t>(bytes), queue_of(stream)), "cudaMemsetAsync");
    }
    constexpr int64_t kNarrow = (int64_t{1} << 31) - 2 * device::kGemmTile;
    const bool narrow = std::max({reach(p, p.a, p.m, p.k), reach(p, p.b, p.k, p.n), reach(p, p.c, p.m, p.n), p.m, p.n, p.k}) <
                            kNarrow &&
                        tiles * split.pieces < (int64_t{1} << 30);
    const int64_t c_item = split.pieces > 1 ? sum.itemsize() : p.type.itemsize();
    if (narrow) launch_tiles<int32_t>(ordinal, p, c, c_item, tiles, split, stream);
    else launch_tiles<int64_t>(ordinal, p, c, c_item, tiles, split, stream);
    if (sums)
        copy_region(ordinal, matrices(p, c, sum, p.m, p.n, true), matrices(p, p.c, p.type, p.m, p.n, true), stream);
}

}  // namespace

void multiply_by_kernel(int ordinal, Product p, Stream* stream) {
    if (p.m == 1) transpose(p);
    if (p.n == 1) return multiply_by_vector(ordinal, p, stream);
    if (p.batch_ndim <= device::kGemmBatchDims) return multiply_tiles(ordinal, p, stream);
    // More batch dimensions than a kernel takes: the outermost one by one.
    Product inner = p;
    --inner.batch_ndim;
    for (Factor* f : {&inner.a, &inner.b, &inner.c}) std::copy(f->batch + 1, f->batch + p.batch_ndim, f->batch);
    std::copy(p.batch_shape + 1, p.batch_shape + p.batch_ndim, inner.batch_shape);
    for (int64_t i = 0; i < p.batch_shape[0]; ++i) {
        inner.a.data = p.a.data + i * p.a.batch[0];
        inner.b.data = p.b.data + i * p.b.batch[0];
        inner.c.data = p.c.data + i * p.c.batch[0];
        multiply_by_kernel(ordinal, inner, stream);
    }
}

}  // namespace lockstep::cuda
