// DLPack in and out: round trips, who frees what, and tensors that lie.
// Must not know the library's inside.
#include <atomic>
#include <functional>

#include "dlpack_spec.h"
#include "handle.h"

namespace {

// A tensor from a producer that counts how often it is deleted.
struct Producer {
    double values[6] = {1, 2, 3, 4, 5, 6};
    int64_t shape[2] = {2, 3};
    int64_t strides[2] = {3, 1};
    int deleted = 0;
    dlpack::ManagedVersioned managed = {};

    Producer() {
        managed.version = {1, 0};
        managed.manager_ctx = this;
        managed.deleter = [](dlpack::ManagedVersioned* m) {
            ++static_cast<Producer*>(m->manager_ctx)->deleted;
        };
        managed.tensor = {values, {dlpack::kCPU, 0}, 2, {dlpack::kFloat, 64, 1}, shape, strides, 0};
    }
    Producer(const Producer&) = delete;
};

dlpack::ManagedVersioned* versioned(void* p) { return static_cast<dlpack::ManagedVersioned*>(p); }

}  // namespace

TEST(Dlpack, round_trip_shares_the_elements) {
    Handle a{{1, 2, 3, 4, 5, 6}, {2, 3}}, reversed, back;
    const ls_index index[] = {ls_at(1), ls_slice_by(-1)};
    OK(ls_get(a, 2, index, &reversed));
    void* managed = nullptr;
    OK(ls_to_dlpack(reversed, &managed));
    const dlpack::Tensor& t = versioned(managed)->tensor;
    EXPECT_EQ(versioned(managed)->version.major, 1u);
    EXPECT_EQ(versioned(managed)->flags, 0u);
    EXPECT_EQ(t.device.device_type, dlpack::kCPU);
    EXPECT_EQ(t.ndim, 1);
    EXPECT_EQ(t.shape[0], 3);
    EXPECT_EQ(t.strides[0], -1);
    EXPECT_EQ(static_cast<const double*>(t.data)[0], 6);
    OK(ls_from_dlpack(managed, &back));
    EXPECT_EQ(doubles(back), (std::vector<double>{6, 5, 4}));
    Handle seven{{7}};
    OK(ls_set(back, 0, nullptr, seven));
    EXPECT_EQ(doubles(a), (std::vector<double>{1, 2, 3, 7, 7, 7}));
}

TEST(Dlpack, every_dtype_makes_the_round) {
    for (int n = LS_BOOL; n <= LS_COMPLEX128; ++n) {
        const ls_zeros_options options = {LS_SIZE(ls_zeros_options), static_cast<ls_dtype>(n), 0, {}};
        const int64_t shape[] = {2};
        Handle a, b;
        OK(ls_zeros(1, shape, &options, &a));
        void* managed = nullptr;
        OK(ls_to_dlpack_unversioned(a, &managed));
        OK(ls_from_dlpack_unversioned(managed, &b));
        ls_dtype dtype = 0;
        OK(ls_array_dtype(b, &dtype));
        EXPECT_EQ(dtype, static_cast<ls_dtype>(n));
    }
}

TEST(Dlpack, elements_outlive_the_array) {
    void* managed = nullptr;
    {
        Handle a{{1, 2, 3}};
        OK(ls_to_dlpack(a, &managed));
    }
    EXPECT_EQ(static_cast<double*>(versioned(managed)->tensor.data)[2], 3);
    versioned(managed)->deleter(versioned(managed));
}

TEST(Dlpack, import_deletes_with_the_last_view) {
    Producer p;
    ls_array *a = nullptr, *row = nullptr;
    OK(ls_from_dlpack(&p.managed, &a));
    const ls_index last = ls_at(-1);
    OK(ls_get(a, 1, &last, &row));
    OK(ls_array_free(&a));
    EXPECT_EQ(p.deleted, 0);
    EXPECT_EQ(doubles(row), (std::vector<double>{4, 5, 6}));
    OK(ls_array_free(&row));
    EXPECT_EQ(p.deleted, 1);
}

