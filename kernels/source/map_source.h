// The map kernels as text: which variants there are, and the body that each needs around a Program.
// Must not know arrays, streams or launches.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/compile/kernel.h"
#include "kernels/device/map_arguments.h"
#include "runtime/exec/program.h"

namespace lockstep::cuda {

enum class MapKind : uint8_t { flat, strided, tile };
// How a kernel reads an input, in the order of device::Access.
enum class MapAccess : uint8_t { moves, splat, fixed, turned };

struct MapVariant {
    MapKind kind = MapKind::flat;
    uint8_t dims = 1;     // 1, 2, 3, 4 or device::kAnyDims; flat: 1
    bool vector = true;   // units of up to 16 bytes instead of elements; always for flat, never for tile
    bool aligned = true;  // complex elements lie at multiples of their size
    MapAccess access[Program::kMaxInputs] = {};
};

// Elements of a unit: the widest operand that moves takes 16 bytes.
int vector_width(const Program& program, const MapVariant& variant);
// Units of a thread.
int unroll_width(const Program& program, const MapVariant& variant);
// Of the widest turned input, which decides the tile's shape.
int turned_itemsize(const Program& program, const MapVariant& variant);

// Bytes that tell kernels apart, for KernelTable: appends them to `to`.
void append_map_signature(const Program& program, const MapVariant& variant, std::string& to);

KernelSource map_source(const Program& program, const MapVariant& variant);

// The variants that common calls hit, the most common first.
std::vector<MapVariant> standard_map_variants(const Program& program);
// Their kernels: what the kernel pack holds of the program.
std::vector<KernelSource> standard_map_sources(const Program& program);

}  // namespace lockstep::cuda
