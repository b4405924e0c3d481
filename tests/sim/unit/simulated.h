// What the simulator's tests share: kernels from text, device arrays, settings for the length of a test.
// Must not know single kernels.
#pragma once

#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "kernels/vendor/nvrtc.h"
#include "tests/sim/settings.h"

namespace lockstep::sim {

// Puts the settings back, and mends what a test broke on purpose.
class WithSettings : public testing::Test {
  protected:
    ~WithSettings() override {
        cudaDeviceReset();
        settings() = before_;
        cudaDeviceSynchronize();
    }

  private:
    const Settings before_ = settings();
};

// The named kernel of a text in which `#include "kernels/device/kernel.h"` stands already.
inline cudaKernel_t kernel_from(const std::string& text, const char* name) {
    const cuda::Nvrtc& api = cuda::nvrtc();
    cuda::Nvrtc::Program program = nullptr;
    const std::string all = "#include \"kernels/device/kernel.h\"\n" + text;
    EXPECT_EQ(api.create_program(&program, all.c_str(), "test", 0, nullptr, nullptr), 0);
    const int compiled = api.compile_program(program, 0, nullptr);
    size_t bytes = 0;
    api.get_program_log_size(program, &bytes);
    std::string log(bytes, ' ');
    api.get_program_log(program, log.data());
    EXPECT_EQ(compiled, 0) << log;
    api.get_cubin_size(program, &bytes);
    std::string code(bytes, ' ');
    api.get_cubin(program, code.data());
    api.destroy_program(&program);
    cudaLibrary_t library = nullptr;
    cudaKernel_t kernel = nullptr;
    EXPECT_EQ(cudaLibraryLoadData(&library, code.data(), nullptr, nullptr, 0, nullptr, nullptr, 0),
              cudaSuccess);
    EXPECT_EQ(cudaLibraryGetKernel(&kernel, library, name), cudaSuccess);
    return kernel;
}

template <class T>
class DeviceArray {
  public:
    explicit DeviceArray(size_t size) : size_(size) {
        EXPECT_EQ(cudaMalloc(reinterpret_cast<void**>(&data_), size * sizeof(T)), cudaSuccess);
    }
    explicit DeviceArray(const std::vector<T>& from) : DeviceArray(from.size()) {
        EXPECT_EQ(cudaMemcpy(data_, from.data(), size_ * sizeof(T), cudaMemcpyHostToDevice), cudaSuccess);
    }
    ~DeviceArray() { cudaFree(data_); }
    DeviceArray(const DeviceArray&) = delete;
    DeviceArray& operator=(const DeviceArray&) = delete;

    T* data() const { return data_; }
    std::vector<T> host() const {
        std::vector<T> to(size_);
        EXPECT_EQ(cudaMemcpy(to.data(), data_, size_ * sizeof(T), cudaMemcpyDeviceToHost), cudaSuccess);
        return to;
    }

  private:
    size_t size_;
    T* data_ = nullptr;
};

template <class Arguments>
cudaError_t launch(cudaKernel_t kernel, dim3 grid, dim3 block, const Arguments& arguments,
                   size_t shared_bytes = 0, cudaStream_t stream = nullptr) {
    void* list[] = {const_cast<Arguments*>(&arguments)};
    return cudaLaunchKernel(reinterpret_cast<const void*>(kernel), grid, block, list, shared_bytes, stream);
}

// Fresh numbers in every run; the seed is in the trace of a failure.
class Numbers {
  public:
    Numbers()
        : seed_(std::random_device{}()),
          engine_(seed_),
          trace_(__FILE__, __LINE__, "seed " + std::to_string(seed_)) {}
    int64_t between(int64_t low, int64_t high) {
        return std::uniform_int_distribution<int64_t>(low, high)(engine_);
    }
    template <class T>
    std::vector<T> list(size_t n) {
        std::vector<T> to(n);
        for (T& x : to) x = static_cast<T>(between(-1000, 1000));
        return to;
    }

  private:
    unsigned seed_;
    std::mt19937_64 engine_;
    testing::ScopedTrace trace_;
};

}  // namespace lockstep::sim
