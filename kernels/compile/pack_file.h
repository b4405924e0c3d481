// A kernel pack: one file of compressed blobs of machine code, and an index from kernels' keys to them. Read
// by mapping. Must not know what a kernel is, nor which packs there are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/compile/digest.h"
#include "kernels/compile/zstd_frame.h"

namespace lockstep::cuda {

// The layout, little-endian: PackHeader, PackEntry[entries] in ascending order of keys, PackBlob[blobs],
// uint32 of the architectures, the dictionary, then the blobs. A blob is one Zstandard frame: machine code of
// kernels that were compiled in one go.
struct PackHeader {
    char magic[8] = {'L', 'S', 'K', 'P', 'A', 'C', 'K', '\n'};
    uint32_t version = 1;
    uint32_t architectures = 0;
    uint64_t checksum = 0;  // of all that follows, up to the end of the dictionary
    uint64_t file_bytes = 0;
    uint32_t entries = 0, blobs = 0;
    uint64_t dictionary_bytes = 0;
};
static_assert(sizeof(PackHeader) == 48);
struct PackEntry {
    Digest key;
    uint32_t blob = 0, reserved = 0;
};
static_assert(sizeof(PackEntry) == 24);
struct PackBlob {
    uint64_t offset = 0;  // from the beginning of the file
    uint32_t packed_bytes = 0, raw_bytes = 0;
    uint64_t checksum = 0;  // of the compressed bytes
};
static_assert(sizeof(PackBlob) == 24);

// Any bytes may be offered: whatever does not fit together is refused when the pack is opened, or when a blob
// is asked for.
class PackFile {
  public:
    PackFile() = default;
    ~PackFile();
    PackFile(const PackFile&) = delete;
    PackFile& operator=(const PackFile&) = delete;

    // Maps the file. Returns why it cannot be used; empty when it can.
    std::string open(const std::string& path);

    // The blob that holds a kernel.
    std::optional<uint32_t> find(const Digest& key) const;
    // Machine code; nothing when the blob is damaged.
    std::optional<std::string> code(uint32_t blob) const;
    // As it lies in the file, unchecked but for its checksum: for copying.
    std::optional<std::string_view> packed(uint32_t blob) const;

    std::span<const PackEntry> entries() const { return entries_; }
    std::span<const PackBlob> blobs() const { return blobs_; }
    std::span<const uint32_t> architectures() const { return architectures_; }
    std::string_view dictionary() const { return dictionary_; }

  private:
    std::string read_tables();

    std::string_view file_;
    std::span<const PackEntry> entries_;
    std::span<const PackBlob> blobs_;
    std::span<const uint32_t> architectures_;
    std::string_view dictionary_;
    Dictionary prepared_;
};

// The content of a pack, to be written. Blobs are compressed with the dictionary already.
struct PackContent {
    struct Blob {
        std::vector<Digest> keys;
        std::string packed;
        uint32_t raw_bytes = 0;
    };
    std::vector<uint32_t> architectures;
    std::string dictionary;
    std::vector<Blob> blobs;
};
// Writes it under another name first. Throws os_error.
void write_pack(const std::string& path, const PackContent& content);

}  // namespace lockstep::cuda
