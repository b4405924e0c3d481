# What each kind of argument becomes in C, in the C++ functions behind it and in lockstep.hpp.
# Must not know single functions. The names ending in _in are the conversions of capi/convert.h.
from dataclasses import dataclass

from tables import Parameter


@dataclass
class Variable:
    type: str
    name: str

    def declaration(self) -> str:
        return f"{self.type}{self.name}" if self.type.endswith("*") else f"{self.type} {self.name}"


# C type -> (size, alignment) on 64-bit machines, the only ones there are.
C_LAYOUT = {
    "size_t": (8, 8),
    "const ls_array *": (8, 8),
    "ls_array *": (8, 8),
    "const char *": (8, 8),
    "ls_dtype": (8, 8),
    "bool": (1, 1),
    "char": (1, 1),
    "ls_flag": (4, 4),
    "int64_t": (8, 8),
    "double": (8, 8),
    "ls_int_option": (16, 8),
    "ls_float_option": (16, 8),
    "ls_axes": (24, 8),
    "ls_scalar": (32, 8),
}


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    return str(value)


def plain_number(p: Parameter) -> bool:
    """An int or float option whose zero is NumPy's default needs no flag beside it."""
    return p.kind in ("int", "float") and not p.none_allowed and p.default == 0


def plain_bool(p: Parameter) -> bool:
    return p.default is False


# --- C ---------------------------------------------------------------------------------------------------------------

POSITIONAL_C = {
    "array": "const ls_array *",
    "scalar": "ls_scalar",
    "dtype": "ls_dtype",
    "axes": "ls_axes",
    "axis": "int64_t",
    "bool": "bool",
    "int": "int64_t",
    "float": "double",
    "order": "char",
    "string": "const char *",
    "generator": "ls_bitgen *",
}


def c_parameters(p: Parameter, alone: bool) -> list[Variable]:
    """The C parameters of a positional argument; `alone`: the only one of its kind, so that counts need no prefix."""
    prefix = "" if alone else f"{p.name}_"
    if p.kind == "arrays":
        return [Variable("size_t", f"{prefix}count"), Variable("const ls_array *const *", p.name)]
    if p.kind == "shape":
        return [Variable("int", f"{prefix}ndim"), Variable("const int64_t *", p.name)]
    if p.kind == "index":
        return [Variable("int", f"{prefix}count"), Variable("const ls_index *", p.name)]
    return [Variable(POSITIONAL_C[p.kind], p.name)]


def c_name(p: Parameter) -> str:
    """The name of an option in the C structure, whose own first field is `size`."""
    return "result_size" if p.name == "size" else p.name


def c_field(p: Parameter) -> str:
    """The type of an option in the C structure; all zero bytes mean NumPy's default."""
    if p.kind == "int":
        return "int64_t" if plain_number(p) else "ls_int_option"
    if p.kind == "float":
        return "double" if plain_number(p) else "ls_float_option"
    if p.kind == "bool":
        return "bool" if plain_bool(p) else "ls_flag"
    return {"out": "ls_array *", "axis": "ls_axes", "shape": "ls_axes"}.get(p.kind) or POSITIONAL_C[p.kind]


RESULT_C = {"array": "ls_array *", "bool": "bool", "int": "int64_t", "float": "double", "dtype": "ls_dtype"}


def result_parameters(name: str, kind: str) -> list[Variable]:
    if kind == "arrays":
        return [Variable("size_t *", f"{name}_count"), Variable("ls_array **", name)]
    return [Variable("ls_array **" if kind == "array" else f"{RESULT_C[kind]} *", name)]


# --- C++ functions of runtime/numpy ------------------------------------------------------------------------------------

POSITIONAL_CPP = {
    "array": "const Array&",
    "arrays": "std::span<const Array* const>",
    "scalar": "const Scalar&",
    "dtype": "DType",
    "shape": "std::span<const int64_t>",
    "axes": "const Axes&",
    "axis": "int64_t",
    "bool": "bool",
    "int": "int64_t",
    "float": "double",
    "order": "char",
    "string": "const char*",
    "index": "std::span<const Index>",
    "generator": "random::Generator&",
}


def cpp_parameter(p: Parameter) -> str:
    if p.none_allowed and p.kind in ("array", "scalar"):
        return {"array": "const Array*", "scalar": "const Scalar*"}[p.kind]
    return POSITIONAL_CPP[p.kind]


def cpp_field(p: Parameter) -> str:
    """An option in the C++ structure, with NumPy's default as its initialiser."""
    n, value = p.name, p.default
    if p.kind in ("array", "out"):
        return f"const Array* {n} = nullptr;"
    if p.kind == "scalar":
        return f"const Scalar* {n} = nullptr;"
    if p.kind == "dtype":
        return f"DType {n};" if value is None else f"DType {n} = types::{value}_;"
    if p.kind in ("axes", "shape"):
        if value is None:
            return f"Axes {n};"
        return f"Axes {n} = " + ("{" + ", ".join(map(str, value)) + "};" if isinstance(value, tuple) else f"{value};")
    if p.kind == "order":
        return f"char {n} = '{value}';"
    if p.kind == "string":
        return f"const char* {n} = " + ("nullptr;" if value is None else f"{quoted(value)};")
    base = {"axis": "int64_t", "int": "int64_t", "float": "double", "bool": "bool"}[p.kind]
    if p.none_allowed:
        return f"std::optional<{base}> {n}" + (";" if value is None else f" = {literal(value)};")
    return f"{base} {n} = {literal(value)};"


RESULT_CPP = {"array": "Array", "arrays": "std::vector<Array>", "bool": "bool", "int": "int64_t", "float": "double", "dtype": "DType"}


