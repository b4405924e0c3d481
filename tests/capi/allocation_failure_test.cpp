// Memory that runs out at every allocation of a typical sequence of calls: nothing changes, nothing leaks.
// Must not know the library's inside: it replaces operator new and aligned_alloc for the whole process.
#include <atomic>
#include <cstdlib>
#include <new>

#include "handle.h"

namespace {

// Allocations of this thread still to succeed; all later ones fail (a cache may be emptied and the request
// repeated). Negative: no limit.
thread_local long left = -1;
thread_local bool refused = false;

bool refuse() {
    if (left < 0) return false;
    if (left > 0) {
        --left;
        return false;
    }
    refused = true;
    return true;
}

void* aligned(size_t alignment, size_t size) {
    void* p = nullptr;
    return posix_memalign(&p, alignment < sizeof(void*) ? sizeof(void*) : alignment, size ? size : 1)
               ? nullptr
               : p;
}

}  // namespace

extern "C" void* aligned_alloc(size_t alignment, size_t size) noexcept {
    return refuse() ? nullptr : aligned(alignment, size);
}

void* operator new(size_t size) {
    void* const p = refuse() ? nullptr : std::malloc(size ? size : 1);
    if (!p) throw std::bad_alloc();
    return p;
}
void* operator new(size_t size, std::align_val_t alignment) {
    void* const p = refuse() ? nullptr : aligned(static_cast<size_t>(alignment), size);
    if (!p) throw std::bad_alloc();
    return p;
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, size_t, std::align_val_t) noexcept { std::free(p); }

namespace {

constexpr int64_t kRows = 60, kColumns = 50;  // 24 kB: beyond the blocks that a thread keeps to itself

// The calls of a host program; every handle is freed whatever happens.
ls_status sequence(const double* points, double* answer) {
    enum { x, y, centred, squared, moved, joined, row, product, spectrum, kept, count };
    ls_array* a[count] = {};
    const int64_t shape[] = {kRows, kColumns};
    ls_mean_options mean = {};
    mean.size = sizeof mean;
    mean.axis = ls_axis(0);
    const ls_index last = ls_at(-1);
    ls_status s = ls_from_host(points, LS_FLOAT64, 2, shape, nullptr, &a[x]);
    if (!s) s = ls_mean(a[x], &mean, &a[y]);
    if (!s) s = ls_subtract(a[x], a[y], nullptr, &a[centred]);
    if (!s) s = ls_multiply(a[centred], a[centred], nullptr, &a[squared]);
    if (!s) s = ls_transpose(a[squared], nullptr, &a[moved]);
    if (!s) s = ls_matmul(a[squared], a[moved], nullptr, &a[product]);
    if (!s) s = ls_fft_rfft(a[product], nullptr, &a[spectrum]);
    const ls_array* const both[] = {a[squared], a[x]};
    if (!s) s = ls_concatenate(2, both, nullptr, &a[joined]);
    if (!s) s = ls_get(a[joined], 1, &last, &a[row]);
    if (!s) s = ls_sum(a[row], nullptr, &a[kept]);
    if (!s) s = ls_to_host(a[kept], answer, sizeof *answer);
    for (ls_array*& handle : a) EXPECT_EQ(ls_array_free(&handle), LS_OK);
    return s;
}

int64_t used_memory() {
    ls_memory_statistics m = {LS_SIZE(ls_memory_statistics), 0, 0, 0, 0};
    EXPECT_EQ(ls_memory_info("cpu", &m), LS_OK);
    return m.used;
}

}  // namespace

TEST(AllocationFailure, at_every_allocation_of_a_sequence) {
    std::vector<double> points(kRows * kColumns);
    double expected = 0;
    for (size_t i = 0; i < points.size(); ++i) points[i] = static_cast<double>(i % 17);
    for (size_t i = points.size() - kColumns; i < points.size(); ++i) expected += points[i];
    const std::vector<double> original = points;
    double answer = 0;
    OK(sequence(points.data(), &answer));  // also fills what is made once per process
    ASSERT_EQ(answer, expected);
    const int64_t before = used_memory();
    int failures = 0;
    for (long allowed = 0; allowed < 10000; ++allowed) {
        ls_memory_trim("cpu");  // nothing left in the cache to avoid an allocation with
        answer = -1;
        refused = false;
        left = allowed;
        const ls_status status = sequence(points.data(), &answer);
        left = -1;
        ASSERT_EQ(points, original);
        ASSERT_EQ(used_memory(), before) << "after " << allowed << " allocations: " << ls_last_error();
        if (!refused) {
            EXPECT_EQ(status, LS_OK);
            EXPECT_EQ(answer, expected);
            EXPECT_GE(failures, 6) << "the sequence allocates less often than its results need";
            return;
        }
        if (status == LS_OK) {  // an allocation that the library could do without
            EXPECT_EQ(answer, expected);
            continue;
        }
        ++failures;
        ASSERT_EQ(status, LS_OUT_OF_MEMORY) << "after " << allowed << " allocations: " << ls_last_error();
        ASSERT_EQ(answer, -1);
    }
    FAIL() << "the sequence never ran to its end";
}

TEST(AllocationFailure, handles) {
    // more live handles than a thread's free list holds, so that each one needs memory
    Handle x{{1, 2, 3}};
    std::vector<ls_array*> views(200, nullptr);
    for (ls_array*& v : views) OK(ls_array_view(x, &v));
    ls_array* one_more = nullptr;
    left = 0;
    const ls_status status = ls_array_view(x, &one_more);
    left = -1;
    EXPECT_EQ(status, LS_OUT_OF_MEMORY);
    EXPECT_EQ(one_more, nullptr);
    EXPECT_STREQ(ls_last_error(), "ls_array_view: the host's memory is exhausted");
    for (ls_array*& v : views) OK(ls_array_free(&v));
    EXPECT_EQ(doubles(x), (std::vector<double>{1, 2, 3}));
}
