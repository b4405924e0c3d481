# The C++ of the Python binding that follows from the tables: dtypes, and each function's signature and call of lockstep.h.
# Must not know how a kind is converted: capi/python/arguments.h does; nor how calls are parsed: callable.h.
import re
import textwrap

import kinds
from python_tables import BY_HAND, NO_VALUE, Callable, PythonApi, PyParameter
from tables import Api, Function, Parameter


def quoted(text: str) -> str:
    return kinds.quoted(text).replace("\n", "\\n")


HEAD = """// {what}
// Must not be edited: generated from runtime/tables/ by cmake/generate/python_functions.py.
"""

FORMATS = {
    "bool": "?",
    "int8": "b",
    "uint8": "B",
    "int16": "h",
    "uint16": "H",
    "int32": "i",
    "uint32": "I",
    "int64": "l",
    "uint64": "L",
    "float16": "e",
    "float32": "f",
    "float64": "d",
    "complex64": "Zf",
    "complex128": "Zd",
}


def dtypes_text(api: Api) -> str:
    rows = "".join(
        f"    {{{d.number}, {quoted(d.name)}, '{d.kind}', {d.bytes}, {quoted(FORMATS[d.name]) if d.name in FORMATS else 'nullptr'}}},\n"
        for d in api.dtypes
    )
    head = HEAD.format(what="The element types as the Python binding sees them.")
    return f"{head}#pragma once\n\nconstexpr lockstep::python::DTypeRow kDTypes[] = {{\n{rows}}};\n"


# --- the body: from slots to the C call ----------------------------------------------------------------------------------


def positional(p: Parameter, slot: int) -> tuple[str, list[str], str]:
    """(statement, C arguments, size of the work or "")."""
    v, n, q = f"v[{slot}]", f"{p.name}_arg", quoted(p.name)
    if p.role == "target":
        return f"const Operand {n} = target_in({v}, {q});", [f"{n}.get()"], f"{n}.size()"
    if p.role == "values":
        return f"const Operand {n} = values_in({v}, {q}, v[0]);", [f"{n}.get()"], f"{n}.size()"
    if p.role == "integers":
        return f"const Operand {n} = integers_in({v}, {q});", [f"{n}.get()"], f"{n}.size()"
    if p.kind == "generator":
        return f"ls_bitgen* const {n} = generator_in({v});", [n], ""
    if p.kind == "array":
        made = f"Operand {n}({v})" if p.none_allowed else f"Operand {n} = required({v}, {q})"
        return f"const {made};", [f"{n}.get()"], f"{n}.size()"
    if p.kind == "arrays":
        return f"const Operands {n}({v}, {q});", [f"{n}.count()", f"{n}.data()"], f"{n}.size()"
    if p.kind == "shape":
        return f"const Shape {n}({v});", [f"{n}.count()", f"{n}.data()"], f"{n}.size()"
    if p.kind == "axes":
        return f"const AxesIn {n}({v}, {'true' if p.none_allowed and p.default is None else 'false'});", [f"{n}.get()"], ""
    if p.kind == "dtype":
        return f"const ls_dtype {n} = given_or_none({v}) ? dtype_in({v}) : ls_dtype(LS_FLOAT64);", [n], ""
    if p.kind == "order":
        return f"const char {n} = order_in({v});", [n], ""
    call = {
        "scalar": f"scalar_in({v}, {q})",
        "axis": f"int_in({v}, {q})",
        "int": f"int_in({v}, {q})",
        "float": f"float_in({v}, {q})",
        "bool": f"bool_in({v})",
        "string": f"string_in({v}, {q})",
    }[p.kind]
    if not p.required and p.kind not in ("scalar", "string"):
        call = f"given({v}) ? {call} : {kinds.literal(p.default)}"
    return f"const auto {n} = {call};", [n], ""


def option(p: Parameter, slot: int) -> list[str]:
    v, n, q, o = f"v[{slot}]", f"{p.name}_arg", quoted(p.name), f"o.{kinds.c_name(p)}"
    if p.kind == "array":
        return [f"const Operand {n}({f'mask_given({v})' if p.name == 'where' else v});", f"{o} = {n}.get();"]
    if p.kind == "out":
        return [f"const Output {n}({v});", f"{o} = {n}.get();"]
    if p.kind in ("axes", "axis", "shape"):
        return [f"const AxesIn {n}({v}, {'true' if p.default is None else 'false'});", f"{o} = {n}.get();"]
    if p.kind == "dtype":
        return [f"{o} = dtype_in({v});"]
    if p.kind == "order":
        return [f"{o} = order_in({v});"]
    if p.kind == "string":
        return [f"{o} = string_in({v}, {q});"]
    if p.kind == "bool":
        value = f"bool_in({v})" if kinds.plain_bool(p) else f"bool_in({v}) ? LS_FLAG_TRUE : LS_FLAG_FALSE"
        return [f"if (given_or_none({v})) {o} = {value};"]
    value = {"scalar": "scalar_in", "int": "int_in", "float": "float_in"}[p.kind] + f"({v}, {q})"
    if p.kind in ("int", "float") and not kinds.plain_number(p):
        value = f"ls_some{'_float' if p.kind == 'float' else ''}({value})"
    return [f"if (given_or_none({v})) {o} = {value};"]


