// Reading and writing packs. The reader trusts nothing in the file.
// Must not know what a kernel is, nor which packs there are.
#include "kernels/compile/pack_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "runtime/array/error.h"

namespace lockstep::cuda {
namespace {

constexpr uint32_t kLargestBlob = 256u << 20;

// Takes `count` elements of T off the front; false when they are not all there. Offsets stay multiples of 4:
// the header and the tables before them are.
template <class T>
bool take(std::string_view& rest, uint64_t count, std::span<const T>& to) {
    if (count > rest.size() / sizeof(T)) return false;
    to = {reinterpret_cast<const T*>(rest.data()), static_cast<size_t>(count)};
    rest.remove_prefix(static_cast<size_t>(count) * sizeof(T));
    return true;
}

template <class T>
void append(std::string& to, const T& value) {
    to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace

PackFile::~PackFile() {
    if (!file_.empty()) munmap(const_cast<char*>(file_.data()), file_.size());
}

std::string PackFile::open(const std::string& path) {
    const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (handle < 0) return std::strerror(errno);
    struct stat s;
    void* address = MAP_FAILED;
    const bool regular =
        fstat(handle, &s) == 0 && S_ISREG(s.st_mode) && s.st_size >= int64_t{sizeof(PackHeader)};
    if (regular) address = mmap(nullptr, static_cast<size_t>(s.st_size), PROT_READ, MAP_PRIVATE, handle, 0);
    close(handle);
    if (!regular) return "no pack: not a file, or too short";
    if (address == MAP_FAILED) return "cannot be mapped";
    file_ = {static_cast<const char*>(address), static_cast<size_t>(s.st_size)};
    const std::string wrong = read_tables();
    if (!wrong.empty()) entries_ = {}, blobs_ = {}, architectures_ = {}, dictionary_ = {};
    return wrong;
}

std::string PackFile::read_tables() {
    PackHeader header;
    const PackHeader expected;
    std::memcpy(&header, file_.data(), sizeof header);
    if (std::memcmp(header.magic, expected.magic, sizeof header.magic) != 0) return "no pack";
    if (header.version != expected.version) return "a pack of version " + std::to_string(header.version);
    if (header.file_bytes != file_.size()) return "truncated";
    std::string_view rest = file_.substr(sizeof header);
    std::span<const char> dictionary;
    if (!take(rest, header.entries, entries_) || !take(rest, header.blobs, blobs_) ||
        !take(rest, header.architectures, architectures_) || !take(rest, header.dictionary_bytes, dictionary))
        return "damaged: the tables do not fit";
    dictionary_ = {dictionary.data(), dictionary.size()};
    const size_t checked = offsetof(PackHeader, file_bytes);
    const size_t tables_end = file_.size() - rest.size();
    if (header.checksum != checksum(file_.substr(checked, tables_end - checked)))
        return "damaged: wrong checksum";
    for (const PackEntry& entry : entries_)
        if (entry.blob >= blobs_.size()) return "damaged: an entry without a blob";
    for (size_t i = 1; i < entries_.size(); ++i)
        if (entries_[i].key <= entries_[i - 1].key) return "damaged: the index is not in order";
    for (const PackBlob& blob : blobs_)
        if (blob.offset < tables_end || blob.offset > file_.size() ||
            blob.packed_bytes > file_.size() - blob.offset || blob.raw_bytes > kLargestBlob)
            return "damaged: a blob outside the file";
    prepared_ = Dictionary(dictionary_);
    return {};
}

std::optional<uint32_t> PackFile::find(const Digest& key) const {
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), key,
                                     [](const PackEntry& e, const Digest& k) { return e.key < k; });
    if (at == entries_.end() || at->key != key) return std::nullopt;
    return at->blob;
}

std::optional<std::string_view> PackFile::packed(uint32_t blob) const {
    if (blob >= blobs_.size()) return std::nullopt;
    const PackBlob& b = blobs_[blob];
    const std::string_view bytes = file_.substr(b.offset, b.packed_bytes);
    if (checksum(bytes) != b.checksum) return std::nullopt;
    return bytes;
}

std::optional<std::string> PackFile::code(uint32_t blob) const {
    const auto bytes = packed(blob);
    return bytes ? decompressed(*bytes, blobs_[blob].raw_bytes, prepared_) : std::nullopt;
}

void write_pack(const std::string& path, const PackContent& content) {
    std::vector<PackEntry> entries;
    for (uint32_t b = 0; b < content.blobs.size(); ++b)
        for (const Digest& key : content.blobs[b].keys) entries.push_back({key, b, 0});
    std::sort(entries.begin(), entries.end(),
              [](const PackEntry& a, const PackEntry& b) { return a.key < b.key; });

    PackHeader header;
    header.architectures = static_cast<uint32_t>(content.architectures.size());
    header.entries = static_cast<uint32_t>(entries.size());
    header.blobs = static_cast<uint32_t>(content.blobs.size());
    header.dictionary_bytes = content.dictionary.size();
    const uint64_t tables_end = sizeof header + sizeof(PackEntry) * entries.size() +
                                sizeof(PackBlob) * content.blobs.size() +
                                sizeof(uint32_t) * content.architectures.size() + content.dictionary.size();
    std::string file, blobs;
    append(file, header);
    for (const PackEntry& entry : entries) append(file, entry);
    for (const PackContent::Blob& blob : content.blobs) {
        append(file, PackBlob{tables_end + blobs.size(), static_cast<uint32_t>(blob.packed.size()),
                              blob.raw_bytes, checksum(blob.packed)});
        blobs += blob.packed;
    }
    for (const uint32_t architecture : content.architectures) append(file, architecture);
    file += content.dictionary;
    header.file_bytes = file.size() + blobs.size();
    std::memcpy(file.data(), &header, sizeof header);
    const size_t checked = offsetof(PackHeader, file_bytes);
    header.checksum = checksum(std::string_view(file).substr(checked));
    std::memcpy(file.data(), &header, sizeof header);

    const std::string temporary = path + ".new";
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    out << file << blobs;
    out.close();
    std::error_code error;
    if (out) std::filesystem::rename(temporary, path, error);
    if (!out || error) fail(Status::os_error, "the kernel pack %s could not be written", path.c_str());
}

}  // namespace lockstep::cuda
