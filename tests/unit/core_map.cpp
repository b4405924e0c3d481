// The CPU's tile interpreter: whole programs against one operation at a time, over layouts, sizes and thread
// counts. Must not know NumPy's functions: the table's operations only.
#include <gtest/gtest.h>

#include <cmath>

#include "runtime/array/error.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/ufunc.h"
#include "runtime/scalar/half.h"
#include "tests/unit/core_layouts.h"

namespace lockstep {
namespace {

using layouts::kLayouts;
using layouts::kWritable;
using layouts::Layout;
using layouts::packed;
using layouts::Placed;
using layouts::Threads;

void run(const Program& p, const std::vector<const Array*>& arrays, const Dims& shape) {
    verify(p);
    run_map(p, arrays, shape, cpu_device());
}

// a * b + a - b / 2
Program formula(DType t) {
    Program p;
    const Register a = p.input(t), b = p.input(t), two = p.input(t);
    const Register sum = p.push(Op::add, t, p.push(Op::multiply, t, a, b), a);
    p.result(p.push(Op::subtract, t, sum, p.push(Op::divide, t, b, two)));
    return p;
}

Array call(Op op, const Array& a, const Array& b) {
    const Array* inputs[] = {&a, &b};
    return ufunc(op, inputs);
}

Array formula_by_steps(const Array& a, const Array& b, const Array& two) {
    return call(Op::subtract, call(Op::add, call(Op::multiply, a, b), a), call(Op::divide, b, two));
}

Array two_of(DType t) { return scalar_array(cast_scalar(Scalar::of(2.0), t)); }

void fill_random(Placed& p, std::mt19937& random) {
    const auto number = [&] {
        return std::ldexp(static_cast<double>(static_cast<int>(random() % 20001) - 10000), -7);
    };
    switch (p.array.dtype.type()) {
        case TypeNumber::float64_:
            return p.fill<double>(number);
        case TypeNumber::float32_:
            return p.fill<float>([&] { return static_cast<float>(number()); });
        case TypeNumber::float16_:
            return p.fill<scalar::float16>([&] { return scalar::to_float16(static_cast<float>(number())); });
        case TypeNumber::bfloat16_:
            return p.fill<scalar::bfloat16>(
                [&] { return scalar::to_bfloat16(static_cast<float>(number())); });
        case TypeNumber::complex64_:
            return p.fill<scalar::complex64>([&] {
                return scalar::complex64{static_cast<float>(number()), static_cast<float>(number())};
            });
        default:
            return p.fill<scalar::complex128>([&] { return scalar::complex128{number(), number()}; });
    }
}

// Sizes around a cache line, a tile and a row that a tile does not divide.
const Dims kShapes[] = {{1, 1}, {1, 7}, {3, 5}, {7, 129}, {65, 63}, {5, 2049}, {33, 1031}};

TEST(CoreMap, EveryPairOfLayoutsOfFloat64) {
    std::mt19937 random(1);
    const Array two = two_of(types::float64_);
    const Program p = formula(types::float64_);
    for (const Dims& shape : kShapes)
        for (const Layout la : kLayouts)
            for (const Layout lb : kLayouts) {
                if (!layouts::taken()) continue;
                Placed a(la, shape, types::float64_), b(lb, shape, types::float64_);
                fill_random(a, random);
                fill_random(b, random);
                for (const Layout lo : {Layout::c, kWritable[random() % std::size(kWritable)]}) {
                    Placed out(lo, shape, types::float64_);
                    run(p, {&a.array, &b.array, &two, &out.array}, shape);
                    ASSERT_TRUE(out.guards_intact()) << "layout " << static_cast<int>(lo);
                    for (int64_t i = 0; i < out.array.size(); ++i) {
                        const double x = a.at<double>(i), y = b.at<double>(i);
                        ASSERT_EQ(out.at<double>(i), x * y + x - y / 2)
                            << "element " << i << " of " << shape_text(shape) << ", layouts "
                            << static_cast<int>(la) << " " << static_cast<int>(lb) << " "
                            << static_cast<int>(lo);
                    }
                }
            }
}

TEST(CoreMap, ProgramsEqualOneOperationAtATime) {
    std::mt19937 random(2);
    for (const DType t : {types::float16_, types::bfloat16_, types::float32_, types::float64_,
                          types::complex64_, types::complex128_}) {
        const Array two = two_of(t);
        for (const Dims& shape : kShapes)
            for (int round = 0; round < 12; ++round) {
                Placed a(kLayouts[random() % std::size(kLayouts)], shape, t),
                    b(kLayouts[random() % std::size(kLayouts)], shape, t);
                Placed out(kWritable[random() % std::size(kWritable)], shape, t);
                fill_random(a, random);
                fill_random(b, random);
                const auto expected = packed(formula_by_steps(a.array, b.array, two));
                run(formula(t), {&a.array, &b.array, &two, &out.array}, shape);
                ASSERT_TRUE(out.guards_intact());
                ASSERT_EQ(out.packed(), expected)
                    << t.name() << " " << shape_text(shape) << " round " << round;
            }
    }
}

TEST(CoreMap, ManyAxes) {
    std::mt19937 random(3);
    const Array two = two_of(types::float64_);
    for (const Dims& shape :
         {Dims{2, 3, 4, 5, 6}, Dims{3, 1, 2, 1, 7, 2, 2, 3}, Dims(kMaxDims, 1), Dims{}, Dims{1000}})
        for (const Layout la : kLayouts)
            for (const Layout lb : {Layout::c, Layout::fortran, Layout::rows_repeat}) {
                Placed a(la, shape, types::float64_), b(lb, shape, types::float64_),
                    out(Layout::c, shape, types::float64_);
                fill_random(a, random);
                fill_random(b, random);
                run(formula(types::float64_), {&a.array, &b.array, &two, &out.array}, shape);
                for (int64_t i = 0; i < out.array.size(); ++i) {
                    const double x = a.at<double>(i), y = b.at<double>(i);
                    ASSERT_EQ(out.at<double>(i), x * y + x - y / 2) << shape_text(shape);
                }
            }
}

TEST(CoreMap, SixtyFourAxesThatMayNotBeMerged) {
    Dims shape(kMaxDims, 1), strides(kMaxDims, 0);
    int64_t stride = 8;
    for (int i = kMaxDims - 1; i >= 0; i -= 5, stride *= 3) {  // 13 axes of size 2
        shape[i] = 2;
        strides[i] = stride;
    }
    std::vector<double> memory(static_cast<size_t>(stride / 8));
    for (size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<double>(i);
    const Array a = adopt_host(memory.data(), types::float64_, shape, strides, false, nullptr, nullptr);
    Placed out(Layout::c, shape, types::float64_);
    const Array two = two_of(types::float64_);
    run(formula(types::float64_), {&a, &a, &two, &out.array}, shape);
    for (int64_t i = 0; i < out.array.size(); ++i) {
        int64_t at = 0, place = 1;
        for (int bit = 0; bit < 13; ++bit, place *= 3) at += (i >> bit & 1) * place;
        const double x = static_cast<double>(at);
        ASSERT_EQ(out.at<double>(i), x * x + x - x / 2) << i;
    }
}

// Outputs past 16 MiB are written past the cache; a start off the line and an end off the block are the hard
// places.
TEST(CoreMap, LargeOutputsAtEveryAlignmentAndThreadCount) {
    constexpr int64_t kLeast = (16 << 20) / 8, kCount = kLeast + 1234 + 7;
    std::vector<double> x(kCount + 8), y(kCount + 8), out(kCount + 16);
    std::mt19937 random(4);
    for (double& v : x) v = static_cast<double>(random() % 100000) / 64;
    for (double& v : y) v = static_cast<double>(random() % 100000) / 128;
    const auto over = [](double* p, int64_t n) {
        return adopt_host(p, types::float64_, Dims{n}, {}, false, nullptr, nullptr);
    };
    const Array two = two_of(types::float64_);
    Program product;
    product.result(product.push(Op::multiply, types::float64_, product.input(types::float64_),
                                product.input(types::float64_)));
    for (const int threads : {1, 3}) {
        const Threads limit(threads);
        for (const int64_t n : {kLeast - 1, kCount})
            for (const int64_t shift : {0, 5}) {
                const Array a = over(x.data() + shift, n), b = over(y.data(), n),
                            to = over(out.data() + 1 + shift, n);
                for (const bool fused : {false, true}) {
                    std::fill(out.begin(), out.end(), -1.0);
                    if (fused)
                        run(formula(types::float64_), {&a, &b, &two, &to}, {n});
                    else
                        run(product, {&a, &b, &to}, {n});
                    ASSERT_EQ(out[static_cast<size_t>(shift)], -1) << "before the first element";
                    ASSERT_EQ(out[static_cast<size_t>(shift + 1 + n)], -1) << "behind the last element";
                    for (int64_t i = 0; i < n; ++i) {
                        const double u = x[static_cast<size_t>(i + shift)], v = y[static_cast<size_t>(i)];
                        ASSERT_EQ(out[static_cast<size_t>(i + 1 + shift)], fused ? u * v + u - v / 2 : u * v)
                            << i << " of " << n << ", " << threads << " threads, shift " << shift;
                    }
                }
            }
    }
}

TEST(CoreMap, LargeOutputsOfEveryWidth) {
    std::mt19937 random(5);
    for (const DType t : {types::float16_, types::float32_, types::complex64_, types::complex128_}) {
        const Dims shape{(5 << 20) / t.itemsize() / 1001, 1001};
        Placed a(Layout::c, shape, t), b(Layout::rows_repeat, shape, t);
        fill_random(a, random);
        fill_random(b, random);
        const Array two = two_of(t);
        std::vector<char> first;
        for (const int threads : {1, 2, 3}) {
            const Threads limit(threads);
            Placed out(Layout::c, shape, t);
            run(formula(t), {&a.array, &b.array, &two, &out.array}, shape);
            ASSERT_TRUE(out.guards_intact());
            if (threads == 1) first = out.packed();
            ASSERT_EQ(out.packed(), first) << t.name() << ", " << threads << " threads";
        }
        ASSERT_EQ(first, packed(formula_by_steps(a.array, b.array, two))) << t.name();
    }
}

// A random program of three types; every register is also computed alone, from packed inputs.
TEST(CoreMap, RandomPrograms) {
    std::mt19937 random(6);
    const Dims shape{3, 701};
    const DType kTypes[] = {types::int32_, types::float32_, types::float64_, types::bool_};
    for (int round = 0; round < 300; ++round) {
        Program p;
        std::vector<std::unique_ptr<Placed>> placed;
        std::vector<Array> value;
        const int inputs = 1 + static_cast<int>(random() % Program::kMaxInputs);
        for (int i = 0; i < inputs; ++i) {
            const DType t = kTypes[random() % 3];
            placed.push_back(std::make_unique<Placed>(kLayouts[random() % std::size(kLayouts)], shape, t));
            if (t == types::int32_)
                placed.back()->fill<int32_t>([&] { return static_cast<int32_t>(random()); });
            else
                fill_random(*placed.back(), random);
            p.input(t);
            value.push_back(placed.back()->array);
        }
        const auto step = [&](const Program& one, std::vector<const Array*> in, DType t) {
            const Array to = empty_array(t, shape, cpu_device());
            in.push_back(&to);
            run(one, in, shape);
            value.push_back(to);
        };
        const int length = 1 + static_cast<int>(random() % Program::kMaxCode);
        while (p.length < length) {
            const Register a = static_cast<Register>(random() % value.size());
            Register b = static_cast<Register>(random() % value.size());
            const DType t = p.type(a);
            Program one;
            const Register x = one.input(t);
            if (p.type(b) != t || random() % 4 == 0) {
                const DType to = kTypes[random() % 4];
                if (to == t) continue;
                p.cast(a, to);
                one.result(one.cast(x, to));
                step(one, {&value[a]}, to);
                continue;
            }
            const Op ops[] = {Op::add, Op::multiply, Op::maximum, Op::less};
            const Op op = ops[random() % 4];
            if (t.is_bool() && op == Op::less) b = a;
            p.push(op, t, a, b);
            one.result(one.push(op, t, x, one.input(t)));
            const Array left = value[a], right = value[b];
            step(one, {&left, &right}, result_of(op, t));
        }
        const Register last = static_cast<Register>(value.size() - 1);
        const Register other =
            static_cast<Register>(inputs + static_cast<int>(random() % static_cast<unsigned>(p.length)));
        std::vector<std::unique_ptr<Placed>> outputs;
        std::vector<const Array*> arrays;
        for (const auto& in : placed) arrays.push_back(&in->array);
        for (const Register r : {other, last}) {
            if (r == last && other == last && p.outputs) continue;
            p.result(r);
            outputs.push_back(
                std::make_unique<Placed>(kWritable[random() % std::size(kWritable)], shape, p.type(r)));
            arrays.push_back(&outputs.back()->array);
        }
        run(p, arrays, shape);
        for (int o = 0; o < p.outputs; ++o) {
            ASSERT_EQ(outputs[static_cast<size_t>(o)]->packed(), packed(value[p.output[o]]))
                << "output " << o << " in round " << round << ", " << p.length << " instructions";
            ASSERT_TRUE(outputs[static_cast<size_t>(o)]->guards_intact());
        }
    }
}

TEST(CoreMap, OutputsMayBeInputsOrOverlapThem) {
    const Array two = two_of(types::float64_);
    for (const int64_t n : {5, 1000, 600000}) {
        std::vector<double> x(static_cast<size_t>(n + 3)), expected(x.size());
        for (size_t i = 0; i < x.size(); ++i) x[i] = expected[i] = static_cast<double>(i) + 0.5;
        const auto over = [&](int64_t shift, int64_t stride = 8) {
            return adopt_host(x.data() + shift, types::float64_, Dims{n}, Dims{stride}, false, nullptr,
                              nullptr);
        };
        const auto apply = [&](int64_t from, int64_t to) {
            std::vector<double> before = expected;
            for (int64_t i = 0; i < n; ++i) {
                const double v = before[static_cast<size_t>(from + i)];
                expected[static_cast<size_t>(to + i)] = v * v + v - v / 2;
            }
            const Array a = over(from), out = over(to);
            run(formula(types::float64_), {&a, &a, &two, &out}, {n});
            for (size_t i = 0; i < x.size(); ++i)
                ASSERT_EQ(x[i], expected[i]) << i << " of " << n << ", " << from << " to " << to;
            for (size_t i = 0; i < x.size(); ++i) x[i] = expected[i] = static_cast<double>(i) + 0.5;
        };
        apply(0, 0);
        apply(0, 1);
        apply(3, 0);
        apply(0, 3);
        // backwards over itself
        const Array back = over(n - 1, -8), out = over(0);
        run(formula(types::float64_), {&back, &back, &two, &out}, {n});
        for (int64_t i = 0; i < n; ++i) {
            const double v = static_cast<double>(n - 1 - i) + 0.5;
            ASSERT_EQ(x[static_cast<size_t>(i)], v * v + v - v / 2) << i;
        }
    }
}

TEST(CoreMap, NothingToDo) {
    Placed a(Layout::c, {0, 5}, types::float64_), out(Layout::c, {0, 5}, types::float64_);
    const Array two = two_of(types::float64_);
    run(formula(types::float64_), {&a.array, &a.array, &two, &out.array}, {0, 5});
    EXPECT_TRUE(out.guards_intact());
}

TEST(CoreMap, CopiesAcrossAxesOfEveryItemSize) {
    std::mt19937 random(7);
    for (const DType t : {types::int8_, types::float16_, types::int32_, types::float64_, types::complex128_})
        for (const Dims& shape :
             {Dims{63, 65}, Dims{64, 64}, Dims{3, 100, 70}, Dims{1, 5000}, Dims{130, 2, 129}, Dims{300, 277}})
            for (const Layout from : kLayouts)
                for (const Layout to : {Layout::c, Layout::fortran, Layout::unaligned}) {
                    if (!layouts::taken()) continue;
                    Placed a(from, shape, t), out(to, shape, t);
                    for (int64_t i = 0; i < a.array.size(); ++i) {
                        const uint64_t bits[] = {random(), random()};
                        std::memcpy(a.address(i), bits, static_cast<size_t>(t.itemsize()));
                    }
                    assign(out.array, a.array, "no");
                    ASSERT_EQ(out.packed(), a.packed())
                        << t.name() << " " << shape_text(shape) << " " << static_cast<int>(from) << " "
                        << static_cast<int>(to);
                    ASSERT_TRUE(out.guards_intact());
                }
}

// One element to every place, and each of a column's to a row: sizes around a line of 64 bytes, and some that
// threads share.
TEST(CoreMap, FillsAndRepeatedElements) {
    std::mt19937 random(8);
    const Dims shapes[] = {{1},     {3},     {8},    {9},     {33},      {257},        {300000},   {40, 1},     {40, 2},
                           {21, 3}, {30, 4}, {9, 5}, {5, 70}, {3, 7, 3}, {300, 40, 4}, {30000, 2}, {20, 70, 50}};
    for (const int threads : {1, 2, 3}) {
        const Threads limit(threads);
        for (const DType t : {types::int8_, types::float16_, types::float32_, types::int64_, types::complex128_})
            for (const Dims& shape : shapes)
                for (const Layout from : {Layout::one, Layout::columns_repeat})
                    for (const Layout to : kWritable) {
                        if (product(shape) > 20000 && (t != types::int64_ || threads == 1)) continue;
                        Placed a(from, shape, t), out(to, shape, t);
                        const bool uniform = random() % 4 == 0;
                        for (int64_t i = 0; i < a.array.size(); ++i) {
                            const uint64_t bits[] = {uniform ? 0 : random(), uniform ? 0 : random()};
                            std::memcpy(a.address(i), bits, static_cast<size_t>(t.itemsize()));
                        }
                        assign(out.array, a.array, "no");
                        ASSERT_EQ(out.packed(), a.packed())
                            << t.name() << " " << shape_text(shape) << " " << static_cast<int>(to);
                        ASSERT_TRUE(out.guards_intact());
                    }
    }
}

TEST(CoreMap, AFillCastsItsElementOnce) {
    const Array wide = scalar_array(Scalar::of(2.75));
    Placed out(Layout::padded, {5, 30}, types::int8_);
    assign(out.array, wide, "unsafe");
    EXPECT_EQ(out.packed(), std::vector<char>(150, 2));
    EXPECT_TRUE(out.guards_intact());
}

}  // namespace
}  // namespace lockstep
