// Compiled kernels kept in a folder of the user's: one file per key, bounded in size, shared by any number of
// processes. Must not know what a kernel is: keys and bytes.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "kernels/compile/digest.h"

namespace lockstep::cuda {

// No failure of the file system is an error: what cannot be read is absent, what cannot be written is not
// kept. Files are written under another name and renamed, so that a reader sees whole ones only; they are the
// user's alone (mode 0600), and such as belong to others are not read. Entries that do not hold what their
// name says are ignored, and replaced.
class DiskCache {
  public:
    // An empty folder or a limit of 0: nothing is kept.
    DiskCache(std::string folder, int64_t limit)
        : folder_(std::move(folder)), limit_(folder_.empty() ? 0 : limit) {}

    std::optional<std::string> load(const Digest& key) const;
    // When the limit is passed, the entries that were used least recently go, until a tenth of it is free.
    void store(const Digest& key, std::string_view bytes);

    struct Content {
        int64_t entries = 0, bytes = 0;
    };
    Content content() const;
    void clear();  // entries only: other files in the folder stay

    const std::string& folder() const { return folder_; }
    int64_t limit() const { return limit_; }

    // LOCKSTEP_CACHE_DIR, else lockstep/kernels in XDG_CACHE_HOME or ~/.cache; LOCKSTEP_CACHE_BYTES, else 256
    // MB.
    static DiskCache of_environment();

  private:
    std::string path(const Digest& key) const { return folder_ + "/" + key.hex() + ".kernel"; }
    bool write(const std::string& target, std::string_view content) const;
    void make_room();

    std::string folder_;
    int64_t limit_;
    std::mutex mutex_;
    int64_t bytes_ = -1;  // in the folder, as of the last look and our own writes since; -1 before the first
    int writes_ = 0;      // since that look
};

}  // namespace lockstep::cuda
