// Translation units, options and errors of NVRTC.
// Must not know devices, nor where compiled kernels are kept.
#include "kernels/compile/compiler.h"

#include <vector>

#include "kernels/compile/device_headers.h"
#include "kernels/vendor/nvrtc.h"
#include "runtime/array/error.h"

namespace lockstep::cuda {
namespace {

// The numeric contract: no contraction. Everything without a mark is device code, as constexpr functions are.
constexpr const char* kOptions[] = {"--std=c++20", "--fmad=false", "-default-device"};

Digest digest_of_options() {
    Digester all;
    for (const char* option : kOptions) all.add(option);
    return all.add(nvrtc_kind()).result();
}

void append_named(std::string& text, const KernelSource& source) {
    const std::string name = kernel_name(source);
    for (const char c : source.body) c == '$' ? text += name : text += c;
    text += '\n';
}

// A program of NVRTC's, given back at the end of the scope.
class Program {
  public:
    Program(const std::string& text, const char* name) {
        std::vector<const char*> names, texts;
        for (const DeviceHeader& header : device_headers()) {
            names.push_back(header.name);
            texts.push_back(header.text.data());
        }
        expect(api_.create_program(&handle_, text.c_str(), name, static_cast<int>(names.size()), texts.data(),
                                   names.data()),
               "nvrtcCreateProgram");
    }
    ~Program() { api_.destroy_program(&handle_); }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    Nvrtc::Result compile(int architecture) {
        const std::string target = "--gpu-architecture=sm_" + std::to_string(architecture);
        std::vector<const char*> options(std::begin(kOptions), std::end(kOptions));
        options.push_back(target.c_str());
        return api_.compile_program(handle_, static_cast<int>(options.size()), options.data());
    }
    std::string log() const {
        size_t size = 0;
        if (api_.get_program_log_size(handle_, &size) != 0 || size == 0) return {};
        std::string text(size, '\0');
        if (api_.get_program_log(handle_, text.data()) != 0) return {};
        text.resize(size - 1);
        return text;
    }
    std::string cubin() const {
        size_t size = 0;
        expect(api_.get_cubin_size(handle_, &size), "nvrtcGetCUBINSize");
        std::string code(size, '\0');
        expect(api_.get_cubin(handle_, code.data()), "nvrtcGetCUBIN");
        return code;
    }

  private:
    void expect(Nvrtc::Result result, const char* function) const {
        if (result != 0) fail(Status::internal_error, "%s: %s", function, api_.get_error_string(result));
    }

    const Nvrtc& api_ = nvrtc();
    Nvrtc::Program handle_ = nullptr;
};

std::string first_lines(const std::string& text, int count) {
    size_t end = 0;
    for (int i = 0; i < count && end != text.npos; ++i) end = text.find('\n', end + (i > 0));
    return text.substr(0, end);
}

}  // namespace

std::string kernel_name(const KernelSource& source) {
    return "ls_" + Digester().add(source.prologue).add(source.body).result().hex();
}

Digest kernel_key(const KernelSource& source, int architecture) {
    static const std::string options = digest_of_options().hex();
    return Digester()
        .add(source.prologue)
        .add(source.body)
        .add(digest_of_headers(source.prologue).hex())
        .add(options)
        .add(std::to_string(architecture))
        .result();
}

std::string compile(std::span<const KernelSource* const> sources, int architecture) {
    if (sources.empty()) fail(Status::internal_error, "no kernel to compile");
    std::string text = sources[0]->prologue + "\n";
    for (const KernelSource* source : sources) {
        if (source->prologue != sources[0]->prologue)
            fail(Status::internal_error, "kernels of two prologues in one text");
        append_named(text, *source);
    }
    const std::string name = kernel_name(*sources[0]) + ".cu";
    Program program(text, name.c_str());
    if (program.compile(architecture) != 0)
        fail(Status::internal_error, "a kernel does not compile for sm_%d: %s\n%s", architecture,
             first_lines(program.log(), 12).c_str(), sources.size() == 1 ? text.c_str() : "");
    return program.cubin();
}

int architecture_for(int device_architecture) {
    const Nvrtc& api = nvrtc();
    int count = 0;
    if (api.get_supported_arch_count(&count) != 0 || count < 1) return device_architecture;
    std::vector<int> known(static_cast<size_t>(count));
    if (api.get_supported_archs(known.data()) != 0) return device_architecture;
    int best = 0;
    for (const int a : known)
        if (a / 10 == device_architecture / 10 && a <= device_architecture && a > best) best = a;
    if (best == 0)
        fail(Status::device_unsupported, "the compiler knows no architecture that sm_%d runs (%s)",
             device_architecture, nvrtc_report().c_str());
    return best;
}

}  // namespace lockstep::cuda
