// Compiled kernels by the C ABI: figures, folder, warming and clearing, whichever devices there are.
// Must not know where kernels come from.
#include <cstring>
#include <string>

#include "handle.h"

namespace {

int device_count() {
    int count = 0;
    EXPECT_EQ(ls_device_count(&count), LS_OK);
    return count;
}

ls_kernel_cache_statistics figures() {
    ls_kernel_cache_statistics s;
    std::memset(&s, 0xff, sizeof s);
    s.size = sizeof s;
    EXPECT_EQ(ls_kernel_cache_info(&s), LS_OK);
    return s;
}

}  // namespace

TEST(KernelCache, the_size_is_checked) {
    ls_kernel_cache_statistics s = {};
    EXPECT_FAILS(ls_kernel_cache_info(&s), LS_VALUE_ERROR, "result.size", "got 0");
    EXPECT_FAILS(ls_kernel_cache_info(nullptr), LS_BAD_HANDLE, "result");
    EXPECT_FAILS(ls_kernel_cache_warm("toaster", nullptr), LS_DEVICE_MISSING, "toaster");
    EXPECT_FAILS(ls_kernel_cache_clear("toaster"), LS_DEVICE_MISSING, "toaster");
}

TEST(KernelCache, the_cpu_compiles_nothing) {
    int64_t kernels = -1;
    OK(ls_kernel_cache_warm("cpu", &kernels));
    EXPECT_EQ(kernels, 0);
    OK(ls_kernel_cache_warm("cpu", nullptr));
    OK(ls_kernel_cache_clear("cpu"));
    if (device_count() > 1) return;  // a GPU's figures are its own
    const ls_kernel_cache_statistics s = figures();
    EXPECT_EQ(s.from_pack + s.from_disk + s.compiled + s.entries + s.bytes + s.limit, 0);
    char folder[4096] = "?";
    size_t needed = 0;
    OK(ls_kernel_cache_folder(folder, sizeof folder, &needed));
    EXPECT_STREQ(folder, "");
    EXPECT_EQ(needed, 1u);
}
