// Seeding of the five generators, and how far they advance and jump.
// Must not know handles.
#include "runtime/random/seeding.h"

#include <algorithm>
#include <iterator>

#include "runtime/array/error.h"
#include "runtime/scalar/random/generators.h"

namespace lockstep::random {
namespace {

using scalar::random::kMt19937Words;
using scalar::random::Pcg64;
using scalar::random::Pcg64Dxsm;
using scalar::random::Wide;

struct Kind {
    const char* name;
    size_t words;
};
constexpr Kind kKinds[] = {{"MT19937", kMt19937Words}, {"PCG64", 8}, {"PCG64DXSM", 8}, {"Philox", 4}, {"SFC64", 6}};

const Kind& kind_of(BitGenerator kind) {
    const auto number = static_cast<size_t>(kind);
    if (number >= std::size(kKinds)) fail(Status::value_error, "kind: expected 0 to 4, got %zu", number);
    return kKinds[number];
}

// PCG64DXSM starts with PCG64's steps, too, though it goes on with others.
void seed_pcg(Pcg64State& s, Wide state, Wide sequence) {
    using namespace scalar::random;
    const Wide increment{sequence.low << 1 | 1, sequence.high << 1 | sequence.low >> 63};
    Wide x = pcg_step<false>({0, 0}, increment);
    x = pcg_step<false>(sum(x, state), increment);
    s = {{x.low, x.high}, {increment.low, increment.high}};
}

// A fresh state: nothing waits in it.
BitState empty_state(BitGenerator kind) {
    BitState s = {};
    s.kind = kind;
    return s;
}

void fill_by_number(Mt19937State& s, uint32_t seed) {
    s.key[0] = seed;
    for (uint32_t i = 1; i < kMt19937Words; ++i) s.key[i] = 1812433253u * (s.key[i - 1] ^ s.key[i - 1] >> 30) + i;
    s.position = kMt19937Words;
}

[[noreturn]] void cannot(const BitState& state, const char* what) {
    fail(Status::type_error, "generator: expected one that can %s, got %s", what, name_of(state.kind));
}

// jumps * 0x9e3779b97f4a7c15f39cc0605cedc835, the golden ratio of 2**128: what PCG64.jumped() advances by.
Wide golden(Wide jumps) {
    return scalar::random::product(jumps, Wide{0xf39cc0605cedc835u, 0x9e3779b97f4a7c15u});
}

}  // namespace

const char* name_of(BitGenerator kind) { return kind_of(kind).name; }
size_t seed_words(BitGenerator kind) { return kind_of(kind).words; }

BitState seeded(BitGenerator kind, std::span<const uint32_t> words) {
    if (words.size() != seed_words(kind))
        fail(Status::value_error, "words: expected %zu of them for %s, got %zu", seed_words(kind), name_of(kind), words.size());
    BitState s = empty_state(kind);
    const auto wide = [&](size_t i) { return uint64_t{words[2 * i + 1]} << 32 | words[2 * i]; };
    switch (kind) {
        case BitGenerator::mt19937:
            std::ranges::copy(words, s.mt19937.key);
            s.mt19937.key[0] = 0x80000000u;  // never all zero
            s.mt19937.position = kMt19937Words - 1;
            break;
        case BitGenerator::pcg64:
        case BitGenerator::pcg64dxsm: seed_pcg(s.pcg64, {wide(1), wide(0)}, {wide(3), wide(2)}); break;
        case BitGenerator::philox: s.philox = {{}, {wide(0), wide(1)}, {}, 4}; break;
        case BitGenerator::sfc64:
            s.sfc64 = {{wide(0), wide(1), wide(2), 1}};
            scalar::random::draw_as<scalar::random::Sfc64>(s, [](auto& g) {
                for (int i = 0; i < 12; ++i) word(g);
            });
            break;
    }
    return s;
}

BitState legacy_seeded(uint32_t seed) {
    BitState s = empty_state(BitGenerator::mt19937);
    fill_by_number(s.mt19937, seed);
    return s;
}

BitState legacy_seeded(std::span<const uint32_t> seed) {
    if (seed.empty()) fail(Status::value_error, "seed: expected at least one number");
    BitState s = legacy_seeded(19650218u);
    uint32_t* const key = s.mt19937.key;
    constexpr size_t n = kMt19937Words;
    size_t i = 1, j = 0;
    const auto next = [&] {
        if (++i >= n) key[0] = key[n - 1], i = 1;
    };
    for (size_t k = std::max(n, seed.size()); k > 0; --k) {
        key[i] = (key[i] ^ (key[i - 1] ^ key[i - 1] >> 30) * 1664525u) + seed[j] + static_cast<uint32_t>(j);
        next();
        if (++j >= seed.size()) j = 0;
    }
    for (size_t k = n - 1; k > 0; --k) {
        key[i] = (key[i] ^ (key[i - 1] ^ key[i - 1] >> 30) * 1566083941u) - static_cast<uint32_t>(i);
        next();
    }
    key[0] = 0x80000000u;
    return s;
}

void check_state(const BitState& state) {
    kind_of(state.kind);
    if (state.kind == BitGenerator::mt19937 && (state.mt19937.position < 0 || state.mt19937.position > kMt19937Words))
        fail(Status::value_error, "state.position: expected 0 to %d, got %d", kMt19937Words, state.mt19937.position);
    if (state.kind == BitGenerator::philox && (state.philox.position < 0 || state.philox.position > 4))
        fail(Status::value_error, "state.position: expected 0 to 4, got %d", state.philox.position);
}

void advance(BitState& state, std::span<const uint64_t, 4> delta) {
    using namespace scalar::random;
    state.has_uint32 = false, state.uinteger = 0;
    const auto pcg = [&](auto& g) { skip(g, Wide{delta[0], delta[1]}); };
    switch (state.kind) {
        case BitGenerator::pcg64: return draw_as<Pcg64>(state, pcg);
        case BitGenerator::pcg64dxsm: return draw_as<Pcg64Dxsm>(state, pcg);
        case BitGenerator::philox: {
            PhiloxState& s = state.philox;
            uint64_t carry = 0;
            for (size_t i = 0; i < 4; ++i) {
                const uint64_t before = s.counter[i];
                s.counter[i] += delta[i] + carry;
                carry = s.counter[i] < before || (carry && s.counter[i] == before);
            }
            s.position = 4;
            std::ranges::fill(s.buffer, 0);
            return;
        }
        default: cannot(state, "advance");
    }
}

void jump(BitState& state, std::span<const uint64_t, 4> jumps) {
    switch (state.kind) {
        case BitGenerator::mt19937:
            for (uint64_t i = 0; i < jumps[0]; ++i) jump_mt19937(state.mt19937);
            return;
        case BitGenerator::pcg64:
        case BitGenerator::pcg64dxsm: {
            const Wide by = golden({jumps[0], jumps[1]});
            const uint64_t delta[4] = {by.low, by.high, 0, 0};
            return advance(state, delta);
        }
        case BitGenerator::philox: {
            const uint64_t delta[4] = {0, 0, jumps[0], jumps[1]};
            return advance(state, delta);
        }
        case BitGenerator::sfc64: cannot(state, "jump");
    }
}

}  // namespace lockstep::random
