// Bit generators as C handles: seeds, shared streams, states, the C++ class, and what a row draws from them.
// Must not know algorithms: tests/table holds the words to NumPy's.
#include <algorithm>

#include "handle.h"
#include "lockstep/lockstep.hpp"

namespace {

class Bits {
  public:
    explicit Bits(int kind = LS_PCG64, uint32_t seed = 12345) {
        EXPECT_EQ(ls_bitgen_new(kind, &seed, 1, nullptr, 0, 4, &handle_), LS_OK) << ls_last_error();
    }
    explicit Bits(ls_bitgen* owned) : handle_(owned) {}
    Bits(const Bits&) = delete;
    Bits& operator=(const Bits&) = delete;
    ~Bits() { ls_bitgen_free(&handle_); }
    operator ls_bitgen*() const { return handle_; }
    uint64_t word() const {
        uint64_t w = 0;
        EXPECT_EQ(ls_bitgen_raw(handle_, &w, 1), LS_OK) << ls_last_error();
        return w;
    }
    ls_bitgen_state state() const {
        ls_bitgen_state s = {};
        s.size = sizeof s;
        EXPECT_EQ(ls_bitgen_get_state(handle_, &s), LS_OK) << ls_last_error();
        return s;
    }

  private:
    ls_bitgen* handle_ = nullptr;
};

}  // namespace

TEST(Bitgen, has_numpy_s_words) {  // numpy.random.PCG64(12345).random_raw(2)
    const Bits bits;
    EXPECT_EQ(bits.word(), 4193609425186963869u);
    EXPECT_EQ(bits.word(), 5843160025838961886u);
}

TEST(Bitgen, without_entropy_never_repeats) {
    ls_bitgen *a = nullptr, *b = nullptr;
    ASSERT_EQ(ls_bitgen_new(LS_SFC64, nullptr, 0, nullptr, 0, 4, &a), LS_OK) << ls_last_error();
    ASSERT_EQ(ls_bitgen_new(LS_SFC64, nullptr, 0, nullptr, 0, 4, &b), LS_OK) << ls_last_error();
    EXPECT_NE(Bits(a).word(), Bits(b).word());
}

TEST(Bitgen, copies_go_their_own_way_and_shares_do_not) {
    const Bits bits, same;
    ls_bitgen *copy = nullptr, *share = nullptr;
    ASSERT_EQ(ls_bitgen_copy(bits, &copy), LS_OK);
    ASSERT_EQ(ls_bitgen_share(bits, true, &share), LS_OK);
    const Bits own_copy(copy), own_share(share);
    const uint64_t first = same.word(), second = same.word(), third = same.word();
    EXPECT_EQ(bits.word(), first);
    EXPECT_EQ(own_share.word(), second);
    EXPECT_EQ(bits.word(), third);
    EXPECT_EQ(own_copy.word(), first);
}

TEST(Bitgen, a_share_outlives_the_first_handle) {
    ls_bitgen* share = nullptr;
    const Bits same;
    {
        const Bits bits;
        ASSERT_EQ(ls_bitgen_share(bits, false, &share), LS_OK);
    }
    EXPECT_EQ(Bits(share).word(), same.word());
}

TEST(Bitgen, a_waiting_normal_draw_belongs_to_the_handle) {
    const Bits bits(LS_MT19937);
    ls_bitgen* made = nullptr;
    ASSERT_EQ(ls_bitgen_share(bits, true, &made), LS_OK);
    const Bits legacy(made);
    ls_bitgen_state state = legacy.state();
    state.has_gauss = 1, state.gauss = 2.5;
    ASSERT_EQ(ls_bitgen_set_state(legacy, &state), LS_OK) << ls_last_error();
    EXPECT_EQ(bits.state().has_gauss, 0u);
    bits.word();
    EXPECT_EQ(legacy.state().has_gauss, 1u);
    EXPECT_EQ(legacy.state().gauss, 2.5);
    EXPECT_EQ(legacy.state().position, bits.state().position);
}

