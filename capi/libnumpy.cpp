// libnumpy.so: the parity document's flat float32 functions, on Lockstep's public headers only.
// Must not know anything of Lockstep's inside.
#include "lockstep/libnumpy.h"

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <new>
#include <string_view>
#include <vector>

#include "lockstep/lockstep.hpp"

namespace {

// The caller's numbers on the default device: without a copy where that is the CPU. Lives no longer than the
// call.
ls::array input(const float* x, const ls::sizes& shape) {
    const char* device = nullptr;
    ls::detail::check(ls_get_default_device(&device));
    if (std::string_view(device) != "cpu") return ls::array::from_host(x, LS_FLOAT32, shape);
    ls_adopt_host_options options{};
    options.size = sizeof options;
    options.read_only = true;
    ls_array* result = nullptr;
    ls::detail::check(ls_adopt_host(const_cast<float*>(x), LS_FLOAT32, static_cast<int>(shape.size()),
                                    shape.data(), &options, &result));
    return ls::array(result);
}

int64_t length(size_t n) { return static_cast<int64_t>(n); }  // above 2^63 negative, which Lockstep refuses

ls::array input(const float* x, size_t n) { return input(x, ls::sizes{length(n)}); }

// A fresh buffer with the array that `calculate` makes; NULL after an error.
template <class Calculate>
float* buffer_of(const Calculate& calculate) noexcept {
    try {
        const ls::array result = calculate();
        const size_t bytes = static_cast<size_t>(result.nbytes());
        void* const buffer = std::malloc(bytes ? bytes : 1);
        if (buffer && ls_to_host(result.handle(), buffer, bytes) == LS_OK) return static_cast<float*>(buffer);
        std::free(buffer);
    } catch (const std::exception&) {  // its text is ls_last_error()
    }
    return nullptr;
}

template <class Calculate>
float number_of(const Calculate& calculate) noexcept {
    try {
        return calculate().template item<float>();
    } catch (const std::exception&) {  // its text is ls_last_error()
        return std::numeric_limits<float>::quiet_NaN();
    }
}

// The sizes of a shape without a length, as libnumpy.h says where it ends.
ls::sizes sizes_of(const size_t* shape, size_t n) {
    ls::sizes sizes;
    size_t product = 1;
    for (int i = 0; shape && i < 64; ++i) {
        sizes.push_back(length(shape[i]));
        if (shape[i] == SIZE_MAX || shape[i] == 0) break;
        if (__builtin_mul_overflow(product, shape[i], &product) || product >= n) break;
    }
    return sizes;
}

}  // namespace

float* arange(float start, float stop, float step) {
    return buffer_of([&] { return ls::arange(start, stop, step, {.dtype = LS_FLOAT32}); });
}

float* zeros_vec(size_t n) {
    return buffer_of([&] { return ls::zeros({length(n)}, {.dtype = LS_FLOAT32}); });
}

float* ones_vec(size_t n) {
    return buffer_of([&] { return ls::ones({length(n)}, {.dtype = LS_FLOAT32}); });
}

float* eye(size_t n) {
    return buffer_of([&] { return ls::eye(length(n), {.dtype = LS_FLOAT32}); });
}

float* linspace(float start, float stop, size_t num) {
    return buffer_of([&] { return ls::linspace(start, stop, length(num), {.dtype = LS_FLOAT32}); });
}

float* log_vec(const float* x, size_t n) {
    return buffer_of([&] { return ls::log(input(x, n)); });
}

float* power_vec(const float* x, size_t n, float exponent) {
    return buffer_of([&] { return ls::power(input(x, n), exponent); });
}

float compute_min(const float* x, size_t n) {
    return number_of([&] { return ls::min(input(x, n)); });
}

float compute_std(const float* x, size_t n) {
    return number_of([&] { return ls::std(input(x, n)); });
}

float compute_var(const float* x, size_t n) {
    return number_of([&] { return ls::var(input(x, n)); });
}

float* transpose_2d(const float* x, size_t rows, size_t cols) {
    return buffer_of([&] { return ls::transpose(input(x, ls::sizes{length(rows), length(cols)})); });
}

float dot_vec(const float* a, size_t na, const float* b, size_t nb) {
    return number_of([&] { return ls::dot(input(a, na), input(b, nb)); });
}

float* matmul_2d(const float* a, size_t a_rows, size_t a_cols, const float* b, size_t b_rows, size_t b_cols) {
    return buffer_of([&] {
        return ls::matmul(input(a, ls::sizes{length(a_rows), length(a_cols)}),
                          input(b, ls::sizes{length(b_rows), length(b_cols)}));
    });
}

float* clip_vec(const float* x, size_t n, float min, float max) {
    return buffer_of([&] { return ls::clip(input(x, n), {.a_min = min, .a_max = max}); });
}

float* interp(const float* x, size_t nx, const float* xp, const float* fp, size_t nfp) {
    return buffer_of(
        [&] { return ls::astype(ls::interp(input(x, nx), input(xp, nfp), input(fp, nfp)), LS_FLOAT32); });
}

float* reshape_vec(const float* x, size_t n, const size_t* shape) {
    return buffer_of([&] { return ls::reshape(input(x, n), sizes_of(shape, n)); });
}

float* concatenate(const size_t* pointers, const size_t* lengths, size_t arrays, size_t axis) {
    return buffer_of([&] {
        std::vector<ls::array> inputs;
        for (size_t i = 0; pointers && lengths && i < arrays; ++i)
            inputs.push_back(input(reinterpret_cast<const float*>(pointers[i]), lengths[i]));
        return ls::concatenate(inputs, {.axis = length(axis)});
    });
}

void free_float_buffer(float* p, size_t) { std::free(p); }
