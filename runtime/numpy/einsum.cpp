// einsum: views of one operand, sums, and pairs contracted one after the other.
// Must not know backends.
#include <algorithm>
#include <cstring>
#include <vector>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/numpy/contraction.h"
#include "runtime/numpy/einsum_factor.h"
#include "runtime/numpy/einsum_path.h"
#include "runtime/numpy/functions.h"

namespace lockstep::numpy {
namespace {

void check_casts(std::span<const Array* const> operands, DType type, const einsum_options& o) {
    const Casting rule = casting_of(o.casting);
    for (size_t k = 0; k < operands.size(); ++k)
        if (!can_cast(operands[k]->dtype, type, rule))
            fail(Status::type_error, "operands[%zu]: cannot cast from %s to %s by the rule '%s'", k,
                 operands[k]->dtype.name(), type.name(), o.casting);
    // NumPy adds to what it has read from out, so that both casts must be allowed
    if (o.out && !(can_cast(type, o.out->dtype, rule) && can_cast(o.out->dtype, type, rule)))
        fail(Status::type_error, "out: cannot cast between %s and %s by the rule '%s'", type.name(),
             o.out->dtype.name(), o.casting);
}

// out may be wider than the result where that has size 1.
void check_out(const Array& out, const EinsumTerms& terms) {
    if (!out.writable()) fail(Status::read_only, "out: the array is read-only");
    bool fits = out.ndim() == terms.result.ndim;
    for (int i = 0; fits && i < out.ndim(); ++i) {
        const int64_t n = terms.size[terms.result.label[i]];
        fits = n == 1 || n == out.shape[i];
    }
    if (!fits)
        fail(Status::value_error, "out: shape %s is not that of the result", shape_text(out.shape).c_str());
}

// The type of the calculation: of all operands, and of out where no dtype is asked for.
DType type_of(std::span<const Array> operands, const einsum_options& o) {
    if (o.dtype) return o.dtype;
    std::vector<const Array*> all;
    for (const Array& a : operands) all.push_back(&a);
    if (o.out) all.push_back(o.out);
    const DType type = result_type(all);
    if (!type) fail(Status::type_error, "operands: their types have no common one");
    return type;
}

bool has_no_elements(const EinsumTerms& terms) {
    for (int l = 0; l < terms.count; ++l)
        if (terms.size[l] == 0) return true;
    return false;
}

// The factors of one contraction, pair by pair: those first whose product is small beside them.
Factor together(std::vector<Factor> factors, Labels kept, const EinsumTerms& terms) {
    while (factors.size() > 2) {
        size_t first = 0, second = 1;
        double least = 0;
        for (size_t j = 1; j < factors.size(); ++j)
            for (size_t i = 0; i < j; ++i) {
                Labels rest = kept;
                for (size_t k = 0; k < factors.size(); ++k)
                    if (k != i && k != j) rest |= factors[k].set();
                const Labels x = factors[i].set(), y = factors[j].set();
                const double growth = terms.elements((x | y) & rest) - terms.elements(x) - terms.elements(y);
                if (j > 1 && growth >= least) continue;
                least = growth;
                first = i;
                second = j;
            }
        Labels rest = kept;
        for (size_t k = 0; k < factors.size(); ++k)
            if (k != first && k != second) rest |= factors[k].set();
        Factor product =
            contracted(std::move(factors[first]), std::move(factors[second]), rest, terms.result);
        factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(second));
        factors[first] = std::move(product);
    }
    return factors.size() == 1 ? summed(std::move(factors[0]), kept)
                               : contracted(std::move(factors[0]), std::move(factors[1]), kept, terms.result);
}

Factor along_path(std::vector<Factor> factors, const EinsumTerms& terms,
                  const std::vector<Contraction>& path) {
    for (Contraction step : path) {
        std::sort(step.begin(), step.end());
        std::vector<Factor> taken, rest;
        Labels kept = terms.result.labels;
        for (size_t k = 0, next = 0; k < factors.size(); ++k) {
            const bool take = next < step.size() && step[next] == static_cast<int>(k);
            next += take;
            if (!take) kept |= factors[k].set();
            (take ? taken : rest).push_back(std::move(factors[k]));
        }
        rest.push_back(together(std::move(taken), kept, terms));
        factors = std::move(rest);
    }
    return std::move(factors[0]);
}

bool all_fortran(std::span<const Array> operands) {
    for (const Array& a : operands)
        if (!is_f_contiguous(a)) return false;
    return true;
}

Array in_order(const Array& result, char order, std::span<const Array> operands) {
    if (order == 'A') order = all_fortran(operands) ? 'F' : 'C';
    const bool fits = order == 'K' || (order == 'C' ? is_c_contiguous(result) : is_f_contiguous(result));
    return fits ? result : copy(result, {.order = order});
}

Array zeros_of(const EinsumTerms& terms, DType type, const Device* device) {
    Dims shape;
    for (int i = 0; i < terms.result.ndim; ++i) shape.push_back(terms.size[terms.result.label[i]]);
    return empty_array(type, shape, device, 'C', Contents::zeros);
}

}  // namespace

Array einsum(const char* subscripts, std::span<const Array* const> given, const einsum_options& o) {
    const EinsumTerms terms = einsum_terms(subscripts, given);
    if (o.order != 'C' && o.order != 'F' && o.order != 'A' && o.order != 'K')
        fail(Status::value_error, "order: expected C, F, A or K, got '%c'", o.order);
    casting_of(o.casting);
    const std::vector<Contraction> path = einsum_order(
        terms, o.optimize && !std::strcmp(o.optimize, "never") ? nullptr : o.optimize, o.memory_limit);
    if (given.size() == 1 && !o.out && !(terms.operands[0].labels & ~terms.result.labels))
        return spread(diagonals(*given[0], terms.operands[0]),
                      terms.result);  // whatever dtype says, as in NumPy
    std::vector<Array> operands;
    operands.reserve(given.size());
    for (const Array* a : given) operands.push_back(strong(*a));
    const DType type = type_of(operands, o);
    if (o.out) check_out(*o.out, terms);
    check_casts(given, type, o);
    const Device* const device = common_device(given);
    if (has_no_elements(terms)) {
        const Array result = in_order(zeros_of(terms, type, device), o.order, operands);
        if (!o.out) return result;
        assign(*o.out, result, "unsafe");
        return *o.out;
    }
    std::vector<Factor> factors;
    factors.reserve(operands.size());
    for (size_t k = 0; k < operands.size(); ++k)
        factors.push_back(diagonals(in_elements(to_device(operands[k], device), type), terms.operands[k]));
    const Factor product = along_path(std::move(factors), terms, path);
    const Array result = spread(product, terms.result);
    if (o.out) {
        assign(*o.out, result, "unsafe");
        return *o.out;
    }
    return product.fresh ? in_order(result, o.order, operands) : copy(result, {.order = o.order});
}

}  // namespace lockstep::numpy
