// Bit generators as C handles: seeds, states, jumps, raw words.
// Must not know distributions.
#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "capi/bitgen_handle.h"
#include "capi/border.h"
#include "runtime/random/seed_sequence.h"
#include "runtime/random/seeding.h"
#include "runtime/scalar/random/generators.h"

using namespace lockstep;
using namespace lockstep::capi;
using random::BitGenerator;
using random::BitState;
using random::Generator;

namespace {

constexpr size_t kKeyWords = std::size(ls_bitgen_state{}.key);

// `count` words, for which NULL will do where there are none.
template <class T>
std::span<T> words_in(T* words, size_t count, const char* name) {
    if (count == 0) return {};
    return {&pointer_in(words, name), count};
}

std::span<const uint64_t, 4> wide_in(const uint64_t* words, const char* name) {
    return std::span<const uint64_t, 4>(&pointer_in(words, name), 4);
}

void give_new(ls_bitgen** result, Generator&& generator) {
    *result = FreeList<ls_bitgen>::make(ls_bitgen::kLive, std::move(generator));
}

void give_new(ls_bitgen** result, const BitState& state, bool legacy = false) {
    give_new(result, Generator(state, legacy));
}

BitState copy_of(const Generator& generator) {
    const Generator::Use use(generator);
    return use.state();
}

// The words of the kinds that have 64-bit ones, and where the position stands.
std::span<uint64_t> wide_words(BitState& s, uint64_t (&room)[10]) {
    switch (s.kind) {
        case BitGenerator::pcg64:
        case BitGenerator::pcg64dxsm:
            std::copy_n(s.pcg64.increment, 2, std::copy_n(s.pcg64.state, 2, room));
            return {room, 4};
        case BitGenerator::philox:
            std::copy_n(s.philox.buffer, 4, std::copy_n(s.philox.key, 2, std::copy_n(s.philox.counter, 4, room)));
            return {room, 10};
        case BitGenerator::sfc64: std::copy_n(s.sfc64.words, 4, room); return {room, 4};
        case BitGenerator::mt19937: break;
    }
    return {room, 0};
}

ls_bitgen_state state_out(BitState s) {
    ls_bitgen_state c = {};
    c.size = sizeof c;
    c.kind = static_cast<int32_t>(s.kind);
    c.has_uint32 = s.has_uint32, c.uinteger = s.uinteger;
    c.has_gauss = s.has_gauss, c.gauss = s.gauss;
    wide_words(s, c.words);
    if (s.kind == BitGenerator::mt19937) std::copy_n(s.mt19937.key, kKeyWords, c.key), c.position = s.mt19937.position;
    if (s.kind == BitGenerator::philox) c.position = s.philox.position;
    return c;
}

BitState state_in(const ls_bitgen_state& c) {
    for (const auto& [flag, name] : {std::pair(c.has_uint32, "has_uint32"), std::pair(c.has_gauss, "has_gauss")})
        if (flag > 1) fail(Status::value_error, "state.%s: expected 0 or 1, got %u", name, flag);
    BitState s = {};
    s.kind = static_cast<BitGenerator>(c.kind);
    s.has_uint32 = c.has_uint32, s.uinteger = c.uinteger;
    s.has_gauss = c.has_gauss, s.gauss = c.gauss;
    switch (s.kind) {
        case BitGenerator::mt19937:
            std::copy_n(c.key, kKeyWords, s.mt19937.key);
            s.mt19937.position = c.position;
            break;
        case BitGenerator::pcg64:
        case BitGenerator::pcg64dxsm:
            std::copy_n(c.words, 2, s.pcg64.state);
            std::copy_n(c.words + 2, 2, s.pcg64.increment);
            break;
        case BitGenerator::philox:
            std::copy_n(c.words, 4, s.philox.counter);
            std::copy_n(c.words + 4, 2, s.philox.key);
            std::copy_n(c.words + 6, 4, s.philox.buffer);
            s.philox.position = c.position;
            break;
        case BitGenerator::sfc64: std::copy_n(c.words, 4, s.sfc64.words); break;
    }
    random::check_state(s);
    return s;
}

}  // namespace

ls_status ls_bitgen_new(int kind, const uint32_t* entropy, size_t entropy_count, const uint32_t* spawn_key,
                        size_t spawn_key_count, size_t pool_size, ls_bitgen** result) {
    return border("ls_bitgen_new", [&] {
        pointer_in(result, "result");
        const auto number = static_cast<BitGenerator>(kind);
        random::Words words(random::seed_words(number));
        const auto own = entropy ? random::Words() : random::fresh_entropy(pool_size);
        const auto given = entropy ? words_in(entropy, entropy_count, "entropy") : std::span(own);
        random::generate_state(random::mix_entropy(given, words_in(spawn_key, spawn_key_count, "spawn_key"), pool_size), words);
        give_new(result, random::seeded(number, words));
    });
}

ls_status ls_bitgen_from_words(int kind, const uint32_t* words, size_t words_count, ls_bitgen** result) {
    return border("ls_bitgen_from_words", [&] {
        pointer_in(words, "words"), pointer_in(result, "result");
        give_new(result, random::seeded(static_cast<BitGenerator>(kind), {words, words_count}));
    });
}

