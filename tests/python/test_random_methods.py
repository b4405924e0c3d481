"""Every method of lockstep.random's Generator and RandomState beside NumPy's: draws, states after them, signatures.
Must not know algorithms. The draws themselves are held to NumPy's by tests/table; here it is the way to them."""

import inspect
import re
import warnings

import numpy as np
import pytest

import lockstep as ls
from lockstep import _core
from lockstep._audit import inputs
from lockstep._draw_calls import draws

KINDS = ["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"]
# Plain arithmetic, equal in bits; what takes logarithms and powers is within 2 steps of NumPy's.
EXACT = {"random", "random_sample", "integers", "uniform", "choice", "permutation", "permuted", "shuffle", "bytes"}
# Units in the last place that one call of the C library may be off grow where the formula goes on: tests/table/test_random.py.
CARRIED = {"laplace", "gumbel", "logistic", "vonmises", "power", "beta", "noncentral_chisquare", "noncentral_f"}
METHODS = [name for name in _core.generator_methods if hasattr(ls.random, name.partition(".")[0])]


@pytest.mark.parametrize("name", METHODS)
def test_method(name, both, rng):
    assert draws().get(name), f"{name} needs a call in lockstep/_draw_calls.py"
    cls, _, method = name.partition(".")
    arrays = inputs(rng)
    for kind in KINDS:
        seed, states = int(rng.integers(2**32)), []
        for call in draws()[name]:

            def body(xp, *values):
                generator = getattr(xp.random, cls)(getattr(xp.random, kind)(seed))
                result = eval(call, vars(xp) | dict(zip(arrays, values)) | {"g": generator, "r": generator})
                state = generator.bit_generator.state if cls == "Generator" else generator.get_state(legacy=False)
                states.append(str(state))
                return result

            both(body, *arrays.values(), text=f"{call} {kind}:{seed}", steps=0 if method in EXACT else 2**20 if method in CARRIED else 4)
            assert len(states) < 2 or states[-1] == states[-2], f"{call} {kind}:{seed} leaves another state"
            states.clear()


def plain(signature) -> str:
    text = re.sub(r"<class '(numpy\.)?(\w+)'>", r"'\2'", str(signature)).replace("self, /, ", "self, ")
    return text.replace("(self, /)", "(self)")


@pytest.mark.parametrize("name", METHODS)
def test_signature_and_doc(name):
    cls, _, method = name.partition(".")
    ours, theirs = getattr(getattr(ls.random, cls), method), getattr(getattr(np.random, cls), method)
    assert plain(inspect.signature(ours)) == plain(inspect.signature(theirs))
    assert "C: ls_random_" in ours.__doc__.replace("\n", " ") and "NumPy" in ours.__doc__


COVARIANCES = {"good": [[2, 0.5], [0.5, 1]], "indefinite": [[1, 2], [2, 1]], "tilted": [[1, 0], [0.5, 1]], "negative": [[-1, 0], [0, -1]],
               "zero": [[0, 0], [0, 0]], "flat": [[1, 1], [1, 1]]}  # fmt: skip


@pytest.mark.parametrize("cov", COVARIANCES)
@pytest.mark.parametrize("method", [None, "svd", "eigh", "cholesky"])
def test_warnings_of_covariances(method, cov):
    """multivariate_normal warns, raises or keeps quiet where NumPy does; None is the legacy RandomState."""

    def outcome(xp, **options):
        generator = xp.random.RandomState(5) if method is None else xp.random.default_rng(5)
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            try:
                result = np.shape(generator.multivariate_normal([1, 2], COVARIANCES[cov], 3, **options))
            except ValueError as error:
                result = type(error)
        return result, [(w.category, str(w.message)) for w in seen]

    way = {} if method is None else {"method": method}
    for options in ({}, {"check_valid": "raise"}, {"check_valid": "ignore"}, {"tol": 3.0}, {"tol": 0.0}, {"check_valid": "warn", "tol": 1e-3}, {"check_valid": None}):
        if cov in ("good", "flat") and options.get("tol") == 0.0:
            continue  # rounding decides
        assert outcome(ls, **way, **options) == outcome(np, **way, **options), f"{method} {options}"
