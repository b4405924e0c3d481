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
// Integers from a range, a word or a piece of one each.
bool is_bounded(Distribution distribution);
// Draws of a fixed number of words.
KernelSource fill_source(Distribution distribution, WordSource source);
// A draw from every unit of so many bits: words of 32 or 64 bits, one or two of a unit.
KernelSource everywhere_source(Distribution distribution, WordSource source, int unit);
// The chain's steps; `bytes` of a draw, which only `place` reads.
enum class ChainStep : uint8_t { blocks, entries, stretches, into_blocks, place };
KernelSource chain_source(ChainStep step, int bytes);
// The steps of draws from pieces of so many bits of words32 or words64.
enum class SiftStep : uint8_t { count, place, place_all };
KernelSource sift_source(SiftStep step, Distribution distribution, WordSource source, int bits);

// What the kernel pack holds of them: uniform and normal draws of PCG64, chains of 8 bytes, integers of 64 bits.
std::vector<KernelSource> standard_random_sources();

}  // namespace lockstep::cuda
