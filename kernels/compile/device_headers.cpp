// What a text includes, directly or through other headers.
// Must not know what the headers say.
#include "kernels/compile/device_headers.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <string>

namespace lockstep::cuda {
namespace {

const DeviceHeader* find_header(std::string_view name) {
    const auto headers = device_headers();
    const auto found = std::lower_bound(headers.begin(), headers.end(), name,
                                        [](const DeviceHeader& h, std::string_view n) { return h.name < n; });
    return found != headers.end() && found->name == name ? &*found : nullptr;
}

// Every name that an #include of the text could mean, whatever #if it stands under; names that are not ours
// (a host's <stdint.h>) are passed over.
void collect(std::string_view text, std::set<const DeviceHeader*>& found) {
    for (size_t at = text.find("#include"); at != text.npos; at = text.find("#include", at)) {
        at += std::strlen("#include");
        const std::string_view line = text.substr(at, text.find('\n', at) - at);
        const size_t open = line.find_first_of("\"<");
        if (open == line.npos) continue;
        const size_t close = line.find_first_of("\">", open + 1);
        if (close == line.npos) continue;
        const DeviceHeader* header = find_header(line.substr(open + 1, close - open - 1));
        if (header && found.insert(header).second) collect(header->text, found);
    }
}

}  // namespace

Digest digest_of_headers(std::string_view prologue) {
    static std::mutex mutex;
    static std::map<std::string, Digest, std::less<>> known;
    const std::lock_guard lock(mutex);
    if (const auto found = known.find(prologue); found != known.end()) return found->second;
    std::set<const DeviceHeader*> headers;  // of one array: ordered by name
    collect(prologue, headers);
    Digester all;
    for (const DeviceHeader* header : headers) all.add(header->name).add(header->text);
    return known.emplace(std::string(prologue), all.result()).first->second;
}

}  // namespace lockstep::cuda
