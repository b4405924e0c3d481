// Reductions whose output moves along the innermost dimension: rows are folded into columns, neighbours in memory by
// neighbouring threads.
// Must not know what is folded. Freestanding, for the device only.
#pragma once

#include "kernels/device/reduce_layout.h"
#include "kernels/device/reduce_monoid.h"

namespace lockstep::device::reduction {

// What a thread has of a block's 2^width_bits columns and 256 >> width_bits rows at a time.
template <class Body, class Index>
struct ColumnPlace {
    Addresses<Body::operands> at;  // of row 0
    char* out;
    int column, row, rows;  // in the block; rows of the block
    bool exists;
};

template <class Body, class A>
LS_DEVICE auto column_place(const A& a) {
    using Index = typename A::Index;
    const auto& l = a.layout;
    ColumnPlace<Body, Index> p;
    p.column = static_cast<int>(threadIdx.x) & ((1 << a.width_bits) - 1);
    p.row = static_cast<int>(threadIdx.x) >> a.width_bits;
    p.rows = kReduceThreads >> a.width_bits;
    const Index column = (static_cast<Index>(blockIdx.x) << a.width_bits) + static_cast<Index>(p.column);
    p.exists = column < a.columns;
    const Index position = p.exists ? column : Index{0};
    p.at = moved(l, l.inner, l.ndim, position, origin<Body::operands>(l));
    p.out = output_address(l, l.inner, l.ndim, position, l.out);
    return p;
}

// A batch of rows: `row`, `row` + step, ... below end.
template <class Body>
struct RowBatch {
    typename Body::Value x[Body::batch];
    bool there[Body::batch];
};

template <class Body, bool linear, class Layout, class C, class Index>
LS_DEVICE void load_rows(const Layout& layout, C& c, Index row, Index stride, Index end, RowBatch<Body>& batch) {
    LS_UNROLLED
    for (int k = 0; k < Body::batch; ++k) {
        batch.there[k] = row + stride * k < end;
        batch.x[k] = {};
        if (batch.there[k]) {
            const auto p = here<linear>(layout, c);
            if constexpr (Body::masked) batch.there[k] = Body::selected(p);
            batch.x[k] = Body::value(p);
        }
        step<linear>(c);
    }
}

// Rows one after the other, as the contract adds them. All threads load, batch after batch, and pass what they loaded through
// shared memory to the thread that has the column; the next batch is on its way meanwhile. So a few columns of very many rows
// are bound by one addition after the other, not by a load after the other.
template <class Body, bool linear, class A>
LS_DEVICE void ordered_columns(const A& a) {
    using Index = typename A::Index;
    using F = typename Body::F;
    using Value = typename Body::Value;
    __shared__ Value rows[Body::batch * kReduceThreads];
    __shared__ bool selected[Body::masked ? Body::batch * kReduceThreads : 1];
    const auto place = column_place<Body>(a);
    const Index stride = static_cast<Index>(place.rows), first = static_cast<Index>(place.row);
    const Index end = place.exists ? a.rows : 0;
    auto c = cursor<linear>(a.layout, place.at, first, stride);
    Value sum = initial_value<Body>(a);
    RowBatch<Body> batch;
    load_rows<Body, linear>(a.layout, c, first, stride, end, batch);
    LS_ROLLED
    for (Index base = 0; base < a.rows; base += stride * Body::batch) {
        LS_UNROLLED
        for (int k = 0; k < Body::batch; ++k) {
            rows[k * kReduceThreads + static_cast<int>(threadIdx.x)] = batch.x[k];
            if constexpr (Body::masked) selected[k * kReduceThreads + static_cast<int>(threadIdx.x)] = batch.there[k];
        }
        __syncthreads();
        load_rows<Body, linear>(a.layout, c, base + stride * Body::batch + first, stride, end, batch);
        if (place.row == 0 && place.exists) {
            const Index left = a.rows - base, most = stride * Body::batch;
            const int n = static_cast<int>(left < most ? left : most);
            LS_UNROLLED_8
            for (int r = 0; r < n; ++r) {
                const int at = (r << a.width_bits) + place.column;
                const Value next = F::combine(sum, F::lift(rows[at], 0));
                if constexpr (Body::masked) sum = selected[at] ? next : sum;
                else sum = next;
            }
        }
        __syncthreads();
    }
    if (place.row == 0 && place.exists) store(place.out, sum, a.layout.out_aligned);
}

// Joins what the rows of a block have for each column; in the threads of row 0.
template <class F, class P>
LS_DEVICE P join_rows(P sum, int width_bits) {
    __shared__ P of_thread[kReduceThreads];
    const int at = static_cast<int>(threadIdx.x);
    LS_ROLLED
    for (int half = kReduceThreads / 2; half >= 1 << width_bits; half /= 2) {
        __syncthreads();
        of_thread[at] = sum;
        __syncthreads();
        if (at < half) sum = F::join(sum, of_thread[at + half]);
    }
    return sum;
}

// Rows in any order: those of a piece shared among the block's threads, the pieces of a column among blocks.
template <class Body, bool linear, class A>
LS_DEVICE void unordered_columns(const A& a) {
    using Index = typename A::Index;
    using F = typename Body::F;
    using P = typename F::Partial;
    const typename Body::Value initial = initial_value<Body>(a);
    const auto place = column_place<Body>(a);
    const Index stride = static_cast<Index>(place.rows);
    const Index begin = static_cast<Index>(blockIdx.y) * a.span, first = begin + static_cast<Index>(place.row);
    const Index end = !place.exists ? Index{0} : a.rows - begin < a.span ? a.rows : begin + a.span;
    auto c = cursor<linear>(a.layout, place.at, first, stride);
    P sum = F::nothing(initial);
    LS_ROLLED
    for (Index row = first; row < end; row += stride * Body::batch) {
        RowBatch<Body> batch;
        load_rows<Body, linear>(a.layout, c, row, stride, end, batch);
        LS_UNROLLED
        for (int k = 0; k < Body::batch; ++k) {
            const P joined = F::join(sum, F::lift(batch.x[k], static_cast<int64_t>(row + stride * k)));
            if (batch.there[k]) sum = joined;
        }
    }
    sum = join_rows<F>(sum, a.width_bits);
    if (gridDim.y > 1) {
        P* const partials = reinterpret_cast<P*>(a.partials) + uint64_t{blockIdx.x} * gridDim.y * kReduceThreads;
        if (place.row == 0) partials[blockIdx.y * kReduceThreads + threadIdx.x] = sum;
        if (!is_last_block(a.counters + blockIdx.x, gridDim.y)) return;
        sum = F::nothing(initial);
        LS_UNROLLED_8
        for (unsigned piece = static_cast<unsigned>(place.row); piece < gridDim.y; piece += static_cast<unsigned>(place.rows))
            sum = F::join(sum, partials[piece * kReduceThreads + static_cast<unsigned>(place.column)]);
        sum = join_rows<F>(sum, a.width_bits);
    }
    if (place.row == 0 && place.exists) store(place.out, F::finish(initial, sum), a.layout.out_aligned);
}

template <class Body, bool linear, class A>
LS_DEVICE void columns(const A& a) {
    if constexpr (Body::ordered) ordered_columns<Body, linear>(a);
    else unordered_columns<Body, linear>(a);
}

}  // namespace lockstep::device::reduction
