// Launches of kernels.
// Must not know what a kernel computes.
#include "kernels/compile/kernel.h"

namespace lockstep::cuda {

void launch(Kernel kernel, const Grid& grid, const void* arguments, Stream* stream) {
    void* parameters[] = {const_cast<void*>(arguments)};
    check(cudaLaunchKernel(reinterpret_cast<const void*>(kernel.handle),
                           dim3(grid.blocks[0], grid.blocks[1], grid.blocks[2]),
                           dim3(grid.threads[0], grid.threads[1], grid.threads[2]), parameters,
                           grid.shared_bytes, queue_of(stream)),
          "cudaLaunchKernel");
}

}  // namespace lockstep::cuda
