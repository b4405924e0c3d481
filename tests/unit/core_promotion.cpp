// Promotion and casting: the algebra that must hold over all pairs and triples of types, and NumPy's odd
// cases. Must not know operations.
#include "runtime/array/promotion.h"

#include <gtest/gtest.h>

#include <vector>

#include "runtime/array/error.h"

namespace lockstep {
namespace {

std::vector<DType> all_types() {
    std::vector<DType> all;
    for (int n = 1; n < kTypeNumbers; ++n)
        if (const DType t{static_cast<uint64_t>(n)}; t.valid()) all.push_back(t);
    return all;
}

TEST(CorePromotion, IsCommutativeAndIdempotentWithBoolBelowAll) {
    for (const DType a : all_types()) {
        EXPECT_EQ(promote_types(a, a), a);
        EXPECT_EQ(promote_types(a, types::bool_), a);
        for (const DType b : all_types())
            EXPECT_EQ(promote_types(a, b), promote_types(b, a)) << a.name() << " " << b.name();
    }
    EXPECT_FALSE(promote_types(DType(), types::int8_).valid());
    EXPECT_FALSE(promote_types(types::int8_, DType(uint64_t{99})).valid());
}

TEST(CorePromotion, AbsorbsWhatItHasAlreadyTakenIn) {
    for (const DType a : all_types())
        for (const DType b : all_types()) {
            const DType both = promote_types(a, b);
            EXPECT_EQ(promote_types(both, a), both) << a.name() << " " << b.name();
            EXPECT_TRUE(can_cast(a, both, Casting::safe)) << a.name() << " " << b.name();
            EXPECT_TRUE(can_cast(b, both, Casting::safe)) << a.name() << " " << b.name();
        }
}

// NumPy's promotion is not associative where a signed meets an unsigned integer and a small float follows:
// (int8 + uint8) + float16 = int16 + float16 = float32, int8 + (uint8 + float16) = float16.
TEST(CorePromotion, IsAssociativeWithinAKind) {
    for (const DType a : all_types())
        for (const DType b : all_types())
            for (const DType c : all_types()) {
                const bool halves = a == types::bfloat16_ || b == types::bfloat16_ || c == types::bfloat16_;
                const bool one_kind = (a.is_integer() && b.is_integer() && c.is_integer()) ||
                                      (a.is_inexact() && b.is_inexact() && c.is_inexact() && !halves);
                const bool unlike = a.is_integer() && (a.kind() != b.kind() || b.kind() != c.kind());
                if (!one_kind || unlike) continue;
                EXPECT_EQ(promote_types(promote_types(a, b), c), promote_types(a, promote_types(b, c)))
                    << a.name() << " " << b.name() << " " << c.name();
            }
    const DType left = promote_types(promote_types(types::int8_, types::uint8_), types::float16_);
    const DType right = promote_types(types::int8_, promote_types(types::uint8_, types::float16_));
    EXPECT_EQ(left, types::float32_);
    EXPECT_EQ(right, types::float16_);
}

TEST(CorePromotion, NumPysOddPairs) {
    using namespace types;
    EXPECT_EQ(promote_types(int64_, uint64_), float64_);
    EXPECT_EQ(promote_types(int32_, uint32_), int64_);
    EXPECT_EQ(promote_types(int32_, float32_), float64_);
    EXPECT_EQ(promote_types(int16_, float16_), float32_);
    EXPECT_EQ(promote_types(uint8_, float16_), float16_);
    EXPECT_EQ(promote_types(int16_, complex64_), complex64_);
    EXPECT_EQ(promote_types(int32_, complex64_), complex128_);
    EXPECT_EQ(promote_types(float64_, complex64_), complex128_);
    EXPECT_EQ(promote_types(float16_, bfloat16_), float32_);
    EXPECT_EQ(promote_types(int8_, bfloat16_), bfloat16_);
    EXPECT_EQ(promote_types(int16_, bfloat16_), float32_);
    EXPECT_EQ(promote_types(bfloat16_, complex64_), complex64_);
}

TEST(CoreCasting, RulesAreNestedAndTransitive) {
    constexpr Casting kRules[] = {Casting::no, Casting::equiv, Casting::safe, Casting::same_kind,
                                  Casting::unsafe};
    for (const DType a : all_types())
        for (const DType b : all_types()) {
            for (int r = 0; r + 1 < 5; ++r)
                EXPECT_LE(can_cast(a, b, kRules[r]), can_cast(a, b, kRules[r + 1]))
                    << a.name() << " " << b.name();
            EXPECT_EQ(can_cast(a, b, Casting::no), a == b);
            EXPECT_TRUE(can_cast(a, b, Casting::unsafe));
            if (a != b && can_cast(a, b, Casting::safe)) {
                EXPECT_FALSE(can_cast(b, a, Casting::safe))
                    << "two types each hold the other: " << a.name() << " " << b.name();
            }
            for (const DType c : all_types())
                for (const Casting rule : {Casting::safe, Casting::same_kind}) {
                    const bool both = can_cast(a, b, rule) && can_cast(b, c, rule);
                    EXPECT_LE(both, can_cast(a, c, rule)) << a.name() << " " << b.name() << " " << c.name();
                }
        }
    EXPECT_FALSE(can_cast(DType(), types::int8_, Casting::unsafe));
}

TEST(CoreCasting, SameKindMayNarrowButNotLoseTheKind) {
    using namespace types;
    EXPECT_TRUE(can_cast(float64_, float16_, Casting::same_kind));
    EXPECT_TRUE(can_cast(uint64_, int8_, Casting::same_kind));
    EXPECT_FALSE(can_cast(int8_, uint64_, Casting::same_kind));
    EXPECT_FALSE(can_cast(float16_, int64_, Casting::same_kind));
    EXPECT_FALSE(can_cast(complex64_, float64_, Casting::same_kind));
    EXPECT_FALSE(can_cast(int8_, bool_, Casting::same_kind));
    EXPECT_TRUE(can_cast(int64_, float16_, Casting::same_kind));
}

TEST(CoreCasting, NamesOfTheRules) {
    EXPECT_EQ(casting_of("no"), Casting::no);
    EXPECT_EQ(casting_of("same_kind"), Casting::same_kind);
    EXPECT_EQ(casting_of("unsafe"), Casting::unsafe);
    for (const char* wrong : {"", "Safe", "sam", "same_kindly"})
        EXPECT_THROW(casting_of(wrong), Error) << wrong;
    EXPECT_THROW(casting_of(nullptr), Error);
}

Array of(DType type, Weak weak = Weak::no) {
    Array a;
    a.dtype = type;
    a.weak = weak;
    return a;
}

DType type_of(const std::vector<Array>& arrays) {
    std::vector<const Array*> pointers;
    for (const Array& a : arrays) pointers.push_back(&a);
    return result_type(pointers);
}

TEST(CoreResultType, PythonNumbersHaveAKindButNoWidth) {
    using namespace types;
    const Array one = of(int64_, Weak::integer), half = of(float64_, Weak::floating),
                i = of(complex128_, Weak::complex);
    EXPECT_EQ(type_of({one}), int64_);
    EXPECT_EQ(type_of({half}), float64_);
    EXPECT_EQ(type_of({i}), complex128_);
    EXPECT_EQ(type_of({one, half}), float64_);
    EXPECT_EQ(type_of({half, i, one}), complex128_);
    for (const DType t : all_types()) {
        EXPECT_EQ(type_of({of(t), one}), t.is_bool() ? int64_ : t) << t.name();
        EXPECT_EQ(type_of({half, of(t)}), t.is_inexact() ? t : float64_) << t.name();
        EXPECT_EQ(type_of({of(t), i}), t.is_complex()                  ? t
                                       : t.is_float() && t != float64_ ? complex64_
                                                                       : complex128_)
            << t.name();
        EXPECT_EQ(type_of({of(t), one, of(t)}), type_of({of(t), one}));
    }
    EXPECT_EQ(type_of({of(float32_), one, half, of(int8_)}), float32_)
        << "the strongest weak one counts, once";
}

}  // namespace
}  // namespace lockstep
