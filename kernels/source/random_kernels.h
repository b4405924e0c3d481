// The kernels of random fills as text.
// Must not know tasks or launches.
#pragma once

#include <vector>

#include "kernels/compile/kernel.h"
#include "runtime/random/distribution.h"

namespace lockstep::cuda {

// Where a kernel gets words from: a generator that skips, or memory.
enum class WordSource : uint8_t { pcg64, pcg64dxsm, philox, words32, words64 };

// Whether a draw depends on its words and parameters alone: those of bounded and legacy keep something for the next.
bool stands_alone(Distribution distribution);
// Draws of a fixed number of words.
KernelSource fill_source(Distribution distribution, WordSource source);
// A draw from every unit: words of 32 or 64 bits, one or two of a unit.
KernelSource everywhere_source(Distribution distribution, WordSource source);
// The chain's steps; `bytes` of a draw, which only `place` reads.
enum class ChainStep : uint8_t { blocks, entries, stretches, into_blocks, place };
KernelSource chain_source(ChainStep step, int bytes);

// What the kernel pack holds of them: uniform and normal draws of PCG64, chains of 8 bytes.
std::vector<KernelSource> standard_random_sources();

}  // namespace lockstep::cuda
