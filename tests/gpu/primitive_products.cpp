// Random products in layouts of all kinds, on whole numbers, so that results are exact.
// Must not know how they are computed.
#include <algorithm>
#include <complex>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "tests/gpu/primitives.h"

using namespace lockstep;

namespace {

// Small whole numbers: every product and sum is exact in float, and rounded once where the type is narrower.
using Number = std::complex<double>;

uint16_t narrow_bfloat16(float x) {
    uint32_t bits;
    std::memcpy(&bits, &x, 4);
    return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);  // to nearest, ties to even
}

void write(DType type, char* to, Number x) {
    const auto put = [to]<class T>(T value) { std::memcpy(to, &value, sizeof value); };
    switch (type.type()) {
        case TypeNumber::bool_:
            return put(static_cast<uint8_t>(x != 0.0));
        case TypeNumber::int8_:
        case TypeNumber::uint8_:
            return put(static_cast<uint8_t>(static_cast<int64_t>(x.real())));
        case TypeNumber::int16_:
        case TypeNumber::uint16_:
            return put(static_cast<uint16_t>(static_cast<int64_t>(x.real())));
        case TypeNumber::int32_:
        case TypeNumber::uint32_:
            return put(static_cast<uint32_t>(static_cast<int64_t>(x.real())));
        case TypeNumber::int64_:
        case TypeNumber::uint64_:
            return put(static_cast<uint64_t>(static_cast<int64_t>(x.real())));
        case TypeNumber::float16_: {
            const _Float16 half = static_cast<_Float16>(x.real());
            return put(half);
        }
        case TypeNumber::bfloat16_:
            return put(narrow_bfloat16(static_cast<float>(x.real())));
        case TypeNumber::float32_:
            return put(static_cast<float>(x.real()));
        case TypeNumber::float64_:
            return put(x.real());
        case TypeNumber::complex64_:
            return put(std::complex<float>(x));
        default:
            return put(x);
    }
}

struct Matrices {
    std::vector<int64_t> strides;  // bytes: batch, row, column
    int64_t low = 0, bytes = 0;    // from the lowest address to the first element; all
    std::vector<char> host;
    char* device = nullptr;

    char* first_host() { return host.data() - low; }
    char* first_device() const { return device - low; }
};

// Random order of the axes in memory, steps between elements, directions; `still`: axes along which nothing moves.
Matrices lay_out(const std::vector<int64_t>& shape, const std::vector<bool>& still, int64_t item, bool plain) {
    Matrices m;
    m.strides.assign(shape.size(), 0);
    std::vector<size_t> order;
    for (size_t k = 0; k < shape.size(); ++k) order.push_back(shape.size() - 1 - k);
    const int64_t mood = plain ? 0 : below(4);
    if (mood == 1 && shape.size() > 1) std::swap(order[0], order[1]);
    if (mood > 1) std::shuffle(order.begin(), order.end(), generator);
    int64_t extent = item, high = 0;
    for (const size_t k : order) {
        if (still[k]) continue;
        const int64_t step = mood == 3 ? pick({1, 1, 2, 3, -1, -2}) : 1, gap = mood == 2 ? pick({0, 0, 3}) * item : 0;
        m.strides[k] = step * extent;
        const int64_t span = (shape[k] - 1) * m.strides[k];
        (span < 0 ? m.low : high) += span;
        extent = extent * std::abs(step) * shape[k] + gap;
    }
    m.bytes = high - m.low + item;
    m.host.assign(static_cast<size_t>(m.bytes), 0);
    return m;
}

void to_device(Matrices& m) {
    m.device = static_cast<char*>(backend->allocate(0, m.bytes, &stream));
    backend->to_device(0, m.device, m.host.data(), m.bytes, &stream);
}
void give_back(Matrices& m) { backend->deallocate(0, m.device, m.bytes, &stream); }

// Calls f(index) for every position of the shape.
template <class F>
void each(const std::vector<int64_t>& shape, const F& f) {
    int64_t count = 1;
    for (const int64_t n : shape) count *= n;
    std::vector<int64_t> index(shape.size());
    for (int64_t i = 0; i < count; ++i) {
        int64_t rest = i;
        for (size_t k = shape.size(); k-- > 0; rest /= shape[k]) index[k] = rest % shape[k];
        f(index);
    }
}
int64_t offset(const Matrices& m, const std::vector<int64_t>& index) {
    int64_t at = 0;
    for (size_t k = 0; k < index.size(); ++k) at += index[k] * m.strides[k];
    return at;
}

DType random_type() { return DType(static_cast<uint64_t>(1 + below(15))); }

struct Problem {
    DType type = random_type();
    int64_t m = pick({1, 1, 2, 5, 17, 64, 70}), n = pick({1, 1, 3, 8, 33, 65}), k = pick({0, 1, 2, 7, 16, 40, 300});
    std::vector<int64_t> batch;
    std::vector<bool> a_still, b_still;

