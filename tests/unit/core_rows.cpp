// The CPU's map along rows: vectors of three components taken apart and put together, short rows packed.
// Must not know NumPy's functions: programs and layouts only.
#include <gtest/gtest.h>

#include "runtime/array/error.h"
#include "runtime/exec/dispatch.h"
#include "tests/unit/core_layouts.h"

namespace lockstep {
namespace {

using layouts::Layout;
using layouts::Placed;
using layouts::Threads;

// Component i of an array of vectors along its last axis.
Array component(const Array& vectors, int i) {
    Array part = vectors;
    part.data += i * vectors.strides[vectors.ndim() - 1];
    part.shape.resize(vectors.ndim() - 1);
    part.strides.resize(vectors.ndim() - 1);
    return part;
}

template <class T>
void fill_whole(Placed& p, std::mt19937& random) {
    p.fill<T>([&] { return static_cast<T>(static_cast<int>(random() % 15) - 7); });
}

// out[j] = a[j] + b[(j + 1) % 3], in one program of three results.
template <class T>
void check_vectors(DType type, Layout la, Layout lb, Layout lo, const Dims& shape, std::mt19937& random) {
    Dims vectors = shape;
    vectors.push_back(3);
    Placed a(la, vectors, type), b(lb, vectors, type), out(lo, vectors, type);
    fill_whole<T>(a, random);
    fill_whole<T>(b, random);
    Program p;
    Register in[6], sum[3];
    std::vector<Array> parts;
    for (const Placed* x : {&a, &b, &out})
        for (int j = 0; j < 3; ++j) parts.push_back(component(x->array, j));
    for (Register& r : in) r = p.input(type);
    for (int j = 0; j < 3; ++j) sum[j] = p.push(Op::add, type, in[j], in[3 + (j + 1) % 3]);
    for (const Register r : sum) p.result(r);
    std::vector<const Array*> arrays;
    for (const Array& part : parts) arrays.push_back(&part);
    verify(p);
    run_map(p, arrays, shape, cpu_device());
    ASSERT_TRUE(out.guards_intact());
    for (int64_t i = 0; i < out.array.size(); ++i) {
        const int64_t j = i % 3;
        const T expected = static_cast<T>(a.at<T>(i) + b.at<T>(i - j + (j + 1) % 3));
        ASSERT_EQ(out.at<T>(i), expected)
            << type.name() << " " << shape_text(vectors) << " element " << i << ", layouts "
            << static_cast<int>(la) << " " << static_cast<int>(lb) << " " << static_cast<int>(lo);
    }
}

TEST(CoreRows, VectorsOfThreeInOnePass) {
    std::mt19937 random(1);
    const Layout kFrom[] = {Layout::c, Layout::fortran, Layout::gaps, Layout::reversed,
                            Layout::padded, Layout::unaligned, Layout::one};
    for (const Dims& shape : {Dims{1}, Dims{7}, Dims{64}, Dims{129}, Dims{2050}, Dims{3, 100}, Dims{5, 3}})
        for (const Layout la : kFrom)
            for (const Layout lb : {Layout::c, Layout::unaligned, Layout::gaps})
                for (const Layout lo : {Layout::c, Layout::unaligned, Layout::reversed, Layout::fortran}) {
                    check_vectors<int8_t>(types::int8_, la, lb, lo, shape, random);
                    check_vectors<int16_t>(types::int16_, la, lb, lo, shape, random);
                    check_vectors<float>(types::float32_, la, lb, lo, shape, random);
                    check_vectors<double>(types::float64_, la, lb, lo, shape, random);
                    if (HasFatalFailure()) return;
                }
}

TEST(CoreRows, ManyVectorsOnAnyNumberOfThreads) {
    std::mt19937 random(2);
    for (const int threads : {1, 2, 3}) {
        const Threads limit(threads);
        check_vectors<double>(types::float64_, Layout::c, Layout::c, Layout::c, {50001}, random);
        check_vectors<float>(types::float32_, Layout::c, Layout::padded, Layout::c, {100, 701}, random);
    }
}

// Copies of arrays whose innermost axis is short: standing still, packed, with gaps, turned.
TEST(CoreRows, ShortRowsOfEveryItemSize) {
    std::mt19937 random(3);
    for (const DType t :
         {types::int8_, types::float16_, types::int32_, types::float64_, types::complex128_})
        for (const int64_t n : {2, 3, 4, 5, 6, 7, 8, 9})
            for (const Dims& shape : {Dims{1, n}, Dims{50, n}, Dims{1001, n}, Dims{7, 63, n}, Dims{3, 5, 130, n}})
                for (const Layout from : layouts::kLayouts) {
                    Placed a(from, shape, t), out(Layout::c, shape, t);
                    for (int64_t i = 0; i < a.array.size(); ++i) {
                        const uint64_t bits[] = {random(), random()};
                        std::memcpy(a.address(i), bits, static_cast<size_t>(t.itemsize()));
                    }
                    assign(out.array, a.array, "no");
                    ASSERT_EQ(out.packed(), a.packed())
                        << t.name() << " " << shape_text(shape) << " " << static_cast<int>(from);
                    ASSERT_TRUE(out.guards_intact());
                }
}

}  // namespace
}  // namespace lockstep
