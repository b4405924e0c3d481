# The generator's own tests: table parsing, option layouts, refusals, and rows of kinds that no function has yet.
# Must not know the project's functions. Usage: generator_test.py SOURCE_DIR
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(sys.argv.pop())
sys.path.insert(0, str(SOURCE / "cmake/generate"))

import c_header
import c_wrappers
import cpp_declarations
import cpp_wrapper
import kinds
import layout
import main
import tables
import texts


def row(args=(), options=(), returns="array", **extra) -> tables.Function:
    fields = {"numpy": "numpy.f", "args": list(args), "options": list(options), "returns": returns, "doc": "d"}
    return tables.function(["f"], fields | extra, "test.toml")


class Tables(unittest.TestCase):
    def test_def_rows_may_hold_commas_brackets_and_comments(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.def"
            path.write_text('// ROW(0, no)\nROW(1, a, "b, (c) \\"d\\"", \',\')\n#if 1\nROW(2, f(x, y),\n    "z")\n#endif\n')
            rows = tables.def_rows(path, "ROW")
        self.assertEqual(rows, [["1", "a", '"b, (c) \\"d\\""', "','"], ["2", "f(x, y)", '"z"']])
        self.assertEqual(tables.unquoted(rows[0][2]), 'b, (c) "d"')

    def test_an_unclosed_row_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.def"
            path.write_text("ROW(1, a\n")
            with self.assertRaisesRegex(tables.TableError, "never closed"):
                tables.def_rows(path, "ROW")

    def test_parameters(self):
        p = tables.parameter("axis: axis? = 0", "here")
        self.assertEqual((p.name, p.kind, p.required, p.default, p.none_allowed), ("axis", "axis", False, 0, True))
        p = tables.parameter("casting: string = same_kind", "here")
        self.assertEqual((p.default, p.none_allowed), ("same_kind", False))
        p = tables.parameter("x: array", "here")
        self.assertTrue(p.required)
        self.assertFalse(p.none_allowed)

    def test_refusals_name_the_row(self):
        for options, word in (
            (["x: blob = None"], "unknown kind 'blob'"),
            (["x"], "expected 'name: kind'"),
            (["x: int = many"], "not a Python literal"),
            (["x: int = 2.5"], "int cannot default to 2.5"),
            (["x: arrays = None"], "cannot be arrays"),
            (["x: int"], "needs a default"),
            (["x: int = 0", "x: int = 0"], "x is defined twice"),
        ):
            with self.assertRaisesRegex(tables.TableError, word):
                row(options=options)
        with self.assertRaisesRegex(tables.TableError, "unknown kind 'list'"):
            row(returns="list")
        with self.assertRaisesRegex(tables.TableError, r"\[f\]: unknown keys \['dco'\]"):
            row(dco="typo")
        with self.assertRaisesRegex(tables.TableError, "out must be an option"):
            row(args=["out: out"])


class Layout(unittest.TestCase):
    def test_the_end_is_named_padding(self):
        s = layout.structure(row(options=["a: bool = False", "b: int = 0", "c: order = C", "d: bool = True"]))
        self.assertEqual([(f.name, f.offset) for f in s.fields], [("size", 0), ("a", 8), ("b", 16), ("c", 24), ("d", 28)])
        self.assertEqual((s.reserved, s.size), (0, 32))
        s = layout.structure(row(options=["a: bool = False"]))
        self.assertEqual((s.reserved, s.size), (7, 16))

    def test_zero_means_the_default(self):
        kind_of = lambda text: kinds.c_field(tables.parameter(text, "here"))
        self.assertEqual(kind_of("k: int = 0"), "int64_t")
        self.assertEqual(kind_of("k: int = 1"), "ls_int_option")
        self.assertEqual(kind_of("k: int = None"), "ls_int_option")
        self.assertEqual(kind_of("k: float = 1.0"), "ls_float_option")
        self.assertEqual(kind_of("k: bool = False"), "bool")
        self.assertEqual(kind_of("k: bool = True"), "ls_flag")


class Emitters(unittest.TestCase):
    def test_two_results(self):
        f = row(args=["x: array"], returns="quotient: array, count: int")
        self.assertIn("ls_array **quotient, int64_t *count", c_header.prototype(f))
        self.assertIn("std::tuple<Array, int64_t> f(const Array& x);", cpp_declarations.declaration(f))
        self.assertIn("give_all(numpy::f(x_value), quotient, count);", c_wrappers.wrapper(f))
        self.assertIn("return {ls::array(quotient), count};", cpp_wrapper.function(f, "f"))

    def test_a_number_of_results(self):
        f = row(args=["x: array"], returns="arrays")
        self.assertIn("const ls_array *x, size_t *result_count, ls_array **result);", c_header.prototype(f))
        self.assertIn("std::vector<Array> f(const Array& x);", cpp_declarations.declaration(f))
        self.assertIn("give_arrays(result_count, result, numpy::f(x_value));", c_wrappers.wrapper(f))
        self.assertIn("return detail::all(result, result_count);", cpp_wrapper.function(f, "f"))
        with self.assertRaisesRegex(tables.TableError, "arrays cannot be one of several"):
            row(returns="a: arrays, b: int")

    def test_no_result(self):
        f = row(args=["x: target", "v: values"], returns="none")
        self.assertEqual([(p.kind, p.role) for p in f.args], [("array", "target"), ("array", "values")])
        self.assertIn("ls_f(const ls_array *x, const ls_array *v);", c_header.prototype(f))
        self.assertIn("    numpy::f(x_value, v_value);\n", c_wrappers.wrapper(f))
        self.assertIn("inline void f(const operand& x, const operand& v) {", cpp_wrapper.function(f, "f"))

    def test_two_shapes_get_counts_of_their_own(self):
        f = row(args=["a: shape", "b: shape"])
        self.assertIn("int a_ndim, const int64_t *a, int b_ndim, const int64_t *b", c_header.prototype(f))

    def test_defaults_reach_cpp(self):
        field = lambda text: kinds.cpp_field(tables.parameter(text, "here"))
        self.assertEqual(field("a: axis? = 0"), "std::optional<int64_t> a = 0;")
        self.assertEqual(field("a: axis = None"), "std::optional<int64_t> a;")
        self.assertEqual(field("a: axis = -1"), "int64_t a = -1;")
        self.assertEqual(field("a: axes = (-2, -1)"), "Axes a = {-2, -1};")
        self.assertEqual(field("d: dtype = float64"), "DType d = types::float64_;")
        self.assertEqual(field("o: order = K"), "char o = 'K';")
        self.assertEqual(field("s: string = None"), "const char* s = nullptr;")
        self.assertEqual(field("b: bool = None"), "std::optional<bool> b;")

    def test_base_prototypes_are_read(self):
        found = c_header.prototypes("/* LS_API int no(void); */\nLS_API const char *ls_a(void);\nLS_API ls_status ls_b(int n,\n const ls_array *const *x, void (*done)(void *));")
        self.assertEqual([(p.name, p.returns) for p in found], [("ls_a", "const char *"), ("ls_b", "ls_status")])
        self.assertEqual([v.type for v in found[1].parameters], ["int", "const ls_array *const *", "void (*)(void *)"])

    def test_templates_use_every_section(self):
        self.assertEqual(texts.fill("a\n@B@\nc", "t", {"B": "b\n"}), "a\nb\nc")
        with self.assertRaisesRegex(texts.TemplateError, "never used"):
            texts.fill("a", "t", {"B": "b"})
        with self.assertRaisesRegex(texts.TemplateError, "no section C"):
            texts.fill("@C@", "t", {})

    def test_long_prototypes_stay_within_the_page(self):
        f = row(args=[f"argument_{i}: array" for i in range(9)])
        lines = c_header.prototype(f).splitlines()
        self.assertGreater(len(lines), 2)
        self.assertTrue(all(len(line) <= texts.WIDTH for line in lines), lines)


class Project(unittest.TestCase):
    def test_the_project_generates_the_same_twice(self):
        first = main.generate(SOURCE)
        self.assertEqual(first, main.generate(SOURCE))
        self.assertIn("include/lockstep/lockstep.h", first)
        too_wide = [line for line in first["include/lockstep/lockstep.h"].splitlines() if len(line) > texts.WIDTH]
        self.assertEqual(too_wide, [])


unittest.main()
