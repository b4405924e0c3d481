// Arrays that several streams read, write and free in any order, through the C ABI: every result must be the CPU's.
// Must not know the library's inside. The simulator runs what is queued in a random order that only the streams' own order
// and their events restrain, so a wait that the runtime forgets shows as a wrong number.
#include <gtest/gtest.h>
#include <lockstep/lockstep.h>

#include <array>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

namespace {

const int environment = setenv("LOCKSTEP_DEVICE", "sim", 1) + setenv("LOCKSTEP_SIM_STREAMS", "random", 1) +
                        setenv("LOCKSTEP_SIM_DEVICES", "2", 1) + setenv("LOCKSTEP_SIM_MEMORY", "64M", 1);

#define OK(call) ASSERT_EQ(call, LS_OK) << ls_last_error()

constexpr int64_t kLength = 300;

ls_array* filled(double value, const char* device) {
    const std::vector<double> values(kLength, value);
    ls_from_host_options o = {};
    o.size = LS_SIZE(ls_from_host_options);
    o.device = device;
    ls_array* a = nullptr;
    EXPECT_EQ(ls_from_host(values.data(), LS_FLOAT64, 1, &kLength, &o, &a), LS_OK) << ls_last_error();
    return a;
}

double first_of(const ls_array* a) {
    std::vector<double> values(kLength);
    EXPECT_EQ(ls_to_host(a, values.data(), kLength * sizeof(double)), LS_OK) << ls_last_error();
    for (double v : values) EXPECT_EQ(v, values[0]);
    return values[0];
}

// Arrays on the device, and what each must hold.
struct Pool {
    static constexpr size_t kArrays = 6;
    std::array<ls_array*, kArrays> array;
    std::array<double, kArrays> expected;
    std::mt19937 random;

    explicit Pool(unsigned seed) : random(seed) {
        for (size_t i = 0; i < kArrays; ++i) {
            expected[i] = static_cast<double>(i + 1);
            array[i] = filled(expected[i], "sim:0");
        }
    }
    ~Pool() {
        for (ls_array*& a : array) ls_array_free(&a);
    }
    size_t any() { return random() % kArrays; }

    // c = a + b into a fresh array, or into c itself, halved to stay small.
    void step() {
        const size_t a = any(), b = any(), c = any();
        expected[c] = 0.5 * (expected[a] + expected[b]);
        ls_array *sum = nullptr, *half = nullptr;
        OK(ls_from_scalar(ls_float(0.5), &half));
        OK(ls_add(array[a], array[b], nullptr, &sum));
        if (random() % 2) {
            ls_ufunc_options o = {};
            o.size = LS_SIZE(ls_ufunc_options);
            o.out = array[c];
            OK(ls_multiply(sum, half, &o, nullptr));
        } else {
            ls_array* fresh = nullptr;
            OK(ls_multiply(sum, half, nullptr, &fresh));
            OK(ls_array_free(&array[c]));
            array[c] = fresh;
        }
        OK(ls_array_free(&sum));
        OK(ls_array_free(&half));
    }
    void check() {
        for (size_t i = 0; i < kArrays; ++i) EXPECT_EQ(first_of(array[i]), expected[i]) << "array " << i;
    }
};

void walk(unsigned seed) {
    Pool pool(seed);
    std::array<ls_stream*, 3> streams{};
    for (ls_stream*& s : streams) OK(ls_stream_new("sim", &s));
    for (int i = 0; i < 120; ++i) {
        const size_t k = pool.random() % 4;
        if (k < 3) OK(ls_stream_set_current(streams[k]));
        else OK(ls_stream_reset_current("sim"));
        pool.step();
        if (i % 40 == 39) pool.check();
    }
    for (ls_stream*& s : streams) OK(ls_stream_free(&s));
    pool.check();
}

}  // namespace

TEST(Streams, share_arrays_in_any_order) {
    for (unsigned seed = 1; seed <= 5; ++seed) walk(std::random_device{}());
}

TEST(Streams, of_several_threads) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) threads.emplace_back([] { walk(std::random_device{}()); });
    for (std::thread& t : threads) t.join();
}

TEST(Streams, events_order_and_time_them) {
    ls_stream* s = nullptr;
    ls_event *start = nullptr, *end = nullptr;
    OK(ls_stream_new("sim", &s));
    OK(ls_event_new("sim", &start));
    OK(ls_event_new("sim", &end));
    OK(ls_stream_set_current(s));
    void* native = nullptr;
    OK(ls_stream_native(s, &native));
    EXPECT_NE(native, nullptr);
    OK(ls_event_record(start, nullptr));
    ls_array *x = filled(2, "sim:0"), *y = nullptr;
    OK(ls_multiply(x, x, nullptr, &y));
    OK(ls_event_record(end, s));
    OK(ls_event_synchronize(end));
    bool done = false;
    OK(ls_event_query(end, &done));
    EXPECT_TRUE(done);
    double milliseconds = -1;
    OK(ls_event_elapsed(start, end, &milliseconds));
    EXPECT_GE(milliseconds, 0);
    OK(ls_stream_synchronize(s));
    OK(ls_stream_query(s, &done));
    EXPECT_TRUE(done);
    EXPECT_EQ(first_of(y), 4);
    for (ls_array** a : {&x, &y}) OK(ls_array_free(a));
    OK(ls_event_free(&start));
    OK(ls_event_free(&end));
    OK(ls_stream_free(&s));
}

