// Compressed blocks of bytes whose size is known beforehand (Zstandard).
// Must not know what they hold.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep::cuda {

// Bytes that many blocks have in common, prepared once for decompression. Refers to the bytes it was made of.
class Dictionary {
  public:
    Dictionary() = default;  // none
    explicit Dictionary(std::string_view bytes);
    const void* prepared() const { return prepared_.get(); }

  private:
    std::shared_ptr<const void> prepared_;
};

std::string compressed(std::string_view bytes, int level, std::string_view dictionary = {});

// Nothing unless the block is whole and holds exactly `size` bytes. The block may be anything.
std::optional<std::string> decompressed(std::string_view block, size_t size,
                                        const Dictionary& dictionary = {});

}  // namespace lockstep::cuda
