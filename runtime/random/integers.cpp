// Integers from ranges, for each generator, width and method in a loop of its own.
// Must not know arrays.
#include "runtime/random/integers.h"

#include "runtime/scalar/random/bounded.h"

namespace lockstep::random {

namespace {

namespace draw = scalar::random;

template <int bits, bool masked, class T>
void fill_width(BitState& state, const IntegerFill& f) {
    T* const out = static_cast<T*>(f.out);
    draw::draw_keeping(state, [&](auto& g) {
        for (int64_t i = 0; i < f.count; ++i) {
            const uint64_t offset = f.offset[i * f.stride], range = f.range[i * f.stride];
            if constexpr (bits == 64) out[i] = draw::bounded64<masked>(g, offset, range);
            else if constexpr (bits == 32)
                out[i] = draw::bounded32<masked>(g, static_cast<T>(offset), static_cast<T>(range));
            else
                out[i] = static_cast<T>(draw::bounded_small<bits, masked>(g, static_cast<uint32_t>(offset), static_cast<uint32_t>(range)));
        }
    });
}

template <bool masked>
void fill_with(BitState& state, const IntegerFill& f) {
    switch (f.bits) {
        case 64: return fill_width<64, masked, uint64_t>(state, f);
        case 32: return fill_width<32, masked, uint32_t>(state, f);
        case 16: return fill_width<16, masked, uint16_t>(state, f);
        case 8: return fill_width<8, masked, uint8_t>(state, f);
        default: return fill_width<1, masked, uint8_t>(state, f);
    }
}

}  // namespace

void draw_integers(BitState& state, const IntegerFill& fill) {
    if (fill.masked) fill_with<true>(state, fill);
    else fill_with<false>(state, fill);
}

}  // namespace lockstep::random
