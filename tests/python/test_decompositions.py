"""linalg's results in Python: named tuples, one array where no vectors are asked for, numbers and texts as options, exceptions.
Must not know algorithms: values are held to NumPy's by tests/table."""

import numpy as np
import pytest

import lockstep as ls

A = [[4.0, 1.0], [1.0, 3.0]]


@pytest.mark.parametrize(
    "name, options",
    [("eig", {}), ("eigh", {}), ("eigh", {"UPLO": "U"}), ("qr", {}), ("qr", {"mode": "complete"}), ("slogdet", {}), ("svd", {}),
     ("svd", {"full_matrices": False}), ("svd", {"hermitian": True})],
)
def test_named_tuples(name, options):
    ours, theirs = getattr(ls.linalg, name)(A, **options), getattr(np.linalg, name)(A, **options)
    assert type(ours).__name__ == type(theirs).__name__ and ours._fields == theirs._fields
    for field in theirs._fields:
        assert np.allclose(np.abs(ls.asnumpy(getattr(ours, field))), np.abs(getattr(theirs, field)))


def test_single_arrays_and_plain_tuples():
    assert isinstance(ls.linalg.svd(A, compute_uv=False), ls.ndarray)
    assert isinstance(ls.linalg.qr(A, "r"), ls.ndarray)
    assert type(ls.linalg.qr(A, mode="raw")) is tuple
    x, residuals, rank, s = ls.linalg.lstsq(A, [1.0, 2.0])
    assert int(rank) == 2 and residuals.shape == (0,) and s.shape == (2,) and x.shape == (2,)


def test_options_of_several_kinds():
    for p in (None, 1, -1, 2, -2, np.inf, -np.inf, "fro", "nuc"):
        assert np.isclose(float(ls.linalg.cond(A, p)), np.linalg.cond(A, p))
    for options in ({}, {"rcond": 0.3}, {"rtol": 0.3}, {"rtol": None}, {"rcond": None}, {"rcond": 0.4, "hermitian": True}):
        assert np.allclose(ls.asnumpy(ls.linalg.pinv(A, **options)), np.linalg.pinv(A, **options))
    with pytest.raises(ValueError, match="both"):
        ls.linalg.pinv(A, 0.1, rtol=0.2)
    with pytest.raises(ValueError, match="both"):
        ls.linalg.pinv(A, 0.1, rtol=None)


@pytest.mark.parametrize(
    "call, text",
    [
        (lambda xp: xp.linalg.inv(np.zeros((2, 2))), "Singular matrix"),
        (lambda xp: xp.linalg.solve(np.zeros((2, 2)), np.ones(2)), "Singular matrix"),
        (lambda xp: xp.linalg.cholesky(-np.eye(2)), "Matrix is not positive definite"),
        (lambda xp: xp.linalg.svd(np.full((2, 2), np.nan)), "SVD did not converge"),
        (lambda xp: xp.linalg.eig(np.full((2, 2), np.nan)), "Array must not contain infs or NaNs"),
        (lambda xp: xp.linalg.det(np.ones((2, 3))), "Last 2 dimensions of the array must be square"),
        (lambda xp: xp.linalg.inv(np.ones(3)), "1-dimensional array given. Array must be at least two-dimensional"),
        (lambda xp: xp.linalg.lstsq(np.ones((2, 2)), np.ones(3)), "Incompatible dimensions"),
        (lambda xp: xp.linalg.cond(np.ones((0, 0))), "cond is not defined on empty arrays"),
    ],
)
def test_errors_are_numpys(call, text):
    for xp in (np, ls):
        with pytest.raises(np.linalg.LinAlgError, match=text):
            call(xp)
    assert ls.linalg.LinAlgError is np.linalg.LinAlgError


def test_no_other_types():
    for xp in (np, ls):
        with pytest.raises(TypeError, match="float16 is unsupported in linalg"):
            xp.linalg.inv(np.eye(2, dtype="f2"))
