"""Draws to audit and to test, as text that reads the same for NumPy and for Lockstep.
Must not know how results are compared."""

# By class and method of lockstep._core.generator_methods. g is a fresh Generator and r a fresh RandomState, of the same seed
# on both sides; x is 1-D float64 and m a matrix, as in _calls.py.
DRAWS = """
Generator.random: g.random(); g.random(7); g.random((2, 3), dtype='float32')
Generator.uniform: g.uniform(); g.uniform(-3.5, 2, 7); g.uniform(x, high=[[10], [20]])
Generator.standard_normal: g.standard_normal(); g.standard_normal((2, 3), 'float32')
Generator.normal: g.normal(); g.normal(1.5, 0.3, 7); g.normal(loc=x)
Generator.standard_exponential: g.standard_exponential(7); g.standard_exponential((2, 3), 'float32', 'inv')
Generator.exponential: g.exponential(); g.exponential(2.5, (2, 3))
Generator.standard_gamma: g.standard_gamma(2.5, 7); g.standard_gamma([1, 3], dtype='float32')
Generator.gamma: g.gamma(2.5, 2, 7)
Generator.beta: g.beta(2, 3, 7)
Generator.chisquare: g.chisquare(3); g.chisquare(3, 7)
Generator.noncentral_chisquare: g.noncentral_chisquare(3, 2, 7)
Generator.f: g.f(3, 5, 7)
Generator.noncentral_f: g.noncentral_f(3, 5, 2, 7)
Generator.standard_t: g.standard_t(5, size=7)
Generator.standard_cauchy: g.standard_cauchy(7)
Generator.pareto: g.pareto(3, 7)
Generator.weibull: g.weibull(2, 7)
Generator.power: g.power(5, 7)
Generator.laplace: g.laplace(); g.laplace(1, 2, 7)
Generator.gumbel: g.gumbel(size=7)
Generator.logistic: g.logistic(size=7)
Generator.lognormal: g.lognormal(0, 1, 7)
Generator.rayleigh: g.rayleigh(2, 7)
Generator.wald: g.wald(3, 2, 7)
Generator.triangular: g.triangular(-3, 0, 8, 7)
Generator.vonmises: g.vonmises(0, 4, 7)
Generator.binomial: g.binomial(10, 0.5); g.binomial([1, 1000], 0.3, (3, 2))
Generator.negative_binomial: g.negative_binomial(10, 0.1, 7)
Generator.poisson: g.poisson(); g.poisson([1, 20], (3, 2))
Generator.geometric: g.geometric(0.35, 7)
Generator.zipf: g.zipf(4, 7)
Generator.logseries: g.logseries(0.6, 7)
Generator.hypergeometric: g.hypergeometric(100, 200, 50, 7)
RandomState.random_sample: r.random_sample(); r.random_sample((2, 3))
"""


def draws() -> dict[str, list[str]]:
    rows = (line.partition(":") for line in DRAWS.strip().splitlines())
    return {name: [call.strip() for call in text.split(";")] for name, _, text in rows}
