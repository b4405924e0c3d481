// Describes products to cuBLAS: which layouts it takes as they are, what is copied first, which function fits.
// Must not know tasks, nor how its handles live.
#include "kernels/matmul_vendor.h"

#include <optional>

#include "kernels/region.h"
#include "kernels/vendor/cublas_call.h"

namespace lockstep::cuda {
namespace {

using Transposed = Cublas::Transposed;

struct Number {
    Cublas::Type type;
    Cublas::Compute compute;
    Cublas::Type sum;  // of the scale factors, and what dot adds in
};

// Halves are summed in float32. Complex products are the pedantic ones: the others may save multiplications (3M), which
// loses bits of the smaller component. Nothing here rounds to TF32 or adds in half precision; float64's tensor cores
// are exact IEEE arithmetic.
Number number_of(DType type) {
    using T = Cublas::Type;
    using C = Cublas::Compute;
    switch (type.type()) {
        case TypeNumber::float16_:
            return {T::float16, C::float32, T::float32};
        case TypeNumber::bfloat16_:
            return {T::bfloat16, C::float32, T::float32};
        case TypeNumber::float32_:
            return {T::float32, C::float32, T::float32};
        case TypeNumber::float64_:
            return {T::float64, C::float64, T::float64};
        case TypeNumber::complex64_:
            return {T::complex64, C::float32_pedantic, T::complex64};
        case TypeNumber::complex128_:
            return {T::complex128, C::float64_pedantic, T::complex128};
        default:
            fail(Status::internal_error, "cuda: cuBLAS has no product of %s", type.name());
    }
}

// How column-major BLAS sees a row-major matrix: its transpose, `leading` elements from row to row; or, where the
// columns are packed instead, itself, to be transposed.
struct Seen {
    Transposed op;
    int64_t leading;
};

std::optional<Seen> seen(const Factor& f, int64_t rows, int64_t columns, int64_t item) {
    const auto leads = [item](int64_t step, int64_t count, int64_t packed) {
        return count == 1 || (step % item == 0 && step / item >= packed);
    };
    if ((columns == 1 || f.column == item) && leads(f.row, rows, columns))
        return Seen{Transposed::no, rows == 1 ? columns : f.row / item};
    if ((rows == 1 || f.row == item) && leads(f.column, columns, rows))
        return Seen{Transposed::yes, columns == 1 ? rows : f.column / item};
    return std::nullopt;
}

// Factors of a product as cuBLAS needs them: in place, or packed copies in work space.
struct Prepared {
    int ordinal;
    Stream* stream;
    Product p;
    DType type;  // of the product's arithmetic: bfloat16 before compute capability 8 is multiplied as float32
    int64_t item;
    std::optional<Workspace> copies[3];

