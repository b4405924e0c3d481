// Keys and names, the order in which sources of code are tried, and that a kernel is compiled once.
// Must not know what kernels compute.
#include "kernels/compile/loader.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>
#include <vector>

#include "kernels/compile/compiler.h"
#include "kernels/compile/device_headers.h"
#include "kernels/pack/pack_job.h"
#include "runtime/array/error.h"
#include "tests/sim/compile/fake_cuda.h"

using namespace lockstep;
using namespace lockstep::cuda;

namespace {

std::vector<KernelSource> some_sources(int count) {
    std::vector<KernelSource> sources;
    for (int i = 0; i < count; ++i) sources.push_back(fake::source(i));
    return sources;
}

PackReport make_pack(const std::string& path, const std::vector<KernelSource>& sources,
                     const std::vector<int>& architectures,
                     const std::vector<const PackFile*>& formers = {}) {
    PackReport report;
    write_pack(path, build_pack(make_groups(sources, architectures), formers, report, [](size_t) {}));
    return report;
}

std::string error_of(Loader& loader, const KernelSource& source, int architecture = 90) {
    try {
        loader.load(source, architecture);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

}  // namespace

TEST(Keys, are_of_all_that_is_compiled) {
    EXPECT_EQ(digest("").hex(), "99aa06d3014798d86001c324468d497f");  // XXH3's own test value
    const KernelSource source = fake::source(1);
    EXPECT_EQ(kernel_key(source, 90), kernel_key(fake::source(1), 90));
    EXPECT_NE(kernel_key(source, 90), kernel_key(source, 80));
    EXPECT_NE(kernel_key(source, 90), kernel_key(fake::source(2), 90));
    EXPECT_EQ(kernel_name(source), kernel_name(fake::source(1)));
    EXPECT_NE(kernel_name(source), kernel_name(fake::source(2)));
    EXPECT_EQ(kernel_name(source).size(), 35u);
    EXPECT_NE(kernel_key({"ab", "c"}, 90), kernel_key({"a", "bc"}, 90));
    EXPECT_NE(kernel_name({"ab", "c"}), kernel_name({"a", "bc"}));
    // Another prologue means other headers, directly or through others.
    EXPECT_EQ(digest_of_headers("#include \"runtime/scalar/config.h\"\n"),
              digest_of_headers("// text\n#include \"runtime/scalar/config.h\"\n"));
    EXPECT_NE(digest_of_headers("#include \"runtime/scalar/config.h\"\n"),
              digest_of_headers("#include \"kernels/device/kernel.h\"\n"));
    EXPECT_NE(digest_of_headers("#include \"kernels/device/kernel.h\"\n"),
              digest_of_headers("#include \"kernels/device/compute.h\"\n"));
}

TEST(Keys, the_headers_are_carried_along) {
    std::string_view before;
    for (const DeviceHeader& header : device_headers()) {
        EXPECT_LT(before, std::string_view(header.name));
        before = header.name;
        EXPECT_EQ(header.text.data()[header.text.size()], '\0');
        for (size_t at = 0; (at = header.text.find("#include \"", at)) != header.text.npos;) {
            at += 10;
            const std::string_view name = header.text.substr(at, header.text.find('"', at) - at);
            bool found = false;
            for (const DeviceHeader& other : device_headers()) found |= other.name == name;
            EXPECT_TRUE(found) << header.name << " includes " << name;
        }
    }
}

TEST(Loader, compiles_once_and_keeps_it_on_disk) {
    const fake::Folder folder;
    DiskCache disk(folder / "", 1 << 20);
    const int compiled = fake::counts().compiled, loaded = fake::counts().loaded;
    {
        Loader loader("", disk);
        const Kernel kernel = loader.load(fake::source(1), 90);
        EXPECT_EQ(fake::name_of(kernel), kernel_name(fake::source(1)));
        EXPECT_EQ(loader.load(fake::source(1), 90).handle, kernel.handle);
        loader.load(fake::source(2), 90);
        EXPECT_EQ(loader.statistics().compiled, 2);
        EXPECT_EQ(loader.statistics().entries, 2);
        EXPECT_EQ(loader.statistics().from_disk, 0);
        EXPECT_EQ(loader.statistics().folder, disk.folder());
    }
    EXPECT_EQ(fake::counts().compiled - compiled, 2);
    Loader later("", disk);
    later.load(fake::source(1), 90);
    later.load(fake::source(3), 90);
    EXPECT_EQ(later.statistics().from_disk, 1);
    EXPECT_EQ(later.statistics().compiled, 1);
    EXPECT_EQ(fake::counts().compiled - compiled, 3);
    EXPECT_EQ(fake::counts().loaded - loaded, 4);
}

TEST(Loader, threads_that_want_one_kernel_compile_it_once) {
    const fake::Folder folder;
    DiskCache disk(folder / "", 1 << 20);
    Loader loader("", disk);
    const int compiled = fake::counts().compiled;
    fake::compile_time = 30;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 3; ++i) {
                const KernelSource source = fake::source((i + t) % 3, "shared");
                EXPECT_EQ(fake::name_of(loader.load(source, 90)), kernel_name(source));
            }
        });
    for (std::thread& thread : threads) thread.join();
    fake::compile_time = 0;
    EXPECT_EQ(fake::counts().compiled - compiled, 3);
    EXPECT_EQ(loader.statistics().compiled, 3);
}

