// multivariate_normal: standard normal draws, and a factor of the covariance.
// Must not know generators. Source of the steps: numpy/random/_generator.pyx and mtrand.pyx of NumPy 2.4.
#include <cmath>
#include <cstring>

#include "runtime/array/error.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/random.h"
#include "runtime/numpy/functions.h"
#include "runtime/random/generator.h"

namespace lockstep::numpy {
namespace {

enum class Factor { svd, eigh, cholesky };

Factor factor_of(const char* method) {
    if (!std::strcmp(method, "svd")) return Factor::svd;
    if (!std::strcmp(method, "eigh")) return Factor::eigh;
    if (!std::strcmp(method, "cholesky")) return Factor::cholesky;
    fail(Status::value_error, "method: expected svd, eigh or cholesky, got %s", method);
}

void check_shapes(const Array& mean, const Array& cov, bool legacy) {
    if (!legacy && (mean.dtype.is_complex() || cov.dtype.is_complex()))
        fail(Status::type_error, "%s: expected real numbers", mean.dtype.is_complex() ? "mean" : "cov");
    if (mean.ndim() != 1) fail(Status::value_error, "mean: expected one dimension, got %d", mean.ndim());
    if (cov.ndim() != 2 || cov.shape[0] != cov.shape[1])
        fail(Status::value_error, "cov: expected a square matrix, got shape %s", shape_text(cov.shape).c_str());
    if (mean.shape[0] == 0) fail(Status::value_error, "mean: expected at least one number, got shape (0,)");
    if (mean.shape[0] != cov.shape[0])
        fail(Status::value_error, "cov: expected shape (%lld, %lld) as mean has, got %s", static_cast<long long>(mean.shape[0]),
             static_cast<long long>(mean.shape[0]), shape_text(cov.shape).c_str());
}

Array number(double x) { return scalar_array(weak_float(x)); }

bool is_true(const Array& a) {
    bool value = false;
    to_host(a, &value, 1);
    return value;
}

// As allclose(made, cov, rtol=tol, atol=tol): what is equal is close to within a negative tol, too.
bool is_close(const Array& made, const Array& cov, double tol) {
    const Array allowed = add(number(tol), multiply(number(tol), absolute(cov)));
    return is_true(all(logical_or(less_equal(absolute(subtract(made, cov)), allowed), equal(made, cov))));
}

// A with A A^T = cov, and whether cov was positive semidefinite, as far as the method tells.
struct Root {
    Array factor;
    bool semidefinite = true;
};

Root root_of(const Array& cov, Factor method, bool legacy, bool checked, double tol) {
    Root root;
    if (method == Factor::cholesky) {
        root.factor = linalg_cholesky(cov);
    } else if (method == Factor::eigh) {
        const std::vector<Array> pairs = linalg_eigh(cov);
        root.factor = multiply(pairs[1], sqrt(absolute(pairs[0])));
        if (checked) root.semidefinite = !is_true(any(less(pairs[0], number(-tol))));
    } else {
        const std::vector<Array> parts = linalg_svd(cov);
        const Array &u = parts[0], &s = parts[1], &vh = parts[2];
        const Array v = transpose(vh);
        root.factor = multiply(legacy ? v : u, sqrt(s));  // RandomState: the rows of vh, of which u's columns are mirror images at most
        if (checked) root.semidefinite = is_close(dot(multiply(v, s), vh), cov, tol);
    }
    return root;
}

}  // namespace

Array random_multivariate_normal(random::Generator& generator, const Array& mean, const Array& cov,
                                 const random_multivariate_normal_options& o) {
    const bool legacy = generator.is_legacy();
    const Factor method = factor_of(o.method);
    check_shapes(mean, cov, legacy);
    const int64_t n = mean.shape[0];
    Dims shape = o.size.given ? o.size.axis : Dims();
    shape.push_back(n);
    const Device* const device = default_device();
    const Array normal = empty_array(types::float64_, shape, device);
    {
        const random::Generator::Use use(generator);
        run_random(use.state(), legacy ? Distribution::legacy_standard_normal : Distribution::standard_normal, normal, {});
    }
    const bool checked = method != Factor::cholesky && std::strcmp(o.check_valid, "ignore");
    const bool raises = !std::strcmp(o.check_valid, "raise");
    const Array matrix = to_device(astype(cov, types::float64_, {}), device);
    if (checked && !raises && std::strcmp(o.check_valid, "warn"))
        fail(Status::value_error, "check_valid: expected warn, raise or ignore, got %s", o.check_valid);
    const Root root = root_of(matrix, method, legacy, checked && raises, o.tol);
    if (!root.semidefinite) fail(Status::value_error, "cov: expected a symmetric, positive semidefinite matrix");
    if (mean.dtype.is_complex()) fail(Status::type_error, "mean: expected real numbers, got %s", mean.dtype.name());
    const int64_t rows[] = {normal.size() / n, n};
    const Array mixed = matmul(reshape(normal, rows), transpose(root.factor));
    return reshape(add(to_device(mean, device), mixed), shape);
}

}  // namespace lockstep::numpy
