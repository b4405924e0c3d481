"""Every rule of source_rules.py shown to complain about a planted fault, and to be quiet about the same without it.
Must not know the tree."""

import unittest

import source_rules as rules

OPS = rules.Source("runtime/tables/ops.def", "// Ops.\n" + "".join(
    f"LS_UFUNC({i}, {name}, 2, x)\n" for i, name in enumerate(["add", "subtract", "multiply", "divide", "exp", "log", "sin"])))


class Rules(unittest.TestCase):
    def check(self, rule, path, bad, good):
        with self.subTest(rule=rule.__name__, path=path, bad=bad):
            self.assertTrue(rule([OPS, rules.Source(path, bad)]), "the fault was not found")
            self.assertEqual(rule([OPS, rules.Source(path, good)]), [])

    def test_include_arrows(self):
        for path, bad, good in [
            ("runtime/array/a.h", '"host/map.h"', '"runtime/exec/plan.h"'), ("runtime/exec/a.h", '"capi/b.h"', "<vector>"),
            ("runtime/exec/a.cpp", "<cblas.h>", "<dlfcn.h>"), ("runtime/numpy/a.cpp", "<tbb/task_arena.h>", "<cstring>"),
            ("runtime/array/a.cpp", "<immintrin.h>", "<span>"), ("runtime/scalar/a.h", "<cmath>", "<stdint.h>"),
            ("runtime/scalar/a.h", '"runtime/array/dtype.h"', '"runtime/scalar/half.h"'),
            ("host/a.cpp", '"capi/b.h"', '"runtime/exec/plan.h"'), ("host/a.cpp", '"kernels/b.h"', "<immintrin.h>"),
            ("kernels/a.cu", '"host/b.h"', '"runtime/exec/plan.h"'), ("kernels/device/a.h", '"kernels/b.h"', '"runtime/scalar/half.h"'),
            ("capi/a.cpp", '"host/b.h"', '"lockstep/lockstep.h"'), ("capi/examples/a.c", '"runtime/array/b.h"', "<lockstep/lockstep.h>"),
            ("capi/libnumpy.cpp", '"runtime/array/b.h"', '"lockstep/lockstep.hpp"'), ("tests/capi/a.cpp", '"runtime/b.h"', "<thread>"),
            ("tests/unit/a.cpp", '"capi/b.h"', '"host/fft/fft.h"'), ("tests/table/a.cpp", '"host/a.h"', "<map>"),
            ("bench/a.cpp", '"capi/b.h"', '"runtime/exec/plan.h"'),
        ]:
            self.check(rules.include_arrows, path, f"// A.\n#include {bad}\n", f"// A.\n#  include {good}\n")

    def test_relative_includes_are_followed(self):
        near = rules.Source("host/map.h", "// Map.\n")
        bad = rules.Source("runtime/exec/a.cpp", '// A.\n#include "../../host/map.h"\n')
        self.assertTrue(rules.include_arrows([near, bad]))
        good = rules.Source("host/fft/a.cpp", '// A.\n#include "../map.h"\n')
        self.assertEqual(rules.include_arrows([near, good]), [])

    def test_one_place_per_op(self):
        listing = "// L.\nOp t[] = {Op::add, Op::subtract, Op::multiply, Op::divide, Op::exp, Op::log};\n"
        few = "// L.\nOp t[] = {Op::add, Op::subtract}; // Op::multiply Op::divide Op::exp Op::log Op::sin\n"
        self.check(rules.one_place_per_op, "host/a.cpp", listing, few)
        column = "// L.\n" + "".join(f"    case Op::{n}: return {n};\n" for n in ("add", "subtract", "multiply", "divide", "exp", "log"))
        apart = column.replace("\n", "\n" * 10)
        self.check(rules.one_place_per_op, "runtime/numpy/a.cpp", column, apart)
        self.assertEqual(rules.one_place_per_op([OPS, rules.Source("runtime/scalar/a.h", listing)]), [])
        self.assertEqual(len(rules.op_names([OPS])), 7)

    def test_api_rows(self):
        self.check(rules.api_rows_are_no_ops, "runtime/tables/api/math.toml", "# M.\n[add]\n", "# M.\n[clip]\n")

    def test_classes(self):
        text = "// A.\nnamespace lockstep::host {\n%s\n}\n"
        other = rules.Source("host/sort.h", text % "class Room {\n};")
        for bad, good in (("struct Room {\n};", "struct Place {\n};"), ("class Room : Base {\n};", "class Room;"),
                          ("class Room final {};", "namespace {\nclass Room {\n};")):
            self.assertTrue(rules.classes_of_their_own([other, rules.Source("host/solve.h", text % bad)]))
            self.assertEqual(rules.classes_of_their_own([other, rules.Source("host/solve.h", text % good)]), [])

    def test_sizes_leftovers_names_openings(self):
        self.check(rules.file_sizes, "host/a.cpp", "//\n" * 501, "//\n" * 500)
        self.assertEqual(rules.file_sizes([rules.Source("tests/capi/abi_layout.txt", "#\n" * 501)]), [])
        self.check(rules.no_leftovers, "host/a.cpp", "// A.\n// TODO later\n", "// A.\n// later\n")
        self.assertTrue(rules.no_vague_names([rules.Source("host/fft_utils.cpp", "// A.\n")]))
        self.assertEqual(rules.no_vague_names([rules.Source("host/commonplace.cpp", "// A.\n")]), [])
        self.check(rules.opens_with_purpose, "host/a.h", "#pragma once\n", "// A.\n#pragma once\n")


if __name__ == "__main__":
    unittest.main()
