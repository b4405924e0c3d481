"""A program of a user's, checked by mypy --strict and run: creation, arithmetic, reductions, indexing, protocols."""

import numpy

import lockstep as np


def energies(points: np.ndarray, masses: np.ndarray) -> np.ndarray:
    """Kinetic energy of each row of velocities."""
    squares: np.ndarray = np.sum(points * points, axis=1)
    return 0.5 * masses * squares


def main() -> None:
    velocities = np.linspace(0.0, 1.0, 12, dtype=np.float32).reshape(4, 3)
    masses = np.full(4, 2.0, dtype="float32")
    result = energies(velocities, masses)
    best: int = int(np.argmax(result))
    total: float = float(result.sum())
    part = velocities[1:3, ::-1]
    part[0] = 1.0
    flags: bool = bool((part > 0.5).any())
    host = np.asnumpy(result)
    assert isinstance(host, numpy.ndarray) and result.shape == (4,) and result.dtype == numpy.float32
    with np.device("cpu"):
        ones = np.ones_like(result, dtype=np.float64)
    both = np.concatenate([ones, np.asarray(host)])
    spectrum = np.fft.rfft(both)
    print(best, round(total, 4), flags, both.ndim, len(both), spectrum.dtype, np.add(ones, 1, out=ones)[0].item())


if __name__ == "__main__":
    main()
