// Roots of unity by octant reduction on integers, cosl and sinl.
// Must not know plans or layouts.
#include "host/fft/roots.h"

#include <cmath>
#include <utility>

namespace lockstep::host::fft {

// Reduced to angles of at most pi/4, so that the multiples of pi/4 are exact or correctly rounded and the
// table is symmetric.
Roots::Value Roots::exact(int64_t k, int64_t n) {
    const bool lower = 2 * k > n;
    if (lower) k = n - k;
    const bool left = 4 * k > n;
    if (left) k = n - 2 * k, n *= 2;  // pi - x = 2 pi (n - 2k) / 2n
    const bool steep = 8 * k > n;
    if (steep) k = n - 4 * k, n *= 4;
    const long double x =
        6.283185307179586476925286766559005768L * static_cast<long double>(k) / static_cast<long double>(n);
    long double c = std::cos(x), s = std::sin(x);
    if (steep) std::swap(c, s);
    if (left) c = -c;
    return {c, lower ? s : -s};
}

Roots::Roots(int64_t n) : shift_(0) {
    while ((int64_t{1} << (2 * shift_)) < n) ++shift_;
    mask_ = (int64_t{1} << shift_) - 1;
    for (int64_t k = 0; k <= mask_ && k < n; ++k) fine_.push_back(exact(k, n));
    for (int64_t k = 0; k < n; k += mask_ + 1) coarse_.push_back(exact(k, n));
}

}  // namespace lockstep::host::fft
