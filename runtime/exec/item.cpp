// Single numbers: reading one from an array, casting one.
// Must not know layouts or backends beyond copying one element to the host.
#include "runtime/array/error.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/stream.h"
#include "runtime/exec/ufunc.h"
#include "runtime/scalar/cast.h"

namespace lockstep {
namespace {

template <class From>
Scalar cast_from(From value, DType to) {
    switch (to.type()) {
#define LS_DTYPE(number, name, character, kind, bytes, type) \
    case TypeNumber::name##_: return Scalar::of(scalar::cast<type>(value));
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
        default: fail(Status::type_error, "dtype: cannot hold a number: code %llu", static_cast<unsigned long long>(to.code));
    }
}

Scalar cast_strong(const Scalar& s, DType to) {
    switch (s.dtype.type()) {
#define LS_DTYPE(number, name, character, kind, bytes, type) \
    case TypeNumber::name##_: return cast_from(s.as<type>(), to);
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
        default: fail(Status::type_error, "dtype: holds no number: code %llu", static_cast<unsigned long long>(s.dtype.code));
    }
}

}  // namespace

namespace {
void read_item(const Array& a, void* value) {
    const Array* reads[] = {&a};
    a.device()->backend->to_host(a.device()->ordinal, value, a.data, a.itemsize(), stream_for(a.device(), reads, {}));
}
}  // namespace

Scalar item(const Array& a) {
    if (a.size() != 1)
        fail(Status::value_error, "expected an array of one element, got shape %s", shape_text(a.shape).c_str());
    Scalar s;
    s.dtype = a.dtype;
    s.weak = a.weak;
    if (a.device()->backend->host_memory)
        std::memcpy(s.value, a.data, static_cast<size_t>(a.itemsize()));
    else
        read_item(a, s.value);
    return s;
}

void set_item(const Array& a, const Scalar& value) {
    std::memcpy(a.data, cast_scalar(value, a.dtype).value, static_cast<size_t>(a.itemsize()));
}

Scalar cast_scalar(const Scalar& s, DType to) {
    if (s.dtype == to) return s;
    const Scalar result = cast_strong(s, to);
    if (s.weak == Weak::integer && to.is_integer()) {
        const int64_t v = s.as<int64_t>();
        const int64_t back = cast_strong(result, types::int64_).as<int64_t>();
        if (back != v || (to.kind() == 'u' && v < 0))
            fail(Status::overflow_error, "integer %lld is out of bounds for %s", static_cast<long long>(v), to.name());
    }
    return result;
}

}  // namespace lockstep
