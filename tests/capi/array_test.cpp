// Handles, host memory, views and scalars through the C ABI.
// Must not know the library's inside.
#include <cstring>

#include "handle.h"

namespace {

int flags_of(const ls_array* a) {
    int flags = -1;
    EXPECT_EQ(ls_array_flags(a, &flags), LS_OK) << ls_last_error();
    return flags;
}

void* data_of(const ls_array* a) {
    void* data = nullptr;
    EXPECT_EQ(ls_array_data(a, &data), LS_OK) << ls_last_error();
    return data;
}

int released = 0;
void count_release(void* context) { released += *static_cast<int*>(context); }

}  // namespace

TEST(Array, freeing_sets_null_and_accepts_null) {
    ls_array* a = nullptr;
    OK(ls_from_scalar(ls_int(1), &a));
    OK(ls_array_free(&a));
    EXPECT_EQ(a, nullptr);
    OK(ls_array_free(&a));
    OK(ls_array_free(nullptr));
}

TEST(Array, second_free_through_a_copy_is_refused) {
    ls_array* a = nullptr;
    OK(ls_from_scalar(ls_int(1), &a));
    ls_array* copy = a;
    OK(ls_array_free(&a));
    EXPECT_FAILS(ls_array_free(&copy), LS_BAD_HANDLE, "array", "freed");
    EXPECT_NE(copy, nullptr);
}

TEST(Array, a_pointer_to_something_else_is_refused) {
    alignas(16) char other[256] = "not an array";
    int ndim = -1;
    EXPECT_FAILS(ls_array_ndim(reinterpret_cast<ls_array*>(other), &ndim), LS_BAD_HANDLE, "something else");
    EXPECT_FAILS(ls_array_ndim(reinterpret_cast<ls_array*>(other + 1), &ndim), LS_BAD_HANDLE,
                 "something else");
    EXPECT_EQ(ndim, -1);
}