TEST(Loader, the_pack_comes_first_and_a_lower_minor_number_serves) {
    const fake::Folder folder;
    const std::vector<KernelSource> sources = some_sources(40);
    const PackReport report = make_pack(folder / "a.pack", sources, {80, 90});
    EXPECT_EQ(report.kernels, 80u);
    EXPECT_EQ(report.groups, 6u);
    DiskCache disk(folder / "cache", 1 << 20);
    Loader loader(folder / "a.pack", disk);
    const int compiled = fake::counts().compiled, loaded = fake::counts().loaded;
    for (const KernelSource& source : sources)
        EXPECT_EQ(fake::name_of(loader.load(source, 90)), kernel_name(source));
    EXPECT_EQ(fake::counts().loaded - loaded, 3);  // groups of 16
    for (const KernelSource& source : sources) loader.load(source, 89);
    EXPECT_EQ(loader.statistics().from_pack, 80);
    EXPECT_EQ(fake::counts().compiled, compiled);
    EXPECT_EQ(loader.keep(sources, 86), 40);
    EXPECT_EQ(loader.statistics().entries, 0);
    // 75 is another major number, and 100 another still: these are compiled.
    loader.load(sources[0], 75);
    loader.load(sources[0], 103);  // for 100, the closest that the compiler knows
    EXPECT_EQ(fake::counts().compiled, compiled + 2);
    EXPECT_EQ(disk.load(kernel_key(sources[0], 103)), std::nullopt);
    EXPECT_TRUE(disk.load(kernel_key(sources[0], 100)));
    Loader later("", disk);
    later.load(sources[0], 103);
    EXPECT_EQ(later.statistics().from_disk, 1);
    EXPECT_NE(error_of(loader, sources[0], 70).find("sm_70"), std::string::npos);
    EXPECT_NE(error_of(loader, sources[0], 130).find("sm_130"), std::string::npos);
}

TEST(Loader, kernels_are_kept_before_they_are_needed) {
    const fake::Folder folder;
    const std::vector<KernelSource> sources = some_sources(30);
    make_pack(folder / "a.pack", {sources.begin(), sources.begin() + 10}, {90});
    DiskCache disk(folder / "cache", 1 << 20), off("", 0);
    Loader keeper(folder / "a.pack", disk);
    const int compiled = fake::counts().compiled;
    EXPECT_EQ(keeper.keep(sources, 90), 30);
    EXPECT_EQ(fake::counts().compiled - compiled, 20);
    EXPECT_EQ(disk.content().entries, 20);
    EXPECT_EQ(keeper.keep(sources, 90), 30);
    EXPECT_EQ(fake::counts().compiled - compiled, 20);
    EXPECT_EQ(keeper.statistics().compiled, 0);  // nothing was loaded
    Loader loader(folder / "a.pack", disk);
    for (const KernelSource& source : sources) loader.load(source, 90);
    EXPECT_EQ(loader.statistics().from_pack, 10);
    EXPECT_EQ(loader.statistics().from_disk, 20);
    EXPECT_EQ(Loader(folder / "a.pack", off).keep(sources, 90), 10);
    fake::has_compiler = false;
    EXPECT_EQ(keeper.keep(sources, 90), 30);
    EXPECT_THROW(keeper.keep(sources, 100), Error);
    fake::has_compiler = true;
}