    Prepared(int on, const Product& product, Stream* s) : ordinal(on), stream(s), p(product), type(p.type) {
        if (type == types::bfloat16_ && properties(on).major < 8) type = types::float32_;
        item = type.itemsize();
    }
    // Steps that no call can take: between matrices, and addresses that whole elements are not loaded from.
    bool plain(const Factor& f) const {
        bool plain = type == p.type && reinterpret_cast<uintptr_t>(f.data) % static_cast<uintptr_t>(item) == 0;
        for (int d = 0; d < p.batch_ndim; ++d) plain &= f.batch[d] >= 0 && f.batch[d] % item == 0;
        return plain;
    }
    Factor room(int which, const Factor& f, int64_t rows, int64_t columns) {
        copies[which].emplace(ordinal, packed_bytes(p, f, item, rows, columns), stream);
        return packed(p, f, copies[which]->data(), item, rows, columns);
    }
    void pack(int which, Factor& f, int64_t rows, int64_t columns) {
        const Factor to = room(which, f, rows, columns);
        copy_region(ordinal, matrices(p, f, p.type, rows, columns, true), matrices(p, to, type, rows, columns, true),
                    stream);
        f = to;
    }
    // x and y of vector calls: one positive step.
    bool steps(int64_t step, int64_t count) const { return count == 1 || (step > 0 && step % item == 0); }
};

// Runs `call(a, b, c)` with the addresses of the first matrices for each position of the batch dimensions but `inner`.
template <class Call>
void for_outer(const Product& p, int inner, const Call& call) {
    int64_t count = 1;
    for (int d = 0; d < p.batch_ndim; ++d)
        if (d != inner) count *= p.batch_shape[d];
    for (int64_t i = 0; i < count; ++i) {
        char *a = p.a.data, *b = p.b.data, *c = p.c.data;
        int64_t rest = i;
        for (int d = p.batch_ndim - 1; d >= 0; --d) {
            if (d == inner) continue;
            const int64_t at = rest % p.batch_shape[d];
            rest /= p.batch_shape[d];
            a += at * p.a.batch[d];
            b += at * p.b.batch[d];
            c += at * p.c.batch[d];
        }
        call(a, b, c);
    }
}

// The longest batch dimension is one call's; -1 without any.
int inner_batch(const Product& p) {
    int inner = -1;
    for (int d = 0; d < p.batch_ndim; ++d)
        if (inner < 0 || p.batch_shape[d] > p.batch_shape[inner]) inner = d;
    return inner;
}

struct Factors {
    float floats[2][2] = {{1, 0}, {0, 0}};
    double doubles[2][2] = {{1, 0}, {0, 0}};
    const void* one(Cublas::Type t) const { return of(t, 0); }
    const void* zero(Cublas::Type t) const { return of(t, 1); }

