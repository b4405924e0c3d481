// Wrong dtypes, wrong shapes and wrong words: the status, and a text with what was expected and what came.
// Must not know the library's inside.
#include <cstring>
#include <thread>

#include "handle.h"

// An address sanitizer, where there is one, asks for its options: a size that it finds absurd is no defect
// here.
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options() {
    return "allocator_may_return_null=1";
}

TEST(Error, text_names_function_argument_expected_and_actual) {
    Handle a{{1, 2, 3, 4, 5, 6}, {2, 3}}, b{{1, 2, 3, 4}, {4, 1}}, r;
    EXPECT_FAILS(ls_matmul(a, b, nullptr, &r), LS_VALUE_ERROR, "x2", "3", "4");
    Handle two{{1, 2}}, three{{1, 2, 3}};
    EXPECT_FAILS(ls_add(two, three, nullptr, &r), LS_VALUE_ERROR, "(2,)", "(3,)");
    EXPECT_EQ(static_cast<ls_array*>(r), nullptr);
}

TEST(Error, wrong_shapes) {
    Handle a{{1, 2, 3, 4, 5, 6}, {2, 3}}, r;
    const int64_t five[] = {5}, negative[] = {-2, 3};
    EXPECT_FAILS(ls_reshape(a, 1, five, nullptr, &r), LS_VALUE_ERROR, "(5,)");
    EXPECT_FAILS(ls_zeros(2, negative, nullptr, &r), LS_VALUE_ERROR, "shape", "-2");
    EXPECT_FAILS(ls_zeros(65, five, nullptr, &r), LS_VALUE_ERROR, "shape", "65");
    EXPECT_FAILS(ls_zeros(-1, five, nullptr, &r), LS_VALUE_ERROR, "shape", "-1");
    EXPECT_FAILS(ls_broadcast_to(a, 1, five, &r), LS_VALUE_ERROR, "(2, 3)", "(5,)");
    EXPECT_FAILS(ls_concatenate(0, nullptr, nullptr, &r), LS_VALUE_ERROR, "arrays");
    ls_sum_options axis = {};
    axis.size = sizeof axis;
    axis.axis = ls_axis(2);
    EXPECT_FAILS(ls_sum(a, &axis, &r), LS_AXIS_ERROR, "2");
    const int64_t twice[] = {0, 0};
    axis.axis = ls_axes_of(2, twice);
    EXPECT_NE(ls_sum(a, &axis, &r), LS_OK);
    Handle wrong_out{{0, 0}};
    ls_ufunc_options out = {};
    out.size = sizeof out;
    out.out = wrong_out;
    EXPECT_FAILS(ls_add(a, a, &out, nullptr), LS_VALUE_ERROR, "out");
    EXPECT_EQ(doubles(wrong_out), (std::vector<double>{0, 0}));
}

TEST(Error, wrong_dtypes) {
    const bool flags[] = {true, false};
    const int64_t shape[] = {2};
    Handle b, r, z;
    OK(ls_from_host(flags, LS_BOOL, 1, shape, nullptr, &b));
    EXPECT_FAILS(ls_negative(b, nullptr, &r), LS_TYPE_ERROR, "bool");
    EXPECT_FAILS(ls_subtract(b, b, nullptr, &r), LS_TYPE_ERROR, "bool");
    OK(ls_from_scalar(ls_complex128(1, 2), &z));
    EXPECT_FAILS(ls_floor_divide(z, z, nullptr, &r), LS_TYPE_ERROR, "complex128");
    Handle spectrum;
    OK(ls_broadcast_to(z, 1, shape, &spectrum));
    EXPECT_FAILS(ls_fft_rfft(spectrum, nullptr, &r), LS_TYPE_ERROR, "complex128");
    const ls_zeros_options strings = {LS_SIZE(ls_zeros_options), 16, 0, {}};
    EXPECT_FAILS(ls_zeros(1, shape, &strings, &r), LS_TYPE_ERROR, "dtype", "16");
    Handle x{{1.5, 2}}, i;
    ls_astype_options safe = {};
    safe.size = sizeof safe;
    safe.casting = "safe";
    EXPECT_FAILS(ls_astype(x, LS_INT64, &safe, &i), LS_TYPE_ERROR, "float64", "int64", "safe");
    safe.casting = "loose";
    EXPECT_FAILS(ls_astype(x, LS_INT64, &safe, &i), LS_VALUE_ERROR, "casting", "loose");
}

