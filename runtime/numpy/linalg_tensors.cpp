// Powers of matrices, and tensors as systems of equations.
// Must not know backends. Source of the steps: numpy/linalg/_linalg.py of NumPy 2.4.
#include <algorithm>
#include <optional>

#include "runtime/array/error.h"
#include "runtime/exec/memory.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/linalg_decompositions.h"
#include "runtime/numpy/order.h"

namespace lockstep::numpy {

Array linalg_matrix_power(const Array& given, int64_t n) {
    check_square_matrices(given);
    if (n == 0) {
        const Array unit = empty_in_order(given.dtype, given, 'K');
        assign(unit, to_device(eye(given.shape[given.ndim() - 1], {}), given.device()), "unsafe");
        return unit;
    }
    const Array a = n < 0 ? linalg_inv(given) : given;
    uint64_t left = n < 0 ? 0 - static_cast<uint64_t>(n) : static_cast<uint64_t>(n);
    const auto times = [](const Array& x, const Array& y) { return matmul(x, y, {}); };
    if (left == 3) return times(times(a, a), a);
    Array power = a;
    std::optional<Array> result;
    while (true) {
        if (left & 1) result = result ? times(*result, power) : power;
        left >>= 1;
        if (!left) return *result;
        power = times(power, power);
    }
}

Array linalg_tensorsolve(const Array& given, const Array& b, const linalg_tensorsolve_options& o) {
    Array a = given;
    if (o.axes.given) {
        Dims order;
        for (int i = 0; i < a.ndim(); ++i) order.push_back(i);
        for (const int64_t axis : o.axes.axis) {
            const int64_t* const at = std::find(order.begin(), order.end(), axis);
            if (at == order.end())
                fail(Status::value_error, "axes: there is no axis %lld of %d", static_cast<long long>(axis),
                     a.ndim());
            order.erase(static_cast<int>(at - order.begin()));
            order.push_back(axis);
        }
        a = transpose(a, {Axes(std::span<const int64_t>(order))});
    }
    // the last axes of a, as many as b leaves; all of them where it leaves none
    const int rest = a.ndim() - b.ndim(), first = rest > 0 ? b.ndim() : std::min(-rest, a.ndim());
    Dims shape;
    for (int i = first; i < a.ndim(); ++i) shape.push_back(a.shape[i]);
    const int64_t n = product(shape);
    int64_t square = 0;
    if (__builtin_mul_overflow(n, n, &square) || a.size() != square)
        fail(Status::linalg_error,
             "a: expected the product of its last %d sizes to be that of the others, got shape %s",
             shape.size(), shape_text(a.shape).c_str());
    return reshape(linalg_solve(reshape(a, {{n, n}}), ravel(b)), shape);
}

Array linalg_tensorinv(const Array& a, const linalg_tensorinv_options& o) {
    if (o.ind <= 0)
        fail(Status::value_error, "ind: expected a positive number, got %lld", static_cast<long long>(o.ind));
    const int ind = static_cast<int>(std::min<int64_t>(o.ind, a.ndim()));
    Dims shape;
    for (int i = ind; i < a.ndim(); ++i) shape.push_back(a.shape[i]);
    const int64_t rows = product(shape);
    for (int i = 0; i < ind; ++i) shape.push_back(a.shape[i]);
    return reshape(linalg_inv(reshape(a, {{rows, -1}})), shape);
}

}  // namespace lockstep::numpy
