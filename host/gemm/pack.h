// Packing: a strided slice of A or B becomes panels of lanes, converted on the way.
// Compiled once per instruction set; knows nothing of block sizes or threads.
#pragma once

#include "host/gemm/lanes.h"

namespace lockstep::host::gemm::LS_ISA {
namespace {

// One panel of `width` lanes, `count` of them present. The caller fixes k_stride or lane_stride to 1 where it
// is, so that the compiler sees a contiguous copy.
template <class E, int width>
LS_SCALAR void pack_panel(int64_t count, int64_t k, const typename E::Element* from, int64_t lane_stride,
                          int64_t k_stride, typename E::Lane* to) {
    using Lane = typename E::Lane;
    constexpr int step = width * E::planes;
    if (count == width) {
        for (int64_t p = 0; p < k; ++p) {
            for (int plane = 0; plane < E::planes; ++plane) {
                for (int i = 0; i < width; ++i) {
                    to[p * step + plane * width + i] = E::lane(from[p * k_stride + i * lane_stride], plane);
                }
            }
        }
        return;
    }
    memset(to, 0, size_t(k) * step * sizeof(Lane));
    for (int64_t p = 0; p < k; ++p) {
        for (int plane = 0; plane < E::planes; ++plane) {
            for (int64_t i = 0; i < count; ++i) {
                to[p * step + plane * width + i] = E::lane(from[p * k_stride + i * lane_stride], plane);
            }
        }
    }
}

// A full panel of rows that are contiguous along k, for elements that are converted: row by row, in
// registers, before they are spread.
template <class E, int width>
LS_SCALAR void pack_converted(int64_t k, const typename E::Element* from, int64_t lane_stride,
                              typename E::Lane* to) {
    constexpr int run = 32;
    typename E::Lane lanes[width][run];
    for (int64_t p = 0; p < k; p += run) {
        const int64_t steps = k - p < run ? k - p : run;
        for (int i = 0; i < width; ++i) {
            const auto* row = from + i * lane_stride + p;
            if (steps == run) {
                for (int q = 0; q < run; ++q) lanes[i][q] = E::lane(row[q], 0);
            } else {
                for (int64_t q = 0; q < steps; ++q) lanes[i][q] = E::lane(row[q], 0);
            }
        }
        for (int64_t q = 0; q < steps; ++q) {
            for (int i = 0; i < width; ++i) to[(p + q) * width + i] = lanes[i][q];
        }
    }
}

template <class E, int width>
void pack(int64_t count, int64_t k, const void* source, int64_t lane_stride, int64_t k_stride, void* target) {
    const auto* from = static_cast<const typename E::Element*>(source);
    auto* to = static_cast<typename E::Lane*>(target);
    for (int64_t i = 0; i < count; i += width) {
        const int64_t present = count - i < width ? count - i : width;
        const auto* panel = from + i * lane_stride;
        if (lane_stride == 1) {
            pack_panel<E, width>(present, k, panel, 1, k_stride, to);
        } else if (k_stride == 1 && present == width && E::planes == 1 && !E::in_place) {
            pack_converted<E, width>(k, panel, lane_stride, to);
        } else if (k_stride == 1) {
            pack_panel<E, width>(present, k, panel, lane_stride, 1, to);
        } else {
            pack_panel<E, width>(present, k, panel, lane_stride, k_stride, to);
        }
        to += k * width * E::planes;
    }
}

// The truth values of `bits` bytes, `stride` apart, as the low bits of a word.
LS_SCALAR uint64_t bits_of(const uint8_t* from, int64_t stride, int64_t bits) {
    uint64_t word = 0;
    if (stride == 1 && bits == 64) {
        // Bytes are 0 or 1; the multiplication gathers bit 0 of eight bytes in the top byte.
        for (int byte = 0; byte < 8; ++byte) {
            uint64_t eight;
            memcpy(&eight, from + 8 * byte, 8);
            word |= ((eight & 0x0101010101010101u) * 0x0102040810204080u >> 56) << (8 * byte);
        }
        return word;
    }
    for (int64_t bit = 0; bit < bits; ++bit) word |= uint64_t(from[bit * stride] & 1) << bit;
    return word;
}

// As pack, 64 elements of k to a word.
template <int width>
void pack_bits(int64_t count, int64_t k, const void* source, int64_t lane_stride, int64_t k_stride,
               void* target) {
    const auto* from = static_cast<const uint8_t*>(source);
    auto* to = static_cast<uint64_t*>(target);
    for (int64_t i = 0; i < count; i += width) {
        const int64_t present = count - i < width ? count - i : width;
        for (int64_t p = 0; p < k; p += 64, to += width) {
            const int64_t bits = k - p < 64 ? k - p : 64;
            const uint8_t* block = from + i * lane_stride + p * k_stride;
            if (lane_stride == 1 && present == width) {
                uint64_t words[width] = {};
                for (int64_t bit = 0; bit < bits; ++bit) {
                    for (int lane = 0; lane < width; ++lane) {
                        words[lane] |= uint64_t(block[bit * k_stride + lane] & 1) << bit;
                    }
                }
                memcpy(to, words, sizeof words);
                continue;
            }
            for (int64_t lane = 0; lane < width; ++lane) {
                to[lane] = lane < present ? bits_of(block + lane * lane_stride, k_stride, bits) : 0;
            }
        }
    }
}

}  // namespace
}  // namespace lockstep::host::gemm::LS_ISA
