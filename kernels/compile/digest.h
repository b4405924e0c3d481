// 128-bit digests (XXH3) that name kernels and find them in the pack and the disk cache.
// Must not know what is digested.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace lockstep::cuda {

struct Digest {
    uint64_t high = 0, low = 0;
    friend auto operator<=>(const Digest&, const Digest&) = default;
    std::string hex() const;  // 32 digits
};

Digest digest(std::string_view bytes);
uint64_t checksum(std::string_view bytes);  // XXH3, 64 bits

// The digest of several texts: each is preceded by its length, so that no two lists run together to the same
// bytes.
class Digester {
  public:
    Digester& add(std::string_view text);
    Digest result() const { return digest(bytes_); }

  private:
    std::string bytes_;
};

}  // namespace lockstep::cuda