def result(f: Function) -> str:
    out = next((p for p in f.options if p.kind == "out"), None)
    if not f.returns:
        return "check(status); Py_RETURN_NONE;"
    kind = f.returns[0][1]
    if len(f.returns) > 1:
        raise NotImplementedError(f"{f.symbol}: several results")
    if kind == "arrays":
        return "return arrays_result(status, result, count);"
    if kind == "array":
        return f"return array_result(status, result{', out_arg' if out else ''});"
    made = {
        "bool": "PyBool_FromLong(result)",
        "int": "PyLong_FromLongLong(result)",
        "float": "PyFloat_FromDouble(result)",
        "dtype": "dtype_object(result)",
    }[kind]
    return f"check(status); return checked({made});"


def body(f: Function) -> str:
    lines, arguments, work = [], [], []
    lines.append(f"const DeviceScope device(v[kDeviceSlot]);")
    for i, p in enumerate(f.args):
        statement, given, size = positional(p, i)
        lines.append(statement)
        arguments += given
        work += [size] if size else []
    if f.options:
        lines += [f"ls_{f.options_name} o = {{}};", "o.size = sizeof o;"]
        for i, p in enumerate(f.options):
            lines += option(p, len(f.args) + i)
        arguments.append("&o")
    has_out = any(p.kind == "out" for p in f.options)
    kind = f.returns[0][1] if f.returns else None
    if kind == "arrays":
        lines.append("ls_array* result[kMaxDims]; size_t count = kMaxDims;")
        arguments += ["&count", "result"]
    elif kind:
        lines.append(f"{kinds.RESULT_C[kind]}{'' if kind == 'array' else ' '}result{' = nullptr' if kind == 'array' else '{}'};")
        arguments.append("out_arg.get() ? nullptr : &result" if has_out else "&result")
    limit = "kLongElementwise" if f.op else "kLong"
    if not work:
        is_long = "true"  # how much there is to do shows in the numbers only
    elif len(work) == 1:
        is_long = f"{work[0]} >= {limit}"
    else:
        is_long = f"std::max({{{', '.join(work)}}}) >= {limit}"
    lines.append(f"const ls_status status = released_if({is_long}, [&] {{ return {f.symbol}({', '.join(arguments)}); }});")
    lines.append(result(f))
    inner = "".join(f"    {line}\n" for line in lines)
    text = f"PyObject* body_{f.name}([[maybe_unused]] PyObject* const* v) {{\n{inner}}}\n"
    if f.name in BY_HAND:
        text += f"PyObject* by_hand_{f.name}(PyObject* const* v) {{ return {f.name}_by_hand(body_{f.name}, v); }}\n"
    return text


# --- the rows --------------------------------------------------------------------------------------------------------------


def parameter(p: PyParameter, ignored: list[str]) -> str:
    required = "true" if p.default is None else "false"
    preset = quoted(p.preset) if p.preset else "nullptr"
    if p.slot is not None:
        slot, extra = p.slot, "none"
    elif p.name == "device":
        slot, extra = "kDeviceSlot", "device"
    elif p.name in ignored:
        slot, extra = -1, "ignored"
    else:
        slot, extra = -1, "fixed"
        text = (p.default or "None").strip("'")
        preset = "nullptr" if text in ("None", NO_VALUE) else quoted(text)
    return f"{{{quoted(p.name)}, {slot}, {required}, Extra::{extra}, {preset}, nullptr, nullptr}}"


