/* Prices a book of European call and put options with the formula of Black and Scholes.
   Must not know anything but lockstep.h. Build: cc options.c -llockstep -lm */
#include <lockstep/lockstep.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef ls_status unary(const ls_array*, const ls_ufunc_options*, ls_array**);
typedef ls_status binary(const ls_array*, const ls_array*, const ls_ufunc_options*, ls_array**);

/* Every intermediate array, freed together at the end; the first failure ends the program. */
static ls_array* kept[128];
static int count;

static ls_array* keep(ls_status status, ls_array* result) {
    if (status != LS_OK || count == sizeof kept / sizeof *kept) {
        fprintf(stderr, "%s\n", status ? ls_last_error() : "too many arrays");
        exit(1);
    }
    return kept[count++] = result;
}
static ls_array* call1(unary* f, const ls_array* x) {
    ls_array* r = NULL;
    const ls_status status = f(x, NULL, &r);
    return keep(status, r);
}
static ls_array* call2(binary* f, const ls_array* x, const ls_array* y) {
    ls_array* r = NULL;
    const ls_status status = f(x, y, NULL, &r);
    return keep(status, r);
}
static ls_array* number(double v) {
    ls_array* r = NULL;
    const ls_status status = ls_from_scalar(ls_float(v), &r);
    return keep(status, r);
}

/* The normal distribution function, to 7.5e-8: Abramowitz and Stegun, Handbook of Mathematical
 * Functions, 26.2.17. */
static ls_array* normal_cdf(const ls_array* x) {
    static const double b[] = {1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.319381530};
    const ls_array* size = call1(ls_absolute, x);
    const ls_array* t =
        call1(ls_reciprocal, call2(ls_add, call2(ls_multiply, size, number(0.2316419)), number(1)));
    ls_array* sum = number(0);
    for (int i = 0; i < 5; ++i) sum = call2(ls_multiply, call2(ls_add, sum, number(b[i])), t);
    const ls_array* half_square = call2(ls_multiply, call1(ls_square, x), number(-0.5));
    const ls_array* density = call2(ls_divide, call1(ls_exp, half_square), number(sqrt(2 * acos(-1.0))));
    const ls_array* tail = call2(ls_multiply, density, sum);
    ls_array* r = NULL;
    const ls_status status =
        ls_where(call2(ls_less, x, number(0)), tail, call2(ls_subtract, number(1), tail), &r);
    return keep(status, r);
}

static double total(const ls_array* x) {
    ls_array* sum = NULL;
    ls_scalar value;
    const ls_status status = ls_sum(x, NULL, &sum);
    keep(status, sum);
    if (ls_item(sum, &value)) exit(1);
    return value.value.float64;
}

int main(void) {
    const double spot = 100, rate = 0.05, volatility = 0.2, years = 1;
    const int64_t strikes = 400001; /* 80.0000 to 120.0000; the middle one is 100 */
    ls_array* strike = NULL;
    ls_status status = ls_linspace(ls_float(80), ls_float(120), strikes, NULL, &strike);
    keep(status, strike);

    const double spread = volatility * sqrt(years);
    const ls_array* moneyness = call1(ls_log, call2(ls_divide, number(spot), strike));
    const ls_array* drifted = call2(ls_add, moneyness, number((rate + volatility * volatility / 2) * years));
    const ls_array* d1 = call2(ls_divide, drifted, number(spread));
    const ls_array* d2 = call2(ls_subtract, d1, number(spread));
    const ls_array* discounted = call2(ls_multiply, strike, number(exp(-rate * years)));
    const ls_array* call = call2(ls_subtract, call2(ls_multiply, normal_cdf(d1), number(spot)),
                                 call2(ls_multiply, normal_cdf(d2), discounted));
    /* put-call parity */
    const ls_array* put = call2(ls_add, call2(ls_subtract, call, number(spot)), discounted);

    double* prices = malloc((size_t)strikes * sizeof *prices);
    if (!prices || ls_to_host(call, prices, (size_t)strikes * sizeof *prices)) return 1;
    printf("call at 80: %.4f, at 100: %.4f, at 120: %.4f\n", prices[0], prices[strikes / 2],
           prices[strikes - 1]);
    printf("book of %lld options: calls %.2f, puts %.2f\n", (long long)(2 * strikes), total(call),
           total(put));
    free(prices);
    while (count) ls_array_free(&kept[--count]);
    return 0;
}
