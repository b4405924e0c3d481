// The header's constants, structures and idioms: what a program compiled long ago relies on.
// Must not know the library's inside.
#include <cstddef>

#include "handle.h"

extern "C" ls_status c99_distances(double* distances, size_t bytes);
bool cpp11_inline_functions();

// Frozen: the option structures' layouts are in abi_layout.txt, asserted by the generated capi/layout.cpp.
static_assert(sizeof(ls_status) == 4 && sizeof(ls_dtype) == 8 && sizeof(ls_flag) == 4);
static_assert(sizeof(ls_scalar) == 32 && offsetof(ls_scalar, weak) == 8 && offsetof(ls_scalar, value) == 16);
static_assert(sizeof(ls_axes) == 24 && offsetof(ls_axes, count) == 4 && offsetof(ls_axes, one) == 8 &&
              offsetof(ls_axes, many) == 16);
static_assert(sizeof(ls_index) == 40 && offsetof(ls_index, has_start) == 4 &&
              offsetof(ls_index, has_stop) == 5 && offsetof(ls_index, start) == 8 &&
              offsetof(ls_index, stop) == 16 && offsetof(ls_index, step) == 24 && offsetof(ls_index, array) == 32);
static_assert(sizeof(ls_int_option) == 16 && offsetof(ls_int_option, value) == 8);
static_assert(sizeof(ls_float_option) == 16 && offsetof(ls_float_option, value) == 8);
static_assert(sizeof(ls_from_host_options) == 24 && offsetof(ls_from_host_options, strides) == 8 &&
              offsetof(ls_from_host_options, device) == 16);
static_assert(sizeof(ls_adopt_host_options) == 40 && offsetof(ls_adopt_host_options, release) == 16 &&
              offsetof(ls_adopt_host_options, context) == 24 &&
              offsetof(ls_adopt_host_options, read_only) == 32);
static_assert(sizeof(ls_memory_statistics) == 40 && offsetof(ls_memory_statistics, limit) == 32);
static_assert(LS_C_CONTIGUOUS == 1 && LS_F_CONTIGUOUS == 2 && LS_ALIGNED == 4 && LS_WRITEABLE == 8 &&
              LS_WEAK == 16);
static_assert(LS_WEAK_INT == 1 && LS_WEAK_FLOAT == 2 && LS_WEAK_COMPLEX == 3);
static_assert(LS_FLAG_DEFAULT == 0 && LS_FLAG_TRUE == 1 && LS_FLAG_FALSE == -1);

TEST(Header, works_from_c99) {
    double distances[3] = {};
    OK(c99_distances(distances, sizeof distances));
    EXPECT_EQ(distances[0], 5);
    EXPECT_EQ(distances[1], 10);
    EXPECT_EQ(distances[2], 13);
}

TEST(Header, works_from_cpp11) { EXPECT_TRUE(cpp11_inline_functions()); }

TEST(Header, library_is_the_header_s) {
    EXPECT_STREQ(ls_version(), LS_VERSION);
    EXPECT_EQ(ls_abi_version(), LS_ABI_VERSION);
}

TEST(Header, statuses_have_names) {
    EXPECT_STREQ(ls_status_name(LS_OK), "ok");
    EXPECT_STREQ(ls_status_name(LS_AXIS_ERROR), "axis_error");
    EXPECT_STREQ(ls_status_python(LS_AXIS_ERROR), "AxisError");
    EXPECT_STREQ(ls_status_name(static_cast<ls_status>(199)), "unknown");
    EXPECT_STREQ(ls_status_python(static_cast<ls_status>(199)), "");
}

TEST(Header, info_fits_the_buffer_it_asks_for) {
    size_t needed = 0;
    EXPECT_FAILS(ls_info(nullptr, 0, &needed), LS_BUFFER_TOO_SMALL, "text");
    ASSERT_GT(needed, 20u);
    std::string text(needed, 'x');
    OK(ls_info(text.data(), text.size(), &needed));
    EXPECT_EQ(text.find('\0'), needed - 1);
    EXPECT_NE(text.find("cpu"), std::string::npos) << text;
    EXPECT_EQ(ls_info(text.data(), 8, nullptr), LS_BUFFER_TOO_SMALL);
    EXPECT_STREQ(text.c_str(), "Lockste");
}
