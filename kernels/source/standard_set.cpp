// Which programs common calls make: every row of ops.def in its loops, casts of all pairs, mixed types,
// reductions. Must not know how a program becomes text.
#include "kernels/source/standard_set.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "kernels/source/gemm_source.h"
#include "kernels/source/index_source.h"
#include "kernels/source/map_source.h"
#include "kernels/source/random_kernels.h"
#include "kernels/source/reduce_source.h"
#include "kernels/source/scan_source.h"
#include "kernels/source/segments_source.h"
#include "kernels/source/solve_source.h"
#include "kernels/source/sort_source.h"
#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/ufunc.h"

namespace lockstep::cuda {
namespace {

using Sink = std::function<void(const Program&)>;

constexpr int kFirstType = 1;

template <class F>
void for_each_type(const F& f) {
    for (uint64_t t = kFirstType; t < kTypeNumbers; ++t)
        if (const DType type{t}; type.valid()) f(type);
}

// The loop that a call with inputs of these types takes; none where NumPy has none.
DType loop_of(Op op, std::initializer_list<DType> types) {
    Array arrays[3];
    const Array* inputs[3];
    size_t n = 0;
    for (const DType type : types) {
        arrays[n].dtype = type;
        inputs[n] = &arrays[n];
        ++n;
    }
    try {
        return resolve_loop(op, {inputs, n});
    } catch (const Error&) {
        return {};
    }
}

void call(Op op, std::initializer_list<DType> types, const Sink& sink) {
    const DType loop = loop_of(op, types);
    if (!loop) return;
    Program p;
    for (const DType type : types) p.input(type);
    Register in[3] = {};
    for (Register i = 0; i < types.size(); ++i) in[i] = p.cast(i, loop);
    p.result(p.push(op, loop, in[0], in[1]));
    sink(p);
}

// The types that arithmetic is done in besides those of an operation's own loops: integers that go to
// float64.
bool common_integer(DType t) { return t == types::int32_ || t == types::int64_; }

void calls(Op op, const Sink& sink) {
    const OpRow& row = row_of(op);
    for_each_type([&](DType t) {
        if (row.inputs == 1 && (row.has_loop(t) || common_integer(t))) call(op, {t}, sink);
        if (row.inputs == 2) call(op, {t, t}, sink);
        if (row.inputs == 3 && row.has_loop(t)) {  // select
            Program p;
            p.input(types::bool_), p.input(t), p.input(t);
            p.result(p.push(op, t, 0, 1, 2));
            sink(p);
        }
    });
}

void mixed_calls(Op op, const Sink& sink) {
    const OpRow& row = row_of(op);
    if (row.inputs != 2 || (row.family != Family::arithmetic && row.family != Family::comparison)) return;
    constexpr std::pair<DType, DType> pairs[] = {{types::int64_, types::float64_},
                                                 {types::int32_, types::float64_},
                                                 {types::float32_, types::float64_},
                                                 {types::int32_, types::int64_}};
    for (const auto& [a, b] : pairs) {
        call(op, {a, b}, sink);
        call(op, {b, a}, sink);
    }
}

void casts(const Sink& sink) {
    for_each_type([&](DType from) {
        for_each_type([&](DType to) {
            if (from == to) return;  // the row `copy`
            Program p;
            p.result(p.cast(p.input(from), to));
            sink(p);
        });
    });
}

void clips(const Sink& sink) {
    for_each_type([&](DType t) {
        if (t.is_bool() || t.is_complex()) return;
        Program p;
        p.input(t), p.input(t), p.input(t);
        p.result(p.push(Op::minimum, t, p.push(Op::maximum, t, 0, 1), 2));
        sink(p);
    });
}

// A reduction of elements of type `from`, folded in `to`.
void fold(Monoid monoid, DType from, DType to, const Sink& sink) {
    Program p;
    const Register value = p.cast(p.input(from), to);
    p.reduce(monoid, value);
    sink(p);
}

void folds(const Sink& sink) {
    for_each_type([&](DType t) {
        for (const Monoid m : {Monoid::add, Monoid::multiply}) fold(m, t, sum_type(t), sink);
        for (const Monoid m : {Monoid::maximum, Monoid::minimum, Monoid::argmax, Monoid::argmin})
            fold(m, t, t, sink);
        if (t.is_inexact())
            for (const Monoid m : {Monoid::fmax, Monoid::fmin}) fold(m, t, t, sink);
        for (const Monoid m : {Monoid::logical_and, Monoid::logical_or}) fold(m, t, types::bool_, sink);
        // mean
        if (!t.is_inexact()) fold(Monoid::add, t, types::float64_, sink);
        if (t == types::float16_) fold(Monoid::add, t, types::float32_, sink);
    });
}

// The squared deviations of var and std.
void deviations(const Sink& sink) {
    for_each_type([&](DType t) {
        if (!t.is_inexact() && !common_integer(t)) return;
        const DType type = t.is_inexact() ? t : types::float64_;
        Program p;
        const Register in = p.input(t), mean = p.input(type);
        const Register d = p.push(Op::subtract, type, p.cast(in, type), mean);
        p.reduce(Monoid::add,
                 t.is_complex() ? p.push(Op::squared_modulus, type, d) : p.push(Op::multiply, type, d, d));
        sink(p);
    });
}

// Types whose kernels are there in every layout; others have the layouts that most calls hit, and what lacks
// is compiled on first use: 45 ms of building per kernel, for each architecture.
bool is_common(DType t) {
    return t.is_bool() || common_integer(t) || t == types::float32_ || t == types::float64_;
}

// How many of a map's layouts are packed: one after another in the order of standard_map_sources, the most
// common first.
size_t layouts(const Program& p) {
    constexpr size_t all = 100;
    if (p.length == 1 && p.code[0].op == Op::copy) return all;  // slices and transposes of any type
    const bool mixed = p.length > p.outputs && p.inputs == 2;
    if (mixed) return 3;
    if (std::all_of(p.input_type, p.input_type + p.inputs, is_common) && is_common(p.type(p.output[0])))
        return all;
    return p.inputs == 1 ? 1 : 2;
}

}  // namespace

std::vector<KernelSource> standard_sources(std::span<const DType> types) {
    std::vector<KernelSource> all;
    std::set<std::pair<std::string, std::string>> seen;
    const auto add = [&](std::vector<KernelSource> sources) {
        for (KernelSource& source : sources)
            if (seen.emplace(source.prologue, source.body).second) all.push_back(std::move(source));
    };
    const auto chosen = [&](const Program& p) {
        return types.empty() || std::all_of(p.input_type, p.input_type + p.inputs, [&](DType t) {
                   return std::find(types.begin(), types.end(), t) != types.end();
               });
    };
    const Sink maps = [&](const Program& p) {
        if (!chosen(p)) return;
        std::vector<KernelSource> sources = standard_map_sources(p);
        sources.resize(std::min(sources.size(), layouts(p)));
        add(std::move(sources));
    };
    for (int op = 1; op < kOps; ++op) calls(Op(op), maps);
    for (int op = 1; op < kOps; ++op) mixed_calls(Op(op), maps);
    casts(maps);
    clips(maps);
    const Sink reductions = [&](const Program& p) {
        if (chosen(p)) add(standard_reduce_sources(p));
    };
    folds(reductions);
    deviations(reductions);
    if (types.empty()) add(standard_gemm_sources());
    add(standard_index_sources());
    add(standard_scan_sources());
    add(standard_segments_sources());
    add(standard_solve_sources());
    add(standard_random_sources());
    for_each_type([&](DType t) {
        const bool wanted = types.empty() ? is_common(t) : std::find(types.begin(), types.end(), t) != types.end();
        if (wanted) add(standard_sort_sources(t));
    });
    return all;
}

}  // namespace lockstep::cuda
