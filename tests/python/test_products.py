"""Products where Python writes arguments in more ways than C: einsum's lists and paths, tensordot's axes, norms by name.
Must not know in which order operands are contracted."""

import numpy as np
import pytest

import lockstep as ls

A = np.arange(6.0).reshape(2, 3)
M = np.arange(9.0).reshape(3, 3)
T = np.arange(24.0).reshape(2, 3, 4)

LISTS = [
    (A, [0, 1]),
    (A, [1, 0]),
    (A, [0, 1], [1]),
    (A, [0, Ellipsis]),
    (A, [0, Ellipsis], [Ellipsis, 0]),
    (A, [0, 1], M, [1, 2]),
    (A, [0, 1], M, [1, 2], [2, 0]),
    (A, (26, 51), M, np.array([51, 3])),
    (M, [0, 0]),
    (A, [0, 1], M, [1, 2], M, [2, 3], []),
    (2.5, [], A, [0, 1]),
]


@pytest.mark.parametrize("number", range(len(LISTS)))
def test_einsum_of_lists(number):
    arguments = LISTS[number]
    own = [ls.asarray(a) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else a for a in arguments]
    theirs = np.einsum(*arguments)
    for given in (arguments, own):
        ours = ls.einsum(*given)
        assert ours.dtype == theirs.dtype and ours.shape == theirs.shape
        assert np.array_equal(ls.asnumpy(ours), theirs)


@pytest.mark.parametrize(
    "arguments",
    [(), ("ij",), (A,), (A, "ij"), (A, [0, 52]), (A, [0, -1]), (A, [0, 1.5]), (A, 3), ("ij,jk", A), ("ij", A, A)],
)
def test_wrong_arguments_of_einsum(arguments, both):
    both(lambda xp: xp.einsum(*arguments), text=str(arguments))


CHAINS = [
    ("ij,jk,kl", (A, M, M)),
    ("ij,jk,kl->", (A, M, M)),
    ("ij,jk", (A, M)),
    ("i,j,k->ijk", (M[0], M[1], M[2])),
    ("ea,fb,abcd,gc,hd->efgh", (np.ones((5, 4)), np.ones((5, 4)), np.ones((4, 4, 4, 4)), np.ones((5, 4)), np.ones((5, 4)))),
    ("ij,ij,ij->i", (M, M, M)),
    ("ab,bc,cd,de,ea", (np.ones((2, 3)), np.ones((3, 7)), np.ones((7, 2)), np.ones((2, 5)), np.ones((5, 2)))),
    ("ij,jk,kl", (A, M, np.ones((1, 4)))),
]
CHOICES = [False, True, None, "greedy", "optimal", ("greedy", 10), ("optimal", 3), ["einsum_path", (0, 1), (0, 1)], ("greedy", 5, 3),
           "best", 1, [(0, 1)], ["einsum_path", (0, 1)], ["einsum_path", (1, 2), (1, 0)]]  # fmt: skip


@pytest.mark.parametrize("text, arrays", CHAINS)
@pytest.mark.parametrize("optimize", CHOICES, ids=str)
def test_paths(text, arrays, optimize):
    def outcome(xp, operands):
        try:
            return xp.einsum_path(text, *operands, optimize=optimize), xp.einsum(text, *operands, optimize=optimize)
        except (LookupError, TypeError, RuntimeError, ValueError) as error:
            return type(error)

    if text == "i,j,k->ijk" and optimize == "best":
        return  # NumPy does not look at the name where there is nothing to choose
    theirs, ours = outcome(np, arrays), outcome(ls, [ls.asarray(a) for a in arrays])
    if isinstance(theirs, type):
        assert ours is theirs
        return
    (path, report), result = ours
    assert path == theirs[0][0]
    assert report == theirs[0][1]
    assert result.shape == np.shape(theirs[1]) and np.allclose(ls.asnumpy(result), theirs[1], rtol=1e-12)


def test_path_of_ellipses():
    """NumPy's letters for the axes of ellipses follow from the hash of strings; the path and the figures do not."""
    (path, report), (theirs, wanted) = (xp.einsum_path("...ij,...jk,kl", T, T.swapaxes(1, 2), A.repeat(2, 0)[:3]) for xp in (ls, np))
    assert path == theirs
    assert report.splitlines()[1:7] == wanted.splitlines()[1:7]


