// Writes the kernels of random fills: a distribution's function around a template's loop.
// Must not know tasks or launches.
#include "kernels/source/random_kernels.h"

#include <string>
#include <string_view>

#include "kernels/device/random_arguments.h"
#include "kernels/source/program_text.h"

namespace lockstep::cuda {
namespace {

constexpr const char* kFamilies[] = {
#define LS_DISTRIBUTION(number, name, parameters, type, unit, words, family) #family,
#include "runtime/tables/distributions.def"
#undef LS_DISTRIBUTION
};

const char* source_name(WordSource source) {
    switch (source) {
        case WordSource::pcg64: return "lockstep::scalar::random::Pcg64";
        case WordSource::pcg64dxsm: return "lockstep::scalar::random::Pcg64Dxsm";
        case WordSource::philox: return "lockstep::scalar::random::Philox";
        case WordSource::words32: return "lockstep::device::BufferedWords<uint32_t>";
        default: return "lockstep::device::BufferedWords<uint64_t>";
    }
}

std::string include(const std::string& header) { return "#include \"" + header + ".h\"\n"; }

std::string headers_of(Distribution distribution, const char* loop) {
    return include(std::string("kernels/device/") + loop) +
           include(std::string("runtime/scalar/random/") + kFamilies[static_cast<int>(distribution)]);
}

const char* draw_type(const DistributionRow& row) { return type_name(DType::from_character(row.type)); }

// The distribution as a function of a source and a draw's number.
std::string draw(const DistributionRow& row) {
    std::string text = "[&](auto& g, int64_t i) { (void)i; return scalar::random::" + std::string(row.name) + "(g";
    for (int k = 0; row.parameters[k]; ++k)
        text += std::string(", parameter<") + (row.parameters[k] == 'd' ? "double" : "int64_t") + ">(arguments.parameters[" +
                std::to_string(k) + "], i)";
    return text + "); }";
}

std::string kernel(const std::string& arguments, const std::string& call) {
    return "namespace $_ {\nusing namespace lockstep;\nusing namespace lockstep::device;\nLS_DEVICE void run(const " + arguments +
           "& arguments) { " + call + "; }\n}\nLS_KERNEL($, " + std::to_string(device::kRandomThreads) + ", " + arguments +
           ") { $_::run(arguments); }\n";
}

}  // namespace

bool stands_alone(Distribution distribution) {
    const std::string_view family = kFamilies[static_cast<int>(distribution)];
    return family != "bounded" && family != "legacy";
}

bool is_bounded(Distribution distribution) {
    return std::string_view(kFamilies[static_cast<int>(distribution)]) == "bounded";
}

KernelSource fill_source(Distribution distribution, WordSource source) {
    const DistributionRow& row = row_of(distribution);
    return {headers_of(distribution, "random_fill"),
            kernel(std::string("lockstep::device::FillArguments<") + source_name(source) + ">",
                   std::string("fill_random<") + draw_type(row) + ", " + std::to_string(row.unit) + ", " +
                       std::to_string(row.words) + ">(arguments, " + draw(row) + ")")};
}

KernelSource everywhere_source(Distribution distribution, WordSource source, int unit) {
    const DistributionRow& row = row_of(distribution);
    const bool narrow = source == WordSource::words32;
    const int step = narrow ? unit / 32 : 1;
    return {headers_of(distribution, "random_chain"),
            kernel("lockstep::device::ChainArguments", std::string("draw_everywhere<") + draw_type(row) + ", " +
                                                           (narrow ? "uint32_t" : "uint64_t") + ", " + std::to_string(step) +
                                                           ">(arguments, " + draw(row) + ")")};
}

KernelSource chain_source(ChainStep step, int bytes) {
    std::string call;
    switch (step) {
        case ChainStep::blocks: call = "follow_blocks"; break;
        case ChainStep::entries: call = "follow_entries"; break;
        case ChainStep::stretches: call = "enter_stretches"; break;
        case ChainStep::into_blocks: call = "enter_blocks"; break;
        case ChainStep::place: call = "place_draws<uint" + std::to_string(8 * bytes) + "_t>"; break;
    }
    return {include("kernels/device/random_chain"), kernel("lockstep::device::ChainArguments", call + "(arguments)")};
}

KernelSource sift_source(SiftStep step, Distribution distribution, WordSource source, int bits) {
    const DistributionRow& row = row_of(distribution);
    const std::string word = source == WordSource::words32 ? "uint32_t" : "uint64_t";
    const std::string pieces = word + ", " + std::to_string(bits) + ">";
    std::string call;
    switch (step) {
        case SiftStep::count: call = "count_kept<" + pieces; break;
        case SiftStep::place: call = std::string("place_kept<") + draw_type(row) + ", " + pieces; break;
        case SiftStep::place_all: call = std::string("place_all<") + draw_type(row) + ", " + pieces; break;
    }
    return {headers_of(distribution, "random_sift"),
            kernel("lockstep::device::SiftArguments", call + "(arguments, " + draw(row) + ")")};
}

std::vector<KernelSource> standard_random_sources() {
    std::vector<KernelSource> all;
    for (const Distribution d : {Distribution::uint64, Distribution::random, Distribution::random_float, Distribution::uniform})
        all.push_back(fill_source(d, WordSource::pcg64));
    for (const Distribution d : {Distribution::standard_normal, Distribution::normal})
        all.push_back(everywhere_source(d, WordSource::words64, 64));
    for (const ChainStep step : {ChainStep::blocks, ChainStep::entries, ChainStep::stretches, ChainStep::into_blocks, ChainStep::place})
        all.push_back(chain_source(step, 8));
    for (const SiftStep step : {SiftStep::count, SiftStep::place, SiftStep::place_all})
        all.push_back(sift_source(step, Distribution::bounded_uint64, WordSource::words32, 32));
    return all;
}

}  // namespace lockstep::cuda
