// What a kernel finds wrong: noted in the device's word, raised at the next wait, and the device goes on.
// Must not know primitives.
#include <string>
#include <thread>

#include "kernels/errors.h"
#include "kernels/streams.h"
#include "runtime/array/error.h"
#include "runtime/exec/program.h"
#include "tests/sim/unit/simulated.h"

namespace lockstep::sim {
namespace {

// Thread k looks at index k * step of an axis of `size` elements, as a gather would.
constexpr const char* kText = R"(
#include "kernels/device/error.h"
struct Arguments { lockstep::device::ErrorWord* word; long size, step; unsigned op; int axis; };
LS_KERNEL(look, 64, Arguments) {
    const long index = (blockIdx.x * 64l + threadIdx.x) * arguments.step;
    if (index >= arguments.size)
        lockstep::device::report(arguments.word, 202u, arguments.op, arguments.axis, index, arguments.size);
}
)";

struct Arguments {
    device::ErrorWord* word;
    int64_t size, step;
    unsigned op;
    int axis;
};

class ReportedErrors : public WithSettings {
  protected:
    cudaKernel_t kernel = kernel_from(kText, "look");

    void look(int64_t size, int64_t step, Op op, int axis) {
        Arguments arguments{cuda::error_word(0), size, step, static_cast<unsigned>(op), axis};
        void* pointers[] = {&arguments};
        ASSERT_EQ(cudaLaunchKernel(reinterpret_cast<const void*>(kernel), {4, 1, 1}, {64, 1, 1}, pointers, 0, nullptr),
                  cudaSuccess);
    }
    // The text of what the wait throws, "" when it throws nothing.
    std::string waited() {
        try {
            cuda::synchronize(0, nullptr);
        } catch (const Error& e) {
            EXPECT_EQ(e.status(), Status::index_error);
            return e.what();
        }
        return "";
    }
};

TEST_F(ReportedErrors, none_is_raised_where_all_is_well) {
    look(256, 1, Op::copy, 0);
    EXPECT_EQ(waited(), "");
}

TEST_F(ReportedErrors, name_operation_axis_and_value_once) {
    look(1000, 5, Op::copy, 2);  // first out of range: 1000, by thread 200; which of the 56 reports wins is open
    const std::string text = waited();
    EXPECT_NE(text.find("copy: index 1"), std::string::npos) << text;
    EXPECT_NE(text.find("is out of bounds for axis 2 with size 1000"), std::string::npos) << text;
    EXPECT_EQ(waited(), "") << "raised twice";
    look(256, 1, Op::copy, 0);  // the device goes on
    EXPECT_EQ(waited(), "");
    look(255, 1, Op::copy, 0);
    EXPECT_NE(waited().find("index 255 is out of bounds for axis 0 with size 255"), std::string::npos);
}

TEST_F(ReportedErrors, the_first_stays_whatever_comes_later) {
    settings().order = Order::forward;
    look(10, 1, Op::copy, 1);
    look(20, 1, Op::copy, 3);
    EXPECT_NE(waited().find("index 10 is out of bounds for axis 1 with size 10"), std::string::npos);
}

TEST_F(ReportedErrors, outlive_a_wait_that_does_not_ask) {
    look(10, 1, Op::copy, 1);
    cuda::wait(0, nullptr);
    EXPECT_NE(waited().find("index 1"), std::string::npos);
}

}  // namespace
}  // namespace lockstep::sim