TEST(Loader, damaged_code_is_passed_over) {
    const fake::Folder folder;
    const std::vector<KernelSource> sources = some_sources(1);
    PackContent content;  // the right key, with what is no machine code
    content.architectures = {90};
    content.blobs.push_back({{kernel_key(sources[0], 90)}, compressed("nonsense", 3), 8});
    write_pack(folder / "a.pack", content);
    DiskCache disk(folder / "cache", 1 << 20);
    disk.store(kernel_key(sources[0], 90), "nonsense");
    {
        Loader loader(folder / "a.pack", disk);
        loader.load(sources[0], 90);
        EXPECT_EQ(loader.statistics().compiled, 1);
    }
    disk.store(kernel_key(sources[0], 90), fake::code("ls_another "));
    Loader loader(folder / "a.pack", disk);
    loader.load(sources[0], 90);
    EXPECT_EQ(loader.statistics().compiled, 1);
    Loader repaired("", disk);
    repaired.load(sources[0], 90);
    EXPECT_EQ(repaired.statistics().from_disk, 1);
}

TEST(Loader, errors_say_what_is_wrong_and_are_not_kept) {
    const fake::Folder folder;
    DiskCache disk(folder / "", 1 << 20);
    Loader loader("", disk);
    const std::string text = error_of(loader, fake::source(1, "wrong"));
    EXPECT_NE(text.find("line 1 is wrong"), std::string::npos) << text;
    EXPECT_NE(text.find("sm_90"), std::string::npos);
    fake::has_compiler = false;
    EXPECT_NE(error_of(loader, fake::source(50)), "");
    fake::has_compiler = true;
    EXPECT_EQ(error_of(loader, fake::source(50)), "");
    EXPECT_EQ(loader.statistics().compiled, 1);
}

TEST(Pack, unchanged_groups_are_taken_from_the_former_pack) {
    const fake::Folder folder;
    std::vector<KernelSource> sources = some_sources(100);
    EXPECT_EQ(make_pack(folder / "first.pack", sources, {80, 90}).compiled, 14u);
    PackFile first;
    ASSERT_EQ(first.open(folder / "first.pack"), "");
    const int compiled = fake::counts().compiled;
    EXPECT_EQ(make_pack(folder / "same.pack", sources, {80, 90}, {&first}).compiled, 0u);
    sources[50] = fake::source(1000);
    EXPECT_EQ(make_pack(folder / "changed.pack", sources, {80, 90}, {&first}).compiled, 2u);
    EXPECT_EQ(fake::counts().compiled - compiled, 2);
    DiskCache off("", 0);
    Loader loader(folder / "changed.pack", off);
    for (const KernelSource& source : sources) loader.load(source, 80);
    EXPECT_EQ(loader.statistics().from_pack, 100);
    // Group for group the same, whatever order threads finish in.
    std::ifstream a(folder / "first.pack"), b(folder / "same.pack");
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(a), {}),
              std::string(std::istreambuf_iterator<char>(b), {}));
}

TEST(Pack, kernels_that_do_not_compile_are_named) {
    const fake::Folder folder;
    std::vector<KernelSource> sources = some_sources(20);
    sources[7] = fake::source(7, "wrong");
    const PackReport report = make_pack(folder / "a.pack", sources, {90});
    ASSERT_EQ(report.failures.size(), 1u);
    EXPECT_NE(report.failures[0].find(kernel_name(sources[7])), std::string::npos);
    EXPECT_NE(report.failures[0].find("line 1 is wrong"), std::string::npos);
    EXPECT_EQ(report.kernels, 19u);
}
