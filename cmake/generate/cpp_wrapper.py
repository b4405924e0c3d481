# The generated section of lockstep.hpp: the functions in namespace ls, on the C ABI only.
# Must not know anything but the C functions.
import kinds
from tables import Api, Function
from texts import call_lines


def options(f: Function, name: str) -> str:
    fields = "".join(f"    {kinds.hpp_field(p)}\n" for p in f.options)
    copies = "".join(f"        to.{kinds.c_name(p)} = {kinds.hpp_copy(p)};\n" for p in f.options)
    c_type = f"ls_{f.options_name}"
    return (
        f"struct {name} {{\n{fields}    {c_type} c() const {{\n        {c_type} to{{}};\n        to.size = sizeof to;\n"
        f"{copies}        return to;\n    }}\n}};\n"
    )


def function_of_arrays(name: str, r: str, parts: list[str], lines: list[str], arguments: list[str], symbol: str) -> str:
    """A function that returns a number of arrays."""
    lines += [f"ls_array* {r}[64];", f"size_t {r}_count = 64;"]
    lines.append(call_lines(f"detail::check({symbol}(", arguments + [f"&{r}_count", r], "));").replace("\n", "\n    "))
    lines.append(f"return detail::all({r}, {r}_count);")
    body = "".join(f"    {line}\n" for line in lines)
    return call_lines(f"inline std::vector<ls::array> {name}(", parts, ") {") + f"\n{body}}}\n"


HPP_RESULT = {"array": "array", "arrays": "std::vector<ls::array>", "bool": "bool", "int": "int64_t", "float": "double", "dtype": "ls_dtype"}


def function(f: Function, name: str) -> str:
    options_type = "ufunc_options" if f.op else f"{name}_options"
    types = [HPP_RESULT[kind] for _, kind in f.returns]
    result = "void" if not types else types[0] if len(types) == 1 else f"std::tuple<{', '.join(types)}>"
    parts = [f"{kinds.POSITIONAL_HPP[p.kind]} {p.name}" for p in f.args]
    arguments = [kinds.hpp_argument(p) for p in f.args]
    lines = []
    if f.options:
        parts.append(f"const {options_type}& options = {{}}")
        lines.append(f"const ls_{f.options_name} c = options.c();")
        arguments.append("&c")
    if f.returns and f.returns[0][1] == "arrays":
        return function_of_arrays(name, f.returns[0][0], parts, lines, arguments, f.symbol)
    for (r, kind), c_type in zip(f.returns, types):
        lines.append(f"ls_array* {r} = nullptr;" if kind == "array" else f"{c_type} {r}{{}};")
        arguments.append(f"&{r}")
    lines.append(call_lines(f"detail::check({f.symbol}(", arguments, "));").replace("\n", "\n    "))
    wrapped = [f"ls::array({r})" if kind == "array" else r for r, kind in f.returns]
    if wrapped:
        lines.append(f"return {wrapped[0]};" if len(wrapped) == 1 else f"return {{{', '.join(wrapped)}}};")
    body = "".join(f"    {line}\n" for line in lines)
    return call_lines(f"inline {result} {name}(", parts, ") {") + f"\n{body}}}\n"


def sections(api: Api) -> dict[str, str]:
    texts, shared = [], ""
    for chapter in api.chapters:
        for f in chapter.functions:
            if f.op and not shared:
                shared = options(f, "ufunc_options")
            name = f.path[-1]
            own = "" if f.op or not f.options else options(f, f"{name}_options")
            text = f"// {f.numpy}\n{own}{function(f, name)}"
            if len(f.path) > 1:  # numpy.fft.fft is ls::fft::fft
                text = f"namespace {'::'.join(f.path[:-1])} {{\n{text}}}\n"
            texts.append(text)
    return {"FUNCTIONS": shared + "\n" + "\n".join(texts)}