TEST(Error, an_axis_is_one_integer) {
    Handle a{{1, 2, 3, 4}, {2, 2}}, r;
    const int64_t both[] = {0, 1};
    ls_argmax_options options = {};
    options.size = sizeof options;
    options.axis = ls_axes_of(2, both);
    EXPECT_FAILS(ls_argmax(a, &options, &r), LS_TYPE_ERROR, "axis", "one integer", "2");
}

TEST(Error, dtype_names_and_codes) {
    const struct {
        const char* name;
        ls_dtype dtype;
    } known[] = {{"float32", LS_FLOAT32}, {"f", LS_FLOAT32},      {"<f4", LS_FLOAT32},
                 {"?", LS_BOOL},          {"|b1", LS_BOOL},       {"i8", LS_INT64},
                 {"l", LS_INT64},         {"c16", LS_COMPLEX128}, {"bfloat16", LS_BFLOAT16}};
    for (const auto& [name, expected] : known) {
        ls_dtype dtype = 0;
        OK(ls_dtype_from_name(name, &dtype));
        EXPECT_EQ(dtype, expected) << name;
        const char* full = nullptr;
        OK(ls_dtype_name(dtype, &full));
        ls_dtype back = 0;
        OK(ls_dtype_from_name(full, &back));
        EXPECT_EQ(back, expected);
    }
    ls_dtype dtype = 77;
    for (const char* name : {"", "<", "float", ">f4", "f3", "S", "none", "float32 "})
        EXPECT_FAILS(ls_dtype_from_name(name, &dtype), LS_TYPE_ERROR, "name");
    EXPECT_EQ(dtype, 77u);
    char kind = 0, character = 0;
    OK(ls_dtype_kind(LS_UINT16, &kind));
    OK(ls_dtype_character(LS_UINT16, &character));
    EXPECT_EQ(kind, 'u');
    EXPECT_EQ(character, 'H');
    EXPECT_FAILS(ls_dtype_kind(0, &kind), LS_TYPE_ERROR, "dtype", "got 0");
    EXPECT_FAILS(ls_dtype_kind(LS_BOOL + 256, &kind), LS_TYPE_ERROR, "dtype", "257");
}

TEST(Error, promotion_and_casting) {
    ls_dtype dtype = 0;
    OK(ls_promote_types(LS_INT64, LS_FLOAT32, &dtype));
    EXPECT_EQ(dtype, static_cast<ls_dtype>(LS_FLOAT64));
    bool can = true;
    OK(ls_can_cast(LS_FLOAT64, LS_FLOAT32, nullptr, &can));
    EXPECT_FALSE(can);
    OK(ls_can_cast(LS_FLOAT64, LS_FLOAT32, "same_kind", &can));
    EXPECT_TRUE(can);
    EXPECT_FAILS(ls_can_cast(LS_FLOAT64, LS_FLOAT32, "maybe", &can), LS_VALUE_ERROR, "casting", "maybe");
}

TEST(Error, devices) {
    int count = 0;
    OK(ls_device_count(&count));
    ASSERT_GE(count, 1);
    const char* name = nullptr;
    OK(ls_device_name(0, &name));
    EXPECT_STREQ(name, "cpu");
    EXPECT_FAILS(ls_device_name(count, &name), LS_INDEX_ERROR, "device");
    EXPECT_FAILS(ls_device_name(-1, &name), LS_INDEX_ERROR, "device", "-1");
    EXPECT_FAILS(ls_set_default_device("toaster"), LS_DEVICE_MISSING, "toaster");
    Handle a{{1}}, b;
    EXPECT_FAILS(ls_to_device(a, "toaster", &b), LS_DEVICE_MISSING, "toaster");
    OK(ls_to_device(a, "cpu", &b));
    OK(ls_array_device(b, &name));
    EXPECT_STREQ(name, "cpu");
    OK(ls_synchronize(nullptr));
    OK(ls_synchronize("cpu"));
    char why[4096];
    OK(ls_device_why("cpu", why, sizeof why, nullptr));
    EXPECT_STREQ(why, "");
    if (count == 1) {
        OK(ls_device_why("cuda", why, sizeof why, nullptr));
        EXPECT_STRNE(why, "");
    }
}