TEST(Dlpack, strides_offset_and_read_only_are_heeded) {
    Producer p;
    p.managed.tensor.strides = nullptr;
    p.managed.tensor.byte_offset = 8;
    p.managed.tensor.ndim = 1;
    p.managed.flags = dlpack::kReadOnly;
    Handle a, one{{1}};
    OK(ls_from_dlpack(&p.managed, &a));
    EXPECT_EQ(doubles(a), (std::vector<double>{2, 3}));
    EXPECT_FAILS(ls_set(a, 0, nullptr, one), LS_READ_ONLY, "read-only");
    void* managed = nullptr;
    OK(ls_to_dlpack(a, &managed));
    EXPECT_EQ(versioned(managed)->flags, static_cast<uint64_t>(dlpack::kReadOnly));
    versioned(managed)->deleter(versioned(managed));
    EXPECT_FAILS(ls_to_dlpack_unversioned(a, &managed), LS_READ_ONLY, "read-only");
}

TEST(Dlpack, a_producer_without_a_deleter) {
    Producer p;
    p.managed.deleter = nullptr;
    Handle a;
    OK(ls_from_dlpack(&p.managed, &a));
    EXPECT_EQ(doubles(a).size(), 6u);
}

TEST(Dlpack, tensors_that_lie_are_refused_and_stay_the_caller_s) {
    const struct {
        const char* word;
        ls_status status;
        std::function<void(Producer&)> lie;
    } lies[] = {
        {"version", LS_VALUE_ERROR, [](Producer& p) { p.managed.version.major = 2; }},
        {"version", LS_VALUE_ERROR, [](Producer& p) { p.managed.version.major = 0; }},
        {"device", LS_DEVICE_MISSING, [](Producer& p) { p.managed.tensor.device.device_type = 77; }},
        {"shape", LS_VALUE_ERROR, [](Producer& p) { p.managed.tensor.ndim = -1; }},
        {"shape", LS_VALUE_ERROR, [](Producer& p) { p.managed.tensor.ndim = 65; }},
        {"shape", LS_BAD_HANDLE, [](Producer& p) { p.managed.tensor.shape = nullptr; }},
        {"shape", LS_VALUE_ERROR, [](Producer& p) { p.shape[1] = -3; }},
        {"too big", LS_VALUE_ERROR, [](Producer& p) { p.shape[0] = p.shape[1] = INT64_C(1) << 40; }},
        {"strides", LS_VALUE_ERROR, [](Producer& p) { p.strides[0] = INT64_MAX / 4; }},
        {"strides", LS_VALUE_ERROR,
         [](Producer& p) {
             p.strides[0] = INT64_MAX / 9;
             p.shape[0] = 100;
         }},
        {"data", LS_VALUE_ERROR, [](Producer& p) { p.managed.tensor.data = nullptr; }},
        {"byte_offset", LS_VALUE_ERROR, [](Producer& p) { p.managed.tensor.byte_offset = UINT64_MAX; }},
        {"dtype", LS_TYPE_ERROR, [](Producer& p) { p.managed.tensor.dtype.code = 99; }},
        {"dtype", LS_TYPE_ERROR, [](Producer& p) { p.managed.tensor.dtype.bits = 128; }},
        {"lanes", LS_TYPE_ERROR, [](Producer& p) { p.managed.tensor.dtype.lanes = 4; }},
        {"lanes", LS_TYPE_ERROR, [](Producer& p) { p.managed.tensor.dtype.lanes = 0; }},
    };
    for (const auto& [word, status, lie] : lies) {
        Producer p;
        lie(p);
        ls_array* a = nullptr;
        EXPECT_FAILS(ls_from_dlpack(&p.managed, &a), status, word);
        EXPECT_EQ(a, nullptr);
        EXPECT_EQ(p.deleted, 0);
    }
}

TEST(Dlpack, odd_byte_strides_cannot_be_said) {
    alignas(8) char bytes[64] = {};
    const int64_t shape[] = {3}, strides[] = {12};
    ls_adopt_host_options options = {};
    options.size = sizeof options;
    options.strides = strides;
    Handle a;
    OK(ls_adopt_host(bytes, LS_FLOAT64, 1, shape, &options, &a));
    void* managed = nullptr;
    EXPECT_FAILS(ls_to_dlpack(a, &managed), LS_VALUE_ERROR, "12", "axis 0");
    EXPECT_EQ(managed, nullptr);
}
