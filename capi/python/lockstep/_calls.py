"""Calls to audit and to measure, as text that reads the same for NumPy and for Lockstep.
Must not know how results are compared."""

# Of the functions that are no ufuncs; those are called with every dtype they have. a is 1-D, m and n are matrices (m as
# wide as n is high), t has 3 dimensions, b is boolean; all float64 but i, which is int64, and z, which is complex128.
CALLS = """
empty: empty((2, 3)).shape
zeros: zeros((2, 3)); zeros(4, dtype='int16'); zeros(())
ones: ones((2, 3)); ones(4, dtype='complex64')
full: full((2, 3), 2.5); full(4, 7); full(3, 1, dtype='float32')
empty_like: empty_like(m).shape
zeros_like: zeros_like(m); zeros_like(i)
ones_like: ones_like(m); ones_like(z)
full_like: full_like(m, 3); full_like(i, 3)
arange: arange(7); arange(1, 9, 2); arange(2.0, -1.0, -0.25)
linspace: linspace(0, 1, 7); linspace(2.0, 3.0, 5, endpoint=False)
eye: eye(3); eye(3, 4, k=1, dtype='int8')
copy: copy(m); copy(m.T)
sum: sum(a); sum(m, axis=0); sum(t, axis=(0, 2), keepdims=True); sum(i); sum(z); sum(b)
prod: prod(a); prod(i); prod(m, axis=1)
min: min(a); min(m, axis=0); min(i)
max: max(a); max(m, axis=1); max(i)
mean: mean(a); mean(m, axis=0); mean(i); mean(z)
var: var(a); var(m, axis=0, ddof=1); var(z)
std: std(a); std(m, axis=1)
any: any(b); any(m, axis=0)
all: all(b); all(m, axis=0)
cumsum: cumsum(i); cumsum(m.astype('int32'), axis=0)
cumprod: cumprod(a); cumprod(m, axis=1)
nancumsum: nancumsum(i); nancumsum(m.astype('int8'))
nancumprod: nancumprod(a); nancumprod(m, axis=0)
cumulative_sum: cumulative_sum(i, include_initial=True); cumulative_sum(m.astype('int64'), axis=0)
cumulative_prod: cumulative_prod(a); cumulative_prod(m, axis=1, include_initial=True)
argmax: argmax(a); argmax(m, axis=0)
argmin: argmin(a); argmin(m, axis=1)
take: take(a, [0, 3, -1]); take(m, [[0, 1], [1, 1]], axis=1); take(a, [7, 30], mode='wrap')
put: (lambda x: (put(x, [0, -1, 0], [1, 2, 3]), x)[1])(copy(m))
take_along_axis: take_along_axis(t, argmax(t, axis=1, keepdims=True), 1)
put_along_axis: (lambda x: (put_along_axis(x, argmax(x, axis=0, keepdims=True), 3, 0), x)[1])(copy(t))
compress: compress(b, a); compress([True, False], m, axis=0)
extract: extract(b, a); extract(i > 0, i)
choose: choose(b, [a, -1]); choose([1, 0, 5], [[1, 2, 3], [4, 5, 6]], mode='clip')
select: select([b, a > 0], [a, 2.0]); select([i > 2], [i], default=-1)
nonzero: nonzero(a); nonzero(m); m.nonzero(); where(b)
flatnonzero: flatnonzero(m); flatnonzero(b)
argwhere: argwhere(m); argwhere(b)
count_nonzero: count_nonzero(b); count_nonzero(m, axis=0); count_nonzero(t, axis=(0, 2), keepdims=True)
place: (lambda x: (place(x, x > 0, [1, 0]), x)[1])(copy(m))
copyto: (lambda x: (copyto(x, 1, where=x > 0), x)[1])(copy(a)); (lambda x: (copyto(x, [1, 0, 1]), x)[1])(copy(m))
putmask: (lambda x: (putmask(x, x > 0, [1, 0]), x)[1])(copy(m))
repeat: repeat(a, 2); repeat(m, [1, 3], axis=0); repeat(t, 5, axis=2)
ix_: ix_([0, 2], b); ix_(i)
fill_diagonal: (lambda x: (fill_diagonal(x, [1, 0]), x)[1])(copy(m)); (lambda x: (fill_diagonal(x, 1, wrap=True), x)[1])(copy(n))
diag_indices: diag_indices(4); diag_indices(2, 3)
diag_indices_from: diag_indices_from(m[:, :2])
tril_indices: tril_indices(3); tril_indices(3, 1, 5)
triu_indices: triu_indices(4); triu_indices(3, k=-1, m=2)
tril_indices_from: tril_indices_from(n); tril_indices_from(n, -1)
triu_indices_from: triu_indices_from(m); triu_indices_from(m, k=1)
indices: indices((2, 3)); indices((2, 3), dtype='float32', sparse=True)
unravel_index: unravel_index([5, 0, 3], (2, 3)); unravel_index(7, (3, 4), order='F')
ravel_multi_index: ravel_multi_index(([0, 1], [1, 2]), (2, 3)); ravel_multi_index(([0, 4], [1, -1]), (2, 3), mode=('clip', 'wrap'))
bincount: bincount(i % 5); bincount([1, 1, 4], [0.5, 1.0, 2.0], minlength=7)
sort: sort(a); sort(m, axis=0); sort(m, axis=None); sort(z); sort(b)
argsort: argsort(a, kind='stable'); argsort(m, axis=0, stable=True)
lexsort: lexsort((i, i)); lexsort((m, m), axis=0)
partition: partition(a, 2)[2]
argpartition: a[argpartition(a, 2)][2]
sort_complex: sort_complex(a); sort_complex(z)
searchsorted: searchsorted([-1.0, 0.0, 1.0], a); searchsorted([0, 2, 4], i, side='right')
digitize: digitize(a, [-1.0, 0.0, 1.0]); digitize(a, [1.0, 0.0], right=True)
unique: unique(i); unique(i, return_index=True, return_inverse=True, return_counts=True); unique(b)
unique_all: unique_all(i)
unique_counts: unique_counts(i)
unique_inverse: unique_inverse(i)
unique_values: sort(unique_values(i))
isin: isin(i, [1, 2, 3]); isin(a, a[:2], invert=True)
intersect1d: intersect1d(i, [1, 2, 3]); intersect1d(a, a[1:], return_indices=True)
union1d: union1d(i, [1, 2, 30])
setdiff1d: setdiff1d(i, [1, 2, 3])
setxor1d: setxor1d(i, [1, 2, 30])
ediff1d: ediff1d(a); ediff1d(i, to_end=[3], to_begin=1)
where: where(b, a, 0.0)
clip: clip(a, -0.5, 0.5); clip(i, 1, 5)
real: real(z); real(a)
imag: imag(z); imag(a)
interp: interp(a, [-1.0, 0.0, 1.0], [1.0, 3.0, 2.0])
dot: dot(i, i); dot(m, n)
matmul: matmul(m, n); matmul(i, i)
matvec: matvec(m, a[:3]); matvec(t, i[:4])
vecmat: vecmat(a[:3], n); vecmat(z[:3], n)
vecdot: vecdot(a, a); vecdot(z, a); vecdot(m, m, axis=0, keepdims=True)
vdot: vdot(a, a); vdot(z, a); vdot(m, m)
inner: inner(a, a); inner(m, m); inner(m, 2)
outer: outer(a, i); outer(m, a)
tensordot: tensordot(m, n, 1); tensordot(t, t, ([0, 1], [0, 1])); tensordot(m, t, ((1,), 1)); tensordot(m, m)
kron: kron(m, n); kron(a, m)
cross: cross(a[:3], a[3:6]); cross(m, m[:, ::-1]); cross(n, n, axis=0)
einsum: einsum('ij,jk', m, n); einsum('ij->ji', m); einsum(t, [0, 1, 2], [2, 0]); einsum('i,j', a, i); einsum('ij,jk,kl', m, n, n.T, optimize=True)
einsum_path: einsum_path('ij,jk,kl', m, n, n.T); einsum_path('ij,jk', m, n, optimize=False); einsum_path('i,ij,jk,k->', m[:, 0], m, n, n[0])
matrix_transpose: matrix_transpose(m); matrix_transpose(t)
linalg.matrix_transpose: linalg.matrix_transpose(t)
linalg.matmul: linalg.matmul(m, n)
linalg.vecdot: linalg.vecdot(m, m); linalg.vecdot(m, m, axis=0)
linalg.tensordot: linalg.tensordot(m, n, axes=1); linalg.tensordot(t, t, axes=([0, 1], [0, 1]))
linalg.outer: linalg.outer(a, i)
linalg.cross: linalg.cross(m, m[:, ::-1]); linalg.cross(n, n, axis=0)
linalg.diagonal: linalg.diagonal(t, offset=1)
linalg.trace: linalg.trace(t); linalg.trace(m, offset=1, dtype='float32')
linalg.norm: linalg.norm(a); linalg.norm(m, 'nuc'); linalg.norm(t, axis=1); linalg.norm(t, 1, axis=(0, 2)); linalg.norm(z, 3)
linalg.matrix_norm: linalg.matrix_norm(t); linalg.matrix_norm(m, ord=2, keepdims=True)
linalg.vector_norm: linalg.vector_norm(m); linalg.vector_norm(t, axis=(0, 2), ord=inf)
linalg.matrix_power: linalg.matrix_power(n[:, :3], 5); linalg.matrix_power(eye(3) * 2, -2)
linalg.tensorsolve: linalg.tensorsolve(eye(6).reshape(6, 2, 3) * 3, i)
linalg.tensorinv: linalg.tensorinv(eye(6).reshape(2, 3, 6) * 3)
linalg.multi_dot: linalg.multi_dot([m, n]); linalg.multi_dot([m, n, n.T, a[:3]])
astype: astype(a, 'int32'); astype(i, 'float32'); astype(a, 'complex64')
reshape: reshape(t, (-1, 2)); reshape(m.T, 6)
ravel: ravel(t); ravel(m, order='F')
transpose: transpose(t); transpose(t, (1, 0, 2))
swapaxes: swapaxes(t, 0, 2)
expand_dims: expand_dims(a, 0); expand_dims(m, (0, 2))
squeeze: squeeze(t[:1]); squeeze(t[:, :1], axis=1)
broadcast_to: broadcast_to(m, (4, 2, 3))
concatenate: concatenate([m, m]); concatenate([m, m], axis=1); concatenate([i, a])
stack: stack([m, m]); stack([a, a], axis=1)
hstack: hstack([a, a]); hstack([m, m])
vstack: vstack([a, a]); vstack([m, a[:3]])
dstack: dstack([m, m]); dstack([a, a])
column_stack: column_stack([a, a]); column_stack([m, m])
roll: roll(a, 2); roll(m, -1); roll(m, 1, axis=1); roll(t, (1, -1), axis=(0, 2))
flip: flip(a); flip(m, axis=0); flip(t, axis=(0, 2))
fliplr: fliplr(m)
flipud: flipud(m)
rot90: rot90(m); rot90(t, k=-1, axes=(1, 2))
tile: tile(a, 2); tile(m, (2, 3)); tile(b, (2, 1))
resize: resize(a, (3, 4)); resize(m, 2)
append: append(a, 3.0); append(m, m, axis=0)
moveaxis: moveaxis(t, 0, -1); moveaxis(t, (0, 1), (1, 2))
rollaxis: rollaxis(t, 2); rollaxis(t, 0, 2)
diagonal: diagonal(m); diagonal(t, 1, 0, 2)
diag: diag(a, 1); diag(m); diag(m, k=-1)
diagflat: diagflat(m); diagflat(a, -1)
tri: tri(3); tri(3, 4, 1, dtype='int8')
tril: tril(m); tril(t, -1); tril(a)
triu: triu(m, 1); triu(t)
trace: trace(m); trace(t, axis1=1, axis2=2); trace(i.reshape(1, -1), dtype='int8')
nansum: nansum(a); nansum(where(b, a, nan), axis=0); nansum(i)
nanprod: nanprod(i); nanprod(where(b, a, nan))
nanmin: nanmin(where(b, a, nan)); nanmin(m, axis=0); nanmin(i)
nanmax: nanmax(where(b, a, nan)); nanmax(m, axis=1); nanmax(i)
nanargmin: nanargmin(where(b, a, nan)); nanargmin(m, axis=0)
nanargmax: nanargmax(where(b, a, nan)); nanargmax(m, axis=1)
nanmean: nanmean(where(b, a, nan)); nanmean(m, axis=0); nanmean(i)
nanvar: nanvar(where(b, a, nan)); nanvar(m, axis=0, ddof=1); nanvar(i)
nanstd: nanstd(where(b, a, nan)); nanstd(m, axis=1)
median: median(a); median(m, axis=0); median(i); median(t, axis=(0, 2), keepdims=True)
percentile: percentile(a, 30); percentile(m, [25, 50.0], axis=1); percentile(i, 40, method='higher')
quantile: quantile(a, 0.3); quantile(m, [0.25, 0.5], axis=0, method='hazen'); quantile(i, 0.5, weights=i, method='inverted_cdf')
nanmedian: nanmedian(where(b, a, nan)); nanmedian(m, axis=0)
nanpercentile: nanpercentile(where(b, a, nan), 30); nanpercentile(m, 70.0, axis=1)
nanquantile: nanquantile(where(b, a, nan), 0.3); nanquantile(m, [0.25, 0.5], axis=0)
fft.fft: fft.fft(a); fft.fft(z, n=5); fft.fft(m, axis=0, norm='ortho')
fft.ifft: fft.ifft(z)
fft.rfft: fft.rfft(a)
fft.irfft: fft.irfft(z)
fft.fftfreq: fft.fftfreq(7); fft.fftfreq(6, d=0.5)
linalg.solve: linalg.solve((m @ m.T > 0) + 9 * eye(2), m); linalg.solve((t[:, :, :3] > 0) + 9 * eye(3), a[:3])
linalg.inv: linalg.inv((m @ m.T > 0) + 9 * eye(2)); linalg.inv((t[:, :, :3] > 0) + 9 * eye(3))
linalg.det: linalg.det((m @ m.T > 0) + 9 * eye(2)); linalg.det((t[:, :, :3] > 0) + 9 * eye(3))
linalg.slogdet: linalg.slogdet((m @ m.T > 0) + 9 * eye(2)).logabsdet; linalg.slogdet((t[:, :, :3] > 0) + 9 * eye(3)).sign
linalg.cholesky: linalg.cholesky((m @ m.T > 0) + 9 * eye(2)); linalg.cholesky((m @ m.T > 0) + 9 * eye(2), upper=True)
linalg.qr: linalg.qr((m > 0) + 9 * eye(2, 3)).Q; linalg.qr((m > 0) + 9 * eye(2, 3), mode='r'); linalg.qr((t[:, :, :3] > 0) + 9 * eye(3), mode='raw')[1]
linalg.svd: linalg.svd((m > 0) + 9 * eye(2, 3)).S; linalg.svd(t, compute_uv=False); linalg.svd((m @ m.T > 0) + 9 * eye(2), hermitian=True).S
linalg.svdvals: linalg.svdvals(m); linalg.svdvals(t)
linalg.eig: linalg.eig((m @ m.T > 0) + 9 * eye(2)).eigenvalues
linalg.eigvals: linalg.eigvals((m @ m.T > 0) + 9 * eye(2))
linalg.eigh: linalg.eigh((m @ m.T > 0) + 9 * eye(2)).eigenvalues; linalg.eigh((m @ m.T > 0) + 9 * eye(2), 'U')[0]
linalg.eigvalsh: linalg.eigvalsh((m @ m.T > 0) + 9 * eye(2)); linalg.eigvalsh((m @ m.T > 0) + 9 * eye(2), UPLO='U')
linalg.lstsq: linalg.lstsq((m @ m.T > 0) + 9 * eye(2), a[:2])[0]; linalg.lstsq((m > 0) + 9 * eye(2, 3), a[:2], rcond=None)[2]
linalg.pinv: linalg.pinv((m > 0) + 9 * eye(2, 3)); linalg.pinv((m > 0) + 9 * eye(2, 3), rtol=None); linalg.pinv((m @ m.T > 0) + 9 * eye(2), 0.1, True)
linalg.matrix_rank: linalg.matrix_rank((m > 0) + 9 * eye(2, 3)); linalg.matrix_rank(t > 0, tol=0.1); linalg.matrix_rank(a)
linalg.cond: linalg.cond((m > 0) + 9 * eye(2, 3)); linalg.cond((m @ m.T > 0) + 9 * eye(2), 'fro'); linalg.cond((m @ m.T > 0) + 9 * eye(2), -1)
"""

# Name: the call; x, y are 1-D float64, m a square matrix of at most 1024 rows.
BENCH = {
    "add": "add(x, y)",
    "multiply": "x * y",
    "divide": "x / y",
    "sqrt": "sqrt(y)",
    "exp": "exp(x)",
    "log": "log(y)",
    "sin": "sin(x)",
    "power": "x ** 2",
    "where": "where(x < y, x, y)",
    "sum": "x.sum()",
    "mean": "x.mean()",
    "max": "x.max()",
    "argmax": "x.argmax()",
    "slice": "x[3:7]",
    "strided copy": "x[::2].copy()",
    "astype": "x.astype('float32')",
    "concatenate": "concatenate([x, y])",
    "matmul": "m @ m",
    "fft.rfft": "fft.rfft(x)",
    "zeros": "zeros(x.shape)",
}


def calls() -> dict[str, list[str]]:
    rows = (line.partition(":") for line in CALLS.strip().splitlines())
    return {name: [call.strip() for call in text.split(";")] for name, _, text in rows}
