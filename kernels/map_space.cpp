// Which map kernel suits a strided space: tiles for turned inputs, vectors for packed rows, else elements.
// Must not know operations, streams or launches.
#include "kernels/map_space.h"

#include <cstdlib>
#include <utility>

namespace lockstep::cuda {
namespace {

constexpr int64_t kTileLeast = 16;  // shorter sides leave half the lanes of a tile idle

void remove_dimension(MapSpace& s, int dimension) {
    --s.ndim;
    for (int d = dimension; d < s.ndim; ++d) {
        s.extent[d] = s.extent[d + 1];
        for (int k = 0; k < s.operands; ++k) s.stride[k][d] = s.stride[k][d + 1];
    }
}

// Moves a dimension inwards, to `to`; those between go one outwards.
void move_inwards(MapSpace& s, int dimension, int to) {
    for (int d = dimension; d > to; --d) {
        std::swap(s.extent[d], s.extent[d - 1]);
        for (int k = 0; k < s.operands; ++k) std::swap(s.stride[k][d], s.stride[k][d - 1]);
    }
}

// The dimension along which an input is packed whose steps along dimension 0 skip memory; 0 where there is
// none.
int turned_dimension(const Program& p, const MapSpace& s, int input) {
    const int64_t itemsize = p.input_type[input].itemsize();
    if (s.fixed[input] || std::llabs(s.stride[input][0]) <= itemsize) return 0;
    for (int d = 1; d < s.ndim; ++d)
        if (std::llabs(s.stride[input][d]) == itemsize && s.extent[d] > 1) return d;
    return 0;
}

bool has_packed_outputs(const Program& p, const MapSpace& s) {
    for (int k = s.inputs; k < s.operands; ++k)
        if (std::llabs(s.stride[k][0]) != itemsize_of(p, k)) return false;
    return true;
}

// Shared memory of a tile kernel, which may take 48 KB without asking.
bool fits_tile_memory(const Program& p, const MapVariant& v) {
    const auto shape = device::tile_shape(turned_itemsize(p, v));
    int64_t bytes = 0;
    for (int i = 0; i < p.inputs; ++i) {
        const int itemsize = static_cast<int>(p.input_type[i].itemsize());
        if (v.access[i] == MapAccess::turned)
            bytes += int64_t{shape.inner} * device::tile_pitch(itemsize, shape.across) * itemsize;
    }
    return bytes <= 48 << 10;
}

bool choose_tile(const Program& p, MapSpace& s, MapVariant& v) {
    if (s.ndim < 2 || s.extent[0] < kTileLeast || !has_packed_outputs(p, s)) return false;
    int across = 0;
    for (int i = 0; i < s.inputs && !across; ++i) {
        const int d = turned_dimension(p, s, i);
        if (d && s.extent[d] >= kTileLeast) across = d;
    }
    if (!across) return false;
    MapVariant tile = v;
    tile.kind = MapKind::tile;
    tile.vector = false;
    for (int i = 0; i < s.inputs; ++i)
        if (turned_dimension(p, s, i) == across) tile.access[i] = MapAccess::turned;
    if (!fits_tile_memory(p, tile)) return false;
    v = tile;
    move_inwards(s, across, 1);
    return true;
}

// A turned input whose packed dimension is short, like the channels of an image: threads follow that one, so
// that its lines are read once; the outputs are then written in as many runs, which the cache joins.
void follow_short_dimension(const Program& p, MapSpace& s) {
    for (int i = 0; i < s.inputs; ++i) {
        const int d = turned_dimension(p, s, i);
        if (d && s.extent[d] < kTileLeast) return move_inwards(s, d, 0);
    }
}

// Whether rows can be read as vectors: packed or standing still, long enough, all aligned.
bool choose_vectors(const Program& p, MapSpace& s, MapVariant& v) {
    if (!v.aligned) return false;
    MapVariant vectors = v;
    vectors.vector = true;
    for (int k = 0; k < s.operands; ++k) {
        if (s.fixed[k]) continue;
        if (s.stride[k][0] == 0 && k < s.inputs)
            vectors.access[k] = MapAccess::splat;
        else if (s.stride[k][0] != itemsize_of(p, k))
            return false;
    }
    const int vector = vector_width(p, vectors);
    if (vector == 1 || s.extent[0] % vector) return false;
    for (int k = 0; k < s.operands; ++k) {
        if (s.fixed[k] || s.stride[k][0] == 0) continue;
        const int64_t bytes = vector * itemsize_of(p, k);
        if (!is_aligned(s.data[k], bytes)) return false;
        for (int d = 1; d < s.ndim; ++d)
            if (s.stride[k][d] % bytes) return false;
    }
    v = vectors;
    s.extent[0] /= vector;
    for (int k = 0; k < s.operands; ++k) s.stride[k][0] *= vector;
    return true;
}

// Complex elements may lie at multiples of their parts' size only.
bool elements_aligned(const Program& p, const MapSpace& s) {
    for (int k = 0; k < s.operands; ++k) {
        const int64_t itemsize = itemsize_of(p, k);
        if (!is_aligned(s.data[k], itemsize)) return false;
        for (int d = 0; d < s.ndim; ++d)
            if (s.stride[k][d] & (itemsize - 1)) return false;
    }
    return true;
}

}  // namespace

void make_space(const MapTask& task, MapSpace& s) {
    s.ndim = task.ndim;
    s.inputs = task.inputs;
    s.operands = task.inputs + task.outputs;
    for (int d = 0; d < s.ndim; ++d) s.extent[d] = task.shape[s.ndim - 1 - d];
    for (int k = 0; k < s.operands; ++k) {
        const Operand& operand = task.operands[k];
        s.data[k] = operand.data;
        s.fixed[k] = k < s.inputs && operand.scalar;
        for (int d = 0; d < s.ndim; ++d) s.stride[k][d] = operand.strides[s.ndim - 1 - d];
    }
}

int dimension_to_split(const MapSpace& s, int64_t most) {
    int64_t size = 1;
    for (int d = 0; d < s.ndim; ++d) {
        size *= s.extent[d];
        for (int k = 0; k < s.operands; ++k)
            if (std::llabs(s.stride[k][d]) > most && s.extent[d] > 1) return d;
    }
    if (size <= most) return -1;
    int d = s.ndim - 1;
    while (s.extent[d] == 1) --d;
    return d;
}

void take_half(const MapSpace& s, int dimension, int half, MapSpace& part) {
    part = s;
    const int64_t first = s.extent[dimension] / 2;
    part.extent[dimension] = half ? s.extent[dimension] - first : first;
    for (int k = 0; k < s.operands && half; ++k) part.data[k] += first * s.stride[k][dimension];
    if (part.extent[dimension] == 1 && part.ndim > 1) remove_dimension(part, dimension);
}

MapVariant choose_variant(const Program& p, MapSpace& s) {
    MapVariant v;
    v.kind = MapKind::strided;
    v.vector = false;
    v.aligned = elements_aligned(p, s);
    for (int i = 0; i < s.inputs; ++i)
        if (s.fixed[i]) v.access[i] = MapAccess::fixed;
    if (!choose_tile(p, s, v) && !choose_vectors(p, s, v)) follow_short_dimension(p, s);
    v.dims = static_cast<uint8_t>(s.ndim <= 4 ? s.ndim : device::kAnyDims);
    return v;
}

}  // namespace lockstep::cuda
