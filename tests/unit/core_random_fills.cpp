// Fills of the CPU draw what one draw after the other would: bits, and the state afterwards. The reference here is compiled
// for the least processor, the fills for this one. Must not know how a fill makes its draws.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "host/primitives.h"
#include "runtime/random/seed_sequence.h"
#include "runtime/random/seeding.h"
#include "runtime/scalar/random/binomial.h"
#include "runtime/scalar/random/counting.h"
#include "runtime/scalar/random/generators.h"
#include "runtime/scalar/random/hypergeometric.h"
#include "runtime/scalar/random/poisson.h"
#include "runtime/scalar/random/uniform.h"
#include "runtime/scalar/random/vonmises.h"

namespace {

using namespace lockstep;
namespace draw = scalar::random;
using random::BitGenerator;
using random::BitState;

constexpr int64_t kCounts[] = {0, 1, 2, 31, 32, 255, 256, 257, 1500};
constexpr BitGenerator kKinds[] = {BitGenerator::mt19937, BitGenerator::pcg64, BitGenerator::philox, BitGenerator::sfc64};

BitState fresh(BitGenerator kind, uint32_t seed) {
    random::Words words(random::seed_words(kind));
    random::generate_state(random::mix_entropy({&seed, 1}, {}, 4), words);
    return random::seeded(kind, words);
}

union Number {
    double real;
    int64_t integer;
    Number(double x) : real(x) {}
    Number(int64_t x) : integer(x) {}
    Number(int x) : integer(x) {}
};

// parameters: the same number for every draw, once with stride 0 and once packed.
template <class One>
void check(Distribution d, const std::string& name, const std::vector<Number>& parameters, const One& one) {
    uint32_t seed = 1;
    for (const BitGenerator kind : kKinds)
        for (const int64_t count : kCounts) {
            BitState before = fresh(kind, ++seed), after = before;
            std::vector<int64_t> expected(static_cast<size_t>(count)), filled = expected, packed = expected;
            draw::draw_from(after, [&](auto& g) {
                for (int64_t& bits : expected) {
                    const auto x = one(g);
                    static_assert(sizeof x == sizeof bits);
                    std::memcpy(&bits, &x, sizeof bits);
                }
            });
            std::vector<std::vector<Number>> columns;
            BitState at_once = before, of_each = before;
            RandomTask once{&at_once, d, count, reinterpret_cast<char*>(filled.data()), {}};
            RandomTask each{&of_each, d, count, reinterpret_cast<char*>(packed.data()), {}};
            for (const Number p : parameters) columns.emplace_back(static_cast<size_t>(count) + 1, p);
            for (size_t i = 0; i < columns.size(); ++i) {
                once.parameters[i] = {reinterpret_cast<const char*>(columns[i].data()), 0};
                each.parameters[i] = {reinterpret_cast<const char*>(columns[i].data()), 8};
            }
            host::random_fill(0, once, nullptr);
            host::random_fill(0, each, nullptr);
            const std::string where = name + ", " + random::name_of(kind) + ", " + std::to_string(count);
            EXPECT_EQ(filled, expected) << where;
            EXPECT_EQ(packed, expected) << where << ", a parameter each";
            for (BitState* state : {&at_once, &of_each}) {
                uint64_t next = 0, wanted = 0;
                BitState copy = after;
                draw::draw_from(*state, [&](auto& g) { next = draw::next64(g); });
                draw::draw_from(copy, [&](auto& g) { wanted = draw::next64(g); });
                EXPECT_EQ(next, wanted) << where << ": the state afterwards";
            }
        }
}

#define LS_CHECK(name, ...) \
    check(Distribution::name, #name "(" #__VA_ARGS__ ")", {__VA_ARGS__}, [](auto& g) { return draw::name(g, __VA_ARGS__); })

TEST(RandomFills, GammaAndWhatIsMadeOfIt) {
    LS_CHECK(standard_gamma, 0.0);
    LS_CHECK(standard_gamma, 1e-4);
    LS_CHECK(standard_gamma, 0.3);
    LS_CHECK(standard_gamma, 0.999);
    LS_CHECK(standard_gamma, 1.0);
    LS_CHECK(standard_gamma, 1.01);
    LS_CHECK(standard_gamma, 40.0);
    LS_CHECK(gamma, 0.5, 3.0);
    LS_CHECK(gamma, 2.5, 3.0);
    LS_CHECK(chisquare, 1.0);
    LS_CHECK(chisquare, 5.0);
    LS_CHECK(f, 1.0, 3.0);
    LS_CHECK(standard_t, 1.5);
    LS_CHECK(standard_t, 5.0);
    LS_CHECK(noncentral_chisquare, 0.5, 3.0);
    LS_CHECK(noncentral_chisquare, 2.0, 3.0);
    LS_CHECK(noncentral_chisquare, 2.0, 0.0);
    LS_CHECK(noncentral_f, 2.0, 3.0, 1.5);
}

TEST(RandomFills, Beta) {
    LS_CHECK(beta, 0.5, 0.5);
    LS_CHECK(beta, 1.0, 0.2);
    LS_CHECK(beta, 1e-3, 2e-4);
    LS_CHECK(beta, 1e-110, 0.5);
    LS_CHECK(beta, 1e-200, 2e-200);
    LS_CHECK(beta, 0.5, 3.0);
    LS_CHECK(beta, 2.0, 3.0);
}

TEST(RandomFills, Counts) {
    LS_CHECK(binomial, 10, 0.3);
    LS_CHECK(binomial, 10, 1.0);
    LS_CHECK(binomial, 0, 0.3);
    LS_CHECK(binomial, 60, 0.5);
    LS_CHECK(binomial, 70, 0.5);
    LS_CHECK(binomial, 5000, 0.8);
    LS_CHECK(binomial, INT64_C(1000000000000), 0.4);
    LS_CHECK(negative_binomial, 0.5, 0.1);
    LS_CHECK(negative_binomial, 10.0, 0.3);
    LS_CHECK(poisson, 0.0);
    LS_CHECK(poisson, 3.0);
    LS_CHECK(poisson, 10.0);
    LS_CHECK(poisson, 1000.0);
    LS_CHECK(poisson, 1e9);
    LS_CHECK(geometric, 0.2);
    LS_CHECK(geometric, 0.35);
    LS_CHECK(geometric, 0.9);
    LS_CHECK(geometric, 1.0);
    LS_CHECK(zipf, 1.05);
    LS_CHECK(zipf, 2.5);
    LS_CHECK(zipf, 1030.0);
    LS_CHECK(logseries, 0.7);
    LS_CHECK(hypergeometric, 100, 200, 50);
    LS_CHECK(hypergeometric, 200, 100, 280);
    LS_CHECK(hypergeometric, 10, 10, 5);
    LS_CHECK(hypergeometric, 100000000, 5000000, 4000000);
}

TEST(RandomFills, TrianglesAndWald) {
    LS_CHECK(wald, 1.0, 1.0);
    LS_CHECK(wald, 1e-3, 1e4);
    LS_CHECK(triangular, -1.0, 0.5, 2.0);
    LS_CHECK(triangular, 0.0, 0.0, 1e9);
}

TEST(RandomFills, Angles) {
    LS_CHECK(vonmises, 0.0, 1e-9);
    LS_CHECK(vonmises, 1.0, 1e-7);
    LS_CHECK(vonmises, -2.0, 2.0);
    LS_CHECK(vonmises, 100.0, 50.0);
    LS_CHECK(vonmises, 1e9, 1.0);
    LS_CHECK(vonmises, 1.0, 1e7);
}

}  // namespace