def test_einsum_gives_views():
    m = ls.asarray(M.copy())
    ls.einsum("ii->i", m)[...] = -1
    assert m.tolist() == [[-1, 1, 2], [3, -1, 5], [6, 7, -1]]
    assert ls.shares_memory(ls.einsum("ij->ji", m), m)
    with pytest.raises(ValueError):
        ls.einsum("ij", ls.broadcast_to(m, (3, 3)))[0, 0] = 1


def test_einsum_options():
    out = ls.zeros((2, 3))
    assert ls.einsum("ij,jk", A, M, out=out) is out
    assert np.array_equal(ls.asnumpy(out), A @ M)
    assert ls.einsum("ij,jk", A, M, order="F").flags.f_contiguous
    assert ls.einsum("ij,jk", A, M, dtype="c16").dtype == np.complex128
    with pytest.raises(TypeError):
        ls.einsum("ij,jk", A, M, dtype="f4")
    with pytest.raises(TypeError):
        ls.einsum("ij,jk", A, M, nonsense=1)


@pytest.mark.parametrize("axes", [0, 1, ([1], [0]), ((1,), (0,)), (1, 0), [[0, 1], [1, 0]], (-1, -2), ([], []), 3, 1.5, (1,), (0, 0),
                                  ([0, 1], [0]), ([5], [0]), "ab", np.int64(1), (np.array([1]), [0])], ids=str)  # fmt: skip
def test_axes_of_tensordot(axes, both):
    b = np.arange(6.0).reshape(3, 2)
    both(lambda xp, x, y: xp.tensordot(x, y, axes), A, b, text=f"tensordot {axes}")
    both(lambda xp, x, y: xp.linalg.tensordot(x, y, axes=axes), A, b, text=f"linalg.tensordot {axes}")


def test_cross_warns_of_two_components():
    with pytest.warns(DeprecationWarning, match="2-dimensional vectors"):
        assert ls.cross([1.0, 2.0], [3.0, 4.0]).tolist() == -2.0
    with pytest.warns(DeprecationWarning):
        ls.cross(M, np.ones((3, 2)))


NORMS = [None, "fro", "f", "nuc", 1, -1, 2, np.inf, -np.inf, 0, 3, 0.5, "wrong", True, np.float32(2)]


@pytest.mark.parametrize("ord", NORMS, ids=str)
def test_norms(ord, both):
    for x in (A, A[0], T, A.astype("f4"), A.astype(int)):
        steps = 64  # singular values, powers
        both(lambda xp, x: xp.linalg.norm(x, ord), x, text=f"norm {ord} {x.shape}", steps=steps)
        both(lambda xp, x: xp.linalg.norm(x, ord, axis=-1, keepdims=True), x, text=f"norm {ord} {x.shape} axis -1", steps=steps)
        both(lambda xp, x: xp.linalg.norm(x, ord=ord, axis=(0, 1)), x, text=f"norm {ord} {x.shape} axes", steps=steps)
        both(lambda xp, x: xp.linalg.matrix_norm(x, ord=ord), x, text=f"matrix_norm {ord} {x.shape}", steps=steps)
        both(lambda xp, x: xp.linalg.vector_norm(x, ord=ord, axis=0), x, text=f"vector_norm {ord} {x.shape}", steps=steps)


def test_power_of_a_matrix(both):
    for n in (0, 1, 3, 1.5, "2", None, True):
        both(lambda xp, m: xp.linalg.matrix_power(m, n), M, text=f"matrix_power {n}")
    x = ls.asarray(M)
    assert ls.shares_memory(ls.linalg.matrix_power(x, 1), x)


def test_methods_and_operators(both):
    both(lambda xp, a, m: a.dot(m), A, M, text="dot")
    both(lambda xp, a, m: a.dot(2), A, M, text="dot with a number")
    both(lambda xp, a: xp.dot(2.0, a), A.astype("f4"), text="dot of a Python number")
    both(lambda xp, a: xp.vecdot(a, a, axis=0, keepdims=True), A, text="vecdot")
