// The BLAS loader, in fresh processes of this program, since its outcome is final for a process.
// Must not depend on a BLAS being installed: tests that need one are skipped with the loader's own report.
#include <gtest/gtest.h>

#include <stdlib.h>

#include <array>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "host/gemm/product.h"
#include "host/vendor/blas.h"
#include "runtime/exec/library.h"
#include "tests/unit/blas_child.h"
#include "tests/unit/gemm_check.h"

namespace lockstep::test {
namespace {

using lockstep::Library;

template <class T>
void check_products() {
    for (int a = 0; a < layouts; ++a) {
        for (int b = 0; b < layouts; ++b) {
            for (int c = 0; c < distinct_layouts; ++c) {
                check_product<T>(21, 34, 25, Layout(a), Layout(b), Layout(c), host::gemm::product<T>);
                check_product<T>(1, 34, 25, Layout(a), Layout(b), Layout(c), host::gemm::product<T>);
                check_product<T>(21, 1, 25, Layout(a), Layout(b), Layout(c), host::gemm::product<T>);
                check_product<T>(1, 1, 25, Layout(a), Layout(b), Layout(c), host::gemm::product<T>);
                if (::testing::Test::HasFatalFailure()) return;
            }
        }
    }
    const int64_t sizes[] = {0, 1, 2, 3, 1, 16, 33, 65, 129, 257};
    for (int repeat = 0; repeat < 25; ++repeat) {
        check_product<T>(sizes[random_below(10)], sizes[random_below(10)], sizes[random_below(10)],
                         Layout(random_below(layouts)), Layout(random_below(layouts)),
                         Layout(random_below(distinct_layouts)), host::gemm::product<T>);
        if (::testing::Test::HasFatalFailure()) return;
    }
}

// These run by themselves and, with other settings, in the children.
TEST(Blas, Report) {
    std::printf("loaded %d\n%s", host::vendor::blas_loaded(), host::vendor::blas_report().c_str());
    check_products<double>();
}

TEST(Blas, Products) {
    std::printf("loaded %d\n%s", host::vendor::blas_loaded(), host::vendor::blas_report().c_str());
    check_products<float>();
    check_products<double>();
    check_products<scalar::complex64>();
    check_products<scalar::complex128>();
    check_products<int32_t>();
}

TEST(Blas, FirstUseFromManyThreads) {
    std::vector<std::thread> threads;
    std::array<double, 8> results{};
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([t, &results] {
            std::vector<double> a(40 * 40, 1.0 + t), c(40 * 40);
            host::gemm::product<double>(40, 40, 40, a.data(), 40, 1, a.data(), 40, 1, c.data(), 40, 1);
            results[size_t(t)] = c[1599];
        });
    }
    for (std::thread& thread : threads) thread.join();
    for (int t = 0; t < 8; ++t) EXPECT_EQ(results[size_t(t)], 40.0 * (1 + t) * (1 + t));
}

TEST(Blas, LeavesTheEnvironmentAlone) {
    unsetenv("OPENBLAS_CORETYPE");
    host::vendor::blas_loaded();
    EXPECT_EQ(getenv("OPENBLAS_CORETYPE"), nullptr);
}

TEST(BlasLoader, NoneMeansOurOwn) {
    const std::string text = child("Blas.Products", "none");
    EXPECT_TRUE(contains(text, "loaded 0") && contains(text, "LOCKSTEP_BLAS is none")) << text;
    EXPECT_TRUE(contains(text, "child passed")) << text;
}

TEST(BlasLoader, AWrongPathIsReportedAndTheSearchGoesOn) {
    const std::string text = child("Blas.Report", "/nowhere/libblas.so");
    EXPECT_TRUE(
        contains(text, "tried /nowhere/libblas.so: /nowhere/libblas.so: cannot open shared object file"))
        << text;
    EXPECT_TRUE(contains(text, "tried libopenblas.so.0") || contains(text, "in use")) << text;
    EXPECT_TRUE(contains(text, "child passed")) << text;
}

TEST(BlasLoader, ALibraryWithoutBlasIsRefused) {
    const std::string text = child("Blas.Report", "libm.so.6");
    EXPECT_TRUE(contains(text, "libm.so.6: has no cblas_sgemm")) << text;
    EXPECT_TRUE(contains(text, "child passed")) << text;
}

// blas_wrong_shim.cpp: its dgemm is wrong for larger sizes only, as OpenBLAS's have been.
TEST(BlasLoader, ALibraryThatComputesWrongIsRefused) {
    const std::string wrong = Library::own_folder() + "/../lib/libblas_wrong_shim.so";
    const std::string text = child("Blas.Report", wrong);
    EXPECT_TRUE(contains(text, "libblas_wrong_shim.so: computes wrong results (float64 gemm; ")) << text;
    EXPECT_TRUE(contains(text, "child passed")) << text;
}

TEST(BlasLoader, TheLibraryFoundComputesRight) {
    const std::string text = child("Blas.Products", "");
    EXPECT_TRUE(contains(text, "child passed")) << text;
    if (!contains(text, "loaded 1")) GTEST_SKIP() << text;
    EXPECT_TRUE(contains(text, ": in use\n")) << text;
}

TEST(VendorLibrary, RecordsEveryAttempt) {
    Library library;
    EXPECT_FALSE(library.open("/nowhere/a.so"));
    EXPECT_FALSE(library.open("libnowhere-b.so"));
    ASSERT_EQ(library.attempts().size(), 2u);
    EXPECT_EQ(library.attempts()[0].path, "/nowhere/a.so");
    EXPECT_TRUE(contains(library.attempts()[1].error, "libnowhere-b.so")) << library.attempts()[1].error;
    EXPECT_FALSE(library.is_open());
    EXPECT_EQ(library.symbol("cos"), nullptr);

    ASSERT_TRUE(library.open("libm.so.6"));
    EXPECT_NE(library.symbol("cos"), nullptr);
    EXPECT_TRUE(library.attempts()[2].error.empty());
    library.refuse("as a test");
    EXPECT_FALSE(library.is_open());
    EXPECT_EQ(library.attempts()[2].error, "as a test");
}

TEST(VendorLibrary, KnowsItsOwnFolder) { EXPECT_EQ(Library::own_folder().substr(0, 1), "/"); }

}  // namespace
}  // namespace lockstep::test
