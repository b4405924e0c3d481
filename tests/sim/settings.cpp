// Reads the environment.
// Must not know what the settings do. A value that is not understood ends the process: a test that silently
// ran in another order would prove nothing.
#include "tests/sim/settings.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace lockstep::sim {
namespace {

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value ? value : "";
}

[[noreturn]] void reject(const char* name, const std::string& value, const char* expected) {
    std::fprintf(stderr, "lockstep sim: %s=%s: expected %s\n", name, value.c_str(), expected);
    std::exit(2);
}

// "random:17" -> "random", and the seed.
std::string split_seed(const char* name, const std::string& value, uint64_t& seed) {
    const size_t colon = value.find(':');
    if (colon == std::string::npos) return value;
    char* end = nullptr;
    const std::string digits = value.substr(colon + 1);
    seed = std::strtoull(digits.c_str(), &end, 10);
    if (digits.empty() || *end) reject(name, value, "a decimal seed after the colon");
    return value.substr(0, colon);
}

int64_t bytes_of(const char* name, const std::string& value) {
    char* end = nullptr;
    const double number = std::strtod(value.c_str(), &end);
    const std::string unit = end;
    const int shift = unit.empty() ? 0 : unit == "K" ? 10 : unit == "M" ? 20 : unit == "G" ? 30 : -1;
    if (end == value.c_str() || shift < 0 || number <= 0)
        reject(name, value, "bytes, or a number with K, M or G");
    return static_cast<int64_t>(number * static_cast<double>(int64_t{1} << shift));
}

Settings read() {
    Settings s;
    if (const std::string v = variable("LOCKSTEP_SIM_ORDER"); !v.empty()) {
        const std::string word = split_seed("LOCKSTEP_SIM_ORDER", v, s.seed);
        if (word == "forward")
            s.order = Order::forward;
        else if (word == "reverse")
            s.order = Order::reverse;
        else if (word == "random")
            s.order = Order::random;
        else
            reject("LOCKSTEP_SIM_ORDER", v, "forward, reverse or random[:seed]");
    }
    if (const std::string v = variable("LOCKSTEP_SIM_STREAMS"); !v.empty()) {
        const std::string word = split_seed("LOCKSTEP_SIM_STREAMS", v, s.seed);
        if (word == "eager")
            s.queues = Queues::eager;
        else if (word == "lazy")
            s.queues = Queues::lazy;
        else if (word == "random")
            s.queues = Queues::random;
        else
            reject("LOCKSTEP_SIM_STREAMS", v, "eager, lazy or random[:seed]");
    }
    if (const std::string v = variable("LOCKSTEP_SIM_DEVICES"); !v.empty()) {
        s.devices = std::atoi(v.c_str());
        if (s.devices < 1 || s.devices > 8) reject("LOCKSTEP_SIM_DEVICES", v, "1 to 8");
    }
    if (const std::string v = variable("LOCKSTEP_SIM_MEMORY"); !v.empty())
        s.memory = bytes_of("LOCKSTEP_SIM_MEMORY", v);
    s.protect = variable("LOCKSTEP_SIM_PROTECT") != "0";
    return s;
}

constexpr uint64_t kStep = 0x9e3779b97f4a7c15ull;

uint64_t mixed(uint64_t x) {  // splitmix64
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

uint64_t& random_state() {
    static uint64_t state = mixed(settings().seed + kStep);
    return state;
}

}  // namespace

Settings& settings() {
    static Settings s = read();
    return s;
}

void seed_random(uint64_t seed) { random_state() = mixed(seed + kStep); }

uint64_t random_below(uint64_t bound) { return mixed(random_state() += kStep) % bound; }

}  // namespace lockstep::sim