ls_status ls_bitgen_from_legacy_seed(const uint32_t* seed, size_t seed_count, bool is_array, ls_bitgen** result) {
    return border("ls_bitgen_from_legacy_seed", [&] {
        pointer_in(seed, "seed"), pointer_in(result, "result");
        const std::span<const uint32_t> numbers(seed, seed_count);
        if (!is_array && seed_count != 1) fail(Status::value_error, "seed_count: expected 1 for a number, got %zu", seed_count);
        give_new(result, is_array ? random::legacy_seeded(numbers) : random::legacy_seeded(*seed), true);
    });
}

ls_status ls_bitgen_free(ls_bitgen** generator) {
    return border("ls_bitgen_free", [&] {
        if (!generator || !*generator) return;
        delete_handle(&live_in(*generator, "generator"));
        *generator = nullptr;
    });
}

ls_status ls_bitgen_copy(const ls_bitgen* generator, ls_bitgen** result) {
    return border("ls_bitgen_copy", [&] {
        const Generator& from = generator_in(generator, "generator");
        pointer_in(result, "result");
        give_new(result, copy_of(from), from.is_legacy());
    });
}

ls_status ls_bitgen_share(const ls_bitgen* generator, bool legacy, ls_bitgen** result) {
    return border("ls_bitgen_share", [&] {
        const Generator& from = generator_in(generator, "generator");
        pointer_in(result, "result");
        give_new(result, Generator(from, legacy));
    });
}

ls_status ls_bitgen_name(const ls_bitgen* generator, const char** name) {
    return border("ls_bitgen_name", [&] {
        const Generator& from = generator_in(generator, "generator");
        pointer_in(name, "name") = random::name_of(from.kind());
    });
}

ls_status ls_bitgen_get_state(const ls_bitgen* generator, ls_bitgen_state* result) {
    return border("ls_bitgen_get_state", [&] {
        const Generator& from = generator_in(generator, "generator");
        if (pointer_in(result, "result").size != sizeof *result)
            fail(Status::value_error, "result.size: expected %zu, got %zu", sizeof *result, result->size);
        *result = state_out(copy_of(from));
    });
}

ls_status ls_bitgen_set_state(ls_bitgen* generator, const ls_bitgen_state* state) {
    return border("ls_bitgen_set_state", [&] {
        Generator& to = generator_in(generator, "generator");
        if (pointer_in(state, "state").size != sizeof *state)
            fail(Status::value_error, "state.size: expected %zu, got %zu", sizeof *state, state->size);
        const BitState given = state_in(*state);
        if (given.kind != to.kind())
            fail(Status::value_error, "state.kind: expected %s, got %s", random::name_of(to.kind()), random::name_of(given.kind));
        const Generator::Use use(to);
        use.state() = given;
    });
}

ls_status ls_bitgen_advance(ls_bitgen* generator, const uint64_t* delta) {
    return border("ls_bitgen_advance", [&] {
        Generator& of = generator_in(generator, "generator");
        const auto by = wide_in(delta, "delta");
        const Generator::Use use(of);
        random::advance(use.state(), by);
    });
}

ls_status ls_bitgen_jumped(const ls_bitgen* generator, const uint64_t* jumps, ls_bitgen** result) {
    return border("ls_bitgen_jumped", [&] {
        const Generator& from = generator_in(generator, "generator");
        const auto times = wide_in(jumps, "jumps");
        pointer_in(result, "result");
        BitState state = copy_of(from);
        random::jump(state, times);
        give_new(result, state, from.is_legacy());
    });
}

ls_status ls_bitgen_raw(ls_bitgen* generator, uint64_t* words, size_t count) {
    return border("ls_bitgen_raw", [&] {
        Generator& of = generator_in(generator, "generator");
        pointer_in(words, "words");
        const Generator::Use use(of);
        scalar::random::draw_from(use.state(), [&](auto& g) {
            for (size_t i = 0; i < count; ++i) words[i] = word(g);
        });
    });
}

ls_status ls_seed_sequence_pool(const uint32_t* entropy, size_t entropy_count, const uint32_t* spawn_key,
                                size_t spawn_key_count, uint32_t* pool, size_t pool_size) {
    return border("ls_seed_sequence_pool", [&] {
        const auto words = words_in(entropy, entropy_count, "entropy");
        const auto key = words_in(spawn_key, spawn_key_count, "spawn_key");
        pointer_in(pool, "pool");
        std::ranges::copy(random::mix_entropy(words, key, pool_size), pool);
    });
}

ls_status ls_seed_sequence_generate(const uint32_t* pool, size_t pool_size, uint32_t* words, size_t count) {
    return border("ls_seed_sequence_generate", [&] {
        pointer_in(pool, "pool"), pointer_in(words, "words");
        if (pool_size == 0) fail(Status::value_error, "pool_size: expected at least 1");
        random::generate_state({pool, pool_size}, {words, count});
    });
}
