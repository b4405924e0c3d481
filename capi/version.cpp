// Which library this is, and what it found on this machine.
// Must not know backends: they describe themselves.
#include <string>

#include "capi/border.h"
#include "runtime/exec/backend.h"
#include "runtime/exec/device.h"
#include "runtime/exec/threads.h"

using namespace lockstep;
using namespace lockstep::capi;

const char* ls_version(void) { return LS_VERSION; }

int ls_abi_version(void) { return LS_ABI_VERSION; }

ls_status ls_info(char* text, size_t capacity, size_t* needed) {
    return border("ls_info", [&] {
        std::string report = "Lockstep " LS_VERSION ", ABI " + std::to_string(LS_ABI_VERSION) +
                             ", compiler " __VERSION__ "\nthreads: " + std::to_string(num_threads()) + "\n";
        for (const Device* device : devices()) {
            report += device->name + (device == default_device() ? " (default)\n" : "\n");
            if (device->backend->info) report += device->backend->info() + "\n";
        }
        for (const char* kind : {"cuda", "sim"}) {
            const std::string why = device_why(kind);
            if (!why.empty()) report += std::string(kind) + ": " + why + "\n";
        }
        give_text(report, text, capacity, needed);
    });
}
