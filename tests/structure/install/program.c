/* A host program in C99 against the installed tree: sums the squares of the rows of a matrix. */
#include <lockstep/lockstep.h>
#include <stdio.h>

int main(void) {
    const double points[] = {1, 2, 3, 4, 5, 6};
    const int64_t shape[] = {3, 2};
    double sums[3] = {0};
    ls_array *x = NULL, *y = NULL, *d = NULL;
    const ls_status status = ls_from_host(points, LS_FLOAT64, 2, shape, NULL, &x) || ls_multiply(x, x, NULL, &y) ||
                             ls_sum(y, &(ls_sum_options){LS_SIZE(ls_sum_options), .axis = ls_axis(1)}, &d) ||
                             ls_to_host(d, sums, sizeof sums);
    if (status) fprintf(stderr, "%s\n", ls_last_error());
    ls_array_free(&x);
    ls_array_free(&y);
    ls_array_free(&d);
    printf("%g %g %g\n", sums[0], sums[1], sums[2]);
    return status || ls_abi_version() != LS_ABI_VERSION;
}
