// Devices: which backends there are, which one is the default, and why one is absent.
// Must not know what a backend computes.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

struct Backend;
struct Stream;

struct Device {
    const Backend* const backend;
    const int ordinal;       // among the backend's devices
    const std::string name;  // "cpu", "cuda:0", "sim:0"
    mutable std::atomic<Stream*> stream{nullptr};  // its own: device_stream() of stream.h makes it
};

// The CPU is always device 0. The others are found when first asked for.
const std::vector<const Device*>& devices();
const Device* cpu_device();
// By name ("cpu", "cuda", "cuda:1", "sim", "auto"); throws device_missing with the reason.
const Device* find_device(const std::string& name);
// Why `backend` ("cuda", "sim") offers no device; empty when it does.
std::string device_why(const std::string& backend);

// Where new arrays go: the calling thread's choice, else the process's (LOCKSTEP_DEVICE, else the first GPU, else the CPU).
const Device* default_device();
void set_default_device(const Device* device);         // of the process; null restores the environment's
const Device* set_thread_device(const Device* device);  // of this thread; null follows the process; returns the former

// The CPU's backend, defined by host/. The others are plugins beside this library (liblockstep_<backend>.so), opened on
// the first question about devices; each exports `lockstep_backend`:
//   extern "C" const Backend* lockstep_backend(int interface_version, std::string* why);
const Backend& cpu_backend();
inline constexpr int kBackendInterface = 4;

}  // namespace lockstep
