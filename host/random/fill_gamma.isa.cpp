// The loops of gamma and Poisson draws and of what is made of them.
// Must not know generators. Compiled once per instruction set.
#include "host/random/fill_loop.h"
#include "runtime/scalar/random/gamma.h"
#include "runtime/scalar/random/poisson.h"

namespace lockstep::host::random::LS_ISA {

#define LS_FAMILY_uniform(name)
#define LS_FAMILY_normal(name)
#define LS_FAMILY_exponential(name)
#define LS_FAMILY_vonmises(name)
#define LS_FAMILY_gamma(name) LS_FILL_ROW(name)
#define LS_FAMILY_poisson(name) LS_FILL_ROW(name)
#define LS_FAMILY_counting(name)
#define LS_FAMILY_binomial(name)
#define LS_FAMILY_hypergeometric(name)
#define LS_FAMILY_bounded(name)
#define LS_FAMILY_legacy(name)
#define LS_DISTRIBUTION(number, name, parameters, type, unit, words, family) LS_FAMILY_##family(name)
void fill_gamma(FillTable& table) {
#include "runtime/tables/distributions.def"
}

}  // namespace lockstep::host::random::LS_ISA