TEST(Array, from_host_copies_any_strides) {
    double values[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    const int64_t shape[] = {2, 3}, strides[] = {-48, 16};  // rows backwards, every second column
    const ls_from_host_options options = {LS_SIZE(ls_from_host_options), strides, nullptr};
    Handle a;
    OK(ls_from_host(values + 6, LS_FLOAT64, 2, shape, &options, &a));
    values[0] = 99;
    EXPECT_EQ(doubles(a), (std::vector<double>{6, 8, 10, 0, 2, 4}));
    EXPECT_EQ(shape_of(a), (std::vector<int64_t>{2, 3}));
    EXPECT_EQ(flags_of(a), LS_C_CONTIGUOUS | LS_ALIGNED | LS_WRITEABLE);
}

TEST(Array, adopted_memory_is_shared_and_released_once_by_the_last_view) {
    released = 0;
    int one = 1;
    double values[] = {1, 2, 3, 4};
    const int64_t shape[] = {4};
    ls_adopt_host_options options = {};
    options.size = sizeof options;
    options.release = count_release;
    options.context = &one;
    ls_array *a = nullptr, *view = nullptr;
    OK(ls_adopt_host(values, LS_FLOAT64, 1, shape, &options, &a));
    EXPECT_EQ(data_of(a), values);
    const ls_index odd = ls_slice(1, 4, 2);
    OK(ls_get(a, 1, &odd, &view));
    OK(ls_array_free(&a));
    EXPECT_EQ(released, 0);
    Handle nine;
    OK(ls_from_scalar(ls_int(9), &nine));
    OK(ls_set(view, 0, nullptr, nine));
    EXPECT_EQ(values[1], 9);
    EXPECT_EQ(values[2], 3);
    EXPECT_EQ(values[3], 9);
    OK(ls_array_free(&view));
    EXPECT_EQ(released, 1);
}

TEST(Array, failed_adoption_does_not_release) {
    released = 0;
    int one = 1;
    double values[] = {1};
    const int64_t negative[] = {-1}, fine[] = {1}, far[] = {INT64_MAX};
    ls_adopt_host_options options = {};
    options.size = sizeof options;
    options.release = count_release;
    options.context = &one;
    ls_array* a = nullptr;
    EXPECT_FAILS(ls_adopt_host(values, LS_FLOAT64, 1, negative, &options, &a), LS_VALUE_ERROR, "shape", "-1");
    EXPECT_FAILS(ls_adopt_host(values, 99, 1, fine, &options, &a), LS_TYPE_ERROR, "dtype", "99");
    EXPECT_FAILS(ls_adopt_host(values, LS_FLOAT64, 1, far, &options, &a), LS_VALUE_ERROR, "shape", "too big");
    const int64_t three[] = {3}, wide[] = {INT64_MAX / 2};
    options.strides = wide;
    EXPECT_FAILS(ls_adopt_host(values, LS_FLOAT64, 1, three, &options, &a), LS_VALUE_ERROR, "strides");
    EXPECT_EQ(a, nullptr);
    EXPECT_EQ(released, 0);
}

TEST(Array, read_only_memory_is_not_written) {
    double values[] = {1, 2};
    const int64_t shape[] = {2};
    ls_adopt_host_options options = {};
    options.size = sizeof options;
    options.read_only = true;
    Handle a, one{{5}};
    OK(ls_adopt_host(values, LS_FLOAT64, 1, shape, &options, &a));
    EXPECT_EQ(flags_of(a) & LS_WRITEABLE, 0);
    EXPECT_FAILS(ls_set(a, 0, nullptr, one), LS_READ_ONLY, "read-only");
    Handle x{{1, 2}};
    ls_ufunc_options out = {};
    out.size = sizeof out;
    out.out = a;
    EXPECT_FAILS(ls_add(x, x, &out, nullptr), LS_READ_ONLY, "out");
    EXPECT_EQ(values[0], 1);
    EXPECT_EQ(values[1], 2);
}

TEST(Array, strides_of_views) {
    Handle a{{1, 2, 3, 4, 5, 6}, {2, 3}}, reversed;
    const ls_index index[] = {ls_ellipsis(), ls_slice_by(-1), ls_newaxis()};
    OK(ls_get(a, 3, index, &reversed));
    int64_t strides[3] = {};
    OK(ls_array_strides(reversed, 3, strides));
    EXPECT_EQ(shape_of(reversed), (std::vector<int64_t>{2, 3, 1}));
    EXPECT_EQ(strides[0], 24);
    EXPECT_EQ(strides[1], -8);
    EXPECT_EQ(doubles(reversed), (std::vector<double>{3, 2, 1, 6, 5, 4}));
    int64_t shape[2];
    EXPECT_FAILS(ls_array_shape(reversed, 2, shape), LS_BUFFER_TOO_SMALL, "shape", "3", "2");
}

TEST(Array, index_errors) {
    Handle a{{1, 2, 3, 4, 5, 6}, {2, 3}}, r;
    const ls_index far = ls_at(2), still = ls_slice_by(0), many[] = {ls_at(0), ls_at(0), ls_at(0)};
    EXPECT_FAILS(ls_get(a, 1, &far, &r), LS_INDEX_ERROR, "2");
    EXPECT_FAILS(ls_get(a, 1, &still, &r), LS_VALUE_ERROR, "step");
    EXPECT_FAILS(ls_get(a, 3, many, &r), LS_INDEX_ERROR, "3");
    EXPECT_FAILS(ls_get(a, -1, many, &r), LS_VALUE_ERROR, "index", "-1");
    EXPECT_FAILS(ls_get(a, 1000, many, &r), LS_INDEX_ERROR, "index", "1000");
    ls_index unknown = ls_at(0);
    unknown.kind = 9;
    EXPECT_FAILS(ls_get(a, 1, &unknown, &r), LS_VALUE_ERROR, "index[0]", "9");
    EXPECT_EQ(static_cast<ls_array*>(r), nullptr);
}

TEST(Array, arrays_and_masks_index) {
    Handle a{{1, 2, 3, 4, 5, 6}, {2, 3}}, picked, positions, mask, rows, zero;
    const int64_t columns[] = {2, 0, -1}, three[] = {3}, shape[] = {2, 3};
    const bool truth[] = {true, false, false, true, false, true};
    OK(ls_from_host(columns, LS_INT64, 1, three, nullptr, &positions));
    OK(ls_from_host(truth, LS_BOOL, 2, shape, nullptr, &mask));
    const ls_index by_columns[] = {ls_slice_by(1), ls_by(positions)}, by_mask = ls_by(mask);
    OK(ls_get(a, 2, by_columns, &picked));
    EXPECT_EQ(doubles(picked), (std::vector<double>{3, 1, 3, 6, 4, 6}));
    OK(ls_get(a, 1, &by_mask, &rows));
    EXPECT_EQ(doubles(rows), (std::vector<double>{1, 4, 6}));
    OK(ls_from_scalar(ls_int(0), &zero));
    OK(ls_set(a, 1, &by_mask, zero));
    EXPECT_EQ(doubles(a), (std::vector<double>{0, 2, 3, 0, 5, 0}));
    const int64_t far[] = {0, 1, 2};
    Handle beyond, r;
    OK(ls_from_host(far, LS_INT64, 1, three, nullptr, &beyond));
    const ls_index by_far = ls_by(beyond), by_doubles = ls_by(a), by_nothing = ls_by(nullptr);
    EXPECT_FAILS(ls_set(a, 1, &by_far, zero), LS_INDEX_ERROR, "index 2", "axis 0", "size 2");
    EXPECT_EQ(doubles(a), (std::vector<double>{0, 2, 3, 0, 5, 0}));
    EXPECT_FAILS(ls_get(a, 1, &by_doubles, &r), LS_INDEX_ERROR, "integer", "float64");
    EXPECT_FAILS(ls_get(a, 1, &by_nothing, &r), LS_BAD_HANDLE, "index", "NULL");
}

TEST(Array, to_host_checks_the_room) {
    Handle a{{1, 2, 3}};
    double room[3] = {-1, -1, -1};
    EXPECT_FAILS(ls_to_host(a, room, 23), LS_BUFFER_TOO_SMALL, "buffer", "24", "23");
    EXPECT_EQ(room[0], -1);
    OK(ls_to_host(a, room, SIZE_MAX));
    EXPECT_EQ(room[2], 3);
}

TEST(Array, empty_and_zero_dimensional) {
    const int64_t none[] = {0, 3};
    Handle empty, zero;
    OK(ls_from_host(nullptr, LS_INT8, 2, none, nullptr, &empty));
    OK(ls_to_host(empty, nullptr, 0));
    EXPECT_EQ(shape_of(empty), (std::vector<int64_t>{0, 3}));
    const double pi = 3.25;
    OK(ls_from_host(&pi, LS_FLOAT64, 0, nullptr, nullptr, &zero));
    EXPECT_EQ(doubles(zero), std::vector<double>{3.25});
    EXPECT_TRUE(shape_of(zero).empty());
    ls_scalar value;
    EXPECT_FAILS(ls_item(empty, &value), LS_VALUE_ERROR, "(0, 3)");
}

TEST(Array, scalars_keep_value_dtype_and_weakness) {
    const ls_scalar all[] = {ls_int(-5),
                             ls_float(2.5),
                             ls_complex(1, -2),
                             ls_bool(true),
                             ls_int8(-8),
                             ls_uint8(200),
                             ls_int16(-300),
                             ls_uint16(60000),
                             ls_int32(-70000),
                             ls_uint32(4000000000u),
                             ls_int64(INT64_MIN),
                             ls_uint64(UINT64_MAX),
                             ls_float16_bits(0x3e00),
                             ls_bfloat16_bits(0x3fc0),
                             ls_float32(-0.5f),
                             ls_float64(1e300),
                             ls_complex64(1, 2),
                             ls_complex128(3, 4)};
    for (const ls_scalar& s : all) {
        Handle a;
        OK(ls_from_scalar(s, &a));
        EXPECT_EQ((flags_of(a) & LS_WEAK) != 0, s.weak != LS_WEAK_NO);
        ls_scalar back;
        OK(ls_item(a, &back));
        int64_t bytes = 0;
        OK(ls_dtype_itemsize(s.dtype, &bytes));
        EXPECT_EQ(back.dtype, s.dtype);
        EXPECT_EQ(back.weak, s.weak);
        EXPECT_EQ(std::memcmp(back.value.bytes, s.value.bytes, static_cast<size_t>(bytes)), 0);
    }
    Handle none;
    EXPECT_FAILS(ls_from_scalar(ls_scalar{}, &none), LS_TYPE_ERROR, "value", "None");
}

TEST(Array, weak_scalars_do_not_widen) {
    const float ones[] = {1, 1};
    const int64_t shape[] = {2};
    Handle x, two, sum;
    OK(ls_from_host(ones, LS_FLOAT32, 1, shape, nullptr, &x));
    OK(ls_from_scalar(ls_float(2.5), &two));
    OK(ls_add(x, two, nullptr, &sum));
    ls_dtype dtype = 0;
    OK(ls_array_dtype(sum, &dtype));
    EXPECT_EQ(dtype, static_cast<ls_dtype>(LS_FLOAT32));
    const ls_array* both[] = {x, two};
    OK(ls_result_type(2, both, &dtype));
    EXPECT_EQ(dtype, static_cast<ls_dtype>(LS_FLOAT32));
    EXPECT_FAILS(ls_result_type(0, both, &dtype), LS_VALUE_ERROR, "arrays");
}

TEST(Array, weak_integer_that_does_not_fit_is_refused_in_an_assignment) {
    const int8_t values[] = {1, 2};
    const int64_t shape[] = {2};
    Handle a, big, fits;
    OK(ls_from_host(values, LS_INT8, 1, shape, nullptr, &a));
    OK(ls_from_scalar(ls_int(300), &big));
    OK(ls_from_scalar(ls_int(-128), &fits));
    EXPECT_FAILS(ls_set(a, 0, nullptr, big), LS_OVERFLOW_ERROR, "300");
    int8_t now[2] = {};
    OK(ls_to_host(a, now, sizeof now));
    EXPECT_EQ(now[0], 1);
    OK(ls_set(a, 0, nullptr, fits));
    OK(ls_to_host(a, now, sizeof now));
    EXPECT_EQ(now[1], -128);
}

TEST(Array, out_gets_a_second_handle_on_its_storage) {
    Handle x{{1, 2, 3}}, y{{0, 0, 0}}, again;
    ls_ufunc_options options = {};
    options.size = sizeof options;
    options.out = y;
    OK(ls_add(x, x, &options, &again));
    EXPECT_EQ(data_of(again), data_of(y));
    EXPECT_EQ(doubles(y), (std::vector<double>{2, 4, 6}));
    OK(ls_multiply(x, x, &options, nullptr));
    EXPECT_EQ(doubles(again), (std::vector<double>{1, 4, 9}));
}