def doc(f: Function, statuses: dict[str, str]) -> str:
    paragraphs = [re.sub(r"\b[a-z]+_[a-z_]+\b", lambda m: statuses.get(m[0], m[0]), f.doc)]
    if f.op:
        bound = f"at most {f.op.ulp:g} ULP from the exact value" if f.op.ulp else "bit for bit as NumPy"
        paragraphs.append(
            f"Operands broadcast. Loops {f.op.loops.lstrip('!')}, the dtype by NumPy 2's promotion; {bound}. Errors: "
            "ValueError where shapes do not broadcast or `out` has another one, TypeError where no loop fits."
        )
    paragraphs.append(f"Meaning: {f.numpy} of NumPy 2.4. C: {f.symbol}.")
    return "\n\n".join("\n".join(textwrap.wrap(p, 100)) for p in paragraphs) + "\n"


def row_initialiser(c: Callable, name: str, statuses: dict[str, str]) -> str:
    s, f = c.signature, c.row
    slots = len(f.args) + len(f.options)
    module = f.numpy.rpartition(".")[0]
    text = "".join(f"\n     {quoted(line)}" for line in doc(f, statuses).splitlines(keepends=True))
    return (
        f"{{{quoted(c.name)}, {'in_place' if c.in_place else 'by_hand' if f.name in BY_HAND else 'body'}_{f.name}, {name}_parameters, {len(s.parameters)}, {s.positional_only}, {s.positional}, {slots},\n"
        f"     {'true' if s.varargs else 'false'}, {c.self_slot}, {quoted(s.shown)},{text},\n     {quoted(module)}}}"
    )


def parameters(c: Callable, name: str, ignored: list[str]) -> str:
    rows = "".join(f"    {parameter(p, ignored)},\n" for p in c.signature.parameters)
    return f"Parameter {name}_parameters[{max(1, len(c.signature.parameters))}] = {{\n{rows}}};\n"


def in_place(c: Callable) -> str:
    """The body of a method whose array is also where the result goes."""
    out = next(i for i, p in enumerate(c.row.args + c.row.options) if p.kind == "out")
    return f"PyObject* in_place_{c.row.name}(PyObject* const* v) {{ return into_self(body_{c.row.name}, v, {c.self_slot}, {out}); }}\n"


RESULT_RULES = {"boolean": "b", "real": "r"}


def ufunc_row(c: Callable, python: PythonApi, statuses: dict[str, str]) -> str:
    op = c.row.op
    one, two = (f"{c.row.symbol}", "nullptr") if op.inputs == 1 else ("nullptr", f"{c.row.symbol}")
    reduction = f"&row_{python.reductions[op.name]}" if op.name in python.reductions else "nullptr"
    return (
        f"const UfuncRow row_{op.name} = {{\n    {row_initialiser(c, op.name, statuses)},\n    {op.inputs}, {one}, {two}, "
        f"{quoted(op.loops.lstrip('!'))}, '{RESULT_RULES.get(op.rule, 's')}', {quoted(op.identity)}, {reduction},\n    "
        f"{', '.join(f'&row_{m.row.name}' for m in python.ufunc_methods)}}};\n"
    )


UNARY = {"negative", "positive", "absolute", "invert"}
COMPARISONS = {"lt": "Py_LT", "le": "Py_LE", "eq": "Py_EQ", "ne": "Py_NE", "gt": "Py_GT", "ge": "Py_GE"}


def operators(python: PythonApi) -> str:
    ufuncs = {c.name for c in python.ufuncs}
    functions = {c.row.name for c in python.functions}
    rows, slots, comparisons = "", "", {}
    for i, (slot, name) in enumerate(python.operators.items()):
        boolean = python.boolean_operators.get(slot)
        rows += (
            f"    {{{quoted(name)}, {f'&row_{name}' if name in ufuncs else 'nullptr'}, "
            f"{f'&row_{boolean}' if boolean in ufuncs else 'nullptr'}, {f'&row_{name}' if name in functions else 'nullptr'}}},\n"
        )
        if slot in COMPARISONS:
            comparisons[COMPARISONS[slot]] = i
        elif slot in UNARY:
            slots += f"    {{Py_nb_{slot}, as_slot(unary<&operator_rows[{i}]>)}},\n"
        elif slot == "power":
            slots += f"    {{Py_nb_power, as_slot(power<&operator_rows[{i}]>)}},\n"
            slots += f"    {{Py_nb_inplace_power, as_slot(inplace_power<&operator_rows[{i}]>)}},\n"
        else:
            slots += f"    {{Py_nb_{slot}, as_slot(binary<&operator_rows[{i}]>)}},\n"
            slots += f"    {{Py_nb_inplace_{slot}, as_slot(inplace<&operator_rows[{i}]>)}},\n"
    order = ", ".join(f"&operator_rows[{comparisons[f'Py_{n}']}]" for n in ("LT", "LE", "EQ", "NE", "GT", "GE"))
    names = list(python.operators)
    return (
        f"constexpr OperatorRow operator_rows[] = {{\n{rows}}};\n"
        f"constexpr const OperatorRow* comparison_rows[] = {{{order}}};\n"
        f"constexpr const OperatorRow& floor_divide_row = operator_rows[{names.index('floor_divide')}];\n"
        f"constexpr const OperatorRow& remainder_row = operator_rows[{names.index('remainder')}];\n"
        f"PyType_Slot number_slots[] = {{\n{slots}}};\n"
    )


