// Where the simulated device's kernels come from, by the C ABI's counters.
// Must not know the library's inside.
#include <gtest/gtest.h>
#include <lockstep/lockstep.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

namespace {

// A cache of this process's own, empty at first.
const std::string folder = [] {
    char name[] = "/tmp/lockstep-kernels-XXXXXX";
    const char* const made = mkdtemp(name);
    setenv("LOCKSTEP_DEVICE", "sim", 1);
    setenv("LOCKSTEP_CACHE_DIR", made, 1);
    return std::string(made);
}();

class Kernels : public testing::Test {
  protected:
    static void TearDownTestSuite() { std::filesystem::remove_all(folder); }
    ls_array* x = nullptr;

    void SetUp() override {
        const int64_t shape[] = {6, 50};
        const std::vector<double> values(300, 1.5);
        ASSERT_EQ(ls_from_host(values.data(), LS_FLOAT64, 2, shape, nullptr, &x), LS_OK) << ls_last_error();
    }
    void TearDown() override { EXPECT_EQ(ls_array_free(&x), LS_OK); }

    static ls_kernel_cache_statistics figures() {
        ls_kernel_cache_statistics s = {};
        s.size = LS_SIZE(ls_kernel_cache_statistics);
        EXPECT_EQ(ls_kernel_cache_info(&s), LS_OK) << ls_last_error();
        return s;
    }
    template <class Call>
    void expect_ok(const char* what, const Call& call) {
        ls_array* result = nullptr;
        EXPECT_EQ(call(&result), LS_OK) << what << ": " << ls_last_error();
        EXPECT_EQ(figures().compiled, 0) << what << " is not in the pack";
        EXPECT_EQ(ls_array_free(&result), LS_OK);
    }
};

// What the pack enumerates must be the programs that the functions make: see kernels/source/standard_set.cpp.
TEST_F(Kernels, of_common_calls_come_from_the_pack) {
    const int64_t before = figures().from_pack;
    ls_clip_options clip = {};
    clip.size = sizeof clip;
    ls_array* one = nullptr;
    ASSERT_EQ(ls_from_scalar(ls_float(1), &one), LS_OK);
    clip.a_min = clip.a_max = one;
    expect_ok("add", [&](ls_array** r) { return ls_add(x, x, nullptr, r); });
    expect_ok("multiply by a number", [&](ls_array** r) { return ls_multiply(x, one, nullptr, r); });
    expect_ok("exp", [&](ls_array** r) { return ls_exp(x, nullptr, r); });
    expect_ok("less", [&](ls_array** r) { return ls_less(x, x, nullptr, r); });
    expect_ok("clip", [&](ls_array** r) { return ls_clip(x, &clip, r); });
    expect_ok("sum", [&](ls_array** r) { return ls_sum(x, nullptr, r); });
    expect_ok("mean", [&](ls_array** r) { return ls_mean(x, nullptr, r); });
    expect_ok("var", [&](ls_array** r) { return ls_var(x, nullptr, r); });
    expect_ok("max", [&](ls_array** r) { return ls_max(x, nullptr, r); });
    expect_ok("argmax", [&](ls_array** r) { return ls_argmax(x, nullptr, r); });
    EXPECT_GE(figures().from_pack, before + 8);
    EXPECT_EQ(ls_array_free(&one), LS_OK);
}

TEST_F(Kernels, that_the_pack_lacks_are_compiled_and_kept) {
    ls_array *halves = nullptr, *doubled = nullptr;
    const ls_kernel_cache_statistics before = figures();
    ASSERT_EQ(ls_astype(x, LS_FLOAT16, nullptr, &halves), LS_OK) << ls_last_error();
    ASSERT_EQ(ls_add(halves, halves, nullptr, &doubled), LS_OK) << ls_last_error();
    const ls_kernel_cache_statistics after = figures();
    EXPECT_GT(after.compiled, before.compiled);
    EXPECT_GT(after.entries, 0);
    EXPECT_GT(after.bytes, 0);
    EXPECT_LE(after.bytes, after.limit);
    ASSERT_EQ(ls_kernel_cache_clear("sim"), LS_OK) << ls_last_error();
    EXPECT_EQ(figures().entries, 0);
    for (ls_array** a : {&halves, &doubled}) EXPECT_EQ(ls_array_free(a), LS_OK);
}

}  // namespace
