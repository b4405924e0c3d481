// Contraction of a pair: a matrix product where labels are summed, a product element by element where not.
// Must not know backends.
#include "runtime/numpy/einsum_factor.h"

#include <algorithm>
#include <cstdlib>

#include "runtime/exec/memory.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/contraction.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/reduce.h"

namespace lockstep::numpy {

int Factor::axis_of(int64_t label) const {
    for (int i = 0; i < labels.size(); ++i)
        if (labels[i] == label) return i;
    return -1;
}

Factor diagonals(const Array& a, const EinsumTerm& term) {
    Factor f;
    Dims shape, strides;
    for (int i = 0; i < term.ndim; ++i) {
        if (a.shape[i] == 1) continue;
        const int64_t label = term.label[i];
        const int seen = f.axis_of(label);
        if (seen >= 0) {
            strides[seen] += a.strides[i];
            continue;
        }
        f.labels.push_back(label);
        shape.push_back(a.shape[i]);
        strides.push_back(a.strides[i]);
    }
    f.array = view(strong(a), a.data, std::move(shape), std::move(strides));
    return f;
}

namespace {

// The factor's array with these axes in this order, of size 1 where it has none.
Array arranged(const Factor& x, std::span<const int64_t> order) {
    Dims shape, strides;
    for (const int64_t label : order) {
        const int axis = x.axis_of(label);
        shape.push_back(axis < 0 ? 1 : x.array.shape[axis]);
        strides.push_back(axis < 0 ? 0 : x.array.strides[axis]);
    }
    return view(x.array, x.array.data, std::move(shape), std::move(strides));
}

bool has(Labels set, int64_t label) { return set >> label & 1; }

}  // namespace

Array spread(const Factor& x, const EinsumTerm& term) {
    Dims order;
    for (int i = 0; i < term.ndim; ++i) order.push_back(term.label[i]);
    return arranged(x, order);
}

Factor summed(Factor x, Labels kept) {
    if (!(x.set() & ~kept)) return x;
    Factor result;
    Dims axes;
    for (int i = 0; i < x.labels.size(); ++i) {
        if (has(kept, x.labels[i]))
            result.labels.push_back(x.labels[i]);
        else
            axes.push_back(i);
    }
    reduce_options o;
    o.axis = Axes(std::span<const int64_t>(axes));
    o.dtype = x.array.dtype;
    result.array = reduce(Monoid::add, x.array, o);
    result.fresh = true;
    return result;
}

namespace {

// The labels of two factors by their part in a contraction.
struct Roles {
    Dims batch, left, right, inner;  // of both and kept; of x alone; of y alone; of both and summed

    Roles(const Factor& x, const Factor& y, Labels kept, const EinsumTerm& order) {
        const Labels of_x = x.set(), of_y = y.set();
        Labels done = 0;
        const auto place = [&](int64_t label) {
            if (has(done, label) || !has(of_x | of_y, label)) return;
            done |= Labels{1} << label;
            const bool both = has(of_x & of_y, label);
            (both ? (has(kept, label) ? batch : inner) : has(of_x, label) ? left : right).push_back(label);
        };
        for (int i = 0; i < order.ndim; ++i) place(order.label[i]);
        for (const int64_t label : x.labels) place(label);
        for (const int64_t label : y.labels) place(label);
    }
};

void append(Dims& to, const Dims& from) {
    for (const int64_t label : from) to.push_back(label);
}

// The labels as they lie in the factor's memory, the largest stride first.
Dims by_stride(const Factor& x, Dims labels) {
    std::stable_sort(labels.begin(), labels.end(), [&](int64_t a, int64_t b) {
        return std::llabs(x.array.strides[x.axis_of(a)]) > std::llabs(x.array.strides[x.axis_of(b)]);
    });
    return labels;
}

// Several axes as one, where their strides allow it.
struct Line {
    int64_t size = 1, stride = 0;
    bool possible = true;

