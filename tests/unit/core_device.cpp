// Devices and their defaults, the record of fallbacks, the number of threads.
// Must not know backends beyond the CPU: this machine may have no other.
#include "runtime/exec/device.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <thread>

#include "runtime/array/error.h"
#include "runtime/exec/backend.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/provenance.h"
#include "runtime/exec/threads.h"

namespace lockstep {
namespace {

Status status_of(const std::function<void()>& call, std::string* text = nullptr) {
    try {
        call();
        return Status::ok;
    } catch (const Error& e) {
        if (text) *text = e.what();
        return e.status();
    }
}

// Runs `call` in a fresh process, where nothing has read the environment yet; its result is the exit status.
#define EXPECT_IN_FRESH_PROCESS(call, status)                                   \
    do {                                                                        \
        GTEST_FLAG_SET(death_test_style, "threadsafe");                         \
        EXPECT_EXIT(std::_Exit(call()), ::testing::ExitedWithCode(status), ""); \
    } while (false)

TEST(CoreDevice, TheCpuIsAlwaysTheFirst) {
    ASSERT_FALSE(devices().empty());
    EXPECT_EQ(devices()[0], cpu_device());
    EXPECT_EQ(cpu_device()->name, "cpu");
    EXPECT_EQ(find_device("cpu"), cpu_device());
    EXPECT_TRUE(cpu_device()->backend->host_memory);
    for (const Device* d : devices()) EXPECT_EQ(find_device(d->name), d);
    EXPECT_EQ(find_device("auto"), devices().size() > 1 ? devices()[1] : devices()[0]);
}

TEST(CoreDevice, UnknownNamesAreRefusedWithTheReason) {
    for (const char* name : {"", "gpu", "CPU", "cpu:1", "cuda:99999", "cuda:", "cuda:-1", ":0", "cuda:0:0"}) {
        std::string text;
        EXPECT_EQ(status_of([&] { find_device(name); }, &text), Status::device_missing) << name;
        EXPECT_NE(text.find(name), std::string::npos) << text;
    }
    EXPECT_EQ(device_why("cpu"), "");
    EXPECT_EQ(device_why("gpu"), "");
}

TEST(CoreDevice, APluginThatIsNotThereSaysWhy) {
    for (const char* name : {"cuda", "sim"})
        if (status_of([&] { find_device(name); }) != Status::ok) {
            EXPECT_NE(device_why(name), "") << name;
        }
}

TEST(CoreDevice, AThreadsChoiceComesBeforeTheProcesss) {
    const Device other{cpu_device()->backend, 0, "another"}, third{cpu_device()->backend, 0, "a third"};
    const Device* const usual = default_device();
    set_default_device(&other);
    EXPECT_EQ(default_device(), &other);
    EXPECT_EQ(set_thread_device(&third), nullptr);
    EXPECT_EQ(default_device(), &third);
    std::thread([&] {
        EXPECT_EQ(default_device(), &other) << "another thread follows the process";
        set_thread_device(cpu_device());
    }).join();
    EXPECT_EQ(set_thread_device(nullptr), &third);
    EXPECT_EQ(default_device(), &other);
    set_default_device(nullptr);
    EXPECT_EQ(default_device(), usual);
}

TEST(CoreDevice, ManyThreadsMayAskFirst) {
    std::vector<std::thread> threads;
    std::vector<const Device*> found(8);
    for (size_t i = 0; i < found.size(); ++i)
        threads.emplace_back([&, i] { found[i] = i % 2 ? default_device() : devices()[0]; });
    for (auto& t : threads) t.join();
    for (const Device* d : found) EXPECT_NE(d, nullptr);
}

int default_device_with(const char* name) {
    setenv("LOCKSTEP_DEVICE", name, 1);
    const Status first = status_of([] { default_device(); });
    const Status second = status_of([] { default_device(); });
    // the call fails, not the process; and an explicit device still works
    if (first != second || find_device("cpu") != cpu_device()) return 255;
    set_default_device(cpu_device());
    if (default_device() != cpu_device()) return 254;
    return first == Status::ok ? 0 : static_cast<int>(first) % 256;
}

TEST(CoreDeviceDeathTest, TheEnvironmentNamesTheDefault) {
    const int missing = static_cast<int>(Status::device_missing) % 256;
    EXPECT_IN_FRESH_PROCESS([] { return default_device_with("cpu"); }, 0);
    EXPECT_IN_FRESH_PROCESS([] { return default_device_with("auto"); }, 0);
    EXPECT_IN_FRESH_PROCESS([] { return default_device_with(""); }, 0);
    EXPECT_IN_FRESH_PROCESS([] { return default_device_with("nonsense"); }, missing);
    EXPECT_IN_FRESH_PROCESS([] { return default_device_with("cuda:12345"); }, missing);
}

int plugin_path(const char* path) {
    setenv("LOCKSTEP_PLUGIN_PATH", path, 1);
    setenv("LOCKSTEP_DEVICE", "sim", 1);
    return status_of([] { find_device("sim:77"); }) == Status::device_missing && !devices().empty() ? 0 : 1;
}

TEST(CoreDeviceDeathTest, APluginPathThatLeadsNowhereIsNoDefect) {
    EXPECT_IN_FRESH_PROCESS([] { return plugin_path("/nowhere/at/all"); }, 0);
    EXPECT_IN_FRESH_PROCESS([] { return plugin_path("relative"); }, 0);
    EXPECT_IN_FRESH_PROCESS([] { return plugin_path(""); }, 0);
}

class CoreProvenance : public ::testing::Test {
  protected:
    void TearDown() override { set_fallback_policy(FallbackPolicy::silent); }
};

TEST_F(CoreProvenance, FallbacksAreCountedAndTheLastIsNamed) {
    set_fallback_policy(FallbackPolicy::silent);
    const int64_t before = fallback_count();
    record_fallback("float16 matmul", "cuda:0");
    EXPECT_EQ(fallback_count(), before + 1);
    EXPECT_EQ(last_fallback(), "float16 matmul on cuda:0");
    std::thread([] { EXPECT_EQ(last_fallback(), "") << "of the calling thread only"; }).join();
    ::testing::internal::CaptureStderr();
    set_fallback_policy(FallbackPolicy::warn);
    record_fallback("sort", "cuda:1");
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "lockstep: ran on the CPU: sort on cuda:1\n");
}

TEST_F(CoreProvenance, APolicyMayForbidThem) {
    set_fallback_policy(FallbackPolicy::error);
    EXPECT_EQ(fallback_policy(), FallbackPolicy::error);
    const int64_t before = fallback_count();
    std::string text;
    EXPECT_EQ(status_of([] { record_fallback("fft", "cuda:0"); }, &text), Status::device_unsupported);
    EXPECT_NE(text.find("fft on cuda:0"), std::string::npos) << text;
    EXPECT_EQ(fallback_count(), before) << "nothing ran on the CPU";
}

int policy_from(const char* text) {
    setenv("LOCKSTEP_FALLBACK", text, 1);
    return static_cast<int>(fallback_policy());
}

TEST(CoreProvenanceDeathTest, TheEnvironmentSetsThePolicy) {
    EXPECT_IN_FRESH_PROCESS([] { return policy_from("warn"); }, static_cast<int>(FallbackPolicy::warn));
    EXPECT_IN_FRESH_PROCESS([] { return policy_from("error"); }, static_cast<int>(FallbackPolicy::error));
    EXPECT_IN_FRESH_PROCESS([] { return policy_from("loud"); }, static_cast<int>(FallbackPolicy::silent));
}

// A backend that has nothing of its own: what is asked of it runs on the CPU, on the record or not at all.
TEST_F(CoreProvenance, ABackendWithoutAPrimitiveFallsBackOnTheRecord) {
    Backend lacking = cpu_backend();
    lacking.supports = [](Primitive p, DType) { return p == Primitive::map; };
    const Device device{&lacking, 0, "lacking:0"};
    const int64_t before = fallback_count();
    EXPECT_EQ(backend_for(&device, Primitive::map, types::float64_, "add"), &lacking);
    EXPECT_EQ(fallback_count(), before);
    EXPECT_EQ(backend_for(&device, Primitive::fft, types::float32_, "fft"), &cpu_backend());
    EXPECT_EQ(fallback_count(), before + 1);
    EXPECT_EQ(last_fallback(), "float32 fft on lacking:0");
    set_fallback_policy(FallbackPolicy::error);
    EXPECT_THROW(backend_for(&device, Primitive::fft, types::float32_, "fft"), Error);
}

TEST(CoreDispatch, ArraysMustLiveOnOneDevice) {
    Backend far = cpu_backend();
    far.host_memory = false;
    const Device device{&far, 0, "far:0"}, other{&far, 1, "far:1"};
    const Array here = empty_array(types::float64_, Dims{3}, cpu_device());
    const Array single = empty_array(types::float64_, Dims{1, 1}, cpu_device());
    Array there = here, elsewhere = here;
    there.storage = StorageRef(new_storage());
    there.storage->device = &device;
    elsewhere.storage = StorageRef(new_storage());
    elsewhere.storage->device = &other;
    const auto common = [](std::vector<const Array*> arrays) { return common_device(arrays); };
    EXPECT_EQ(common({&here, &here}), cpu_device());
    EXPECT_EQ(common({&there, &there}), &device);
    EXPECT_EQ(common({&single, &there}), &device) << "one element follows the others";
    EXPECT_EQ(common({&there, &single}), &device);
    EXPECT_EQ(common({&single, &single}), cpu_device());
    EXPECT_EQ(status_of([&] { common({&here, &there}); }), Status::value_error);
    EXPECT_EQ(status_of([&] { common({&there, &elsewhere}); }), Status::value_error);
}

TEST(CoreThreads, TheCallersChoiceOrTheDefault) {
    const int usual = num_threads();
    EXPECT_GE(usual, 1);
    set_num_threads(3);
    EXPECT_EQ(num_threads(), 3);
    EXPECT_EQ(status_of([] { set_num_threads(-1); }), Status::value_error);
    EXPECT_EQ(num_threads(), 3) << "a refused choice changes nothing";
    set_num_threads(0);
    EXPECT_EQ(num_threads(), usual);
}

int threads_with(const char* text) {
    setenv("LOCKSTEP_NUM_THREADS", text, 1);
    return num_threads();
}

TEST(CoreThreadsDeathTest, TheEnvironmentSetsTheDefault) {
    EXPECT_IN_FRESH_PROCESS([] { return threads_with("5"); }, 5);
    for (const char* text : {"0", "-3", "many", ""})
        EXPECT_IN_FRESH_PROCESS([&] { return threads_with(text) >= 1 ? 0 : 1; }, 0);
}

}  // namespace
}  // namespace lockstep
