// lockstep_pack: compiles the standard set of kernels into a pack.
//   lockstep_pack --output FILE --architectures 75,80,90 [--types bool,float64]
// Must not know single kernels. Groups that did not change are taken from FILE, or from FILE.partial, which
// is what a run leaves when a kernel does not compile.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "kernels/pack/pack_job.h"
#include "kernels/source/standard_set.h"
#include "kernels/vendor/nvrtc.h"
#include "runtime/array/error.h"

namespace lockstep::cuda {
namespace {

struct Arguments {
    std::string output;
    std::vector<int> architectures;
    std::vector<DType> types;  // empty: all
};

std::vector<std::string> parts(const std::string& list) {
    std::vector<std::string> found;
    std::istringstream in(list);
    for (std::string part; std::getline(in, part, ',');) found.push_back(part);
    return found;
}

DType type_named(const std::string& name) {
    for (uint64_t t = 1; t < kTypeNumbers; ++t)
        if (const DType type{t}; type.valid() && name == type.name()) return type;
    fail(Status::value_error, "--types: there is no element type '%s'", name.c_str());
}

Arguments read_arguments(int count, char** words) {
    Arguments a;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string name = words[i];
        if (name == "--output")
            a.output = words[i + 1];
        else if (name == "--architectures") {
            for (const std::string& part : parts(words[i + 1]))
                a.architectures.push_back(std::atoi(part.c_str()));
        } else if (name == "--types") {
            for (const std::string& part : parts(words[i + 1])) a.types.push_back(type_named(part));
        } else
            fail(Status::value_error, "unknown option %s", words[i]);
    }
    for (const int architecture : a.architectures)
        if (architecture < 50)
            fail(Status::value_error, "--architectures: expected numbers like 90, got %d", architecture);
    if (a.output.empty() || a.architectures.empty() || count % 2 == 0)
        fail(Status::value_error,
             "usage: lockstep_pack --output FILE --architectures 75,80,90 [--types bool,float64]");
    return a;
}

int run(const Arguments& a) {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    const std::vector<KernelSource> sources = standard_sources(a.types);
    const std::vector<Group> groups = make_groups(sources, a.architectures);

    const std::string partial = a.output + ".partial";
    PackFile former, interrupted;
    std::vector<const PackFile*> formers;
    if (former.open(a.output).empty()) formers.push_back(&former);
    if (interrupted.open(partial).empty()) formers.push_back(&interrupted);

    const bool terminal = isatty(STDOUT_FILENO);
    PackReport report;
    const PackContent content = build_pack(groups, formers, report, [&](size_t done) {
        if (!terminal) return;
        std::printf("\rkernel pack: %zu of %zu groups, %zu kernels", done, groups.size(),
                    sources.size() * a.architectures.size());
        std::fflush(stdout);
    });
    if (terminal) std::printf("\r\033[K");
    write_pack(report.failures.empty() ? a.output : partial, content);
    if (!report.failures.empty()) {
        for (size_t i = 0; i < report.failures.size() && i < 8; ++i)
            std::fprintf(stderr, "%s\n", report.failures[i].c_str());
        std::fprintf(stderr, "lockstep_pack: %zu kernels do not compile\n", report.failures.size());
        return 1;
    }
    std::error_code ignored;
    std::filesystem::remove(partial, ignored);
    std::printf("%s: %zu kernels in %zu groups (%zu compiled now), %.1f MB, %.1f s\n", a.output.c_str(),
                report.kernels, report.groups, report.compiled,
                double(std::filesystem::file_size(a.output)) / 1e6,
                std::chrono::duration<double>(Clock::now() - start).count());
    return 0;
}

}  // namespace
}  // namespace lockstep::cuda

int main(int count, char** words) {
    try {
        return lockstep::cuda::run(lockstep::cuda::read_arguments(count, words));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "lockstep_pack: %s\n", error.what());
        return 1;
    }
}
