// Eight threads that share arrays without a lock of their own; the preset tsan runs them checked for races.
// Must not know the library's inside.
#include <map>
#include <thread>

#include "handle.h"

namespace {

constexpr int kThreads = 8, kRounds = 50;

template <class Work>
void in_threads(const Work& work) {
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) threads.emplace_back(work, t);
    for (std::thread& t : threads) t.join();
}

}  // namespace

TEST(Threads, share_inputs) {
    std::vector<double> ramp(40000);
    for (size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<double>(i);
    Handle x(ramp, {200, 200});
    in_threads([&](int t) {
        for (int round = 0; round < kRounds; ++round) {
            ls_array *y = nullptr, *row = nullptr, *s = nullptr;
            const ls_index index = ls_at(t);
            ASSERT_EQ(ls_add(x, x, nullptr, &y), LS_OK) << ls_last_error();
            ASSERT_EQ(ls_get(y, 1, &index, &row), LS_OK) << ls_last_error();
            ASSERT_EQ(ls_sum(row, nullptr, &s), LS_OK) << ls_last_error();
            // 2 * (200 t + 0) + ... over 200 columns
            EXPECT_EQ(doubles(s)[0], 2.0 * (200.0 * t * 200 + 199 * 100));
            for (ls_array** a : {&y, &row, &s}) ls_array_free(a);
        }
    });
}

TEST(Threads, free_each_other_s_views) {
    Handle x{{1, 2, 3, 4}};
    std::vector<ls_array*> views(kThreads * kRounds);
    in_threads([&](int t) {
        for (int round = 0; round < kRounds; ++round)
            EXPECT_EQ(ls_array_view(x, &views[static_cast<size_t>(t * kRounds + round)]), LS_OK);
    });
    in_threads([&](int t) {  // every thread frees what its neighbour made
        const int other = (t + 1) % kThreads;
        for (int round = 0; round < kRounds; ++round)
            EXPECT_EQ(ls_array_free(&views[static_cast<size_t>(other * kRounds + round)]), LS_OK);
    });
    EXPECT_EQ(doubles(x), (std::vector<double>{1, 2, 3, 4}));
}

TEST(Threads, draw_from_one_generator_without_giving_a_word_twice) {
    constexpr size_t kDraws = 700;
    const uint32_t seed = 7;
    for (int kind : {LS_MT19937, LS_PCG64, LS_PCG64DXSM, LS_PHILOX, LS_SFC64}) {
        ls_bitgen *shared = nullptr, *alone = nullptr;
        ASSERT_EQ(ls_bitgen_new(kind, &seed, 1, nullptr, 0, 4, &shared), LS_OK) << ls_last_error();
        ASSERT_EQ(ls_bitgen_copy(shared, &alone), LS_OK) << ls_last_error();
        std::vector<uint64_t> drawn(kThreads * kRounds * kDraws), expected(drawn.size());
        in_threads([&](int t) {
            ls_bitgen* own = nullptr;  // every other thread has a handle of its own on the stream
            EXPECT_EQ(ls_bitgen_share(shared, t % 2 != 0, &own), LS_OK);
            for (int round = 0; round < kRounds; ++round) {
                uint64_t* const to = drawn.data() + static_cast<size_t>(t * kRounds + round) * kDraws;
                EXPECT_EQ(ls_bitgen_raw(t % 2 ? own : shared, to, kDraws), LS_OK);
                ls_bitgen_state state = {};
                state.size = sizeof state;
                EXPECT_EQ(ls_bitgen_get_state(shared, &state), LS_OK);
            }
            EXPECT_EQ(ls_bitgen_free(&own), LS_OK);
        });
        ASSERT_EQ(ls_bitgen_raw(alone, expected.data(), expected.size()), LS_OK);
        // Each call got consecutive words: sorted by where they stand, the calls are the stream.
        std::map<std::vector<uint64_t>, int> calls;
        for (size_t i = 0; i < drawn.size(); i += kDraws) ++calls[{drawn.begin() + i, drawn.begin() + i + kDraws}];
        for (size_t i = 0; i < expected.size(); i += kDraws)
            EXPECT_EQ((calls[{expected.begin() + i, expected.begin() + i + kDraws}]), 1) << "kind " << kind;
        for (ls_bitgen** g : {&shared, &alone}) ls_bitgen_free(g);
    }
}

TEST(Threads, keep_their_own_errors_and_default_devices) {
    in_threads([](int t) {
        const char* name = nullptr;
        for (int round = 0; round < kRounds; ++round) {
            EXPECT_EQ(ls_device_name(1000 + t, &name), LS_INDEX_ERROR);
            EXPECT_NE(std::string(ls_last_error()).find(std::to_string(1000 + t)), std::string::npos);
            EXPECT_EQ(ls_set_default_device("cpu"), LS_OK);
        }
    });
}

TEST(Threads, write_disjoint_parts_of_one_array) {
    const int64_t shape[] = {kThreads, 1000};
    Handle x;
    OK(ls_zeros(2, shape, nullptr, &x));
    in_threads([&](int t) {
        ls_array* value = nullptr;
        const ls_index row = ls_at(t);
        ASSERT_EQ(ls_from_scalar(ls_float(t), &value), LS_OK);
        for (int round = 0; round < kRounds; ++round)
            EXPECT_EQ(ls_set(x, 1, &row, value), LS_OK) << ls_last_error();
        ls_array_free(&value);
    });
    const std::vector<double> values = doubles(x);
    for (int t = 0; t < kThreads; ++t) EXPECT_EQ(values[static_cast<size_t>(t * 1000 + 999)], t);
}
