// The device list: the CPU, then whatever plugins beside this library offer.
// Must not know what a plugin contains.
#include "runtime/exec/device.h"

#include <dlfcn.h>

#include <atomic>
#include <cstdlib>
#include <deque>
#include <mutex>

#include "runtime/array/error.h"
#include "runtime/exec/backend.h"
#include "runtime/exec/library.h"

namespace lockstep {
namespace {

constexpr const char* kPlugins[] = {"cuda", "sim"};

// Found while this library is loaded: a relative path means nothing once the working directory has changed.
const std::string own_folder = Library::own_folder();

struct Registry {
    std::deque<Device> owned;
    std::vector<const Device*> list;
    std::vector<std::pair<std::string, std::string>> why;  // plugin, reason

    Registry() {
        list.push_back(cpu_device());
        const char* asked = std::getenv("LOCKSTEP_DEVICE");
        for (const char* plugin : kPlugins) {
            // the simulator is a test device: only on request
            const bool wanted = std::string(plugin) == "cuda" || (asked && std::string(asked).starts_with(plugin));
            std::string reason = wanted ? open(plugin) : "only opened when LOCKSTEP_DEVICE names it";
            if (!reason.empty()) why.emplace_back(plugin, std::move(reason));
        }
    }

    void add(const Backend& backend, int count) {
        for (int i = 0; i < count; ++i)
            list.push_back(&owned.emplace_back(&backend, i, backend.name + (":" + std::to_string(i))));
    }

    // Empty on success, else the reason. Looks in this library's folder and in LOCKSTEP_PLUGIN_PATH, nowhere else.
    std::string open(const std::string& plugin) {
        std::string tried;
        const char* extra = std::getenv("LOCKSTEP_PLUGIN_PATH");
        for (std::string folder : {own_folder + "/", extra ? std::string(extra) + "/" : std::string()}) {
            if (folder.size() < 2 || folder[0] != '/') continue;
            const std::string path = folder + "liblockstep_" + plugin + ".so";
            void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
            if (handle) return start(handle, path);
            const char* text = dlerror();
            tried += (tried.empty() ? "" : "; ") + std::string(text ? text : path);
        }
        return tried.empty() ? "no folder to look in" : tried;
    }

    std::string start(void* handle, const std::string& path) {
        using Entry = const Backend* (*)(int, std::string*);
        const auto entry = reinterpret_cast<Entry>(dlsym(handle, "lockstep_backend"));
        if (!entry) return path + ": has no symbol lockstep_backend";
        std::string reason;
        const Backend* backend = entry(kBackendInterface, &reason);
        if (!backend) return path + ": " + (reason.empty() ? "gave no backend" : reason);
        const int count = backend->device_count();
        add(*backend, count);
        return count ? "" : path + ": no device";
    }
};

const Registry& registry() {
    static const Registry r;
    return r;
}

std::atomic<const Device*> process_device{nullptr};
thread_local const Device* thread_device = nullptr;

const Device* environment_device() {
    static const Device* device = [] {
        const char* name = std::getenv("LOCKSTEP_DEVICE");
        return find_device(name && *name ? name : "auto");
    }();
    return device;
}

}  // namespace

const std::vector<const Device*>& devices() { return registry().list; }

const Device* cpu_device() {
    static const Device cpu{&cpu_backend(), 0, "cpu"};
    return &cpu;
}

const Device* find_device(const std::string& name) {
    if (name == "cpu") return cpu_device();
    const auto& list = devices();
    if (name == "auto") return list.size() > 1 ? list[1] : list[0];
    for (const Device* d : list)
        if (d->name == name || d->name == name + ":0") return d;
    const std::string backend = name.substr(0, name.find(':'));
    const std::string why = device_why(backend);
    fail(Status::device_missing, "device: there is no device %s (%s)", name.c_str(),
         why.empty() ? "expected auto, cpu, cuda, cuda:<n> or sim" : why.c_str());
}

std::string device_why(const std::string& backend) {
    for (const auto& [name, reason] : registry().why)
        if (name == backend) return reason;
    return "";
}

const Device* default_device() {
    if (thread_device) return thread_device;
    const Device* device = process_device.load(std::memory_order_relaxed);
    return device ? device : environment_device();
}

void set_default_device(const Device* device) { process_device.store(device); }

const Device* set_thread_device(const Device* device) {
    const Device* former = thread_device;
    thread_device = device;
    return former;
}

}  // namespace lockstep
