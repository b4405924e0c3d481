# The C wrappers: one C function per row that converts, calls lockstep::numpy and hands the result out.
# Must not know the C++ function: capi/convert.h and capi/border.h hold everything that is not per row.
import kinds
import layout
from c_header import parameters
from tables import Api, Chapter, Function
from texts import call_lines

HEAD = """// The C functions of the chapter "{chapter}": arguments in, lockstep::numpy, result out.
// Must not be edited: generated from runtime/tables/ by cmake/generate/c_wrappers.py.
#include "capi/bitgen_handle.h"
#include "capi/border.h"
#include "capi/convert.h"
#include "runtime/numpy/functions.h"

using namespace lockstep;
using namespace lockstep::capi;

"""


def option_lines(f: Function) -> list[str]:
    """The C++ options `o`, filled from the C ones where the caller gave any."""
    lines = [kinds.storage_of_option(p) for p in f.options if kinds.storage_of_option(p)]
    lines.append(f"{'' if f.op else 'numpy::'}{f.options_name} o;")
    lines += ["if (options) {", f"    const OptionsIn<ls_{f.options_name}> c(options);"]
    lines += ["    " + kinds.read_option(p) for p in f.options]
    return lines + ["}"]


def wrapper(f: Function) -> str:
    body, arguments = [], []
    for p in f.args:
        own = kinds.c_parameters(p, alone=[a.kind for a in f.args].count(p.kind) == 1)
        statement, expression = kinds.read_positional(p, own)
        body += [statement] if statement else []
        arguments.append(expression)
    if f.options:
        body += option_lines(f)
        arguments.append("o")
    has_out = any(p.kind == "out" for p in f.options)
    for name, kind in f.returns:
        if kind == "arrays":
            body.append(f"result_needed({name}_count, nullptr, \"{name}_count\");")
        body.append(f"result_needed({name}, {'o.out' if has_out else 'nullptr'}, \"{name}\");")
    call = f"numpy::{f.name}({', '.join(arguments)})"
    if not f.returns:
        body.append(f"{call};")
    elif f.returns[0][1] == "arrays":
        body.append(f"give_arrays({f.returns[0][0]}_count, {f.returns[0][0]}, {call});")
    elif len(f.returns) == 1:
        body.append(f"give({f.returns[0][0]}, {call});")
    else:
        names = ", ".join(name for name, _ in f.returns)
        body.append(f"give_all({call}, {names});")
    head = call_lines(f"ls_status {f.symbol}(", [v.declaration() for v in parameters(f)], ") {")
    inner = "\n".join("        " + line for line in body)
    return f'{head}\n    return border("{f.symbol}", [&] {{\n{inner}\n    }});\n}}\n'


def text(chapter: Chapter) -> str:
    return HEAD.format(chapter=chapter.name) + "\n".join(wrapper(f) for f in chapter.functions)


def layout_text(api: Api) -> str:
    """Assertions that the compiler lays the option structures out as the inventory says."""
    lines = [
        "// The layout of the option structures, asserted: callers compiled long ago rely on it.",
        "// Must not be edited: generated from runtime/tables/ by cmake/generate/c_wrappers.py.",
        "#include <cstddef>",
        "",
        '#include "lockstep/lockstep.h"',
        "",
    ]
    for s in layout.structures(api.functions):
        lines.append(f"static_assert(sizeof({s.name}) == {s.size});")
        lines += [f"static_assert(offsetof({s.name}, {f.name}) == {f.offset});" for f in s.fields]
    return "\n".join(lines) + "\n"
