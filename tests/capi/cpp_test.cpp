// lockstep.hpp: the same library in C++20 clothes.
// Must not know the library's inside.
#include "lockstep/lockstep.hpp"

#include <gtest/gtest.h>

namespace {
using Doubles = std::vector<double>;
Doubles numbers(const ls::array& a) { return a.to_vector<double>(); }
}  // namespace

TEST(Cpp, functions_operators_and_options) {
    const ls::array x = ls::array::from(Doubles{3, 4, 6, 8}), points = ls::reshape(x, {2, 2});
    EXPECT_EQ(numbers(ls::sqrt(ls::sum(points * points, {.axis = 1}))), (Doubles{5, 10}));
    EXPECT_EQ(numbers(2 * x - 1.0), (Doubles{5, 7, 11, 15}));
    EXPECT_EQ(numbers(-x / 2), (Doubles{-1.5, -2, -3, -4}));
    EXPECT_EQ(ls::sum(points, {.axis = {0, 1}, .initial = 100}).item<double>(), 121);
    EXPECT_EQ(numbers(ls::where(x > 5, x, 0)), (Doubles{0, 0, 6, 8}));
    EXPECT_EQ(numbers(ls::clip(x, {.a_min = 4, .a_max = 7})), (Doubles{4, 4, 6, 7}));
    EXPECT_EQ(ls::argmax(points, {.axis = 1}).to_vector<int64_t>(), (std::vector<int64_t>{1, 1}));
    EXPECT_EQ(ls::sum(points, {.axis = 0, .keepdims = true}).shape(), (ls::sizes{1, 2}));
    EXPECT_EQ(ls::linspace(0, 1, 4, {.endpoint = false}).to_vector<double>(), (Doubles{0, 0.25, 0.5, 0.75}));
}

TEST(Cpp, weak_numbers_keep_the_dtype) {
    const ls::array x = ls::array::from(std::vector<float>{1, 2});
    EXPECT_EQ((x * 2.5).to_vector<float>(), (std::vector<float>{2.5f, 5}));
    EXPECT_EQ((x == 2).dtype(), static_cast<ls_dtype>(LS_BOOL));
    EXPECT_EQ((x + ls_float64(1)).dtype(), static_cast<ls_dtype>(LS_FLOAT64));
}

TEST(Cpp, views_write_through) {
    const ls::array x = ls::zeros({3, 4});
    x(ls::everything, ls::slice_from(2)).assign(1);
    x(-1, 0).assign(5);
    EXPECT_EQ(numbers(x), (Doubles{0, 0, 1, 1, 0, 0, 1, 1, 5, 0, 1, 1}));
    const ls::array same = x;
    same(0, 0).assign(9);
    EXPECT_EQ(x(0, 0).item<double>(), 9);
    ls::array y = ls::zeros({4});
    ls::add(x(0), 1, {.out = y});
    EXPECT_EQ(numbers(y), (Doubles{10, 1, 2, 2}));
}

TEST(Cpp, arrays_and_masks_index) {
    const ls::array x = ls::array::from(std::vector<double>{1, 2, 3, 4});
    const ls::array last = ls::array::from(std::vector<int64_t>{-1, 0, -1});
    EXPECT_EQ(numbers(x(last)), (Doubles{4, 1, 4}));
    EXPECT_EQ(numbers(x(x > 2)), (Doubles{3, 4}));
    x.set(0, x > 2);
    x.set(last, last);
    EXPECT_EQ(numbers(x), (Doubles{0, 2, 0, -1}));
    EXPECT_EQ(numbers(x(ls::newaxis, last)), (Doubles{-1, 0, -1}));
}

TEST(Cpp, lists_and_modules) {
    const ls::array x = ls::array::from(Doubles{1, 2}), y = ls::array::from(Doubles{3, 4});
    EXPECT_EQ(numbers(ls::concatenate({x, y})), (Doubles{1, 2, 3, 4}));
    EXPECT_EQ(ls::stack({x, y}, {.axis = 1}).shape(), (ls::sizes{2, 2}));
    EXPECT_EQ(ls::fft::rfft(x, {.n = 4}).shape(), ls::sizes{3});
    EXPECT_EQ(ls::fft::fftfreq(4, {.d = 0.25}).to_vector<double>(), (Doubles{0, 1, -2, -1}));
}

TEST(Cpp, errors_carry_status_and_text) {
    const ls::array x = ls::array::from(Doubles{1, 2}), y = ls::array::from(Doubles{1, 2, 3});
    try {
        x + y;
        FAIL();
    } catch (const ls::error& e) {
        EXPECT_EQ(e.status(), LS_VALUE_ERROR);
        EXPECT_EQ(std::string(e.what()).substr(0, 7), "ls_add:");
    }
    EXPECT_THROW(x.to_vector<float>(), ls::error);
    EXPECT_THROW(x.item<double>(), ls::error);
    EXPECT_THROW(ls::array().size(), ls::error);
}
