// The loader of FFTW-interface libraries: refusal, reports, and the answers of a library where one is
// installed. Must not depend on such a library being installed: tests that need one are skipped with the
// loader's own report.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

#include <unistd.h>

#include "host/vendor/fftw.h"
#include "runtime/exec/library.h"
#include "tests/unit/fft_reference.h"

namespace lockstep::test {
namespace {

using host::vendor::FftwLibrary;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

template <class T>
FftwLibrary<T>& library() {
    static FftwLibrary<T> opened({sizeof(T) == 8 ? "libfftw3.so.3" : "libfftw3f.so.3", "libmkl_rt.so.2"});
    return opened;
}

template <class T>
void check_against_ours() {
    std::mt19937_64 bits(std::random_device{}());
    for (const Kind kind : all_kinds)
        for (const int64_t n : {1, 2, 9, 64, 97, 1000, 1009})
            for (const int64_t howmany : {1, 5}) {
                const int64_t in_row = in_elements(kind, n) + 1, out_row = out_elements(kind, n) + 2;
                const std::vector<T> in = random_reals<T>(howmany * in_row * in_parts(kind), bits), kept = in;
                std::vector<T> ours(static_cast<size_t>(howmany * out_row * out_parts(kind)), T(5)),
                    theirs = ours;
                host::fft::transform(kind, n, howmany, in.data(), in_row, ours.data(), out_row, T(0.7));
                ASSERT_TRUE(library<T>().transform(kind, n, howmany, in.data(), in_row, theirs.data(),
                                                   out_row, T(0.7)));
                EXPECT_TRUE(in == kept) << "the input was changed: n " << n;
                long double difference = 0, size = 0;
                for (size_t i = 0; i < ours.size(); ++i) {
                    difference += std::norm(static_cast<Wide>(ours[i]) - static_cast<Wide>(theirs[i]));
                    size += std::norm(static_cast<Wide>(ours[i]));
                }
                EXPECT_LE(std::sqrt(difference), 3 * error_bound<T>(n) * std::sqrt(size))
                    << n << " x " << howmany;
            }
}

TEST(FftwLoader, TheLibraryFoundAgreesWithOurs) {
    if (!library<double>().loaded() || !library<float>().loaded())
        GTEST_SKIP() << library<double>().report() << library<float>().report();
    check_against_ours<double>();
    check_against_ours<float>();
}

TEST(FftwLoader, TransformsFromManyThreads) {
    if (!library<double>().loaded()) GTEST_SKIP() << library<double>().report();
    std::vector<std::thread> threads;
    std::array<int, 4> bad{};
    for (size_t t = 0; t < bad.size(); ++t)
        threads.emplace_back([t, &bad] {
            std::mt19937_64 bits(t);
            for (int repeat = 0; repeat < 200; ++repeat) {  // more lengths than plans are kept
                const int64_t n = 2 + static_cast<int64_t>(bits() % 150);
                const std::vector<double> x = random_reals<double>(2 * n, bits);
                std::vector<double> y(x);
                library<double>().transform(Kind::c2c_forward, n, 1, y.data(), n, y.data(), n, 1.0);
                library<double>().transform(Kind::c2c_backward, n, 1, y.data(), n, y.data(), n,
                                            1.0 / static_cast<double>(n));
                for (size_t j = 0; j < x.size(); ++j) bad[t] += !(std::fabs(x[j] - y[j]) < 1e-13);
            }
        });
    for (std::thread& thread : threads) thread.join();
    for (const int count : bad) EXPECT_EQ(count, 0);
}

TEST(FftwLoader, WhatIsNotThereIsReportedAndTheNextIsTried) {
    FftwLibrary<double> none({"/nowhere/libfftw3.so.3", "libm.so.6"});
    EXPECT_FALSE(none.loaded());
    const std::string report = none.report();
    EXPECT_TRUE(contains(report, "tried /nowhere/libfftw3.so.3: /nowhere/libfftw3.so.3: cannot open"))
        << report;
    EXPECT_TRUE(contains(report, "libm.so.6: lacks functions of FFTW")) << report;
    EXPECT_TRUE(contains(report, "double: our own transform")) << report;
    double x[4] = {1, 2, 3, 4};
    EXPECT_FALSE(none.transform(Kind::c2c_forward, 2, 1, x, 2, x, 2, 1.0));
    EXPECT_EQ(x[3], 4);
}

// fft_wrong_shim.cpp: off by 1e-12 of an angle, which no glance would see.
TEST(FftwLoader, ALibraryThatComputesWrongIsRefused) {
    FftwLibrary<double> wrong({Library::own_folder() + "/../lib/libfft_wrong_shim.so"});
    EXPECT_FALSE(wrong.loaded());
    EXPECT_TRUE(contains(wrong.report(), "libfft_wrong_shim.so: computes wrong results (c2c forward of "))
        << wrong.report();
}

// Runs by itself, and in children with other settings.
TEST(Fftw, Report) {
    double x[4] = {1, 2, 3, 4};
    const bool done = host::vendor::fftw_transform(Kind::c2c_forward, 2, 1, x, 2, x, 2, 1.0);
    EXPECT_EQ(x[0], done ? 4 : 1);
    std::printf("done %d\n%s", done, host::vendor::fftw_report().c_str());
}

std::string child(const std::string& settings) {
    char self[4096] = {};
    if (readlink("/proc/self/exe", self, sizeof self - 1) <= 0) return "no /proc/self/exe";
    const std::string command = "env -u LOCKSTEP_FFT -u LOCKSTEP_FFTW_PATH " + settings + " '" + self +
                                "' --gtest_filter=Fftw.Report 2>&1";
    std::FILE* const pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return "popen failed";
    std::string text;
    char buffer[4096];
    while (const size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, got);
    return text + (pclose(pipe) == 0 ? "child passed" : "child failed");
}

TEST(FftwLoader, OurOwnUnlessAskedFor) {
    const std::string text = child("");
    EXPECT_TRUE(contains(text, "done 0") && contains(text, "LOCKSTEP_FFT is not set")) << text;
    EXPECT_FALSE(contains(text, "tried")) << text;
    EXPECT_TRUE(contains(text, "child passed")) << text;
}

TEST(FftwLoader, AnUnknownChoiceIsReported) {
    const std::string text = child("LOCKSTEP_FFT=fastest");
    EXPECT_TRUE(contains(text, "done 0") && contains(text, "must be own, fftw or mkl")) << text;
}

TEST(FftwLoader, TheEnvironmentChooses) {
    const std::string text = child("LOCKSTEP_FFT=fftw LOCKSTEP_FFTW_PATH=/nowhere/a.so:/nowhere/b.so");
    EXPECT_TRUE(contains(text, "tried /nowhere/a.so: ") && contains(text, "tried /nowhere/b.so: ")) << text;
    EXPECT_TRUE(contains(text, "child passed")) << text;
    if (!library<double>().loaded()) GTEST_SKIP() << text;
    EXPECT_TRUE(contains(text, "done 1")) << text;
}

}  // namespace
}  // namespace lockstep::test
