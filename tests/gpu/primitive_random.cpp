// Random fills of some distributions against the same draws made in turn here: values and the state behind them.
// Must not know how draws find their places.
#include <cstdio>
#include <cstring>

#include "runtime/scalar/random/exponential.h"
#include "runtime/scalar/random/gamma.h"
#include "runtime/scalar/random/generators.h"
#include "runtime/scalar/random/normal.h"
#include "runtime/scalar/random/uniform.h"
#include "tests/gpu/primitives.h"

using namespace lockstep;

namespace {

using scalar::random::BitGenerator;
using scalar::random::BitState;

BitState random_state() {
    BitState s{};
    s.kind = static_cast<BitGenerator>(below(5));
    char* const first = reinterpret_cast<char*>(&s.mt19937);
    for (size_t i = 0; i < sizeof s.mt19937; ++i) first[i] = static_cast<char>(generator());
    if (s.kind == BitGenerator::mt19937) s.mt19937.position = static_cast<int32_t>(pick({0, 5, 623, 624}));
    else s.has_uint32 = below(2) != 0;
    if (s.kind == BitGenerator::philox) s.philox.position = static_cast<int32_t>(below(5));
    if (s.kind == BitGenerator::pcg64 || s.kind == BitGenerator::pcg64dxsm) s.pcg64.increment[0] |= 1;
    s.uinteger = s.kind == BitGenerator::mt19937 ? 0 : static_cast<uint32_t>(generator());
    return s;
}

// The words that follow are the same, of both widths.
bool same_stream(BitState a, BitState b) {
    bool same = a.has_uint32 == b.has_uint32 && a.uinteger == b.uinteger;
    uint64_t words[2][4] = {};
    BitState* const states[] = {&a, &b};
    for (int i = 0; i < 2; ++i)
        scalar::random::draw_from(*states[i], [&](auto& g) {
            words[i][0] = scalar::random::next32(g);
            for (int k = 1; k < 4; ++k) words[i][k] = scalar::random::next64(g);
        });
    for (int k = 0; k < 4; ++k) same &= words[0][k] == words[1][k];
    return same;
}

int64_t some_count() {
    const int64_t count = below(60) == 0 ? 1100000 : pick({1, 5, 63, 64, 65, 1000, 3900, 4096, 4097, 9000});
    return count + below(3);
}

// draw(g, parameter values)
template <class T, class Draw>
bool check(Distribution distribution, int parameters, const Draw& draw) {
    const DistributionRow& row = row_of(distribution);
    const int64_t count = some_count();
    const bool packed = row.words != 0 && parameters != 0 && below(2);
    double values[2] = {0.5 + static_cast<double>(below(50)), 0.25};
    BitState state = random_state(), expected = state;
    const BitState before = state;
    Block out(count * static_cast<int64_t>(sizeof(T))), scales(count * 8);
    for (int64_t i = 0; i < count; ++i) {
        const double x = static_cast<double>(below(1000)) / 8;
        std::memcpy(&scales.bytes[static_cast<size_t>(8 * i)], &x, 8);
    }
    scales.to_device();
    RandomTask task{&state, distribution, count, out.device, {}};
    for (int k = 0; k < parameters; ++k) task.parameters[k] = {reinterpret_cast<const char*>(&values[k]), 0};
    if (packed) task.parameters[0] = {scales.device, 8};
    bool right = backend->random(0, task, &stream);
    const char* wrong = right ? nullptr : "refused";
    const std::vector<char> found = out.from_device();
    scalar::random::draw_from(expected, [&](auto& g) {
        for (int64_t i = 0; i < count && right; ++i) {
            double first = values[0];
            if (packed) std::memcpy(&first, &scales.bytes[static_cast<size_t>(8 * i)], 8);
            const T x = draw(g, first, values[1]);
            right = std::memcmp(&x, &found[static_cast<size_t>(i) * sizeof(T)], sizeof(T)) == 0;
            if (!right) wrong = "draws differ";
        }
    });
    if (right && !same_stream(state, expected)) wrong = "the state behind them";
    if (wrong)
        std::printf("random %s of generator %u, %lld draws, %s a half waiting: %s\n", row.name, static_cast<unsigned>(before.kind),
                    static_cast<long long>(count), before.has_uint32 ? "with" : "without", wrong);
    return !wrong;
}

#define LS_CHECK(name, T, parameters, ...) \
    check<T>(Distribution::name, parameters, [](auto& g, double a, double b) { (void)a, (void)b; return scalar::random::name(__VA_ARGS__); })

}  // namespace

bool check_random() {
    switch (below(10)) {
        case 0: return LS_CHECK(uint64, uint64_t, 0, g);
        case 1: return LS_CHECK(random, double, 0, g);
        case 2: return LS_CHECK(random_float, float, 0, g);
        case 3: return LS_CHECK(uniform, double, 2, g, a, b);
        case 4: return LS_CHECK(standard_normal, double, 0, g);
        case 5: return LS_CHECK(standard_normal_float, float, 0, g);
        case 6: return LS_CHECK(standard_exponential_float, float, 0, g);
        case 7: return LS_CHECK(normal, double, 2, g, a, b);
        case 8: return LS_CHECK(standard_cauchy, double, 0, g);
        default: return LS_CHECK(standard_gamma, double, 1, g, a);
    }
}