TEST(Bitgen, refuses_wrong_kinds_and_numbers_of_words) {
    const uint32_t words[700] = {};
    ls_bitgen* made = nullptr;
    for (int kind : {-1, 5, 1 << 20}) {
        EXPECT_FAILS(ls_bitgen_new(kind, words, 1, nullptr, 0, 4, &made), LS_VALUE_ERROR, "kind", "0 to 4");
        EXPECT_FAILS(ls_bitgen_from_words(kind, words, 8, &made), LS_VALUE_ERROR, "kind", "0 to 4");
    }
    constexpr const char* kNeeded[] = {"624", "8", "8", "4", "6"};
    for (int kind = 0; kind < 5; ++kind)
        for (size_t count : {size_t(0), size_t(3), size_t(700)})
            EXPECT_FAILS(ls_bitgen_from_words(kind, words, count, &made), LS_VALUE_ERROR, "words", kNeeded[kind]);
    for (size_t pool : {0, 3}) EXPECT_FAILS(ls_bitgen_new(1, words, 1, nullptr, 0, pool, &made), LS_VALUE_ERROR, "pool_size");
    EXPECT_EQ(made, nullptr);
}

TEST(Bitgen, free_of_nothing_is_nothing) {
    EXPECT_EQ(ls_bitgen_free(nullptr), LS_OK);
    ls_bitgen* none = nullptr;
    EXPECT_EQ(ls_bitgen_free(&none), LS_OK);
}

TEST(Bitgen, a_second_free_is_refused) {
    const uint32_t seed = 1;
    ls_bitgen* bits = nullptr;
    OK(ls_bitgen_new(LS_PCG64, &seed, 1, nullptr, 0, 4, &bits));
    ls_bitgen* copy = bits;
    OK(ls_bitgen_free(&bits));
    EXPECT_EQ(bits, nullptr);
    EXPECT_FAILS(ls_bitgen_free(&copy), LS_BAD_HANDLE, "generator", "a bit generator", "freed");
    EXPECT_NE(copy, nullptr);
}

TEST(Bitgen, handles_of_other_kinds_are_refused_and_live_on) {
    Handle array{{1, 2, 3}};
    const Bits bits, same;
    auto* wrong = reinterpret_cast<ls_bitgen*>(static_cast<ls_array*>(array));
    EXPECT_FAILS(ls_bitgen_free(&wrong), LS_BAD_HANDLE, "generator");
    auto* wrong_array = reinterpret_cast<ls_array*>(static_cast<ls_bitgen*>(bits));
    EXPECT_FAILS(ls_array_free(&wrong_array), LS_BAD_HANDLE, "array");
    alignas(16) const char text[64] = "no handle at all";
    wrong = reinterpret_cast<ls_bitgen*>(const_cast<char*>(text) + 1);
    EXPECT_FAILS(ls_bitgen_free(&wrong), LS_BAD_HANDLE, "generator");
    EXPECT_EQ(doubles(array), (std::vector<double>{1, 2, 3}));
    EXPECT_EQ(bits.word(), same.word());
}

TEST(Bitgen, a_failed_draw_leaves_the_state) {
    const Bits bits, same;
    ls_array* result = nullptr;
    ls_random_random_options o = {};
    o.size = sizeof o, o.dtype = LS_INT32;
    EXPECT_FAILS(ls_random_random(bits, &o, &result), LS_TYPE_ERROR, "dtype");
    const int64_t shape[] = {-1};
    o.dtype = 0, o.result_size = ls_axes_of(1, shape);
    EXPECT_FAILS(ls_random_random(bits, &o, &result), LS_VALUE_ERROR, "-1");
    EXPECT_EQ(result, nullptr);
    EXPECT_EQ(bits.word(), same.word());
}

TEST(Bitgen, draws_in_cpp) {
    ls::bit_generator bits(12345), shared = bits;
    const Bits same;
    const auto x = ls::random::random(bits, {.size = {2, 3}});
    EXPECT_EQ(x.shape(), (ls::sizes{2, 3}));
    const auto values = x.to_vector<double>();
    EXPECT_TRUE(std::ranges::all_of(values, [](double v) { return v >= 0 && v < 1; }));
    EXPECT_EQ(values[0], static_cast<double>(same.word() >> 11) / 9007199254740992.0);
    for (int i = 1; i < 6; ++i) same.word();
    EXPECT_EQ(ls::random::random(shared).item<double>(), static_cast<double>(same.word() >> 11) / 9007199254740992.0);
    EXPECT_NE(ls::random::random(ls::bit_generator()).item<double>(), ls::random::random(ls::bit_generator()).item<double>());
}
