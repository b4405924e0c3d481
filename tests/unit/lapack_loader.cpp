// The search for LAPACK in the library that the search for a BLAS found, in fresh processes of this program.
// Must not depend on a LAPACK being installed: the test that needs one is skipped with the loader's report.
#include <gtest/gtest.h>

#include <cmath>

#include "host/primitives.h"
#include "host/vendor/lapack.h"
#include "runtime/array/error.h"
#include "runtime/exec/library.h"
#include "tests/unit/blas_child.h"

namespace lockstep::test {
namespace {

std::string shim(const char* name) { return Library::own_folder() + "/../lib/lib" + name + "_shim.so"; }

// These run by themselves and, with other settings, in the children: systems are solved whatever was found.
TEST(Lapack, SolvesWithWhatThereIs) {
    std::printf("loaded %d\n%s\n", host::vendor::lapack_loaded(), host::vendor::lapack_report().c_str());
    constexpr int64_t n = 40;
    double a[n * n] = {}, x[n];
    for (int64_t i = 0; i < n; ++i) {
        a[i + i * n] = 2;
        if (i > 0) a[i + (i - 1) * n] = 1;
        x[i] = i > 0 ? 3 : 2;
    }
    SolveTask task{};
    task.kind = Solver::solve;
    task.type = types::float64_;
    task.m = task.n = n;
    task.k = task.batch = 1;
    task.a = reinterpret_cast<char*>(a);
    task.x = reinterpret_cast<char*>(x);
    ASSERT_EQ(host::solve(0, task, nullptr), kSolved);
    for (const double value : x) EXPECT_NEAR(value, 1, 1e-12);
}

TEST(Lapack, SpectraNeedIt) {
    double a[] = {1}, w[1];
    SolveTask task{};
    task.kind = Solver::eigh;
    task.type = types::float64_;
    task.m = task.n = task.k = task.batch = 1;
    task.a = reinterpret_cast<char*>(a);
    task.values = reinterpret_cast<char*>(w);
    try {
        ASSERT_EQ(host::solve(0, task, nullptr), kSolved);
        EXPECT_TRUE(host::vendor::lapack_loaded());
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), Status::library_missing);
        EXPECT_TRUE(contains(error.what(), host::vendor::lapack_report())) << error.what();
        EXPECT_FALSE(host::vendor::lapack_loaded());
    }
}

TEST(LapackLoader, NoneWithoutABlas) {
    const std::string text = child("Lapack.*", "none");
    EXPECT_TRUE(contains(text, "loaded 0") && contains(text, "LAPACK: none, as there is no BLAS library"))
        << text;
    EXPECT_TRUE(contains(text, "child passed")) << text;
}

TEST(LapackLoader, ABlasAlone) {
    const std::string text = child("Lapack.*", shim("blas_alone"));
    EXPECT_TRUE(contains(text, "loaded 0") && contains(text, "libblas_alone_shim.so has no dgetrf")) << text;
    EXPECT_TRUE(contains(text, "child passed")) << text;
}

TEST(LapackLoader, ALapackThatComputesWrongIsRefused) {
    const std::string text = child("Lapack.*", shim("blas_idle_lapack"));
    EXPECT_TRUE(contains(text, "loaded 0") && contains(text, "solves a system of 2 equations wrong")) << text;
    EXPECT_TRUE(contains(text, "child passed")) << text;
}

TEST(LapackLoader, TheLibraryFoundSolves) {
    const std::string text = child("Lapack.*", "");
    EXPECT_TRUE(contains(text, "child passed")) << text;
    if (!contains(text, "loaded 1")) GTEST_SKIP() << text;
    EXPECT_TRUE(contains(text, "LAPACK: /") || contains(text, "LAPACK: lib")) << text;
}

}  // namespace
}  // namespace lockstep::test
