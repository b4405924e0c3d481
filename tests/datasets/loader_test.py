"""The Python loader: all 14 datasets with their values, shapes and dtypes, and a refusal of damaged files.
Must not know Lockstep. Argument: the folder datasets/."""

import json
import pathlib
import sys
import tempfile
import unittest

import numpy as np

FOLDER = pathlib.Path(sys.argv.pop(1))
sys.path.insert(0, str(FOLDER))
import loader  # noqa: E402

INF, NAN = np.inf, np.nan
EXPECTED = {
    ("DS-ARRAY-1", "a", "float32"): [0, 1, -2, 3, 4, -5, 6],
    ("DS-ARRAY-2", "a", "float32"): [[1, 2, 3], [4, 5, 6]],
    ("DS-ARRAY-3", "a", "float64"): [0.0, -1.5, 2.25, NAN, INF, -INF],
    ("DS-ARRAY-4", "a", "bool"): [True, False, True, False, True],
    ("DS-ARRAY-5", "a", "<U5"): ["alpha", "Beta", "gamma", ""],
    ("DS-ARRAY-6", "a", "<M8[D]"): ["2024-01-01", "2024-06-30", "2025-01-01"],
    ("DS-ARRAY-7", "a", "complex128"): [1 + 2j, -3 + 0.5j, 0 - 1j],
    ("DS-ARRAY-8", "a", "int64"): [1, 1, 2, 3, 5, 8, 13],
    ("DS-ARRAY-9", "A", "int64"): [1, 2, 3, 4],
    ("DS-ARRAY-9", "B", "int64"): [3, 4, 5, 6],
    ("DS-ARRAY-10", "A", "float64"): [[3, 1], [1, 2]],
    ("DS-ARRAY-10", "b", "float64"): [9, 8],
    ("DS-ARRAY-10", "solution", "float64"): [2, 3],
    ("DS-ARRAY-12", "p", "float64"): [1, -2, 3],
    ("DS-IO-1", "a", "float64"): [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
}
IDS = [f"DS-ARRAY-{i}" for i in range(1, 13)] + ["DS-RAND-1", "DS-IO-1"]


class Datasets(unittest.TestCase):
    def test_ids_in_order(self):
        self.assertEqual(list(loader.load_all(FOLDER)), IDS)

    def test_values_shapes_dtypes(self):
        datasets = loader.load_all(FOLDER)
        for (id, name, dtype), values in EXPECTED.items():
            with self.subTest(id=id, name=name):
                array = datasets[id][name].values
                self.assertEqual(array.dtype, np.dtype(dtype))
                np.testing.assert_array_equal(array, np.array(values, dtype=dtype))
                self.assertFalse(array.flags.writeable)
        loaded = {(id, name) for id, dataset in datasets.items() for name in dataset.arrays}
        self.assertEqual(loaded - {key[:2] for key in EXPECTED}, {("DS-ARRAY-11", "a")})

    def test_sine_and_parameters(self):
        sine = loader.load("DS-ARRAY-11", FOLDER)
        np.testing.assert_allclose(sine["a"].values, np.sin(2 * np.pi * np.arange(64) / 64), rtol=0, atol=4e-16)
        self.assertEqual(sine.parameters["sampling_rate_hz"], 64)
        random = loader.load("DS-RAND-1", FOLDER).parameters
        self.assertEqual((random["seed"], random["size"]), (1234, 10))

    def test_every_named_dtype_converts(self):
        for dataset in loader.load_all(FOLDER).values():
            for array in dataset.arrays.values():
                for dtype in array.dtypes:
                    converted = array.as_dtype(dtype)
                    self.assertEqual(converted.dtype.kind, np.dtype(dtype).kind)
                    if dataset.id == "DS-ARRAY-11":  # the one whose values float32 cannot hold
                        np.testing.assert_allclose(converted, array.values, rtol=2.0**-24, atol=0)
                    else:
                        np.testing.assert_array_equal(converted, array.values)

    def test_solution_solves(self):
        linear = loader.load("DS-ARRAY-10", FOLDER)
        np.testing.assert_array_equal(linear["A"].values @ linear["solution"].values, linear["b"].values)

    def test_damaged_files_are_refused(self):
        entry = {"id": "DS-X", "file": "DS-X", "format": "json", "coverage": [], "arrays": {"a": ["int64"]}}
        good = '{"id": "DS-X", "arrays": {"a": [1]}}'
        cases = [
            ({}, "{", "DS-X: a: JSON"), ({}, '{"id": "Y", "arrays": {"a": [1]}}', "holds id"), ({}, '{"id": "DS-X"}', "a: KeyError"),
            ({}, '{"id": "DS-X", "arrays": {"a": [[1, 2], [3]]}}', "DS-X: a: ValueError"), ({"file": "../DS-X"}, good, "plain file name"),
            ({"file": "absent"}, good, "no such file"), ({"format": "xml"}, good, "unknown format"),
            ({"format": "npy"}, good, "DS-X: a: "), ({"format": "csv"}, "1,x", "DS-X: a: ValueError"),
        ]
        for change, content, expected in cases:
            with self.subTest(content=content, change=change), tempfile.TemporaryDirectory() as scratch:
                folder = pathlib.Path(scratch)
                (folder / "DS-X").write_text(content)
                (folder / "catalogue.json").write_text(json.dumps({"version": 1, "datasets": [{**entry, **change}]}))
                with self.assertRaisesRegex(loader.LoadError, expected):
                    loader.load_all(folder)
        with self.assertRaises(loader.LoadError):
            loader.load("DS-ARRAY-99", FOLDER)


if __name__ == "__main__":
    unittest.main()
