// Elements by their width alone: what only moves them need not know their types.
// Must not know what is moved where.
#pragma once

#include <cstdint>

namespace lockstep::host {

struct Item16 {
    uint64_t a, b;
};

constexpr bool is_width(int64_t bytes) { return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8 || bytes == 16; }

// visit(item) with an unsigned item of the width, which is that of an element type: 1, 2, 4, 8 or 16 bytes.
template <class Visit>
void of_width(int64_t itemsize, const Visit& visit) {
    switch (itemsize) {
        case 1: return visit(uint8_t{});
        case 2: return visit(uint16_t{});
        case 4: return visit(uint32_t{});
        case 8: return visit(uint64_t{});
        default: return visit(Item16{});
    }
}

}  // namespace lockstep::host
