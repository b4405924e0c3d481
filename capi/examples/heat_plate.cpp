// Relaxes a plate, hot along one edge and cold along the others, to its steady temperature (Jacobi).
// Must not know anything but lockstep.hpp. Build: c++ -std=c++20 heat_plate.cpp -llockstep
#include <lockstep/lockstep.hpp>

#include <cstdio>

namespace {

constexpr int64_t kSide = 65;  // points along an edge, edges included

// The mean of each inner point's four neighbours; all five are views of the plate.
ls::array neighbours_mean(const ls::array& plate) {
    const ls::index inside = ls::slice(1, -1), before = ls::slice_to(-2), after = ls::slice_from(2);
    return 0.25 *
           (plate(before, inside) + plate(after, inside) + plate(inside, before) + plate(inside, after));
}

double temperature(const ls::array& plate, int64_t row, int64_t column) {
    return plate(row, column).item<double>();
}

int relax(const ls::array& plate, double tolerance) {
    const ls::array inner = plate(ls::slice(1, -1), ls::slice(1, -1));
    for (int step = 1;; ++step) {
        const ls::array next = neighbours_mean(plate);
        const bool settled = ls::max(ls::absolute(next - inner)).item<double>() < tolerance;
        inner.assign(next);  // writes through the view
        if (settled) return step;
    }
}

}  // namespace

int main() {
    try {
        const ls::array plate = ls::zeros({kSide, kSide});
        plate(0).assign(100.0);
        const int steps = relax(plate, 1e-6);
        std::printf("settled after %d steps on %s\n", steps, plate.device().c_str());
        for (int64_t row = 0; row < kSide; row += 16) {
            for (int64_t column = 0; column < kSide; column += 16)
                std::printf("%7.2f", temperature(plate, row, column));
            std::printf("\n");
        }
        // four plates, each hot on another edge, add up to one at 100 everywhere: the centre has a quarter of
        // it
        std::printf("centre: %.2f\n", temperature(plate, kSide / 2, kSide / 2));
        return 0;
    } catch (const ls::error& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
