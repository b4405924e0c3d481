// The loops of uniform, normal and exponential draws, and of what is made of one or two of them.
// Must not know generators. Compiled once per instruction set.
#include "host/random/fill_loop.h"
#include "runtime/scalar/random/uniform.h"
#include "runtime/scalar/random/normal.h"
#include "runtime/scalar/random/exponential.h"
#include "runtime/scalar/random/vonmises.h"

namespace lockstep::host::random::LS_ISA {

#define LS_FAMILY_uniform(name) LS_FILL_ROW(name)
#define LS_FAMILY_normal(name) LS_FILL_ROW(name)
#define LS_FAMILY_exponential(name) LS_FILL_ROW(name)
#define LS_FAMILY_vonmises(name) LS_FILL_ROW(name)
#define LS_FAMILY_gamma(name)
#define LS_FAMILY_poisson(name)
#define LS_FAMILY_counting(name)
#define LS_FAMILY_binomial(name)
#define LS_FAMILY_hypergeometric(name)
#define LS_FAMILY_bounded(name)
#define LS_FAMILY_legacy(name)
#define LS_DISTRIBUTION(number, name, parameters, type, unit, words, family) LS_FAMILY_##family(name)
void fill_continuous(FillTable& table) {
#include "runtime/tables/distributions.def"
}

}  // namespace lockstep::host::random::LS_ISA
