// Random transforms, rows apart, data off alignment, against the definition in double precision.
// Must not know how they are computed.
#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdio>
#include <cstring>
#include <limits>
#include <vector>

#include "tests/gpu/primitives.h"

using namespace lockstep;

namespace {

using Number = std::complex<double>;

struct Rows {
    int64_t points, item, step, first;  // bytes: of an element, from row to row, before the first row
    std::vector<char> bytes;
    char* device = nullptr;

    Rows(int64_t row_points, int64_t bytes_each, int64_t gap, int64_t offset, int64_t rows)
        : points(row_points), item(bytes_each), step((row_points + gap) * bytes_each), first(offset) {
        bytes.resize(static_cast<size_t>(first + rows * step + item));
        device = static_cast<char*>(backend->allocate(0, size(), &stream));
    }
    ~Rows() { backend->deallocate(0, device, size(), &stream); }
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    int64_t size() const { return static_cast<int64_t>(bytes.size()); }
    std::vector<char> from_device() const {
        std::vector<char> now(bytes.size());
        backend->to_host(0, now.data(), device, size(), &stream);
        return now;
    }
    template <class T>
    Number at(int64_t row, int64_t point) const {
        T x[2] = {0, 0};
        std::memcpy(x, &bytes[static_cast<size_t>(first + row * step + point * item)], static_cast<size_t>(item));
        return {static_cast<double>(x[0]), static_cast<double>(x[1])};
    }
};

// The signal whose transform is asked for: c2r's input stands for its mirror image, too, with real ends.
template <class T>
std::vector<Number> signal(const Rows& in, int64_t row, int64_t n, bool real_out) {
    std::vector<Number> x(static_cast<size_t>(n));
    for (int64_t j = 0; j < n; ++j) {
        const bool mirrored = real_out && j > n / 2;
        const Number value = in.at<T>(row, mirrored ? n - j : j);
        Number& to = x[static_cast<size_t>(j)];
        to = mirrored ? std::conj(value) : value;
        if (real_out && (j == 0 || 2 * j == n)) to.imag(0);
    }
    return x;
}

Number definition(const std::vector<Number>& x, int64_t q, double sign) {
    const int64_t n = static_cast<int64_t>(x.size());
    Number sum = 0;
    for (int64_t j = 0; j < n; ++j)
        sum += x[static_cast<size_t>(j)] *
               std::polar(1.0, sign * 2 * M_PI * static_cast<double>(j * q % n) / static_cast<double>(n));
    return sum;
}

template <class T>
bool check() {
    const FftKind kind = static_cast<FftKind>(below(4));
    const int64_t n = pick({1, 2, 3, 4, 5, 8, 15, 16, 30, 97, 128}), rows = pick({0, 1, 2, 5}), half = n / 2 + 1;
    const bool real_in = kind == FftKind::r2c, real_out = kind == FftKind::c2r;
    const int64_t real = sizeof(T);
    // sometimes half a complex number off alignment
    Rows in(real_out ? half : n, real_in ? real : 2 * real, pick({0, 0, 1, 3}), pick({0, 0, 0, 1}) * real, rows);
    Rows out(real_in ? half : n, real_out ? real : 2 * real, pick({0, 0, 1, 2}), pick({0, 0, 0, 1}) * real, rows);
    std::normal_distribution<double> normal;
    for (size_t i = 0; i + sizeof(T) <= in.bytes.size(); i += sizeof(T)) {
        const T x = static_cast<T>(normal(generator));
        std::memcpy(&in.bytes[i], &x, sizeof x);
    }
    const double scale = below(2) ? 1.0 : 0.25;
    backend->to_device(0, in.device, in.bytes.data(), in.size(), &stream);
    backend->fft(0,
                 {kind, real == 4 ? types::float32_ : types::float64_, n, rows, in.device + in.first,
                  out.device + out.first, in.step, out.step, scale},
                 &stream);
    const bool kept = in.from_device() == in.bytes;
    out.bytes = out.from_device();
    double worst = 0, size = 0;
    const double sign = kind == FftKind::c2c_forward || real_in ? -1 : 1;
    for (int64_t row = 0; row < rows; ++row) {
        const std::vector<Number> x = signal<T>(in, row, n, real_out);
        for (const Number& value : x) size += std::norm(value) * scale * scale;
        for (int64_t q = 0; q < out.points; ++q)
            worst = std::max(worst, std::abs(out.at<T>(row, q) - definition(x, q, sign) * scale));
    }
    const double factor = 8 * std::max(1.0, std::log2(static_cast<double>(n)));
    const bool right = worst <= factor * std::numeric_limits<T>::epsilon() * std::sqrt(size);
    if (!kept || !right)
        std::printf("fft kind %d n %lld rows %lld: error %g%s\n", static_cast<int>(kind), static_cast<long long>(n),
                    static_cast<long long>(rows), worst, kept ? "" : ", input destroyed");
    return kept && right;
}

}  // namespace

bool check_transform() { return below(2) ? check<float>() : check<double>(); }
