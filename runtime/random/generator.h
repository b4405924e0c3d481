// A bit generator as calls use it: a stream that handles share, and the way they draw from it, one at a time.
// Must not know distributions, nor how it is seeded.
#pragma once

#include <memory>
#include <mutex>

#include "runtime/random/bit_state.h"

namespace lockstep::random {

class Generator {
  public:
    // `legacy`: its draws are those of RandomState, where those differ from numpy.random.Generator's.
    explicit Generator(const BitState& state, bool legacy = false)
        : stream_(std::make_shared<Stream>(state)), legacy_(legacy) {}
    // Another generator of the same stream: each draws on from where the other stopped.
    Generator(const Generator& of, bool legacy) : stream_(of.stream_), legacy_(legacy) {}

    bool is_legacy() const { return legacy_; }
    BitGenerator kind() const { return stream_->kind; }

    // Holds the stream for a call, so that the draws of a call follow each other.
    class Use {
      public:
        explicit Use(const Generator& of) : of_(of), lock_(of.stream_->mutex) {
            state().has_gauss = of.has_gauss_, state().gauss = of.gauss_;
        }
        ~Use() { of_.has_gauss_ = state().has_gauss, of_.gauss_ = state().gauss; }
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;
        BitState& state() const { return of_.stream_->state; }

      private:
        const Generator& of_;
        std::lock_guard<std::mutex> lock_;
    };

  private:
    struct Stream {
        explicit Stream(const BitState& s) : kind(s.kind), state(s) {}
        const BitGenerator kind;
        std::mutex mutex;
        BitState state;
    };
    std::shared_ptr<Stream> stream_;
    bool legacy_;
    // The waiting normal draw belongs to the RandomState, not to the stream; guarded by the stream's mutex, too.
    mutable bool has_gauss_ = false;
    mutable double gauss_ = 0;
};

}  // namespace lockstep::random
