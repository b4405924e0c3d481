// The micro-kernel: a tile of C held in registers while k runs, and the loop over the tiles of a block.
// Compiled once per instruction set; sees packed panels only.
#pragma once

#include "host/gemm/lanes.h"

namespace lockstep::host::gemm::LS_ISA {
namespace {

// mr rows by nv vectors of accumulators; for complex types one set per plane.
template <class E, int mr, int nv>
struct Tile {
    using Lane = typename E::Lane;
    using V = Vector<Lane>;
    static constexpr int lanes = Lanes<Lane>::count, nr = nv * lanes;
    V sum[E::planes][mr][nv];

    LS_SCALAR void real(Tile& t, int64_t steps, const Lane* a, const Lane* b) {
        V sum[mr][nv] = {};
#pragma GCC unroll 2
        for (int64_t p = 0; p < steps; ++p, a += mr, b += nr) {
            V row[nv];
#pragma GCC unroll 8
            for (int j = 0; j < nv; ++j) row[j] = load(b + j * lanes);
#pragma GCC unroll 16
            for (int i = 0; i < mr; ++i) {
                const V x = broadcast(a[i]);
#pragma GCC unroll 8
                for (int j = 0; j < nv; ++j) sum[i][j] = E::accumulate(x, row[j], sum[i][j]);
            }
        }
#pragma GCC unroll 16
        for (int i = 0; i < mr; ++i) {
#pragma GCC unroll 8
            for (int j = 0; j < nv; ++j) t.sum[0][i][j] = sum[i][j];
        }
    }

    LS_SCALAR void complex(Tile& t, int64_t steps, const Lane* a, const Lane* b) {
        V re[mr][nv] = {}, im[mr][nv] = {};
        for (int64_t p = 0; p < steps; ++p, a += 2 * mr, b += 2 * nr) {
            V b_re[nv], b_im[nv];
#pragma GCC unroll 8
            for (int j = 0; j < nv; ++j) b_re[j] = load(b + j * lanes), b_im[j] = load(b + nr + j * lanes);
#pragma GCC unroll 16
            for (int i = 0; i < mr; ++i) {
                const V a_re = broadcast(a[i]);
#pragma GCC unroll 8
                for (int j = 0; j < nv; ++j) {
                    re[i][j] = E::accumulate(a_re, b_re[j], re[i][j]);
                    im[i][j] = E::accumulate(a_re, b_im[j], im[i][j]);
                }
                const V a_im = broadcast(a[mr + i]);
#pragma GCC unroll 8
                for (int j = 0; j < nv; ++j) {
                    re[i][j] = multiply_subtract(a_im, b_im[j], re[i][j]);
                    im[i][j] = E::accumulate(a_im, b_re[j], im[i][j]);
                }
            }
        }
#pragma GCC unroll 16
        for (int i = 0; i < mr; ++i) {
#pragma GCC unroll 8
            for (int j = 0; j < nv; ++j) t.sum[0][i][j] = re[i][j], t.sum[1][i][j] = im[i][j];
        }
    }
};

// A full tile whose registers are runs of C.
template <class E, int mr, int nv>
LS_SCALAR void store_rows(const Tile<E, mr, nv>& t, typename E::Result* c, int64_t c_row, bool first) {
    constexpr int lanes = Tile<E, mr, nv>::lanes;
    for (int i = 0; i < mr; ++i) {
        for (int j = 0; j < nv; ++j) {
            auto* at = c + i * c_row + j * lanes;
            store(at, first ? t.sum[0][i][j] : load(at) + t.sum[0][i][j]);
        }
    }
}

// Any tile, lane by lane: borders, strided C, types whose lanes are not elements.
template <class E, int mr, int nv>
LS_SCALAR void store_lanes(const Tile<E, mr, nv>& t, int64_t m, int64_t n, typename E::Result* c,
                           int64_t c_row, int64_t c_col, bool first) {
    using Lane = typename E::Lane;
    constexpr int nr = Tile<E, mr, nv>::nr;
    Lane lanes[E::planes][mr][nr];
    static_assert(sizeof lanes == sizeof t.sum);
    memcpy(lanes, t.sum, sizeof lanes);
    for (int64_t i = 0; i < m; ++i) {
        for (int64_t j = 0; j < n; ++j) {
            auto* at = c + i * c_row + j * c_col;
            if (first) *at = {};
            E::add(at, lanes[0][i][j], lanes[E::planes - 1][i][j]);
        }
    }
}

template <class E, int mr, int nv>
void block(int64_t m, int64_t n, int64_t steps, const void* packed_a, const void* packed_b, void* result,
           int64_t c_row, int64_t c_col, bool first) {
    using T = Tile<E, mr, nv>;
    using Lane = typename E::Lane;
    const auto* a = static_cast<const Lane*>(packed_a);
    const auto* b = static_cast<const Lane*>(packed_b);
    auto* c = static_cast<typename E::Result*>(result);
    for (int64_t j = 0; j < n; j += T::nr) {
        const Lane* b_panel = b + j * E::planes * steps;
        const int64_t columns = n - j < T::nr ? n - j : T::nr;
        for (int64_t i = 0; i < m; i += mr) {
            T t;
            const Lane* a_panel = a + i * E::planes * steps;
            if constexpr (E::planes == 1) {
                T::real(t, steps, a_panel, b_panel);
            } else {
                T::complex(t, steps, a_panel, b_panel);
            }
            const int64_t rows = m - i < mr ? m - i : mr;
            auto* at = c + i * c_row + j * c_col;
            if constexpr (E::direct) {
                if (rows == mr && columns == T::nr && c_col == 1) {
                    store_rows<E, mr, nv>(t, at, c_row, first);
                    continue;
                }
            }
            if (c_col == 1) {
                store_lanes<E, mr, nv>(t, rows, columns, at, c_row, 1, first);
            } else {
                store_lanes<E, mr, nv>(t, rows, columns, at, c_row, c_col, first);
            }
        }
    }
}

}  // namespace
}  // namespace lockstep::host::gemm::LS_ISA
