// The checks of C arguments, and the texts that refuse them.
// Must not know functions.
#include "capi/convert.h"

#include <memory>

#include <cstring>

namespace lockstep::capi {

void refuse_handle(const void* handle, const char* wanted, const char* name) {
    fail(Status::bad_handle, "%s: expected %s, got %s", name, wanted,
         handle ? "a freed handle or a pointer to something else" : "NULL");
}

void refuse_null(const char* name) { fail(Status::bad_handle, "%s: expected a pointer, got NULL", name); }

ArraysIn::ArraysIn(size_t count, const ls_array* const* arrays, const char* name) : count_(count) {
    if (count > 0 && !arrays) fail(Status::bad_handle, "%s: expected %zu arrays, got NULL", name, count);
    if (count > INT32_MAX)
        fail(Status::value_error, "%s: expected fewer than 2^31 arrays, got %zu", name, count);
    if (count > std::size(few_)) many_.resize(count);
    const Array** const to = many_.empty() ? few_ : many_.data();
    for (size_t i = 0; i < count; ++i) {
        if (!is_live(arrays[i]))
            fail(Status::bad_handle, "%s[%zu]: expected an array, got %s", name, i,
                 arrays[i] ? "a freed handle or a pointer to something else" : "NULL");
        to[i] = &arrays[i]->array;
    }
}

IndexIn::IndexIn(int count, const ls_index* index, const char* name) : count_(static_cast<size_t>(count)) {
    if (count < 0) fail(Status::value_error, "%s: expected a count of at least 0, got %d", name, count);
    if (count > 0 && !index) fail(Status::bad_handle, "%s: expected %d items, got NULL", name, count);
    if (count_ > kMost) fail(Status::index_error, "%s: expected at most %zu items, got %d", name, kMost, count);
    Index* const items = reinterpret_cast<Index*>(room_);
    for (size_t i = 0; i < count_; ++i) {
        const ls_index& from = index[i];
        if (from.kind < 0 || from.kind > 4)
            fail(Status::value_error, "%s[%zu]: expected a kind of 0 to 4, got %d", name, i, from.kind);
        const Array* const array = from.kind == 4 ? &array_in(from.array, name) : nullptr;
        std::construct_at(items + i, static_cast<Index::Kind>(from.kind), from.has_start, from.has_stop, from.start,
                          from.stop, from.step, array);
    }
}

ScalarIn::ScalarIn(const ls_scalar& s, const char* name) : name_(name) {
    if (s.dtype == 0) return;
    scalar_.dtype = dtype_in(s.dtype, name);
    scalar_.weak = static_cast<Weak>(s.weak);
    constexpr ls_dtype kHolds[] = {0, LS_INT64, LS_FLOAT64, LS_COMPLEX128};  // by ls_scalar.weak
    if (s.weak < 0 || s.weak > LS_WEAK_COMPLEX || (s.weak && s.dtype != kHolds[s.weak]))
        fail(Status::type_error, "%s: a weak scalar of kind %d cannot hold %s", name, s.weak,
             scalar_.dtype.name());
    std::memcpy(scalar_.value, s.value.bytes, sizeof scalar_.value);
    if (scalar_.dtype.is_bool()) scalar_.value[0] = scalar_.value[0] != 0;
}

const Scalar& ScalarIn::required() const {
    if (!scalar_.dtype) fail(Status::type_error, "%s: expected a number, got None", name_);
    return scalar_;
}

DType dtype_in(ls_dtype dtype, const char* name) {
    const DType t(dtype);
    if (!t.valid())
        fail(Status::type_error, "%s: expected one of LS_BOOL ... LS_COMPLEX128, got %llu", name,
             static_cast<unsigned long long>(dtype));
    return t;
}

std::span<const int64_t> shape_in(int ndim, const int64_t* shape, const char* name) {
    if (ndim < 0 || ndim > kMaxDims)
        fail(Status::value_error, "%s: expected 0 to %d dimensions, got %d", name, kMaxDims, ndim);
    if (ndim > 0 && !shape) fail(Status::bad_handle, "%s: expected %d sizes, got NULL", name, ndim);
    return {shape, static_cast<size_t>(ndim)};
}

Axes axes_in(const ls_axes& axes, const char* name) {
    if (axes.given < -1 || axes.given > 1)
        fail(Status::value_error, "%s.given: expected -1, 0 or 1, got %d", name, axes.given);
    if (axes.given != 1) return {};
    if (axes.count < 0 || axes.count > kMaxDims)
        fail(Status::value_error, "%s.count: expected 0 to %d, got %d", name, kMaxDims, axes.count);
    if (axes.count > 1 && !axes.many)
        fail(Status::bad_handle, "%s.many: expected %d numbers, got NULL", name, axes.count);
    return Axes(std::span(axes.many ? axes.many : &axes.one, static_cast<size_t>(axes.count)));
}

std::optional<int64_t> optional_axis_in(const ls_axes& axes, const char* name) {
    const Axes a = axes_in(axes, name);
    if (!a.given) return std::nullopt;
    if (a.axis.size() != 1) fail(Status::type_error, "%s: expected one integer, got %d", name, a.axis.size());
    return a.axis[0];
}

int64_t axis_in(const ls_axes& axes, const char* name) {
    const std::optional<int64_t> axis = optional_axis_in(axes, name);
    if (!axis) fail(Status::type_error, "%s: expected an integer, got None", name);
    return *axis;
}

bool flag_in(ls_flag flag, const char* name) {
    if (flag != LS_FLAG_TRUE && flag != LS_FLAG_FALSE)
        fail(Status::value_error, "%s: expected LS_FLAG_TRUE or LS_FLAG_FALSE, got %d", name,
             static_cast<int>(flag));
    return flag == LS_FLAG_TRUE;
}

char order_in(char order, const char* allowed, const char* name) {
    if (order == '\0' || !std::strchr(allowed, order))
        fail(Status::value_error, "%s: expected one of %s, got character %d", name, allowed, order);
    return order;
}

const char* string_in(const char* text, const char* name) {
    if (!text) refuse_null(name);
    return text;
}

ls_scalar scalar_out(const Scalar& s) {
    return ls_scalar_of(s.dtype.code, static_cast<int32_t>(s.weak), s.value, sizeof s.value);
}

void adapt_options(const void* given, size_t size, void* options, size_t known) {
    // no structure of ours will ever be this large: a size beyond it was never set
    constexpr size_t kSane = 4096;
    if (size < sizeof(size_t) || size > kSane)
        fail(Status::value_error, "options.size: expected %zu, set by LS_SIZE, got %zu", known, size);
    const char* const bytes = static_cast<const char*>(given);
    for (size_t i = known; i < size; ++i)
        if (bytes[i])
            fail(Status::value_error,
                 "options: this library knows the first %zu bytes, and byte %zu of %zu is set", known, i,
                 size);
    std::memset(options, 0, known);
    std::memcpy(options, given, size < known ? size : known);
}

void give_arrays(size_t* count, ls_array** result, std::vector<Array>&& arrays) {
    const size_t room = std::exchange(*count, arrays.size());
    if (room < arrays.size())
        fail(Status::buffer_too_small, "result: expected room for %zu arrays, got %zu", arrays.size(), room);
    if (arrays.size() == 1) return give(result, std::move(arrays[0]));
    std::vector<OwnedHandle> made;
    made.reserve(arrays.size());
    for (Array& a : arrays) made.emplace_back(new_handle(std::move(a)));
    for (OwnedHandle& handle : made) *result++ = handle.release();
}

}  // namespace lockstep::capi
