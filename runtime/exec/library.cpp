// Opens the first that works of several shared libraries, through dlopen.
// Must not know what the libraries are for.
#include "runtime/exec/library.h"

#include <dlfcn.h>
#include <link.h>

#include <filesystem>

namespace lockstep {

bool Library::open(const std::string& path) {
    handle_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_ == nullptr) {
        const char* error = dlerror();
        attempts_.push_back({path, error ? error : "dlopen failed without a message"});
        return false;
    }
    path_ = path;
    link_map* map = nullptr;
    if (dlinfo(handle_, RTLD_DI_LINKMAP, &map) == 0 && map && map->l_name && *map->l_name)
        path_ = map->l_name;
    attempts_.push_back({path_, ""});
    return true;
}

void Library::refuse(const std::string& why) {
    if (handle_ == nullptr) return;
    attempts_.back().error = why;
    handle_ = nullptr;
    path_.clear();
}

void* Library::symbol(const std::string& name) const {
    return handle_ ? dlsym(handle_, name.c_str()) : nullptr;
}

std::string Library::own_folder() {
    Dl_info info = {};
    if (dladdr(reinterpret_cast<void*>(&Library::own_folder), &info) == 0 || info.dli_fname == nullptr)
        return {};
    std::error_code error;
    const std::filesystem::path file = std::filesystem::canonical(info.dli_fname, error);
    return error ? std::string() : file.parent_path().string();
}

}  // namespace lockstep
