/* lockstep.h read as strict C99, and its idioms in use; called from header_test.cpp.
   Must not know C++. */
#include <lockstep/libnumpy.h>
#include <lockstep/lockstep.h>

ls_status c99_distances(double *distances, size_t bytes);

ls_status c99_distances(double *distances, size_t bytes) {
    const double points[] = {3, 4, 6, 8, 5, 12};
    const int64_t shape[] = {3, 2};
    ls_array *x = NULL, *y = NULL, *d = NULL, *root = NULL;
    ls_status status = LS_OK;
    if ((status = ls_from_host(points, LS_FLOAT64, 2, shape, NULL, &x)) == LS_OK &&
        (status = ls_multiply(x, x, NULL, &y)) == LS_OK &&
        (status = ls_sum(y, &(ls_sum_options){LS_SIZE(ls_sum_options), .axis = ls_axis(1)}, &d)) == LS_OK &&
        (status = ls_sqrt(d, &(ls_ufunc_options){LS_SIZE(ls_ufunc_options), .out = d}, NULL)) == LS_OK)
        status = ls_to_host(d, distances, bytes);
    ls_array_free(&x);
    ls_array_free(&y);
    ls_array_free(&d);
    ls_array_free(&root);
    return status;
}
