// Groups of kernels, compiled, compressed, or copied from a former pack.
// Must not know command lines.
#include "kernels/pack/pack_job.h"

#include <zdict.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "kernels/compile/compiler.h"
#include "kernels/compile/parallel.h"
#include "runtime/array/error.h"

namespace lockstep::cuda {
namespace {

// 16 kernels are about 150 KB of machine code, which one core decompresses in 0.08 ms (0.4 ms the largest
// group).
constexpr size_t kGroup = 16;
constexpr int kCompression = 19;
constexpr size_t kDictionaryBytes = 112 << 10;

struct Compiled {
    std::string code;                  // of a group that was compiled now
    const PackFile* former = nullptr;  // or where its blob is copied from
    uint32_t blob = 0;
    std::vector<size_t> members;  // of the group, those in the code
};

// A blob of the former pack with exactly these kernels.
bool find_former(const Group& group, const PackFile& former, const std::vector<size_t>& kernels_of_blob,
                 Compiled& to) {
    const auto first = former.find(group.keys[0]);
    if (!first || kernels_of_blob[*first] != group.keys.size() || !former.code(*first)) return false;
    for (const Digest& key : group.keys)
        if (former.find(key) != first) return false;
    to.former = &former;
    to.blob = *first;
    return true;
}

// Where a group does not compile its kernels are tried one by one, and those that do are compiled again
// without the others.
void compile_group(const Group& group, Compiled& to, std::vector<std::string>& failures, std::mutex& mutex) {
    try {
        to.code = compile(group.sources, group.architecture);
        return;
    } catch (const Error& error) {
        if (error.status() == Status::library_missing) throw;
    }
    std::vector<const KernelSource*> good;
    to.members.clear();
    for (size_t i = 0; i < group.sources.size(); ++i) {
        try {
            const KernelSource* one[] = {group.sources[i]};
            compile(one, group.architecture);
            good.push_back(group.sources[i]);
            to.members.push_back(i);
        } catch (const Error& error) {
            const std::lock_guard lock(mutex);
            failures.push_back(kernel_name(*group.sources[i]) + ": " + error.what());
        }
    }
    if (!good.empty()) to.code = compile(good, group.architecture);
}

// What the machine codes have in common. Empty where there are too few of them to tell.
std::string train(const std::vector<Compiled>& all) {
    std::string samples;
    std::vector<size_t> sizes;
    constexpr size_t kEnough = 24 << 20, kPiece = 16 << 10;
    size_t total = 0;
    for (const Compiled& one : all) total += one.code.size();
    const size_t step = total / kEnough + 1;
    for (size_t i = 0; i < all.size(); i += step)
        for (size_t at = 0; at < all[i].code.size(); at += kPiece) {
            const std::string_view piece = std::string_view(all[i].code).substr(at, kPiece);
            samples += piece;
            sizes.push_back(piece.size());
        }
    std::string dictionary(kDictionaryBytes, '\0');
    const size_t size = sizes.size() < 100
                            ? 0
                            : ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), samples.data(),
                                                    sizes.data(), static_cast<unsigned>(sizes.size()));
    dictionary.resize(ZDICT_isError(size) ? 0 : size);
    return dictionary;
}

}  // namespace

std::vector<Group> make_groups(std::span<const KernelSource> sources, std::span<const int> architectures) {
    std::vector<Group> groups;
    for (const int architecture : architectures) {
        std::map<std::string_view, size_t> open;  // by prologue: the group that takes its next kernel
        for (const KernelSource& source : sources) {
            const auto [place, fresh] = open.try_emplace(source.prologue, groups.size());
            if (!fresh && groups[place->second].sources.size() == kGroup) place->second = groups.size();
            if (place->second == groups.size()) groups.emplace_back().architecture = architecture;
            Group& group = groups[place->second];
            group.sources.push_back(&source);
            group.keys.push_back(kernel_key(source, architecture));
        }
    }
    return groups;
}

PackContent build_pack(std::span<const Group> groups, std::span<const PackFile* const> formers,
                       PackReport& report, const std::function<void(size_t)>& progress) {
    std::vector<Compiled> all(groups.size());
    std::vector<size_t> missing;
    PackContent content;
    std::vector<std::vector<size_t>> kernels_of_blob;
    for (const PackFile* former : formers) {
        kernels_of_blob.emplace_back(former->blobs().size());
        for (const PackEntry& entry : former->entries()) ++kernels_of_blob.back()[entry.blob];
    }
    for (size_t g = 0; g < groups.size(); ++g) {
        const uint32_t architecture = static_cast<uint32_t>(groups[g].architecture);
        if (std::find(content.architectures.begin(), content.architectures.end(), architecture) ==
            content.architectures.end())
            content.architectures.push_back(architecture);
        for (size_t m = 0; m < groups[g].sources.size(); ++m) all[g].members.push_back(m);
        bool found = false;
        for (size_t f = 0; f < formers.size() && !found; ++f)
            found = find_former(groups[g], *formers[f], kernels_of_blob[f], all[g]);
        if (!found) missing.push_back(g);
    }

    std::mutex mutex;
    size_t done = groups.size() - missing.size();
    progress(done);
    in_parallel(missing.size(), [&](size_t i) {
        compile_group(groups[missing[i]], all[missing[i]], report.failures, mutex);
        const std::lock_guard lock(mutex);
        progress(++done);
    });

    // Blobs that are copied keep their dictionary; it serves the new ones as well.
    const PackFile* kept = nullptr;
    for (const Compiled& one : all)
        if (one.former && !kept) kept = one.former;
    content.dictionary = kept ? std::string(kept->dictionary()) : train(all);
    content.blobs.resize(groups.size());
    in_parallel(groups.size(), [&](size_t g) {
        PackContent::Blob& blob = content.blobs[g];
        for (const size_t m : all[g].members) blob.keys.push_back(groups[g].keys[m]);
        const PackFile* former = all[g].former;
        if (former && former->dictionary() == content.dictionary) {
            blob.packed = *former->packed(all[g].blob);
            blob.raw_bytes = former->blobs()[all[g].blob].raw_bytes;
        } else {
            const std::string code = former ? *former->code(all[g].blob) : all[g].code;
            blob.packed = compressed(code, kCompression, content.dictionary);
            blob.raw_bytes = static_cast<uint32_t>(code.size());
        }
    });
    std::erase_if(content.blobs, [](const PackContent::Blob& blob) { return blob.keys.empty(); });
    report.groups = groups.size();
    report.compiled = missing.size();
    for (const PackContent::Blob& blob : content.blobs) report.kernels += blob.keys.size();
    return content;
}

}  // namespace lockstep::cuda
