/* What a small call costs the host, and the first call of a function: "name value unit" per line.
   Must not know anything but lockstep.h. Arguments: the device, the number of calls. */
#include <lockstep/lockstep.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void must(ls_status status) {
    if (status == LS_OK) return;
    fprintf(stderr, "%s\n", ls_last_error());
    exit(1);
}

static ls_array *x, *matrix;

static void call(const char *name) {
    ls_array *result = NULL;
    switch (name[0]) {
        case 'a': must(ls_add(x, x, NULL, &result)); break;
        case 'e': must(ls_exp(x, NULL, &result)); break;
        case 's': must(ls_sum(x, NULL, &result)); break;
        default: must(ls_matmul(matrix, matrix, NULL, &result)); break;
    }
    must(ls_array_free(&result));
}

int main(int count, char **arguments) {
    static const char *const names[] = {"add", "exp", "sum", "matmul"};
    const char *const device = count > 1 ? arguments[1] : "cuda";
    const int calls = count > 2 ? atoi(arguments[2]) : 5000;
    float values[256];
    const int64_t shape[] = {16, 16};
    for (int i = 0; i < 256; ++i) values[i] = 0.01f * (float)i;
    must(ls_set_default_device(device));
    must(ls_from_host(values, LS_FLOAT32, 1, shape, NULL, &x));
    must(ls_from_host(values, LS_FLOAT32, 2, shape, NULL, &matrix));
    must(ls_synchronize(NULL));
    for (int k = 0; k < 4; ++k) {
        const double start = now();
        call(names[k]);
        must(ls_synchronize(NULL));
        printf("first %s %.2f us\n", names[k], 1e6 * (now() - start));
    }
    for (int k = 0; k < 4; ++k) {
        double best = 1e9;
        for (int repeat = 0; repeat < 5; ++repeat) {
            must(ls_synchronize(NULL));
            const double start = now();
            for (int i = 0; i < calls; ++i) call(names[k]);
            const double each = (now() - start) / calls;
            if (each < best) best = each;
        }
        printf("%s of 16 numbers, host time per call %.3f us\n", names[k], 1e6 * best);
    }
    ls_kernel_cache_statistics kernels = {.size = LS_SIZE(ls_kernel_cache_statistics)};
    must(ls_kernel_cache_info(&kernels));
    printf("kernels from the pack %lld kernels\n", (long long)kernels.from_pack);
    printf("kernels from the disk cache %lld kernels\n", (long long)kernels.from_disk);
    printf("kernels compiled %lld kernels\n", (long long)kernels.compiled);
    must(ls_array_free(&x));
    must(ls_array_free(&matrix));
    return 0;
}
