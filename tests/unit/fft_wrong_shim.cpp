// A library with FFTW's double-precision interface whose complex transforms are right but for the last
// digits: to be refused. Must not be linked into anything.
#include <cmath>
#include <cstddef>

namespace {

struct Dimension {
    ptrdiff_t n, in_stride, out_stride;
};
struct Plan {
    Dimension row, rows;
    int sign;
};

}  // namespace

#define LS_EXPORT extern "C" __attribute__((visibility("default")))

LS_EXPORT void* fftw_plan_guru64_dft(int, const Dimension* row, int, const Dimension* rows, double*, double*,
                                     int sign, unsigned) {
    return new Plan{*row, *rows, sign};
}
LS_EXPORT void* fftw_plan_guru64_dft_r2c(int, const Dimension*, int, const Dimension*, double*, double*,
                                         unsigned) {
    return nullptr;
}
LS_EXPORT void* fftw_plan_guru64_dft_c2r(int, const Dimension*, int, const Dimension*, double*, double*,
                                         unsigned) {
    return nullptr;
}
LS_EXPORT void fftw_execute_dft(void* plan, const double* in, double* out) {
    const Plan& p = *static_cast<const Plan*>(plan);
    const double turn = 2 * std::acos(-1.0) * (1 + 1e-12);
    for (ptrdiff_t i = 0; i < p.rows.n; ++i)
        for (ptrdiff_t k = 0; k < p.row.n; ++k) {
            double re = 0, im = 0;
            for (ptrdiff_t j = 0; j < p.row.n; ++j) {
                const double angle =
                    p.sign * turn * static_cast<double>(j * k % p.row.n) / static_cast<double>(p.row.n);
                const double* const x = in + 2 * (i * p.rows.in_stride + j);
                re += x[0] * std::cos(angle) - x[1] * std::sin(angle);
                im += x[0] * std::sin(angle) + x[1] * std::cos(angle);
            }
            out[2 * (i * p.rows.out_stride + k)] = re;
            out[2 * (i * p.rows.out_stride + k) + 1] = im;
        }
}
LS_EXPORT void fftw_execute_dft_r2c(void*, double*, double*) {}
LS_EXPORT void fftw_execute_dft_c2r(void*, double*, double*) {}
LS_EXPORT void fftw_destroy_plan(void* plan) { delete static_cast<Plan*>(plan); }
