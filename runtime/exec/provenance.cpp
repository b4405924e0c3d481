// The record of fallbacks.
// Must not know backends.
#include "runtime/exec/provenance.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "runtime/array/error.h"

namespace lockstep {
namespace {

FallbackPolicy policy_from_environment() {
    const char* text = std::getenv("LOCKSTEP_FALLBACK");
    const std::string_view name = text ? text : "";
    return name == "error" ? FallbackPolicy::error : name == "warn" ? FallbackPolicy::warn : FallbackPolicy::silent;
}

std::atomic<FallbackPolicy>& policy() {
    static std::atomic<FallbackPolicy> value{policy_from_environment()};
    return value;
}

std::atomic<int64_t> count{0};
thread_local std::string last;

}  // namespace

void set_fallback_policy(FallbackPolicy p) { policy().store(p); }
FallbackPolicy fallback_policy() { return policy().load(); }
int64_t fallback_count() { return count.load(); }
std::string last_fallback() { return last; }

void record_fallback(const char* what, const std::string& device) {
    last = std::string(what) + " on " + device;
    if (fallback_policy() == FallbackPolicy::error)
        fail(Status::device_unsupported, "%s is not supported, and LOCKSTEP_FALLBACK is error", last.c_str());
    count.fetch_add(1);
    if (fallback_policy() == FallbackPolicy::warn) std::fprintf(stderr, "lockstep: ran on the CPU: %s\n", last.c_str());
}

}  // namespace lockstep
