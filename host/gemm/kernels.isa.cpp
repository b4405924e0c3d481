// The kernels of one instruction set, named by LS_ISA (v2, v3, v4 or plain): compiled once for each.
// Only `kernels` may be visible outside this object: whatever the linker could merge would run on the wrong
// processor.
#include "host/gemm/kernel.h"

#include "host/gemm/lanes.h"
#include "host/gemm/pack.h"
#include "host/gemm/thin.h"
#include "host/gemm/tile.h"

namespace lockstep::host::gemm::LS_ISA {
namespace {

template <class E>
void finish(int64_t m, int64_t n, const void* accumulated, int64_t from_row, void* result, int64_t c_row,
            int64_t c_col) {
    const auto* from = static_cast<const typename E::Result*>(accumulated);
    auto* c = static_cast<typename E::Element*>(result);
    for (int64_t i = 0; i < m; ++i) {
        const auto* row = from + i * from_row;
        auto* to = c + i * c_row;
        if (c_col == 1) {
            for (int64_t j = 0; j < n; ++j) to[j] = E::finish(row[j], 0);
        } else {
            for (int64_t j = 0; j < n; ++j) to[j * c_col] = E::finish(row[j], 0);
        }
    }
}

// Registers: mr * nv accumulators per plane, nv of B per plane, and one for A, within the set's 32 (v4)
// or 16.
#if defined(__AVX512F__)
constexpr int real_mr = 12, real_nv = 2, complex_mr = 6, complex_nv = 2, wide_mr = 12;
#elif defined(__AVX2__)
constexpr int real_mr = 6, real_nv = 2, complex_mr = 6, complex_nv = 1, wide_mr = 4;
#else
constexpr int real_mr = 4, real_nv = 2, complex_mr = 3, complex_nv = 1, wide_mr = 4;
#endif

constexpr int64_t round_up(int64_t n, int64_t unit) { return (n + unit - 1) / unit * unit; }

// E: the packed product, S: the thin one. A's block (rows * depth) is to stay in L2, a panel of B in L1.
template <class E, class S, int mr, int nv>
constexpr Kernel make_kernel() {
    using Lane = typename E::Lane;
    constexpr int nr = nv * Lanes<Lane>::count;
    constexpr int64_t lane = sizeof(Lane) * E::planes;
    constexpr int64_t steps = 2048 / lane;
    Kernel kernel = {};
    kernel.mr = mr;
    kernel.nr = nr;
    kernel.depth = steps * E::k_unit;
    kernel.rows = round_up(128, mr);
    kernel.columns = round_up(512, nr);
    kernel.k_unit = E::k_unit;
    kernel.a_step = mr * lane;
    kernel.b_step = nr * lane;
    kernel.element = sizeof(typename E::Element);
    kernel.strip = Thin<S>::strip;
    kernel.dot_strip = dot_columns;
    if constexpr (E::k_unit == 1) {
        kernel.pack_a = pack<E, mr>;
        kernel.pack_b = pack<E, nr>;
    } else {
        kernel.pack_a = pack_bits<mr>;
        kernel.pack_b = pack_bits<nr>;
    }
    kernel.block = block<E, mr, nv>;
    kernel.thin = thin<S>;
    kernel.dot = dot<S>;
    return kernel;
}

template <class E>
constexpr Kernel half_kernel() {
    Kernel kernel = make_kernel<E, E, real_mr, real_nv>();
    kernel.accumulator = sizeof(typename E::Result);
    kernel.finish = finish<E>;
    return kernel;
}
template <class L, class C>
constexpr Kernel complex_kernel() {
    return make_kernel<Complex<L, C>, Complex<L, C>, complex_mr, complex_nv>();
}

}  // namespace

constinit const Kernels kernels = {
    .boolean = make_kernel<BooleanWord, Boolean, real_mr, real_nv>(),
    .uint8 = make_kernel<Byte, Byte, real_mr, real_nv>(),
    .uint16 = make_kernel<Real<uint16_t>, Real<uint16_t>, real_mr, real_nv>(),
    .uint32 = make_kernel<Real<uint32_t>, Real<uint32_t>, real_mr, real_nv>(),
    .uint64 = make_kernel<Real<uint64_t>, Real<uint64_t>, wide_mr, real_nv>(),
    .float16 = half_kernel<Float16>(),
    .bfloat16 = half_kernel<BFloat16>(),
    .float32 = make_kernel<Real<float>, Real<float>, real_mr, real_nv>(),
    .float64 = make_kernel<Real<double>, Real<double>, real_mr, real_nv>(),
    .complex64 = complex_kernel<float, scalar::complex64>(),
    .complex128 = complex_kernel<double, scalar::complex128>(),
};

}  // namespace lockstep::host::gemm::LS_ISA