def functions_text(api: Api, python: PythonApi) -> str:
    text = HEAD.format(what="Every function's signature and call, and the operators, for capi/python/functions.cpp.")
    text += "#pragma once\n\n"
    statuses = {s.name: s.python for s in api.statuses}
    text += "\n".join(body(f) for f in api.functions) + "\n"
    for c in python.functions:
        text += parameters(c, c.row.name, python.ignored)
        text += f"const CallableRow row_{c.row.name} = {row_initialiser(c, c.row.name, statuses)};\n\n"
    for c in python.ufunc_methods:
        text += parameters(c, c.row.name, python.ignored)
        text += f"const CallableRow row_{c.row.name} = {row_initialiser(c, c.row.name, statuses)};\n\n"
    for c in python.ufuncs:
        text += parameters(c, c.row.name, python.ignored) + ufunc_row(c, python, statuses) + "\n"
    for c in python.methods:
        name = f"method_{c.name}"
        text += in_place(c) if c.in_place else ""
        text += parameters(c, name, python.ignored)
        text += f"const CallableRow row_{name} = {row_initialiser(c, name, statuses)};\n\n"
    for c in python.generator_methods:
        name = c.name.replace(".", "_")
        text += parameters(c, name, python.ignored)
        text += f"const CallableRow row_{name} = {row_initialiser(c, name, statuses)};\n\n"

    def listing(kind, name, items):
        return f"constexpr {kind} {name}[] = {{\n{''.join(f'    {item},{chr(10)}' for item in items)}}};\n\n"

    text += listing(
        "Named<CallableRow>",
        "function_rows",
        [f'{{{quoted(".".join(c.row.path))}, &row_{c.row.name}}}' for c in python.functions],
    )
    text += listing("Named<UfuncRow>", "ufunc_rows", [f'{{{quoted(c.name)}, &row_{c.name}}}' for c in python.ufuncs])
    text += listing("const CallableRow*", "ufunc_method_rows", [f"&row_{c.row.name}" for c in python.ufunc_methods])
    text += listing(
        "Named<CallableRow>", "method_rows", [f'{{{quoted(c.name)}, &row_method_{c.name}}}' for c in python.methods]
    )
    text += listing("Alias", "aliases", [f"{{{quoted(a)}, {quoted(n)}}}" for a, n in python.aliases.items()])
    methods = "".join(
        f"    {{{quoted(c.name)}, as_function(call_method<&row_method_{c.name}>), METH_FASTCALL | METH_KEYWORDS,\n"
        f"     {quoted(method_text(c))}}},\n"
        for c in python.methods
    )
    text += f"PyMethodDef method_definitions[] = {{\n{methods}}};\n\n"
    text += generator_methods(python, statuses)
    return text + operators(python)


def generator_methods(python: PythonApi, statuses: dict[str, str]) -> str:
    rows, definitions = "", ""
    for c in python.generator_methods:
        row, own = f"row_{c.name.replace('.', '_')}", c.name.partition(".")[2]
        rows += f"    {{{quoted(c.name)}, &{row}}},\n"
        definitions += (
            f"    {{{quoted(own)}, as_function(call_method<&{row}>), METH_FASTCALL | METH_KEYWORDS,\n"
            f"     {quoted(method_head(own, c) + doc(c.row, statuses))}}},\n"
        )
    return (
        f"constexpr Named<CallableRow> generator_rows[] = {{\n{rows}}};\n"
        f"PyMethodDef generator_definitions[] = {{\n{definitions}}};\n\n"
    )


def method_head(name: str, c: Callable) -> str:
    """The start of a docstring, from which inspect reads the signature."""
    shown = c.signature.shown
    self_ = "$self, " if "/" in shown else "$self, /, "
    return f"{name}({(self_ + shown).removesuffix(', ')})\n--\n\n"


def method_text(c: Callable) -> str:
    return f"{method_head(c.name, c)}As lockstep.{c.row.name}(self, ...)."


def files(api: Api, python: PythonApi) -> dict[str, str]:
    return {"python/tables.h": dtypes_text(api), "python/functions.h": functions_text(api, python)}