    Problem() {
        if (below(12) == 0) m = pick({1, 8, 60}), n = pick({1, 9, 60}), k = 3000;  // long sums are cut into pieces
        for (int64_t d = below(k < 100 && m * n < 1200 ? 7 : 1); d > 0; --d) {
            batch.push_back(pick({1, 2, 2, 3}));
            a_still.push_back(below(3) == 0);
            b_still.push_back(below(3) == 0);
        }
        for (auto* still : {&a_still, &b_still}) still->insert(still->end(), 2, below(10) == 0);
    }
    std::vector<int64_t> shape(int64_t rows, int64_t columns) const {
        std::vector<int64_t> s = batch;
        s.insert(s.end(), {rows, columns});
        return s;
    }
    std::string text() const {
        std::string t = std::string(type.name()) + " m " + std::to_string(m) + " n " + std::to_string(n) + " k " +
                        std::to_string(k) + " batch";
        for (const int64_t b : batch) t += " " + std::to_string(b);
        return t;
    }
};

// How far from the first number of a factor another lies, in numbers: its position, but 0 along axes that stand still.
struct Values {
    std::vector<Number> all;
    std::vector<int64_t> steps;

    Values(const std::vector<int64_t>& shape, const std::vector<bool>& still, DType type) {
        int64_t count = 1;
        steps.assign(shape.size(), 0);
        for (size_t k = shape.size(); k-- > 0;) {
            if (!still[k]) steps[k] = count, count *= shape[k];
        }
        const int64_t most = type.itemsize() == 2 && type.is_float() ? 1 : 3;
        const bool sign = type.kind() != 'u' && type.kind() != 'b';
        for (int64_t i = 0; i < count; ++i) {
            const auto part = [&] { return static_cast<double>(below(most + 1) * (sign && below(2) ? -1 : 1)); };
            const double re = type.is_bool() ? static_cast<double>(below(12) == 0) : part();
            all.push_back({re, type.is_complex() ? part() : 0.0});
        }
    }
    Number at(const std::vector<int64_t>& index) const {
        int64_t i = 0;
        for (size_t k = 0; k < index.size(); ++k) i += index[k] * steps[k];
        return all[static_cast<size_t>(i)];
    }
};

}  // namespace

bool check_product() {
    const Problem p;
    const std::vector<int64_t> a_shape = p.shape(p.m, p.k), b_shape = p.shape(p.k, p.n), c_shape = p.shape(p.m, p.n);
    const Values a_values(a_shape, p.a_still, p.type), b_values(b_shape, p.b_still, p.type);
    const int64_t item = p.type.itemsize();
    Matrices a = lay_out(a_shape, p.a_still, item, false), b = lay_out(b_shape, p.b_still, item, false);
    Matrices c = lay_out(c_shape, std::vector<bool>(c_shape.size(), false), item, below(3) == 0);
    each(a_shape, [&](const auto& i) { write(p.type, a.first_host() + offset(a, i), a_values.at(i)); });
    each(b_shape, [&](const auto& i) { write(p.type, b.first_host() + offset(b, i), b_values.at(i)); });
    for (char& x : c.host) x = static_cast<char>(below(256));
    std::vector<char> expected = c.host;
    const int64_t c_low = c.low;
    each(c_shape, [&](const auto& i) {
        std::vector<int64_t> ai = i, bi = i;
        Number sum = 0;
        for (int64_t q = 0; q < p.k; ++q) {
            ai[i.size() - 1] = bi[i.size() - 2] = q;
            sum += a_values.at(ai) * b_values.at(bi);
        }
        write(p.type, expected.data() - c_low + offset(c, i), sum);
    });
    for (Matrices* x : {&a, &b, &c}) to_device(*x);
    const MatmulTask task{p.type,
                          p.m,
                          p.n,
                          p.k,
                          static_cast<int>(p.batch.size()),
                          p.batch.data(),
                          a.first_device(),
                          b.first_device(),
                          c.first_device(),
                          a.strides.data(),
                          b.strides.data(),
                          c.strides.data()};
    backend->matmul(0, task, &stream);
    backend->to_host(0, c.host.data(), c.device, c.bytes, &stream);
    for (Matrices* x : {&a, &b, &c}) give_back(*x);
    // -0 and +0 are one; gaps must not be written
    bool same = true;
    for (size_t i = 0; i < expected.size(); ++i) same &= c.host[i] == expected[i];
    if (!same && p.type.is_inexact()) {
        same = true;
        std::vector<char> zeros = c.host;
        each(c_shape, [&](const auto& i) {
            const int64_t part = p.type.is_complex() ? item / 2 : item;
            for (int64_t half = 0; half < item; half += part) {
                char* const x = zeros.data() - c_low + offset(c, i) + half;
                bool zero = (x[part - 1] & 0x7f) == 0;
                for (int64_t j = 0; j + 1 < part; ++j) zero &= x[j] == 0;
                if (zero) x[part - 1] = 0;
            }
        });
        for (size_t i = 0; i < expected.size(); ++i) same &= zeros[i] == expected[i];
    }
    if (!same) std::printf("matmul %s: wrong\n", p.text().c_str());
    return same;
}
