// libnumpy.so: the calls of the parity document with their expected values, and what it does with nonsense.
// Must not know Lockstep beyond the text of its last error.
#include "lockstep/libnumpy.h"

#include <cmath>
#include <limits>

#include "handle.h"

namespace {

const float kData[] = {0, 1, -2, 3, 4, -5, 6};  // DS-ARRAY-1
const float kTable[] = {1, 2, 3, 4, 5, 6};      // DS-ARRAY-2, 2 by 3

// The buffer's numbers; frees it.
std::vector<float> taken(float* p, size_t n) {
    EXPECT_NE(p, nullptr) << ls_last_error();
    std::vector<float> values(p, p ? p + n : p);
    free_float_buffer(p, n);
    return values;
}

using Floats = std::vector<float>;

}  // namespace

TEST(Libnumpy, thirteen_rows) {
    EXPECT_EQ(taken(arange(0, 10, 1), 10), (Floats{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
    EXPECT_EQ(taken(zeros_vec(7), 7), Floats(7, 0.0f));
    EXPECT_EQ(taken(ones_vec(7), 7), Floats(7, 1.0f));
    EXPECT_EQ(taken(eye(3), 9), (Floats{1, 0, 0, 0, 1, 0, 0, 0, 1}));
    EXPECT_EQ(taken(linspace(0, 1, 5), 5), (Floats{0, 0.25f, 0.5f, 0.75f, 1}));
    const Floats logs = taken(log_vec(kData, 7), 7);
    EXPECT_EQ(logs[0], -std::numeric_limits<float>::infinity());
    EXPECT_EQ(logs[1], 0);
    EXPECT_TRUE(std::isnan(logs[2]));
    EXPECT_EQ(logs[3], 1.0986123f);
    EXPECT_EQ(logs[4], 1.3862944f);
    EXPECT_TRUE(std::isnan(logs[5]));
    EXPECT_EQ(logs[6], 1.7917595f);
    EXPECT_EQ(taken(power_vec(kData, 7, 2), 7), (Floats{0, 1, 4, 9, 16, 25, 36}));
    EXPECT_EQ(compute_min(kData, 7), -5);
    EXPECT_EQ(compute_std(kData, 7), 3.4641016f);
    EXPECT_EQ(compute_var(kData, 7), 12);
    EXPECT_EQ(taken(transpose_2d(kTable, 2, 3), 6), (Floats{1, 4, 2, 5, 3, 6}));
    EXPECT_EQ(dot_vec(kData, 7, kData, 7), 91);
    EXPECT_EQ(taken(matmul_2d(kTable, 2, 3, kTable, 3, 2), 4), (Floats{22, 28, 49, 64}));
}

TEST(Libnumpy, the_other_five) {
    EXPECT_EQ(taken(clip_vec(kData, 7, -1, 3), 7), (Floats{0, 1, -1, 3, 3, -1, 3}));
    const float x[] = {0, 1.5f, 9}, xp[] = {1, 2, 3}, fp[] = {10, 20, 40};
    EXPECT_EQ(taken(interp(x, 3, xp, fp, 3), 3), (Floats{10, 15, 40}));
    const size_t shape[] = {3, 2}, rest[] = {3, SIZE_MAX};
    EXPECT_EQ(taken(reshape_vec(kTable, 6, shape), 6), Floats(kTable, kTable + 6));
    EXPECT_EQ(taken(reshape_vec(kTable, 6, rest), 6), Floats(kTable, kTable + 6));
    const size_t pointers[] = {reinterpret_cast<size_t>(kData), reinterpret_cast<size_t>(kTable)},
                 lengths[] = {2, 3};
    EXPECT_EQ(taken(concatenate(pointers, lengths, 2, 0), 5), (Floats{0, 1, 1, 2, 3}));
    free_float_buffer(nullptr, 0);
}

TEST(Libnumpy, empty_results_are_buffers_too) {
    EXPECT_TRUE(taken(arange(0, 0, 1), 0).empty());
    EXPECT_TRUE(taken(zeros_vec(0), 0).empty());
    EXPECT_TRUE(taken(log_vec(nullptr, 0), 0).empty());
}

TEST(Libnumpy, errors_are_null_or_nan_with_a_text) {
    const size_t five[] = {5, 7};
    const size_t pointers[] = {reinterpret_cast<size_t>(kData)}, lengths[] = {2};
    float* const results[] = {arange(0, 1, 0),
                              zeros_vec(SIZE_MAX),
                              eye(SIZE_MAX / 2),
                              log_vec(nullptr, 3),
                              matmul_2d(kTable, 2, 3, kTable, 2, 3),
                              interp(kData, 7, kData, kData, 0),
                              reshape_vec(kTable, 6, five),
                              reshape_vec(kTable, 6, nullptr),
                              concatenate(pointers, lengths, 1, 1),
                              concatenate(nullptr, nullptr, 2, 0)};
    for (float* r : results) EXPECT_EQ(r, nullptr);
    EXPECT_STRNE(ls_last_error(), "");
    EXPECT_TRUE(std::isnan(compute_min(kData, 0)));
    EXPECT_EQ(ls_last_status(), LS_VALUE_ERROR);
    EXPECT_TRUE(std::isnan(compute_min(nullptr, 3)));
    EXPECT_EQ(ls_last_status(), LS_BAD_HANDLE);
    EXPECT_TRUE(std::isnan(dot_vec(kData, 7, kData, 6)));
    EXPECT_EQ(ls_last_status(), LS_VALUE_ERROR);
}
