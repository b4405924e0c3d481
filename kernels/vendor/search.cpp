// Where NVIDIA's libraries lie: environment variables, pip's packages, /usr/local, the loader.
// Must not know what a library is for.
#include "kernels/vendor/search.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "runtime/array/error.h"

// Python environments or toolkits of the build, colon-separated: their roots.
#ifndef LOCKSTEP_CUDA_HINTS
#define LOCKSTEP_CUDA_HINTS ""
#endif

namespace lockstep::cuda {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPipFolder = "nvidia/cu13/lib";

bool is_there(const fs::path& path) {
    std::error_code error;
    return fs::exists(path, error);
}

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value ? value : "";
}

// The paths found so far for one file, without repetition.
struct Paths {
    std::string file;
    std::vector<std::string> found;

    void add(const fs::path& path) {
        std::error_code error;
        for (const std::string& other : found)
            if (path == other || fs::equivalent(path, other, error)) return;
        found.push_back(path.lexically_normal().string());
    }
    // The file in a folder of libraries, in a toolkit, in a site-packages folder or in a Python environment.
    bool add_root(const fs::path& root) {
        if (!root.is_absolute()) return false;
        const size_t before = found.size();
        for (const char* folder : {"", "lib64", "lib", "targets/x86_64-linux/lib", kPipFolder})
            if (is_there(root / folder / file)) add(root / folder / file);
        std::error_code error;
        for (fs::directory_iterator it(root / "lib", error), end; !error && it != end; it.increment(error)) {
            if (!it->path().filename().string().starts_with("python3")) continue;
            const fs::path path = it->path() / "site-packages" / kPipFolder / file;
            if (is_there(path)) add(path);
        }
        return found.size() != before;
    }
};

void add_system(Paths& paths) {
    std::vector<fs::path> roots;
    std::error_code error;
    for (fs::directory_iterator it("/usr/local", error), end; !error && it != end; it.increment(error))
        if (it->path().filename().string().starts_with("cuda-")) roots.push_back(it->path());
    std::sort(roots.rbegin(), roots.rend());
    paths.add_root("/usr/local/cuda");
    for (const fs::path& root : roots) paths.add_root(root);
}

// The loader's texts mostly begin with the path.
std::string text_of(const Library::Attempt& attempt) {
    return "tried " + (attempt.error.starts_with(attempt.path) ? attempt.error : attempt.path + ": " + attempt.error);
}

}  // namespace

std::vector<std::string> library_candidates(const std::string& file) {
    Paths paths{file, {}};
    if (const fs::path asked = variable("LOCKSTEP_CUDA_PATH"); !paths.add_root(asked) && asked.is_absolute())
        paths.add(asked / "lib64" / file);
    for (const char* name : {"CUDA_HOME", "CUDA_PATH"}) paths.add_root(variable(name));
    // As a Python package we lie in site-packages/lockstep/ or one folder below it.
    if (const fs::path own = Library::own_folder(); !own.empty()) {
        paths.add_root(own.parent_path());
        paths.add_root(own.parent_path().parent_path());
    }
    paths.add_root(variable("VIRTUAL_ENV"));
    std::istringstream hints(LOCKSTEP_CUDA_HINTS);
    for (std::string hint; std::getline(hints, hint, ':');) paths.add_root(hint);
    add_system(paths);
    paths.found.push_back(file);
    return paths.found;
}

bool open_library(Library& library, const std::string& file, const std::function<std::string(const Library&)>& bind) {
    for (const std::string& path : library_candidates(file)) {
        if (!library.open(path)) continue;
        const std::string wrong = bind(library);
        if (wrong.empty()) return true;
        library.refuse(wrong);
    }
    return false;
}

std::string library_report(const std::string& name, const Library& library) {
    std::string text = name + ": " + (library.is_open() ? library.path() : "none") + "\n";
    for (const Library::Attempt& attempt : library.attempts())
        if (!attempt.error.empty()) text += "  " + text_of(attempt) + "\n";
    return text;
}

void fail_missing(const std::string& name, const Library& library) {
    std::string text;
    for (const Library::Attempt& attempt : library.attempts()) text += "; " + text_of(attempt);
    fail(Status::library_missing,
         "%s is not there: install CUDA 13 or its package from PyPI, or set LOCKSTEP_CUDA_PATH to the toolkit's folder%s",
         name.c_str(), text.c_str());
}

}  // namespace lockstep::cuda
