// From the C arguments of lockstep.h to those of lockstep::numpy, with the checks that C needs.
// Must not know functions: the names of arguments come in as text, for the errors.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "capi/handle.h"
#include "runtime/array/axes.h"
#include "runtime/array/error.h"
#include "runtime/array/index.h"
#include "runtime/array/scalar.h"

namespace lockstep::capi {

[[noreturn, gnu::cold]] void refuse_handle(const void* handle, const char* wanted, const char* name);
[[noreturn, gnu::cold]] void refuse_null(const char* name);

inline const Array& array_in(const ls_array* a, const char* name) {
    if (!is_live(a)) [[unlikely]]
        refuse_handle(a, "an array", name);
    return a->array;
}
inline const Array* optional_array_in(const ls_array* a, const char* name) {
    return a ? &array_in(a, name) : nullptr;
}

template <class T>
inline T& pointer_in(T* p, const char* name) {
    if (!p) [[unlikely]]
        refuse_null(name);
    return *p;
}

// A handle of another kind, live.
template <class Handle>
inline Handle& live_in(Handle* handle, const char* name) {
    if (!is_live(handle)) [[unlikely]]
        refuse_handle(handle, Handle::kName, name);
    return *handle;
}

// n array handles; no heap memory up to 8.
class ArraysIn {
  public:
    ArraysIn(size_t count, const ls_array* const* arrays, const char* name);
    ArraysIn(const ArraysIn&) = delete;
    ArraysIn& operator=(const ArraysIn&) = delete;
    operator std::span<const Array* const>() const { return {many_.empty() ? few_ : many_.data(), count_}; }

  private:
    size_t count_;
    const Array* few_[8];
    std::vector<const Array*> many_;
};

class IndexIn {
  public:
    IndexIn(int count, const ls_index* index, const char* name);
    operator std::span<const Index>() const { return {reinterpret_cast<const Index*>(room_), count_}; }

  private:
    static constexpr size_t kMost = 2 * kMaxDims;  // 64 axes and 64 new ones: what a result can hold
    size_t count_;
    alignas(Index) std::byte room_[kMost * sizeof(Index)];  // setting all of it to zero was two thirds of ls_get
};

// A scalar argument: None when its dtype is 0.
class ScalarIn {
  public:
    ScalarIn() = default;
    ScalarIn(const ls_scalar& s, const char* name);
    const Scalar* optional() const { return scalar_.dtype ? &scalar_ : nullptr; }
    const Scalar& required() const;

  private:
    Scalar scalar_;
    const char* name_ = "";
};

DType dtype_in(ls_dtype dtype, const char* name);
inline DType optional_dtype_in(ls_dtype dtype, const char* name) {
    return dtype ? dtype_in(dtype, name) : DType();
}
std::span<const int64_t> shape_in(int ndim, const int64_t* shape, const char* name);
Axes axes_in(const ls_axes& axes, const char* name);
int64_t axis_in(const ls_axes& axes, const char* name);
std::optional<int64_t> optional_axis_in(const ls_axes& axes, const char* name);
bool flag_in(ls_flag flag, const char* name);
char order_in(char order, const char* allowed, const char* name);
const char* string_in(const char* text, const char* name);
ls_scalar scalar_out(const Scalar& s);

// Takes an option structure of any size into one of this library's: `size` is what the caller set, `known` is
// ours.
void adapt_options(const void* given, size_t size, void* options, size_t known);

// An option structure read: the caller's own where its size is ours, else a copy of our size.
template <class T>
class OptionsIn {
  public:
    explicit OptionsIn(const T* given) : options_(given) {
        if (given->size != sizeof(T)) [[unlikely]] {
            adapt_options(given, given->size, &local_, sizeof(T));
            options_ = &local_;
        }
    }
    OptionsIn(const OptionsIn&) = delete;
    OptionsIn& operator=(const OptionsIn&) = delete;
    const T* operator->() const { return options_; }

  private:
    const T* options_;
    T local_;
};

// A result pointer may be NULL only where `out` takes the result.
inline void result_needed(const void* result, const Array* out, const char* name) {
    if (!result && !out) [[unlikely]]
        refuse_null(name);
}

inline void give(ls_array** result, Array&& array) {
    if (result) *result = new_handle(std::move(array));
}
inline void give(ls_dtype* result, DType dtype) { *result = dtype.code; }
inline void give(bool* result, bool value) { *result = value; }
inline void give(int64_t* result, int64_t value) { *result = value; }
inline void give(double* result, double value) { *result = value; }

// A number of results: with too little room nothing is handed out.
void give_arrays(size_t* count, ls_array** result, std::vector<Array>&& arrays);

// Several results: the handles are made before any is handed out, so that a failure changes nothing.
template <class... Values, class... Results>
void give_all(std::tuple<Values...>&& values, Results... results) {
    const auto held = [](auto& value) {
        if constexpr (std::is_same_v<decltype(value), Array&>)
            return OwnedHandle(new_handle(std::move(value)));
        else
            return value;
    };
    const auto hand_out = [](auto* result, auto& value) {
        if constexpr (std::is_same_v<decltype(value), OwnedHandle&>)
            *result = value.release();
        else
            give(result, value);
    };
    auto made = std::apply([&](auto&... value) { return std::make_tuple(held(value)...); }, values);
    std::apply([&](auto&... value) { (hand_out(results, value), ...); }, made);
}

}  // namespace lockstep::capi