def cpp_result(kinds: list[str]) -> str:
    types = [RESULT_CPP[k] for k in kinds]
    if not types:
        return "void"
    return types[0] if len(types) == 1 else f"std::tuple<{', '.join(types)}>"


# --- the wrapper between them --------------------------------------------------------------------------------------------


def read_positional(p: Parameter, parameters: list[Variable]) -> tuple[str, str]:
    """(statement that converts the C parameters, expression to pass on)."""
    n, q = p.name, quoted(p.name)
    local = f"{n}_value"
    if p.kind == "array":
        return (f"const Array* const {local} = optional_array_in({n}, {q});" if p.none_allowed
                else f"const Array& {local} = array_in({n}, {q});"), local
    if p.kind in ("arrays", "index"):
        maker = {"arrays": "ArraysIn", "index": "IndexIn"}[p.kind]
        return f"const {maker} {local}({parameters[0].name}, {n}, {q});", local
    if p.kind == "scalar":
        return f"const ScalarIn {local}({n}, {q});", f"{local}.{'optional' if p.none_allowed else 'required'}()"
    if p.kind == "shape":
        return f"const auto {local} = shape_in({parameters[0].name}, {n}, {q});", local
    if p.kind == "dtype":
        convert = "optional_dtype_in" if p.none_allowed else "dtype_in"
        return f"const DType {local} = {convert}({n}, {q});", local
    if p.kind == "axes":
        return f"const Axes {local} = axes_in({n}, {q});", local
    if p.kind == "order":
        return f"const char {local} = order_in({n}, {quoted('CFAK')}, {q});", local
    if p.kind == "string":
        return f"const char* const {local} = string_in({n}, {q});", local
    if p.kind == "generator":
        return f"random::Generator& {local} = generator_in({n}, {q});", local
    return "", n


def storage_of_option(p: Parameter) -> str:
    """A local that must outlive the options, for kinds that are passed by pointer."""
    return f"ScalarIn {p.name}_value;" if p.kind == "scalar" else ""


def read_option(p: Parameter) -> str:
    """The statement that takes option `p` from the C structure `c` to the C++ structure `o`."""
    n, c, q = p.name, f"c->{c_name(p)}", quoted(p.name)
    if p.kind in ("array", "out"):
        return f"o.{n} = optional_array_in({c}, {q});"
    if p.kind == "scalar":
        return f"{n}_value = ScalarIn({c}, {q}), o.{n} = {n}_value.optional();"
    if p.kind == "dtype":
        return f"if ({c}) o.{n} = dtype_in({c}, {q});"
    if p.kind in ("axes", "shape"):
        return f"if ({c}.given) o.{n} = axes_in({c}, {q});"
    if p.kind == "axis":
        convert = "optional_axis_in" if p.none_allowed else "axis_in"
        return f"if ({c}.given) o.{n} = {convert}({c}, {q});"
    if p.kind in ("order",):
        return f"if ({c}) o.{n} = order_in({c}, {quoted('CFAK')}, {q});"
    if p.kind == "string":
        return f"if ({c}) o.{n} = {c};"
    if p.kind == "bool":
        return f"o.{n} = {c};" if plain_bool(p) else f"if ({c}) o.{n} = flag_in({c}, {q});"
    return f"o.{n} = {c};" if plain_number(p) else f"if ({c}.given) o.{n} = {c}.value;"


# --- lockstep.hpp ----------------------------------------------------------------------------------------------------------

POSITIONAL_HPP = {
    "array": "const operand&",
    "arrays": "const arrays&",
    "scalar": "const scalar&",
    "dtype": "ls_dtype",
    "shape": "const sizes&",
    "axes": "const axes&",
    "axis": "int64_t",
    "bool": "bool",
    "int": "int64_t",
    "float": "double",
    "order": "char",
    "string": "const char*",
    "index": "const indices&",
    "generator": "const bit_generator&",
}


def hpp_argument(p: Parameter) -> str:
    n = p.name
    if p.kind in ("array", "generator"):
        return f"{n}.handle()"
    if p.kind in ("arrays", "index"):
        return f"{n}.{'size' if p.kind == 'arrays' else 'count'}(), {n}.data()"
    if p.kind == "shape":
        return f"static_cast<int>({n}.size()), {n}.data()"
    return f"{n}.c()" if p.kind in ("scalar", "axes") else n


# Types are qualified: an argument may be named as one.
def hpp_field(p: Parameter) -> str:
    n = p.name
    if p.kind == "array":
        return f"ls::optional_operand {n} = {{}};"
    if p.kind == "out":
        return f"ls::output {n} = {{}};"
    if p.kind == "scalar":
        return f"ls::scalar {n} = {{}};"
    if p.kind == "dtype":
        return f"ls_dtype {n} = 0;"
    if p.kind in ("axes", "axis", "shape"):
        return f"ls::axes {n} = {{}};"
    if p.kind == "order":
        return f"char {n} = 0;"
    if p.kind == "string":
        return f"const char* {n} = nullptr;"
    base = {"int": "int64_t", "float": "double", "bool": "bool"}[p.kind]
    if p.none_allowed:
        return f"std::optional<{base}> {n} = {{}};"
    return f"{base} {n} = {literal(p.default)};"


def hpp_copy(p: Parameter) -> str:
    """The expression that takes field `p` of the C++ options into the C structure."""
    n = p.name
    if p.kind in ("array", "out"):
        return f"{n}.handle()"
    if p.kind in ("axes", "axis", "shape", "scalar"):
        return f"{n}.c()"
    if p.kind == "bool" and not plain_bool(p):
        return f"detail::flag({n})"
    if p.kind in ("int", "float") and not plain_number(p):
        return f"detail::some_{p.kind}({n})"
    return n
