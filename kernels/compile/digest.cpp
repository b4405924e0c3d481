// Digests by xxHash's XXH3.
// Must not know what is digested.
#include "kernels/compile/digest.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace lockstep::cuda {

std::string Digest::hex() const {
    std::string text(32, '0');
    for (int i = 0; i < 32; ++i) {
        const uint64_t word = i < 16 ? high : low;
        text[static_cast<size_t>(i)] = "0123456789abcdef"[word >> (60 - 4 * (i % 16)) & 15];
    }
    return text;
}

Digest digest(std::string_view bytes) {
    const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
    return {hash.high64, hash.low64};
}

uint64_t checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

Digester& Digester::add(std::string_view text) {
    const uint64_t size = text.size();
    bytes_.append(reinterpret_cast<const char*>(&size), sizeof size);
    bytes_ += text;
    return *this;
}

}  // namespace lockstep::cuda
