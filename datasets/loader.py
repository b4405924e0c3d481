"""The dataset catalogue for Python: what catalogue.json lists, as NumPy arrays. Needs NumPy only.
Must not know Lockstep."""

import csv
import dataclasses
import json
import pathlib

import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent


class LoadError(ValueError):
    """A file is missing, malformed, or does not hold what the catalogue says."""


@dataclasses.dataclass(frozen=True)
class Array:
    name: str
    dtypes: tuple[str, ...]  # NumPy's names; the first is the default
    values: np.ndarray  # in the default dtype, read-only

    def as_dtype(self, dtype: str | None = None) -> np.ndarray:
        """A fresh, writable copy, in the default dtype unless another is named."""
        return self.values.astype(dtype or self.dtypes[0])


@dataclasses.dataclass(frozen=True)
class Dataset:
    id: str
    path: pathlib.Path
    format: str
    coverage: tuple[str, ...]
    arrays: dict[str, Array]
    parameters: dict[str, object]

    def __getitem__(self, name: str) -> Array:
        try:
            return self.arrays[name]
        except KeyError:
            raise LoadError(f'{self.id} has no array "{name}"') from None


def _from_json(path: pathlib.Path, id: str, name: str, dtype: str) -> np.ndarray:
    content = json.loads(path.read_text())
    if content["id"] != id:
        raise LoadError(f"{path}: holds id {content['id']!r}, expected {id!r}")
    data = content["arrays"][name]
    if dtype.startswith("complex"):
        pairs = np.array(data, dtype="float64")
        return pairs[..., 0] + 1j * pairs[..., 1]
    if dtype.startswith("float"):  # NaN and infinities are texts: JSON has none
        data = np.array(data, dtype=object).astype("float64")
    return np.array(data, dtype=dtype)


def _read_array(path: pathlib.Path, format: str, id: str, name: str, dtype: str) -> np.ndarray:
    if format == "json":
        return _from_json(path, id, name, dtype)
    if format == "npy":
        return np.load(path, allow_pickle=False)
    if format == "csv":
        with path.open(newline="") as stream:
            return np.array([[float(cell) for cell in row] for row in csv.reader(stream) if row])
    raise LoadError(f"{path}: unknown format {format!r}")


def _read_entry(folder: pathlib.Path, entry: dict) -> Dataset:
    name = entry["file"]
    if not name or name.startswith(".") or "/" in name or "\\" in name:
        raise LoadError(f"{folder / 'catalogue.json'}: {name!r} is not a plain file name")
    path = folder / name
    if not path.is_file():
        raise LoadError(f"{path}: no such file")
    arrays = {}
    for array, dtypes in entry["arrays"].items():
        try:
            values = _read_array(path, entry["format"], entry["id"], array, dtypes[0]).astype(dtypes[0])
        except (OSError, KeyError, TypeError, IndexError, ValueError) as error:
            raise LoadError(f"{path}: {array}: {type(error).__name__}: {error}") from error
        values.flags.writeable = False
        arrays[array] = Array(array, tuple(dtypes), values)
    return Dataset(entry["id"], path, entry["format"], tuple(entry["coverage"]), arrays, entry.get("parameters", {}))


def load_all(folder: pathlib.Path = FOLDER) -> dict[str, Dataset]:
    """All datasets by id, in the catalogue's order."""
    catalogue = pathlib.Path(folder) / "catalogue.json"
    try:
        content = json.loads(catalogue.read_text())
        if content["version"] != 1:
            raise LoadError(f"{catalogue}: expected version 1, got {content['version']!r}")
        return {entry["id"]: _read_entry(pathlib.Path(folder), entry) for entry in content["datasets"]}
    except LoadError:
        raise
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise LoadError(f"{catalogue}: {type(error).__name__}: {error}") from error


def load(id: str, folder: pathlib.Path = FOLDER) -> Dataset:
    datasets = load_all(folder)
    if id not in datasets:
        raise LoadError(f'{folder / "catalogue.json"}: lists no dataset "{id}"')
    return datasets[id]
