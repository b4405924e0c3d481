// The loops of RandomState's own distributions.
// Must not know generators. Compiled once per instruction set.
#include "host/random/fill_keeping.h"
#include "runtime/scalar/random/legacy_discrete.h"

namespace lockstep::host::random::LS_ISA {

#define LS_FAMILY_uniform(name)
#define LS_FAMILY_normal(name)
#define LS_FAMILY_exponential(name)
#define LS_FAMILY_vonmises(name)
#define LS_FAMILY_gamma(name)
#define LS_FAMILY_poisson(name)
#define LS_FAMILY_counting(name)
#define LS_FAMILY_binomial(name)
#define LS_FAMILY_hypergeometric(name)
#define LS_FAMILY_legacy(name) LS_FILL_ROW_BY(fill_keeping, name)
#define LS_FAMILY_bounded(name)
#define LS_DISTRIBUTION(number, name, parameters, type, unit, words, family) LS_FAMILY_##family(name)
void fill_legacy(FillTable& table) {
#include "runtime/tables/distributions.def"
}

}  // namespace lockstep::host::random::LS_ISA
