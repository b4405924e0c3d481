// search: one kernel, a thread for each value.
// Must not know arrays.
#include "kernels/device/sort_arguments.h"
#include "kernels/errors.h"
#include "kernels/index_space.h"
#include "kernels/sort.h"

namespace lockstep::cuda {

void search(int ordinal, const SearchTask& task, Stream* stream) {
    if (task.count == 0) return;
    const DeviceScope scope(ordinal);
    const device::SearchArguments a{task.n,      task.count, task.sorted, task.sorter,
                                    task.values, task.out,   task.right,  error_word(ordinal)};
    const DType type = task.type;
    launch_index(
        ordinal, {{'b', static_cast<char>(type.number())}}, [type] { return search_source(type); },
        task.count, &a, stream);
}

}  // namespace lockstep::cuda
