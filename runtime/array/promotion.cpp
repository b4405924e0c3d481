// Promotion and casting, computed once at compile time into tables over all pairs of dtypes.
// Must not know operations.
//
// Source: NumPy 2.4's promote_types and can_cast; for bfloat16 ml_dtypes where it has a rule, else the smallest type that
// holds both (bfloat16 with 16-bit integers or float16 is float32, with wider integers float64).
#include "runtime/array/promotion.h"

#include <cstring>
#include <utility>
#include <vector>

#include "runtime/array/error.h"

namespace lockstep {
namespace {

constexpr DType signed_of(int bytes) {
    return bytes == 1 ? types::int8_ : bytes == 2 ? types::int16_ : bytes == 4 ? types::int32_ : types::int64_;
}

constexpr DType promote_integers(DType a, DType b) {
    const bool same_sign = a.kind() == b.kind();
    if (same_sign) return a.itemsize() >= b.itemsize() ? a : b;
    const DType s = a.kind() == 'i' ? a : b, u = a.kind() == 'i' ? b : a;
    if (s.itemsize() > u.itemsize()) return s;
    return u.itemsize() == 8 ? types::float64_ : signed_of(static_cast<int>(u.itemsize()) * 2);
}

// The smallest float that NumPy deems able to hold an integer type.
constexpr DType float_for(DType integer) {
    return integer.itemsize() == 1 ? types::float16_ : integer.itemsize() == 2 ? types::float32_ : types::float64_;
}

constexpr DType promote_floats(DType a, DType b) {
    if (a == b) return a;
    if (a.itemsize() == 2 && b.itemsize() == 2) return types::float32_;  // float16 with bfloat16
    return a.itemsize() >= b.itemsize() ? a : b;
}

constexpr DType promote_reals(DType a, DType b) {
    if (a.is_integer() && b.is_integer()) return promote_integers(a, b);
    if (a.is_float() && b.is_float()) return promote_floats(a, b);
    const DType f = a.is_float() ? a : b, i = a.is_float() ? b : a;
    if (f == types::bfloat16_ && i.itemsize() == 1) return f;
    return promote_floats(f, float_for(i));
}

constexpr DType promote(DType a, DType b) {
    if (!a.valid() || !b.valid()) return {};
    if (a == b || b.is_bool()) return a;
    if (a.is_bool()) return b;
    if (!a.is_complex() && !b.is_complex()) return promote_reals(a, b);
    const DType real = promote_reals(real_type(a), real_type(b));
    return real == types::float64_ ? types::complex128_ : types::complex64_;
}

constexpr int kind_rank(DType t) {
    switch (t.kind()) {
        case 'b': return 0;
        case 'u': return 1;
        case 'i': return 2;
        case 'f': return 3;
        default: return 4;
    }
}

struct Tables {
    uint8_t promoted[kTypeNumbers][kTypeNumbers] = {};
    constexpr Tables() {
        for (int a = 0; a < kTypeNumbers; ++a)
            for (int b = 0; b < kTypeNumbers; ++b)
                promoted[a][b] = static_cast<uint8_t>(
                    promote(DType(static_cast<uint64_t>(a)), DType(static_cast<uint64_t>(b))).code);
    }
};
constexpr Tables kTables;

}  // namespace

DType promote_types(DType a, DType b) {
    if (!a.valid() || !b.valid()) return {};
    return DType(static_cast<uint64_t>(kTables.promoted[a.number()][b.number()]));
}

Casting casting_of(const char* name) {
    static constexpr const char* kNames[] = {"no", "equiv", "safe", "same_kind", "unsafe"};
    for (int i = 0; i < 5; ++i)
        if (name && !std::strcmp(name, kNames[i])) return static_cast<Casting>(i);
    fail(Status::value_error, "casting: expected no, equiv, safe, same_kind or unsafe, got %s", name ? name : "NULL");
}

bool can_cast(DType from, DType to, Casting casting) {
    if (!from.valid() || !to.valid()) return false;
    if (from == to || casting == Casting::unsafe) return true;
    if (casting == Casting::no || casting == Casting::equiv) return false;
    // safe: the pair promotes to the target
    if (promote_types(from, to) == to) return true;
    return casting == Casting::same_kind && kind_rank(from) <= kind_rank(to);
}

DType weak_with(Weak weak, DType other) {
    switch (weak) {
        case Weak::integer:
            return other.valid() && !other.is_bool() ? other : types::int64_;
        case Weak::floating:
            return other.valid() && other.is_inexact() ? other : types::float64_;
        case Weak::complex:
            if (other.is_complex()) return other;
            if (!other.valid() || !other.is_float() || other == types::float64_) return types::complex128_;
            return types::complex64_;
        case Weak::no: break;
    }
    return other;
}

namespace {

// What takes part in a promotion: a dtype, or a weak scalar; neither when it has been absorbed or is not decided.
struct Term {
    DType dtype;
    Weak weak = Weak::no;
    bool operator==(const Term&) const = default;
    explicit operator bool() const { return dtype || weak != Weak::no; }
};

// NumPy asks the type with the higher type number, and float16 has the highest but for those defined outside NumPy.
int seniority(DType t) {
    return t == types::float16_ ? kTypeNumbers : t == types::bfloat16_ ? kTypeNumbers + 1 : t.number();
}

// What `a` knows of its promotion with `b`; nothing when it leaves that to `b`.
Term common_by_first(Term a, Term b) {
    if (a.weak != Weak::no && b.weak != Weak::no) return a.weak >= b.weak ? a : Term{};
    if (a.weak != Weak::no) {
        const bool decides = b.dtype.is_bool() || (b.dtype.is_integer() && a.weak != Weak::integer);
        return decides ? Term{weak_with(a.weak, b.dtype)} : Term{};
    }
    if (b.weak != Weak::no) {
        const bool decides = a.dtype.is_inexact() || (a.dtype.is_integer() && b.weak == Weak::integer);
        return decides ? Term{weak_with(b.weak, a.dtype)} : Term{};
    }
    return seniority(b.dtype) > seniority(a.dtype) ? Term{} : Term{promote_types(a.dtype, b.dtype)};
}

Term common(Term a, Term b) {
    const Term decided = common_by_first(a, b);
    return decided ? decided : common_by_first(b, a);
}

// Pairs the ends, keeping the one that knows more in front, until two are left: what these two become.
Term reduce_to_senior(std::span<Term> terms) {
    Term decided;
    for (size_t low = 0; low < terms.size() / 2; ++low) {
        Term& front = terms[low];
        Term& back = terms[terms.size() - 1 - low];
        decided = front == back ? front : common_by_first(front, back);
        if (!decided) std::swap(front, back);
        else if (decided == front) back = {};
    }
    return terms.size() == 2 ? decided : reduce_to_senior(terms.first(terms.size() - terms.size() / 2));
}

// Three types and more: NumPy's order of promotion, which is not associative (int8, uint8 and float16 are float16, though
// int8 and uint8 alone are int16, which with float16 is float32). Source: PyArray_PromoteDTypeSequence.
DType promote_sequence(std::span<Term> terms) {
    Term result = reduce_to_senior(terms);
    const Term senior = terms[0];
    Term previous;
    for (size_t i = result ? 2 : 1; i < terms.size(); ++i) {
        if (!terms[i] || terms[i] == previous) continue;
        const Term promoted = common(senior, terms[i]);
        previous = terms[i];
        result = result ? common(result, promoted) : promoted;
    }
    return result.weak == Weak::no ? result.dtype : weak_with(result.weak, {});
}

}  // namespace

DType result_type(std::span<const Array* const> arrays) {
    DType strong;
    Weak weakest = Weak::no;
    bool mixed = false;
    for (const Array* a : arrays) {
        if (a->weak == Weak::no) {
            mixed |= strong && a->dtype != strong;
            strong = strong ? promote_types(strong, a->dtype) : a->dtype;
        } else if (a->weak > weakest) {
            weakest = a->weak;
        }
    }
    if (mixed && arrays.size() > 2) {
        std::vector<Term> terms;
        for (const Array* a : arrays) terms.push_back(a->weak == Weak::no ? Term{a->dtype} : Term{{}, a->weak});
        return promote_sequence(terms);
    }
    return weakest == Weak::no ? strong : weak_with(weakest, strong);
}

}  // namespace lockstep
