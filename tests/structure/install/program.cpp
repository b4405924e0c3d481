// A host program in C++20 against the installed tree: the same as program.c through lockstep.hpp.
#include <cstdint>
#include <cstdio>
#include <lockstep/lockstep.hpp>
#include <vector>

int main() {
    const double points[] = {1, 2, 3, 4, 5, 6};
    const auto x = ls::array::from_host(points, LS_FLOAT64, {3, 2});
    const auto d = ls::sum(x * x, {.axis = 1});
    double sums[3] = {0};
    if (ls_to_host(d.handle(), sums, sizeof sums)) return 1;
    std::printf("%g %g %g\n", sums[0], sums[1], sums[2]);
}
