// The tile interpreter by size of tile, on one thread: a chain of four operations over a million float64; and what
// one program
// saves beside four calls. Must not know the C ABI: it sees the CPU backend's tiles and the runtime's dispatch.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "host/tile.h"
#include "runtime/array/scalar.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"

namespace {

using namespace lockstep;

constexpr int64_t kElements = 1 << 20;
constexpr int64_t kGap = 64;

// a * b + a - b / 2
Program chain() {
    const DType d = types::float64_;
    Program p;
    const Register a = p.input(d), b = p.input(d), two = p.input(d);
    const Register sum = p.push(Op::add, d, p.push(Op::multiply, d, a, b), a);
    p.result(p.push(Op::subtract, d, sum, p.push(Op::divide, d, b, two)));
    return p;
}

// Argument: elements per tile; 0 is what the interpreter chooses.
void tile_size(benchmark::State& state) {
    const Program program = chain();
    std::vector<double> a(kElements, 1.5), b(kElements, 2.5), out(kElements);
    double two = 2;
    const int64_t shape[] = {kElements}, packed[] = {sizeof(double)}, still[] = {0};
    const Operand operands[] = {{reinterpret_cast<char*>(a.data()), packed, true, false, false},
                                {reinterpret_cast<char*>(b.data()), packed, true, false, false},
                                {reinterpret_cast<char*>(&two), still, false, true, false}};
    host::TileProgram tiles = {};
    host::bind(tiles, program, 1, shape, operands);
    if (state.range(0) > 0) {
        tiles.tile = state.range(0);
        for (int s = 0; s < tiles.slots; ++s)
            tiles.slot_bytes[s] = s * (tiles.tile * static_cast<int64_t>(sizeof(double)) + kGap);
        tiles.scratch_bytes = tiles.slots * (tiles.tile * static_cast<int64_t>(sizeof(double)) + kGap);
    }
    host::TileRun run(tiles);
    const char* const bases[] = {operands[0].data, operands[1].data, operands[2].data};
    run.set_bases(bases);
    for (auto _ : state) {
        for (int64_t i = 0; i < kElements; i += tiles.tile)
            run.run(i, std::min(tiles.tile, kElements - i), reinterpret_cast<char*>(out.data() + i));
        benchmark::ClobberMemory();
    }
    state.counters["tile"] = static_cast<double>(tiles.tile);
    state.SetItemsProcessed(state.iterations() * kElements);
}

struct Inputs {
    const int64_t shape[1] = {10 * kElements};
    Array a = empty_array(types::float64_, shape, cpu_device()), b = empty_array(types::float64_, shape, cpu_device());
    Array two = scalar_array(Scalar::of(2.0));
    Inputs() {
        assign(a, scalar_array(weak_float(1.5)));
        assign(b, scalar_array(weak_float(2.5)));
    }
};

void one_program(benchmark::State& state) {
    const Inputs in;
    const Program program = chain();
    for (auto _ : state) {
        const Array out = empty_array(types::float64_, in.shape, cpu_device());
        const Array* arrays[] = {&in.a, &in.b, &in.two, &out};
        run_map(program, arrays, in.shape, cpu_device());
    }
}

Array one(Op op, const Array& x, const Array& y) {
    const DType d = types::float64_;
    Program p;
    const Register a = p.input(d), b = p.input(d);
    p.result(p.push(op, d, a, b));
    const int64_t shape[] = {10 * kElements};
    Array out = empty_array(d, shape, cpu_device());
    const Array* arrays[] = {&x, &y, &out};
    run_map(p, arrays, shape, cpu_device());
    return out;
}

void four_programs(benchmark::State& state) {
    const Inputs in;
    for (auto _ : state) {
        const Array sum = one(Op::add, one(Op::multiply, in.a, in.b), in.a);
        const Array out = one(Op::subtract, sum, one(Op::divide, in.b, in.two));
        benchmark::DoNotOptimize(out);
    }
}

}  // namespace

BENCHMARK(tile_size)->Arg(0)->RangeMultiplier(2)->Range(64, 16384);
BENCHMARK(one_program)->UseRealTime();
BENCHMARK(four_programs)->UseRealTime();
