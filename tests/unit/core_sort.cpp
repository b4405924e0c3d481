// Sorting, selection and search on the CPU against the standard library's stable sort: types, patterns, layouts, sizes at the
// borders of insertion, runs and slices, thread counts. Must not know NumPy's functions.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <string_view>

#include "runtime/array/error.h"
#include "runtime/exec/sort.h"
#include "runtime/scalar/sort_key.h"
#include "tests/unit/core_layouts.h"

namespace lockstep {
namespace {

using layouts::Layout;
using layouts::Threads;

// NumPy's order, written as NumPy writes it.
template <class T>
bool before(T a, T b) {
    if constexpr (scalar::is_complex<T>) {
        const bool ni = std::isnan(a.im), mi = std::isnan(b.im);
        if (a.re < b.re) return !ni || mi;
        if (a.re > b.re) return mi && !ni;
        if (a.re == b.re || (std::isnan(a.re) && std::isnan(b.re))) return a.im < b.im || (mi && !ni);
        return std::isnan(b.re);
    } else if constexpr (scalar::is_same<T, scalar::float16> || scalar::is_same<T, scalar::bfloat16>) {
        return before(scalar::to_float(a), scalar::to_float(b));
    } else if constexpr (std::is_floating_point_v<T>) {
        return a < b || (std::isnan(b) && !std::isnan(a));
    } else return a < b;
}

enum class Pattern { random, few, equal, sorted, reversed, special, close };
constexpr Pattern kPatterns[] = {Pattern::random, Pattern::few,     Pattern::equal, Pattern::sorted,
                                 Pattern::reversed, Pattern::special, Pattern::close};

template <class T>
T element(Pattern pattern, std::mt19937_64& random) {
    if constexpr (scalar::is_same<T, scalar::complex64>)
        return {element<float>(random() % 2 ? Pattern::few : pattern, random), element<float>(pattern, random)};
    else if constexpr (scalar::is_same<T, scalar::complex128>)
        return {element<double>(random() % 2 ? Pattern::few : pattern, random), element<double>(pattern, random)};
    else if constexpr (scalar::is_same<T, bool>) return pattern != Pattern::equal && random() % 2;
    else {
        using K = scalar::sort_key_of<T>;
        const double special[] = {0.0, -0.0, NAN, -NAN, INFINITY, -INFINITY, 5e-324, -5e-324, 1e-40, 1.0, -1.0};
        const auto of = [](double x) {
            if constexpr (scalar::is_same<T, scalar::float16>) return scalar::to_float16(x);
            else if constexpr (scalar::is_same<T, scalar::bfloat16>) return scalar::to_bfloat16(x);
            else if constexpr (std::is_floating_point_v<T>) return static_cast<T>(x);
            else return static_cast<T>(std::isfinite(x) ? static_cast<int>(x) : std::signbit(x) ? 3 : 7);
        };
        switch (pattern) {
            case Pattern::few: return of(static_cast<double>(random() % 5));
            case Pattern::equal: return of(1);
            case Pattern::special: return of(special[random() % std::size(special)]);
            case Pattern::close: return scalar::bit_cast<T>(static_cast<K>(scalar::bit_cast<K>(of(1)) + random() % 70000 % 200));
            default: return scalar::bit_cast<T>(static_cast<K>(random()));  // any bits, NaNs with payloads among them
        }
    }
}

template <class T>
std::vector<T> elements(Pattern pattern, int64_t n, std::mt19937_64& random) {
    std::vector<T> x(static_cast<size_t>(n));
    for (size_t i = 0; i < x.size(); ++i) x[i] = element<T>(pattern, random);
    if (pattern == Pattern::sorted || pattern == Pattern::reversed) std::stable_sort(x.begin(), x.end(), before<T>);
    if (pattern == Pattern::reversed) std::reverse(x.begin(), x.end());
    return x;
}

template <class T>
std::vector<int64_t> stable_order(const std::vector<T>& x) {
    std::vector<int64_t> order(x.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int64_t i, int64_t j) {
        return before(x[static_cast<size_t>(i)], x[static_cast<size_t>(j)]);
    });
    return order;
}

template <class T>
Array array_of(const std::vector<T>& x, int64_t rows = 1) {
    const Dims shape{rows, static_cast<int64_t>(x.size()) / rows};
    return from_host(x.data(), dtype_of<T>, shape, {}, cpu_device());
}
template <class T>
std::vector<T> values_of(const Array& a) {
    std::vector<T> x(static_cast<size_t>(a.size()));
    to_host(a, x.data(), a.nbytes());
    return x;
}

// An element's bits, which tell NaNs and zeros apart, in the order of the bits where `sorted`.
template <class T>
auto bits(const std::vector<T>& x, bool sorted = false) {
    using Bits = std::conditional_t<sizeof(T) == 16, std::array<uint64_t, 2>, std::array<uint8_t, sizeof(T)>>;
    std::vector<Bits> all(x.size());
    if (!x.empty()) std::memcpy(all.data(), x.data(), x.size() * sizeof(T));
    if (sorted) std::sort(all.begin(), all.end());
    return all;
}

template <class T>
void check_sort(const std::vector<T>& x) {
    const Array a = array_of(x), values = empty_array(a.dtype, a.shape, cpu_device());
    const Array both = empty_array(a.dtype, a.shape, cpu_device());
    const Array positions = empty_array(types::int64_, a.shape, cpu_device());
    const std::vector<int64_t> order = stable_order(x);
    run_sort(a, nullptr, &positions);
    ASSERT_EQ(values_of<int64_t>(positions), order);
    std::vector<T> expected;
    for (const int64_t i : order) expected.push_back(x[static_cast<size_t>(i)]);
    run_sort(a, &both, &positions);
    ASSERT_EQ(values_of<int64_t>(positions), order);
    ASSERT_TRUE(bits(values_of<T>(both)) == bits(expected));
    run_sort(a, &values, nullptr);
    const std::vector<T> sorted = values_of<T>(values);
    for (size_t i = 0; i < sorted.size(); ++i) ASSERT_FALSE(before(sorted[i], expected[i]) || before(expected[i], sorted[i])) << i;
    ASSERT_TRUE(bits(sorted, true) == bits(expected, true));  // the same elements, NaNs and zeros of both signs
    run_sort(a, &a, nullptr);  // in place
    ASSERT_TRUE(bits(values_of<T>(a)) == bits(sorted));
}

template <class T>
void check_ranks(const std::vector<T>& x, std::mt19937_64& random) {
    const int64_t n = static_cast<int64_t>(x.size());
    std::vector<int64_t> ranks;
    for (int i = 0; i < 4; ++i) ranks.push_back(static_cast<int64_t>(random() % static_cast<uint64_t>(n)));
    std::sort(ranks.begin(), ranks.end());
    ranks.erase(std::unique(ranks.begin(), ranks.end()), ranks.end());
    const Array a = array_of(x), values = empty_array(a.dtype, a.shape, cpu_device());
    const Array positions = empty_array(types::int64_, a.shape, cpu_device());
    run_sort(a, &values, nullptr, ranks);
    run_sort(a, nullptr, &positions, ranks);
    const std::vector<int64_t> order = stable_order(x);
    std::vector<int64_t> places = values_of<int64_t>(positions);
    std::vector<T> chosen;
    for (const int64_t p : places) chosen.push_back(x[static_cast<size_t>(p)]);
    for (const std::vector<T>& part : {values_of<T>(values), chosen}) {
        size_t begin = 0;
        for (const int64_t r : ranks) {
            const T pivot = part[static_cast<size_t>(r)], exact = x[static_cast<size_t>(order[static_cast<size_t>(r)])];
            ASSERT_FALSE(before(pivot, exact) || before(exact, pivot)) << "rank " << r << " of " << n;
            for (size_t i = begin; i < static_cast<size_t>(r); ++i) ASSERT_FALSE(before(pivot, part[i]));
            for (size_t i = static_cast<size_t>(r); i < part.size(); ++i) ASSERT_FALSE(before(part[i], pivot));
            begin = static_cast<size_t>(r);
        }
        ASSERT_TRUE(bits(part, true) == bits(x, true));
    }
    std::sort(places.begin(), places.end());
    for (int64_t i = 0; i < n; ++i) ASSERT_EQ(places[static_cast<size_t>(i)], i);
}

template <class T>
void check_search(const std::vector<T>& x, std::mt19937_64& random) {
    std::vector<T> sorted = x;
    std::stable_sort(sorted.begin(), sorted.end(), before<T>);
    std::vector<T> wanted = elements<T>(Pattern::special, 7, random);
    for (int i = 0; i < 60 && !x.empty(); ++i) wanted.push_back(x[random() % x.size()]);
    for (int i = 0; i < 10; ++i) wanted.push_back(element<T>(Pattern::random, random));
    const Dims flat{static_cast<int64_t>(x.size())};
    const Array row = from_host(sorted.data(), dtype_of<T>, flat, {}, cpu_device()), values = array_of(wanted);
    const Array unsorted = from_host(x.data(), dtype_of<T>, flat, {}, cpu_device());
    const std::vector<int64_t> order = stable_order(x);
    const Array sorter = from_host(order.data(), types::int64_, flat, {}, cpu_device());
    for (const bool right : {false, true}) {
        std::vector<int64_t> expected;
        for (const T& v : wanted)
            expected.push_back((right ? std::upper_bound(sorted.begin(), sorted.end(), v, before<T>)
                                      : std::lower_bound(sorted.begin(), sorted.end(), v, before<T>)) -
                               sorted.begin());
        ASSERT_EQ(values_of<int64_t>(run_search(row, values, right)), expected);
        ASSERT_EQ(values_of<int64_t>(run_search(unsorted, values, right, &sorter)), expected);
    }
}

// Blocks of values in order, equal, and in any order.
template <class T>
void check_search_blocks(std::mt19937_64& random) {
    std::vector<T> sorted = elements<T>(Pattern::random, 3000, random), wanted;
    std::stable_sort(sorted.begin(), sorted.end(), before<T>);
    for (int block = 0; block < 12; ++block) {
        std::vector<T> some;
        for (int64_t i = 0; i < 64 * static_cast<int64_t>(random() % 4) + (block == 11 ? 5 : 0); ++i) some.push_back(sorted[random() % sorted.size()]);
        if (random() % 3) std::stable_sort(some.begin(), some.end(), before<T>);
        wanted.insert(wanted.end(), some.begin(), some.end());
    }
    const Array row = from_host(sorted.data(), dtype_of<T>, Dims{static_cast<int64_t>(sorted.size())}, {}, cpu_device());
    for (const bool right : {false, true}) {
        const std::vector<int64_t> found = values_of<int64_t>(run_search(row, array_of(wanted), right));
        for (size_t i = 0; i < wanted.size(); ++i)
            ASSERT_EQ(found[i], (right ? std::upper_bound(sorted.begin(), sorted.end(), wanted[i], before<T>)
                                       : std::lower_bound(sorted.begin(), sorted.end(), wanted[i], before<T>)) - sorted.begin());
    }
}

template <class T>
void check_rows(int64_t rows, int64_t n, std::mt19937_64& random) {
    const Pattern pattern = kPatterns[random() % std::size(kPatterns)];
    const std::vector<T> x = elements<T>(pattern, rows * n, random);
    const Array a = array_of(x, rows), values = empty_array(a.dtype, a.shape, cpu_device());
    run_sort(a, &values, nullptr);
    const std::vector<T> sorted = values_of<T>(values);
    const Array order = empty_array(types::int64_, a.shape, cpu_device()), again = empty_array(a.dtype, a.shape, cpu_device());
    run_sort(a, nullptr, &order);
    run_sort(a, &again, &order);
    const std::vector<int64_t> places = values_of<int64_t>(order);
    const std::vector<T> taken = values_of<T>(again);
    for (int64_t r = 0; r < rows; ++r) {
        const std::vector<int64_t> expected = stable_order(std::vector<T>(x.begin() + r * n, x.begin() + (r + 1) * n));
        for (int64_t i = 0; i < n; ++i) {
            ASSERT_EQ(places[static_cast<size_t>(r * n + i)], expected[static_cast<size_t>(i)]);
            ASSERT_EQ(std::memcmp(&taken[static_cast<size_t>(r * n + i)], &x[static_cast<size_t>(r * n + expected[static_cast<size_t>(i)])], sizeof(T)), 0);
        }
        std::vector<T> row(x.begin() + r * n, x.begin() + (r + 1) * n), mine(sorted.begin() + r * n, sorted.begin() + (r + 1) * n);
        ASSERT_TRUE(bits(row, true) == bits(mine, true));
        ASSERT_TRUE(std::is_sorted(mine.begin(), mine.end(), before<T>)) << rows << " rows of " << n << ", row " << r;
    }
}

template <class T>
class Sorting : public testing::Test {};
using Types = testing::Types<int8_t, uint8_t, int16_t, uint16_t, int32_t, uint32_t, int64_t, uint64_t, scalar::float16,
                             scalar::bfloat16, float, double, scalar::complex64, scalar::complex128>;
TYPED_TEST_SUITE(Sorting, Types);

TYPED_TEST(Sorting, OrdersEveryPattern) {
    std::mt19937_64 random(std::random_device{}());
    for (const Pattern p : kPatterns)
        for (const int64_t n : {1, 2, 3, 23, 24, 25, 26, 63, 64, 65, 66, 255, 256, 257, 1000})
            ASSERT_NO_FATAL_FAILURE(check_sort(elements<TypeParam>(p, n, random))) << "pattern " << int(p) << ", n = " << n;
}

TYPED_TEST(Sorting, LongRowsOnAnyNumberOfThreads) {
    std::mt19937_64 random(std::random_device{}());
    for (const int threads : {1, 2, 3}) {
        const Threads use(threads);
        for (const Pattern p : {Pattern::random, Pattern::special, Pattern::close})
            for (const int64_t n : {32767, 65536 + 5})
                ASSERT_NO_FATAL_FAILURE(check_sort(elements<TypeParam>(p, n, random)))
                    << threads << " threads, pattern " << int(p) << ", n = " << n;
    }
}

TYPED_TEST(Sorting, PutsRanksInPlace) {
    std::mt19937_64 random(std::random_device{}());
    for (const Pattern p : kPatterns)
        for (const int64_t n : {1, 2, 64, 65, 512, 513, 514, 3000})
            ASSERT_NO_FATAL_FAILURE(check_ranks(elements<TypeParam>(p, n, random), random)) << "pattern " << int(p) << ", n = " << n;
    for (const int threads : {1, 2, 3}) {
        const Threads use(threads);
        ASSERT_NO_FATAL_FAILURE(check_ranks(elements<TypeParam>(Pattern::random, 70000, random), random));
    }
}

TYPED_TEST(Sorting, FindsPlaces) {
    std::mt19937_64 random(std::random_device{}());
    for (const Pattern p : kPatterns)
        for (const int64_t n : {0, 1, 2, 3, 7, 8, 9, 500})
            ASSERT_NO_FATAL_FAILURE(check_search(elements<TypeParam>(p, n, random), random)) << "pattern " << int(p) << ", n = " << n;
}

TYPED_TEST(Sorting, FindsBlocksOfValues) {
    std::mt19937_64 random(std::random_device{}());
    for (int i = 0; i < 4; ++i) ASSERT_NO_FATAL_FAILURE(check_search_blocks<TypeParam>(random));
}

TYPED_TEST(Sorting, ManyRows) {
    std::mt19937_64 random(std::random_device{}());
    for (const int threads : {1, 2, 3}) {
        const Threads use(threads);
        for (const int64_t rows : {2, 7, 8, 9, 16, 17, 63, 65, 130})
            for (const int64_t n : {1, 2, 3, 5, 8, 13, 31, 65})
                ASSERT_NO_FATAL_FAILURE(check_rows<TypeParam>(rows, n, random));
        for (const int64_t n : {127, 128, 129, 255, 256, 257}) ASSERT_NO_FATAL_FAILURE(check_rows<TypeParam>(n < 200 ? 17 : 40, n, random));
    }
}

TYPED_TEST(Sorting, KeysGoThereAndBack) {
    std::mt19937_64 random(std::random_device{}());
    if constexpr (!scalar::is_complex<TypeParam>)
        for (const Pattern p : {Pattern::random, Pattern::special})
            for (int i = 0; i < 2000; ++i) {
                const TypeParam x = element<TypeParam>(p, random), y = element<TypeParam>(p, random);
                const TypeParam back = scalar::from_sort_key<TypeParam>(scalar::sort_key(x));
                ASSERT_EQ(std::memcmp(&back, &x, sizeof x), 0);
                ASSERT_EQ(scalar::order_key(x) < scalar::order_key(y), before(x, y));
            }
}

TEST(SortingLayouts, RowsOfAnyLayout) {
    std::mt19937_64 random(std::random_device{}());
    for (const int threads : {1, 2, 3}) {
        const Threads use(threads);
        for (const Layout in : layouts::kLayouts)
            for (const Layout out : layouts::kWritable)
                for (const Dims& shape : {Dims{3, 50}, Dims{2, 3, 70}, Dims{700, 40}, Dims{5, 1}, Dims{1, 5}}) {
                    if (!layouts::taken()) continue;
                    layouts::Placed a(in, shape, types::float32_), values(out, shape, types::float32_), order(out, shape, types::int64_);
                    a.fill<float>([&] { return element<float>(Pattern::few, random); });
                    run_sort(a.array, &values.array, &order.array);
                    const int64_t n = shape[shape.size() - 1];
                    for (int64_t r = 0; r < a.array.size() / n; ++r) {
                        std::vector<float> row;
                        for (int64_t i = 0; i < n; ++i) row.push_back(a.at<float>(r * n + i));
                        const std::vector<int64_t> expected = stable_order(row);
                        for (int64_t i = 0; i < n; ++i) {
                            ASSERT_EQ(order.at<int64_t>(r * n + i), expected[static_cast<size_t>(i)]);
                            ASSERT_EQ(values.at<float>(r * n + i), row[static_cast<size_t>(expected[static_cast<size_t>(i)])]);
                        }
                    }
                    ASSERT_TRUE(a.guards_intact() && values.guards_intact() && order.guards_intact());
                }
    }
}

TEST(SortingLayouts, BooleansInPlace) {
    std::mt19937_64 random(std::random_device{}());
    for (const int64_t n : {8, 100, 5000}) {
        std::vector<uint8_t> x(static_cast<size_t>(n));
        for (uint8_t& v : x) v = random() % 2;
        const Array a = from_host(x.data(), types::bool_, Dims{n}, {}, cpu_device());
        run_sort(a, &a, nullptr);
        std::sort(x.begin(), x.end());
        ASSERT_EQ(values_of<uint8_t>(a), x);
    }
}

TEST(SortingLarge, PastTwoToTheThirtyOne) {  // with 2, positions, too: 20 GB
    const char* large = std::getenv("LOCKSTEP_TEST_LARGE");
    if (!large) GTEST_SKIP() << "LOCKSTEP_TEST_LARGE is not set";
    const int64_t n = (int64_t{1} << 31) + 5;
    const Array a = empty_array(types::int8_, Dims{n}, cpu_device());
    int8_t* const x = reinterpret_cast<int8_t*>(a.data);
    const auto fill = [&] {
        std::memset(x, 3, static_cast<size_t>(n));
        x[n - 1] = x[n - 3] = -1;
    };
    fill();
    if (std::string_view(large) == "2") {
        const Array order = empty_array(types::int64_, a.shape, cpu_device());
        run_sort(a, nullptr, &order);
        const int64_t* at = reinterpret_cast<const int64_t*>(order.data);
        EXPECT_EQ((std::vector<int64_t>{at[0], at[1], at[2], at[n - 1]}), (std::vector<int64_t>{n - 3, n - 1, 0, n - 2}));
    }
    run_sort(a, &a, nullptr);
    EXPECT_EQ((std::vector<int>{x[0], x[1], x[2], x[n - 1]}), (std::vector<int>{-1, -1, 3, 3}));
    const std::vector<int8_t> wanted{-2, 0, 3, 4};
    const Array values = from_host(wanted.data(), types::int8_, Dims{4}, {}, cpu_device());
    EXPECT_EQ(values_of<int64_t>(run_search(a, values, false)), (std::vector<int64_t>{0, 2, 2, n}));
    EXPECT_EQ(values_of<int64_t>(run_search(a, values, true)), (std::vector<int64_t>{0, 2, n, n}));
}

TEST(SortingErrors, SorterOutOfRange) {
    const std::vector<int64_t> x{1, 2, 3}, places{0, 3, 2};
    const Array a = from_host(x.data(), types::int64_, Dims{3}, {}, cpu_device());
    const Array sorter = from_host(places.data(), types::int64_, Dims{3}, {}, cpu_device());
    EXPECT_THROW(run_search(a, a, false, &sorter), Error);
}

}  // namespace
}  // namespace lockstep
