// Element types: a 64-bit code whose low byte is the row of dtypes.def and whose upper bits are that type's parameter.
// Must not know arrays, devices or operations.
#pragma once

#include <cstdint>
#include <type_traits>

#include "runtime/scalar/config.h"

namespace lockstep {

enum class TypeNumber : uint8_t {
    none = 0,
#define LS_DTYPE(number, name, character, kind, bytes, type) name##_ = number,
#define LS_DTYPE_RESERVED(number, name, character, kind) name##_ = number,
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
#undef LS_DTYPE_RESERVED
};

inline constexpr int kTypeNumbers = 32;  // size of tables indexed by TypeNumber; more than the rows of dtypes.def

struct TypeRow {
    const char* name;
    char character;  // NumPy's dtype.char
    char kind;       // NumPy's dtype.kind
    uint8_t bytes;   // itemsize
};

inline constexpr struct TypeRows {
    TypeRow row[kTypeNumbers] = {};
    uint8_t from_character[128] = {};
    constexpr TypeRows() {
        for (auto& r : row) r = {"none", ' ', ' ', 0};
#define LS_DTYPE(number, name, character, kind, bytes, type)                       \
    row[number] = {#name, character, kind, bytes};                                 \
    static_assert(sizeof(type) == bytes && number < kTypeNumbers);                 \
    from_character[static_cast<int>(character)] = number;
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
    }
} kTypes;

struct DType {
    uint64_t code = 0;

    constexpr DType() = default;
    constexpr explicit DType(uint64_t c) : code(c) {}
    constexpr DType(TypeNumber n) : code(static_cast<uint64_t>(n)) {}

    constexpr int number() const { return static_cast<int>(code & 0xff); }
    constexpr TypeNumber type() const { return static_cast<TypeNumber>(code & 0xff); }
    constexpr const TypeRow& row() const { return kTypes.row[number() % kTypeNumbers]; }
    constexpr int64_t itemsize() const { return row().bytes; }
    constexpr char character() const { return row().character; }
    constexpr char kind() const { return row().kind; }
    constexpr const char* name() const { return row().name; }
    // False for 0, unknown numbers, reserved rows, and parameters on types that take none.
    constexpr bool valid() const { return code < kTypeNumbers && row().bytes != 0; }
    explicit constexpr operator bool() const { return code != 0; }
    constexpr bool operator==(const DType&) const = default;

    constexpr bool is_bool() const { return kind() == 'b'; }
    constexpr bool is_integer() const { return kind() == 'i' || kind() == 'u'; }
    constexpr bool is_float() const { return kind() == 'f'; }
    constexpr bool is_complex() const { return kind() == 'c'; }
    constexpr bool is_inexact() const { return is_float() || is_complex(); }

    static constexpr DType from_character(char c) {
        return DType(static_cast<uint64_t>(c > 0 ? kTypes.from_character[static_cast<int>(c)] : 0));
    }
};

#define LS_DTYPE(number, name, character, kind, bytes, type) \
    inline constexpr DType name##_{TypeNumber::name##_};
namespace types {
#include "runtime/tables/dtypes.def"
}
#undef LS_DTYPE

// C++ type <-> DType, from the table.
template <class T>
struct TypeOf;
#define LS_DTYPE(number, name, character, kind, bytes, ctype)                                  \
    template <>                                                                                \
    struct TypeOf<ctype> {                                                                     \
        static constexpr DType value{TypeNumber::name##_};                                     \
    };
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
template <class T>
inline constexpr DType dtype_of = TypeOf<T>::value;

template <TypeNumber N>
struct ScalarOf;
#define LS_DTYPE(number, name, character, kind, bytes, ctype) \
    template <>                                               \
    struct ScalarOf<TypeNumber::name##_> {                    \
        using type = ctype;                                   \
    };
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
template <TypeNumber N>
using scalar_of = typename ScalarOf<N>::type;

// float32 for complex64, float64 for complex128, itself otherwise.
constexpr DType real_type(DType t) {
    if (t == types::complex64_) return types::float32_;
    return t == types::complex128_ ? types::float64_ : t;
}

}  // namespace lockstep
