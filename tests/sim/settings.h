// How the simulator runs what it is given. From the environment when first asked; tests may change it.
// Must not know CUDA.
#pragma once

#include <cstdint>

namespace lockstep::sim {

enum class Order { forward, reverse, random };
enum class Queues { eager, lazy, random };

struct Settings {
    Order order = Order::forward;   // LOCKSTEP_SIM_ORDER=forward|reverse|random[:seed]: threads of a block,
                                    // blocks of a grid
    Queues queues = Queues::eager;  // LOCKSTEP_SIM_STREAMS=eager|lazy|random[:seed]: when queued work runs
    uint64_t seed = 1;
    int devices = 1;                    // LOCKSTEP_SIM_DEVICES, 1 to 8
    int64_t memory = int64_t{2} << 30;  // LOCKSTEP_SIM_MEMORY, bytes per device, with an optional K, M or G
    bool protect = true;                // LOCKSTEP_SIM_PROTECT=0: the host may touch device memory
};
Settings& settings();

// A number below `bound`, from the seed.
uint64_t random_below(uint64_t bound);
void seed_random(uint64_t seed);

}  // namespace lockstep::sim