  private:
    const void* of(Cublas::Type t, int which) const {
        const bool wide = t == Cublas::Type::float64 || t == Cublas::Type::complex128;
        return wide ? static_cast<const void*>(doubles[which]) : floats[which];
    }
};
constexpr Factors kFactors;

// C is row-major, A and B are seen: in column-major terms C^T = B^T A^T.
void multiply_matrices(const Prepared& x, const CublasCall& blas, Cublas::Compute compute) {
    const Product& p = x.p;
    const Number number = number_of(x.type);
    const Seen a_seen = *seen(p.a, p.m, p.k, x.item), b_seen = *seen(p.b, p.k, p.n, x.item);
    const int64_t ldc = seen(p.c, p.m, p.n, x.item)->leading;
    const void *one = kFactors.one(number.sum), *zero = kFactors.zero(number.sum);
    const int inner = inner_batch(p);
    if (inner < 0) {
        const Cublas::Status status = cublas().gemm(
            blas.handle(), b_seen.op, a_seen.op, p.n, p.m, p.k, one, p.b.data, number.type, b_seen.leading, p.a.data,
            number.type, a_seen.leading, zero, p.c.data, number.type, ldc, compute, Cublas::kDefaultAlgorithm);
        return CublasCall::check(status, "cublasGemmEx");
    }
    const auto stride = [&](const Factor& f) -> long long { return f.batch[inner] / x.item; };
    for_outer(p, inner, [&](const char* a, const char* b, char* c) {
        const Cublas::Status status = cublas().gemm_strided_batched(
            blas.handle(), b_seen.op, a_seen.op, p.n, p.m, p.k, one, b, number.type, b_seen.leading, stride(p.b), a,
            number.type, a_seen.leading, stride(p.a), zero, c, number.type, ldc, stride(p.c), p.batch_shape[inner],
            compute, Cublas::kDefaultAlgorithm);
        CublasCall::check(status, "cublasGemmStridedBatchedEx");
    });
}

// n == 1, A is seen, B and C have one positive step each.
void multiply_vectors(const Prepared& x, const CublasCall& blas) {
    const Product& p = x.p;
    const Number number = number_of(x.type);
    const Seen a_seen = *seen(p.a, p.m, p.k, x.item);
    const bool rows = a_seen.op == Transposed::no;  // BLAS holds the transpose of A's rows
    const int inner = inner_batch(p);
    const auto stride = [&](const Factor& f) -> long long { return inner < 0 ? 0 : f.batch[inner] / x.item; };
    const int64_t x_step = p.k == 1 ? 1 : p.b.row / x.item, y_step = p.m == 1 ? 1 : p.c.row / x.item;
    for_outer(p, inner, [&](const char* a, const char* b, char* c) {
        CublasCall::check(
            cublas().gemv_strided_batched[Cublas::gemv_of(number.type)](
                blas.handle(), rows ? Transposed::yes : Transposed::no, rows ? p.k : p.m, rows ? p.m : p.k,
                kFactors.one(number.sum), a, a_seen.leading, stride(p.a), b, x_step, stride(p.b),
                kFactors.zero(number.sum), c, y_step, stride(p.c), inner < 0 ? 1 : p.batch_shape[inner]),
            "cublasGemvStridedBatched");
    });
}

// m == n == 1, no batch.
void multiply_elements(const Prepared& x, const CublasCall& blas) {
    const Product& p = x.p;
    const Number number = number_of(x.type);
    CublasCall::check(cublas().set_pointer_mode(blas.handle(), Cublas::Pointers::device), "cublasSetPointerMode");
    const Cublas::Status status = cublas().dot(blas.handle(), p.k, p.a.data, number.type, p.a.column / x.item, p.b.data,
                                               number.type, p.b.row / x.item, p.c.data, number.type, number.sum);
    CublasCall::check(cublas().set_pointer_mode(blas.handle(), Cublas::Pointers::host), "cublasSetPointerMode");
    CublasCall::check(status, "cublasDotEx");
}

}  // namespace

void multiply_by_vendor(int ordinal, Product product, bool tf32, Stream* stream) {
    Prepared x(ordinal, product, stream);
    Product& p = x.p;
    if (p.m == 1 && p.n != 1) transpose(p);
    const bool vector = p.n == 1, dot = vector && p.m == 1 && p.batch_ndim == 0;
    const auto fits = [&](const Factor& c) {
        if (!x.plain(c)) return false;
        if (vector) return x.steps(c.row, p.m);
        const auto layout = seen(c, p.m, p.n, x.item);
        return layout && layout->op == Transposed::no;
    };
    if (!vector && !fits(p.c)) {
        transpose(p);
        if (!fits(p.c)) transpose(p);
    }
    const Factor result = p.c;
    const bool aside = !fits(p.c);
    if (aside) p.c = x.room(2, p.c, p.m, p.n);

    const auto vector_fits = [&](const Factor& f, int64_t step) { return x.plain(f) && x.steps(step, p.k); };
    if (dot ? !vector_fits(p.a, p.a.column) : !x.plain(p.a) || !seen(p.a, p.m, p.k, x.item)) x.pack(0, p.a, p.m, p.k);
    if (vector ? !vector_fits(p.b, p.b.row) : !x.plain(p.b) || !seen(p.b, p.k, p.n, x.item)) x.pack(1, p.b, p.k, p.n);
    {
        constexpr int64_t kSmall = int64_t{1} << 21;
        const bool small = static_cast<double>(p.m) * static_cast<double>(p.n) * static_cast<double>(p.k) *
                               static_cast<double>(p.batches()) <=
                           kSmall;
        const CublasCall blas(ordinal, small, stream);
        const bool may_round = tf32 && (x.type == types::float32_ || x.type == types::complex64_);
        if (dot)
            multiply_elements(x, blas);
        else if (vector)
            multiply_vectors(x, blas);
        else
            multiply_matrices(x, blas, may_round ? Cublas::Compute::tf32 : number_of(x.type).compute);
    }
    if (aside)
        copy_region(ordinal, matrices(p, p.c, x.type, p.m, p.n, true), matrices(p, result, p.type, p.m, p.n, true),
                    stream);
}

}  // namespace lockstep::cuda
