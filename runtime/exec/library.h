// Opens the first that works of several shared libraries, and remembers why the others did not.
// Must not know what the libraries are for.
#pragma once

#include <string>
#include <vector>

namespace lockstep {

class Library {
  public:
    struct Attempt {
        std::string path, error;  // error is empty for a library that was opened and not refused
    };

    // Opens `path`: with a slash that file, without one what the system's search finds (never the working
    // directory). False, with the loader's message recorded, when that fails. Libraries stay open for the
    // life of the process: those with threads of their own do not survive closing.
    bool open(const std::string& path);
    // Records why the library opened last cannot be used, and forgets it.
    void refuse(const std::string& why);
    // The address of a symbol in the library opened last, or null.
    void* symbol(const std::string& name) const;
    template <class F>
    F* function(const std::string& name) const {
        return reinterpret_cast<F*>(symbol(name));
    }

    bool is_open() const { return handle_ != nullptr; }
    // The file of the library in use as the loader knows it, or the path asked for.
    const std::string& path() const { return path_; }
    const std::vector<Attempt>& attempts() const { return attempts_; }

    // The folder of the shared object (or program) that contains this code; empty when unknown.
    static std::string own_folder();

  private:
    void* handle_ = nullptr;
    std::string path_;
    std::vector<Attempt> attempts_;
};

}  // namespace lockstep
