// Where a call really ran: a record of every time a device's work went to the CPU instead.
// Must not know backends.
#pragma once

#include <cstdint>
#include <string>

namespace lockstep {

enum class FallbackPolicy { silent, warn, error };  // LOCKSTEP_FALLBACK; warn writes one line to stderr per call

void set_fallback_policy(FallbackPolicy policy);
FallbackPolicy fallback_policy();

// Called by the dispatcher; throws device_unsupported under FallbackPolicy::error.
void record_fallback(const char* what, const std::string& device);
int64_t fallback_count();            // of the process
std::string last_fallback();         // of the calling thread: "float16 matmul on cuda:0", or empty

}  // namespace lockstep