TEST(Error, threads_and_memory) {
    int before = 0, now = 0;
    OK(ls_get_num_threads(&before));
    EXPECT_GE(before, 1);
    OK(ls_set_num_threads(3));
    OK(ls_get_num_threads(&now));
    EXPECT_EQ(now, 3);
    EXPECT_FAILS(ls_set_num_threads(-1), LS_VALUE_ERROR, "-1");
    OK(ls_set_num_threads(before));
    ls_memory_statistics m = {};
    EXPECT_FAILS(ls_memory_info(nullptr, &m), LS_VALUE_ERROR, "result.size");
    m.size = sizeof m;
    OK(ls_memory_info("cpu", &m));
    const int64_t used = m.used, shape[] = {1 << 20};
    Handle a;
    OK(ls_zeros(1, shape, nullptr, &a));
    OK(ls_memory_info("cpu", &m));
    EXPECT_GE(m.used, used + (8 << 20));
    EXPECT_GE(m.peak, m.used);
    OK(ls_array_free(&a));
    OK(ls_memory_trim("cpu"));
    OK(ls_memory_info("cpu", &m));
    EXPECT_EQ(m.used, used);
    EXPECT_EQ(m.cached, 0);
}

TEST(Error, memory_that_nobody_has) {
    const int64_t shape[] = {INT64_C(1) << 50};
    Handle a;
    EXPECT_FAILS(ls_zeros(1, shape, nullptr, &a), LS_OUT_OF_MEMORY, "cpu");
    const int64_t past[] = {INT64_C(1) << 40, INT64_C(1) << 40};
    EXPECT_FAILS(ls_zeros(2, past, nullptr, &a), LS_VALUE_ERROR, "shape", "too big");
    EXPECT_EQ(static_cast<ls_array*>(a), nullptr);
}

TEST(Error, fallback_policy) {
    int64_t count = -1;
    OK(ls_fallback_count(&count));
    EXPECT_GE(count, 0);
    EXPECT_FAILS(ls_set_fallback_policy("shout"), LS_VALUE_ERROR, "policy", "shout");
    OK(ls_set_fallback_policy("silent"));
    char text[256];
    OK(ls_last_fallback(text, sizeof text, nullptr));
}

TEST(Error, last_error_is_per_thread_and_stays_until_the_next) {
    const char* name = nullptr;
    EXPECT_FAILS(ls_device_name(-1, &name), LS_INDEX_ERROR, "device");
    std::thread([] {
        EXPECT_STREQ(ls_last_error(), "");
        EXPECT_EQ(ls_last_status(), LS_OK);
        EXPECT_FAILS(ls_dtype_name(0, nullptr), LS_TYPE_ERROR, "dtype");
    }).join();
    int count = 0;
    OK(ls_device_count(&count));
    EXPECT_EQ(ls_last_status(), LS_INDEX_ERROR);
    size_t needed = 0;
    char text[9];
    EXPECT_EQ(ls_last_error_copy(text, sizeof text, &needed), LS_BUFFER_TOO_SMALL);
    EXPECT_STREQ(text, "ls_devic");
    EXPECT_EQ(needed, std::strlen(ls_last_error()) + 1);
    EXPECT_EQ(ls_last_status(), LS_INDEX_ERROR);
    EXPECT_EQ(ls_last_error_copy(nullptr, 5, nullptr), LS_BAD_HANDLE);
}
