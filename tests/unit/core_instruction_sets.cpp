// All copies of the CPU's loops give the same bits: every operation, cast and fold of every type, on every
// instruction set that this processor runs. Must not know what the loops compute.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "host/instruction_set.h"
#include "host/loops/sets.h"

namespace lockstep::host {
namespace {

struct Set {
    std::string name;
    LoopTable table;
    Set(const char* set, void (*fill)(LoopTable&)) : name(set) { fill(table); }
};

// v2 first: the one that the others are compared with.
const std::vector<Set>& sets() {
    static const std::vector<Set> all = [] {
        std::vector<Set> found;
#if defined(__x86_64__)
        found.emplace_back("v2", v2::fill);
        if (__builtin_cpu_supports("x86-64-v3")) found.emplace_back("v3", v3::fill);
        if (__builtin_cpu_supports("x86-64-v4")) found.emplace_back("v4", v4::fill);
#endif
        return found;
    }();
    return all;
}

// Bytes at a 64-byte boundary, as tiles are.
struct Block {
    std::vector<char> bytes;
    explicit Block(size_t n, char fill = 0x5a) : bytes(n + 64, fill) {}
    char* data() {
        const uintptr_t address = reinterpret_cast<uintptr_t>(bytes.data());
        return bytes.data() + (64 - address % 64) % 64;
    }
};

// One real number of a type, by its exponent's and its own bits.
struct Format {
    int bytes, exponent_bits, fraction_bits;
};

Format format_of(DType t) {
    if (t == types::bfloat16_) return {2, 8, 7};
    const DType real = real_type(t);
    return real.itemsize() == 2   ? Format{2, 5, 10}
           : real.itemsize() == 4 ? Format{4, 8, 23}
                                  : Format{8, 11, 52};
}

uint64_t read(const char* p, int bytes) {
    uint64_t bits = 0;
    std::memcpy(&bits, p, static_cast<size_t>(bytes));
    return bits;
}

bool is_nan(uint64_t bits, const Format& f) {
    const uint64_t exponent = (uint64_t{1} << f.exponent_bits) - 1,
                   fraction = (uint64_t{1} << f.fraction_bits) - 1;
    return (bits >> f.fraction_bits & exponent) == exponent && (bits & fraction) != 0;
}

// Index of the first of n elements that differ, NaN equal to NaN; -1 where all agree.
int64_t difference(DType t, const char* a, const char* b, int64_t n) {
    if (!t.is_inexact()) {
        for (int64_t i = 0; i < n; ++i)
            if (std::memcmp(a + i * t.itemsize(), b + i * t.itemsize(), static_cast<size_t>(t.itemsize())))
                return i;
        return -1;
    }
    const Format f = format_of(t);
    const int64_t parts = t.itemsize() / f.bytes;
    for (int64_t i = 0; i < n * parts; ++i) {
        const uint64_t x = read(a + i * f.bytes, f.bytes), y = read(b + i * f.bytes, f.bytes);
        if (x != y && !(is_nan(x, f) && is_nan(y, f))) return i / parts;
    }
    return -1;
}

// Special values, random bits, and numbers of moderate size, about a third each.
void fill_numbers(DType t, char* to, int64_t n, uint32_t seed) {
    std::mt19937_64 random(seed);
    if (t.is_bool()) {
        for (int64_t i = 0; i < n; ++i) to[i] = random() & 1;
        return;
    }
    const bool inexact = t.is_inexact();
    const Format f = inexact ? format_of(t) : Format{static_cast<int>(t.itemsize()), 0, 0};
    const int64_t parts = t.itemsize() / f.bytes;
    const int width = 8 * f.bytes;
    const uint64_t sign = uint64_t{1} << (width - 1);
    for (int64_t i = 0; i < n * parts; ++i) {
        uint64_t bits = random();
        const uint64_t kind = random() % 3;
        if (!inexact) {
            const uint64_t edges[] = {0, 1, ~uint64_t{0}, sign, sign - 1, 2, 3, ~uint64_t{1}};
            if (kind == 0) bits = edges[random() % 8];
            if (kind == 1) bits = random() % 41 - 20;
        } else {
            const uint64_t bias = (uint64_t{1} << (f.exponent_bits - 1)) - 1,
                           one = uint64_t{1} << f.fraction_bits;
            const uint64_t infinity = (2 * bias + 1) * one;
            const uint64_t edges[] = {0,
                                      1,
                                      one - 1,
                                      one,
                                      bias * one,
                                      (bias + 1) * one,
                                      infinity - 1,
                                      infinity,
                                      infinity + 1,
                                      infinity + one / 2,
                                      (bias - 1) * one,
                                      bias * one + 1};
            if (kind == 0) bits = edges[random() % 12] | (random() & sign);
            if (kind == 1)
                bits = (random() & (one - 1)) | (bias - 6 + random() % 13) * one | (random() & sign);
        }
        std::memcpy(to + i * f.bytes, &bits, static_cast<size_t>(f.bytes));
    }
}

constexpr int64_t kCount = 3001;

DType type(int number) { return DType(static_cast<uint64_t>(number)); }

class CoreInstructionSets : public testing::Test {
  protected:
    void SetUp() override {
        if (sets().size() < 2) GTEST_SKIP() << "one instruction set only";
    }
};

// Runs every loop (one for each set) over the same inputs and compares its n results with those of the first.
void compare_loops(const char* what, DType in_type, DType result, const std::vector<Block*>& inputs,
                   const std::vector<Loop>& loops, int64_t n) {
    Block expected(static_cast<size_t>(n * result.itemsize())),
        got(static_cast<size_t>(n * result.itemsize()));
    for (size_t s = 0; s < loops.size(); ++s) {
        ASSERT_EQ(loops[s] == nullptr, loops[0] == nullptr)
            << what << " of " << in_type.name() << ": loop " << s;
        if (!loops[s]) continue;
        std::vector<char*> args;
        for (Block* in : inputs) args.push_back(in->data());
        args.push_back((s ? got : expected).data());
        loops[s](n, args.data());
        if (!s) continue;
        const int64_t i = difference(result, expected.data(), got.data(), n);
        EXPECT_EQ(i, -1) << what << " of " << in_type.name() << ": loop " << s
                         << " differs from the first at element " << i << " of " << n;
    }
}

TEST_F(CoreInstructionSets, EveryOperation) {
    for (int op = 1; op < kOps; ++op) {
        const OpRow& row = kOpRows.row[op];
        for (int t = 1; t < kTypeNumbers; ++t) {
            if (!type(t).valid()) continue;
            std::vector<Block> blocks;
            std::vector<Block*> inputs;
            blocks.reserve(3);
            for (int j = 0; j < row.inputs; ++j) {
                const DType in = row.rule == Rule::select && j == 0 ? types::bool_ : type(t);
                blocks.emplace_back(static_cast<size_t>(kCount * in.itemsize()));
                fill_numbers(in, blocks.back().data(), kCount, static_cast<uint32_t>(op * 1000 + t * 10 + j));
                inputs.push_back(&blocks.back());
            }
            std::vector<Loop> plain, stream;
            for (const Set& s : sets()) {
                plain.push_back(s.table.plain[op][t]);
                stream.push_back(s.table.stream[op][t]);
            }
            EXPECT_EQ(plain[0] != nullptr, row.has_loop(type(t))) << row.name << " of " << type(t).name();
            const DType result = result_of(static_cast<Op>(op), type(t));
            for (const int64_t n : {int64_t{1}, int64_t{17}, kCount})
                compare_loops(row.name, type(t), result, inputs, plain, n);
            compare_loops(row.name, type(t), result, inputs, stream, kCount);
            if (!stream[0] || row.rare)
                continue;  // of rare rows no streaming loop is used: they do not redo rare lanes
            for (size_t k = 0; k < sets().size(); ++k) {
                const std::string what = std::string(row.name) + " streamed on " + sets()[k].name;
                compare_loops(what.c_str(), type(t), result, inputs, {plain[k], stream[k]}, kCount);
            }
        }
    }
}

TEST_F(CoreInstructionSets, EveryCast) {
    for (int from = 1; from < kTypeNumbers; ++from)
        for (int to = 1; to < kTypeNumbers; ++to) {
            if (!type(from).valid() || !type(to).valid()) continue;
            Block in(static_cast<size_t>(kCount * type(from).itemsize()));
            fill_numbers(type(from), in.data(), kCount, static_cast<uint32_t>(from * 100 + to));
            std::vector<Loop> plain, stream;
            for (const Set& s : sets()) {
                plain.push_back(s.table.cast[from][to]);
                stream.push_back(s.table.cast_stream[from][to]);
            }
            EXPECT_EQ(plain[0] == nullptr, from == to);
            const std::string what = std::string("cast to ") + type(to).name();
            compare_loops(what.c_str(), type(from), type(to), {&in}, plain, kCount);
            compare_loops(what.c_str(), type(from), type(to), {&in}, stream, kCount);
        }
}

// A partial result has the element's type, or float for halves.
DType partial_type(const Fold& fold, DType t) {
    return fold.partial_bytes == t.itemsize() ? t : types::float32_;
}

TEST_F(CoreInstructionSets, EveryFold) {
    for (int m = 1; m <= static_cast<int>(Monoid::logical_or); ++m)
        for (int t = 1; t < kTypeNumbers; ++t) {
            const Fold& first = sets()[0].table.fold[m][t];
            for (const Set& s : sets()) ASSERT_EQ(s.table.fold[m][t].tree == nullptr, first.tree == nullptr);
            if (!first.tree) continue;
            const std::string what = "monoid " + std::to_string(m) + " of " + type(t).name();
            constexpr int64_t kWidth = 37, kRows = 11;
            Block in(static_cast<size_t>(5000 * type(t).itemsize()));
            fill_numbers(type(t), in.data(), 5000, static_cast<uint32_t>(m * 100 + t));
            const DType partial = partial_type(first, type(t));
            for (const int64_t n : {0, 1, 2, 7, 8, 9, 15, 16, 17, 127, 128, 129, 136, 255, 1000, 5000}) {
                alignas(16) char expected[16], got[16], joined[16], accumulator[2][16];
                first.tree(in.data(), n, expected);
                for (size_t s = 1; s < sets().size(); ++s) {
                    const Fold& fold = sets()[s].table.fold[m][t];
                    EXPECT_EQ(fold.partial_bytes, first.partial_bytes);
                    fold.tree(in.data(), n, got);
                    EXPECT_EQ(difference(partial, expected, got, 1), -1)
                        << what << ": tree of " << n << ", " << sets()[s].name;
                    std::memcpy(joined, expected, sizeof joined);
                    first.join(joined, expected);
                    fold.join(got, expected);
                    EXPECT_EQ(difference(partial, joined, got, 1), -1)
                        << what << ": join, " << sets()[s].name;
                    for (auto* a : accumulator)
                        std::memcpy(a, in.data(), static_cast<size_t>(type(t).itemsize()));
                    first.combine(accumulator[0], expected);
                    fold.combine(accumulator[1], expected);
                    EXPECT_EQ(difference(type(t), accumulator[0], accumulator[1], 1), -1)
                        << what << ": combine, " << sets()[s].name;
                }
            }
            const auto rows = [&](const Fold& fold, Block& to) {
                std::memcpy(to.data(), in.data(), static_cast<size_t>(kWidth * type(t).itemsize()));
                fold.rows(to.data(), in.data() + 40 * type(t).itemsize(), kRows, 41 * type(t).itemsize(),
                          kWidth);
            };
            Block expected(static_cast<size_t>(kWidth * 16)), got(static_cast<size_t>(kWidth * 16));
            rows(first, expected);
            for (size_t s = 1; s < sets().size(); ++s) {
                rows(sets()[s].table.fold[m][t], got);
                EXPECT_EQ(difference(type(t), expected.data(), got.data(), kWidth), -1)
                    << what << ": rows, " << sets()[s].name;
            }
        }
}

TEST_F(CoreInstructionSets, EveryPosition) {
    for (int m = 0; m < 2; ++m)
        for (int t = 1; t < kTypeNumbers; ++t) {
            if (!type(t).valid()) continue;
            Block in(static_cast<size_t>(kCount * type(t).itemsize()));
            fill_numbers(type(t), in.data(), kCount, static_cast<uint32_t>(m * 100 + t));
            for (const int64_t n : {int64_t{1}, int64_t{2}, int64_t{5}, int64_t{64}, kCount}) {
                std::vector<int64_t> positions;
                for (const Set& s : sets()) {
                    alignas(16) char value[16] = {};
                    positions.push_back(-1);
                    s.table.arg_fold[m][t].run(in.data(), n, 10, value, &positions.back());
                    EXPECT_GE(positions.back(), 10);
                    EXPECT_EQ(positions.back(), positions[0])
                        << type(t).name() << ", " << n << " elements, " << s.name;
                }
            }
            constexpr int64_t kWidth = 61;
            std::vector<std::vector<int64_t>> columns;
            for (const Set& s : sets()) {
                columns.emplace_back(kWidth, -1);
                Block values(static_cast<size_t>(kWidth * 16));
                s.table.arg_fold[m][t].rows(values.data(), columns.back().data(), in.data(), 40,
                                            kWidth * type(t).itemsize(), kWidth, 3);
                EXPECT_EQ(columns.back(), columns[0]) << type(t).name() << ": rows, " << s.name;
            }
        }
}

TEST_F(CoreInstructionSets, EveryMove) {
    Block in(5000 * 16);
    std::mt19937 random(1);
    for (char& c : in.bytes) c = static_cast<char>(random());
    for (int width = 0; width < 5; ++width) {
        const int64_t item = 1 << width;
        for (const int64_t n : {1, 2, 7, 63, 64, 65, 1001}) {
            std::vector<std::string> results;
            for (const Set& s : sets()) {
                const MovingLoops& moving = s.table.moving;
                Block to(3 * 1001 * 16 + 64), part[3] = {Block(1001 * 16), Block(1001 * 16), Block(1001 * 16)};
                char* const parts[] = {part[0].data(), part[1].data(), part[2].data()};
                std::string bytes;
                const auto keep = [&](char* from, int64_t size) { bytes.append(from, static_cast<size_t>(size)); };
                moving.spread[width](in.data() + 1, n, to.data() + 1);
                keep(to.data(), n * item + 64);
                moving.take_apart[width](in.data() + 1, n, parts);
                for (char* p : parts) keep(p, n * item);
                moving.put_together[width](parts, n, to.data() + 1);
                keep(to.data(), 3 * n * item + 64);
                EXPECT_EQ(std::memcmp(to.data() + 1, in.data() + 1, static_cast<size_t>(3 * n * item)), 0) << s.name;
                for (int64_t row = 2; row <= kShortRow && n * row <= 3 * 1001; ++row)
                    for (const int64_t along : {int64_t{0}, item, 2 * item, int64_t{-1}}) {
                        moving.short_rows[width](in.data() + 64, along, item, row, n, to.data());
                        keep(to.data(), n * row * item + 64);
                    }
                results.push_back(std::move(bytes));
                EXPECT_TRUE(results.back() == results[0]) << "width " << item << ", " << n << " rows, " << s.name;
            }
        }
    }
}

TEST(CoreInstructionSet, TheOneInUseIsNamedAndNotAboveItsCap) {
    const std::string name = name_of(instruction_set());
#if defined(__x86_64__)
    EXPECT_TRUE(name == "v2" || name == "v3" || name == "v4") << name;
    const char* cap = std::getenv("LOCKSTEP_ISA");
    EXPECT_TRUE(!cap || cap[0] != 'v' || name <= cap) << name << " with LOCKSTEP_ISA=" << cap;
#else
    EXPECT_EQ(name, "plain");
#endif
    EXPECT_NE(loops().plain[static_cast<int>(Op::add)][types::float64_.number()], nullptr);
}

}  // namespace
}  // namespace lockstep::host
