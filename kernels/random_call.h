// What all ways of a random fill share: words on the device, the host's state moved on.
// Must not know how draws find their places.
#pragma once

#include <optional>

#include "kernels/cuda.h"
#include "kernels/device/random_arguments.h"
#include "kernels/source/random_kernels.h"
#include "runtime/exec/backend.h"

namespace lockstep::cuda {

struct RandomCall {
    int ordinal;
    const RandomTask& task;
    Stream* stream;

    const DistributionRow& row() const { return row_of(task.distribution); }
    // Whether all draws have the same parameters, which then are whole numbers or not as the row says.
    bool is_of_scalars() const;
    int64_t whole(int parameter) const;
    // Bits of the words that its draws take: the row's, or as the parameters say; 0: several of these.
    int unit() const;
    // The parameters of the draws from `first` on.
    void parameters(device::RandomParameter* to, int64_t first) const;
};

// The state behind so many units of a row's words.
void skip_units(random::BitState& state, int unit, int64_t units);

// Units of a stream in device memory: of 64 bits, or of 32, of which a half that waits is the first. Of MT19937 a unit of 64 bits is
// two words of 32, for NumPy makes doubles of them otherwise than of one word.
class UnitWords {
  public:
    UnitWords(const RandomCall& call, const random::BitState& state, int unit, int64_t units);
    const char* first() const { return first_; }
    int64_t words() const { return words_; }
    WordSource source() const { return source_; }

  private:
    std::optional<Workspace> memory_;
    const char* first_;
    int64_t words_;
    WordSource source_;
};

// Draws of a fixed number of words from a state: count of them to `out`, whose parameters begin with number `first`.
void fill_from(const RandomCall& call, Distribution distribution, const random::BitState& state, int64_t first, int64_t count,
               char* out);
// The draws of task from the state's units on, as many as they need; false where these draws are the CPU's.
bool fill_by_chain(const RandomCall& call);
// The same of integers from one range.
void fill_by_sifting(const RandomCall& call);

}  // namespace lockstep::cuda