TEST(Devices, copy_between_them) {
    ls_array *x = filled(3, "sim:0"), *y = nullptr, *other = nullptr, *sum = nullptr;
    OK(ls_add(x, x, nullptr, &y));
    OK(ls_to_device(y, "sim:1", &other));
    const char* name = nullptr;
    OK(ls_array_device(other, &name));
    EXPECT_STREQ(name, "sim:1");
    OK(ls_multiply(other, other, nullptr, &sum));
    EXPECT_EQ(first_of(sum), 36);
    ls_array* mixed = nullptr;
    EXPECT_EQ(ls_add(x, other, nullptr, &mixed), LS_VALUE_ERROR);
    EXPECT_NE(std::string(ls_last_error()).find("one device"), std::string::npos) << ls_last_error();
    for (ls_array** a : {&x, &y, &other, &sum}) OK(ls_array_free(a));
}

TEST(Memory, is_counted_trimmed_and_runs_out_cleanly) {
    const auto figures = [] {
        ls_memory_statistics m = {};
        m.size = LS_SIZE(ls_memory_statistics);
        EXPECT_EQ(ls_memory_info("sim", &m), LS_OK) << ls_last_error();
        return m;
    };
    const int64_t before = figures().used;
    ls_array* x = filled(1, "sim:0");
    EXPECT_GE(figures().used, before + kLength * 8);
    OK(ls_array_free(&x));
    EXPECT_EQ(figures().used, before);
    OK(ls_memory_trim("sim"));
    EXPECT_EQ(figures().cached, 0);
    const int64_t huge = int64_t{1} << 42;
    ls_array* never = nullptr;
    OK(ls_set_default_device("sim"));
    EXPECT_EQ(ls_zeros(1, &huge, nullptr, &never), LS_OUT_OF_MEMORY);
    EXPECT_NE(std::string(ls_last_error()).find("could not allocate"), std::string::npos) << ls_last_error();
    x = filled(5, "sim:0");  // and goes on
    EXPECT_EQ(first_of(x), 5);
    OK(ls_array_free(&x));
}

// Freed memory stays in the pool; what then no longer fits makes the pool give it back, and is asked for again.
TEST(Memory, is_given_back_and_asked_for_again) {
    OK(ls_set_default_device("sim"));
    const auto made = [](int64_t length) {
        ls_array* a = nullptr;
        EXPECT_EQ(ls_empty(1, &length, nullptr, &a), LS_OK) << ls_last_error();
        return a;
    };
    ls_array* large = made(5'000'000);  // 40 of 64 MiB
    OK(ls_array_free(&large));
    large = made(6'000'000);
    std::vector<ls_array*> small;  // these are kept by the stream when they are freed
    const int64_t length = 20'000;
    ls_array* next = nullptr;
    while (small.size() < 1000 && ls_empty(1, &length, nullptr, &next) == LS_OK) small.push_back(next);
    EXPECT_GT(small.size(), 50u);
    EXPECT_LT(small.size(), 1000u);
    EXPECT_NE(std::string(ls_last_error()).find("could not allocate 160000 bytes"), std::string::npos) << ls_last_error();
    for (ls_array*& a : small) OK(ls_array_free(&a));
    OK(ls_array_free(&large));
    large = made(7'900'000);
    OK(ls_array_free(&large));
}

// The program takes its memory back by `release`: work that still uses it must be done by then.
TEST(Memory, that_was_adopted_is_not_given_back_too_early) {
    static ls_stream* stream = nullptr;
    static bool done = false;
    OK(ls_stream_new("sim:0", &stream));
    OK(ls_stream_set_current(stream));
    for (int round = 0; round < 20; ++round) {
        ls_array *base = filled(7, "sim:0"), *view = nullptr, *twice = nullptr;
        void* address = nullptr;
        OK(ls_array_device_data(base, &address));
        ls_adopt_host_options o = {};
        o.size = LS_SIZE(ls_adopt_host_options);
        o.release = [](void*) { EXPECT_EQ(ls_stream_query(stream, &done), LS_OK); };
        OK(ls_adopt_device("sim:0", address, LS_FLOAT64, 1, &kLength, &o, &view));
        OK(ls_add(view, view, nullptr, &twice));
        done = false;
        OK(ls_array_free(&view));
        EXPECT_TRUE(done) << "released before the sum was taken";
        EXPECT_EQ(first_of(twice), 14);
        for (ls_array** a : {&twice, &base}) OK(ls_array_free(a));
    }
    OK(ls_stream_free(&stream));
}

TEST(Memory, of_the_program_is_adopted) {
    ls_array *base = filled(7, "sim:0"), *view = nullptr, *twice = nullptr;
    void* address = nullptr;
    OK(ls_array_device_data(base, &address));
    const int64_t shape = kLength / 2, stride = 16;
    ls_adopt_host_options o = {};
    o.size = LS_SIZE(ls_adopt_host_options);
    o.strides = &stride;
    OK(ls_adopt_device("sim:0", address, LS_FLOAT64, 1, &shape, &o, &view));
    OK(ls_add(view, view, nullptr, &twice));
    std::vector<double> values(static_cast<size_t>(shape));
    OK(ls_to_host(twice, values.data(), values.size() * sizeof(double)));
    for (double v : values) EXPECT_EQ(v, 14);
    ls_array* crooked = nullptr;
    EXPECT_EQ(ls_adopt_device("sim:0", static_cast<char*>(address) + 1, LS_FLOAT64, 1, &shape, &o, &crooked), LS_VALUE_ERROR);
    for (ls_array** a : {&view, &twice, &base}) OK(ls_array_free(a));
}