    Line(const Factor& x, const Dims& labels) {
        for (int i = labels.size() - 1; i >= 0; --i) {
            const int axis = x.axis_of(labels[i]);
            const int64_t s = x.array.strides[axis];
            if (size == 1)
                stride = s;
            else
                possible &= s == stride * size;
            size *= x.array.shape[axis];
        }
        if (size == 1) stride = x.array.itemsize();
    }
};

bool is_line(const Factor& x, const Dims& labels) { return Line(x, labels).possible; }

// A copy of x with its axes packed in this order.
Factor packed(const Factor& x, const Dims& first, const Dims& second, const Dims& third) {
    Factor p;
    append(p.labels, first);
    append(p.labels, second);
    append(p.labels, third);
    p.array = packed_copy(arranged(x, p.labels));
    p.fresh = true;
    return p;
}

// x as [batch ..., rows, columns]; both are lines.
Array as_matrices(const Factor& x, const Dims& batch, const Dims& rows, const Dims& columns) {
    const Line row(x, rows), column(x, columns);
    Array m = arranged(x, batch);
    m.shape.push_back(row.size);
    m.strides.push_back(row.stride);
    m.shape.push_back(column.size);
    m.strides.push_back(column.stride);
    return m;
}

// Products summed element by element, for pairs of which each result is one long dot product.
Factor dotted(const Factor& x, const Factor& y, const Roles& roles) {
    Dims order = roles.batch;
    append(order, by_stride(x, roles.inner));
    const Array a = arranged(x, order), b = arranged(y, order);
    const Array* both[] = {&a, &b};
    Program program;
    const Register first = program.input(a.dtype), second = program.input(b.dtype);
    const Register product = program.push(Op::multiply, a.dtype, first, second);
    Dims axes;
    for (int i = roles.batch.size(); i < order.size(); ++i) axes.push_back(i);
    reduce_options o;
    o.axis = Axes(std::span<const int64_t>(axes));
    Factor result;
    result.labels = roles.batch;
    result.array = reduce_program(program, product, Monoid::add, both, a, false, o);
    result.fresh = true;
    return result;
}

// Chooses in which order the summed labels make one line of both, copying a factor where no order does.
Dims inner_line(Factor& x, Factor& y, const Roles& roles) {
    const Dims of_x = by_stride(x, roles.inner), of_y = by_stride(y, roles.inner);
    if (is_line(x, of_x) && is_line(y, of_x)) return of_x;
    if (is_line(x, of_y) && is_line(y, of_y)) return of_y;
    const bool keep_x = is_line(x, of_x) && (!is_line(y, of_y) || x.array.size() >= y.array.size());
    const Dims order = keep_x ? of_x : of_y;
    if (!is_line(x, order)) x = packed(x, roles.batch, roles.left, order);
    if (!is_line(y, order)) y = packed(y, roles.batch, order, roles.right);
    return order;
}

// The labels of one factor alone: in the result's order where they are a line in it, else as they lie in
// memory, else copied.
Dims outer_line(Factor& x, const Dims& labels, const Dims& batch, const Dims& inner) {
    if (is_line(x, labels)) return labels;
    const Dims order = by_stride(x, labels);
    if (is_line(x, order)) return order;
    x = packed(x, batch, labels, inner);
    return labels;
}

Factor multiplied(Factor x, Factor y, const Roles& roles) {
    const Dims inner = inner_line(x, y, roles);
    const Dims left = outer_line(x, roles.left, roles.batch, inner),
               right = outer_line(y, roles.right, roles.batch, inner);
    const Array a = in_elements(as_matrices(x, roles.batch, left, inner), x.array.dtype);
    const Array b = in_elements(as_matrices(y, roles.batch, inner, right), y.array.dtype);
    Factor result;
    result.labels = roles.batch;
    append(result.labels, left);
    append(result.labels, right);
    Dims shape, matrices;
    for (const int64_t label : result.labels)
        shape.push_back(x.axis_of(label) >= 0 ? x.array.shape[x.axis_of(label)]
                                              : y.array.shape[y.axis_of(label)]);
    checked_bytes(shape, a.itemsize());
    for (int i = 0; i < roles.batch.size(); ++i) matrices.push_back(shape[i]);
    matrices.push_back(a.shape[a.ndim() - 2]);
    matrices.push_back(b.shape[b.ndim() - 1]);
    const Array product = empty_array(a.dtype, matrices, a.device());
    multiply_into(a, b, product);
    result.array = view(product, product.data, shape, c_strides(shape, a.itemsize()));
    result.fresh = true;
    return result;
}

Factor elementwise(const Factor& x, const Factor& y, const Roles& roles, const EinsumTerm& order) {
    Factor result;
    const Labels all = x.set() | y.set();
    for (int i = 0; i < order.ndim; ++i)
        if (has(all, order.label[i])) result.labels.push_back(order.label[i]);
    for (const Dims* role : {&roles.batch, &roles.left, &roles.right})
        for (const int64_t label : *role)
            if (!has(order.labels, label)) result.labels.push_back(label);
    const Array a = arranged(x, result.labels), b = arranged(y, result.labels);
    const Array* both[] = {&a, &b};
    result.array = ufunc(Op::multiply, both);
    result.fresh = true;
    return result;
}

}  // namespace

Factor contracted(Factor x, Factor y, Labels kept, const EinsumTerm& order) {
    x = summed(std::move(x), kept | y.set());
    y = summed(std::move(y), kept | x.set());
    const Roles roles(x, y, kept, order);
    if (roles.inner.empty()) return elementwise(x, y, roles, order);
    if (roles.left.empty() && roles.right.empty() &&
        !(is_line(x, by_stride(x, roles.inner)) && is_line(y, by_stride(x, roles.inner))))
        return dotted(x, y, roles);
    // rows of the result are those of the factor whose label comes first in the whole's result
    const auto place = [&](const Dims& labels) {
        for (int i = 0; i < order.ndim; ++i)
            if (!labels.empty() && order.label[i] == labels[labels.size() - 1]) return i;
        return -1;
    };
    if (!roles.left.empty() && place(roles.left) > place(roles.right))
        return multiplied(std::move(y), std::move(x), Roles(y, x, kept, order));
    return multiplied(std::move(x), std::move(y), roles);
}

}  // namespace lockstep::numpy
