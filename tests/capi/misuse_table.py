# Writes misuse_table.cpp: every function of the inventory with NULL for each pointer, freed handles, wrong options.
# Must not know single functions, but for the few base functions whose pointers may be NULL.
import json
import sys

VALUES = {
    "const ls_array *": "v.x",
    "const ls_array *const *": "v.list",
    "ls_array **": "v.results",
    "size_t": "2",
    "int": "1",
    "int32_t": "1",
    "int64_t": "1",
    "const int64_t *": "v.shape",
    "int64_t *": "v.numbers",
    "const ls_index *": "v.index",
    "ls_scalar": "ls_int(1)",
    "ls_scalar *": "&v.scalar",
    "ls_dtype": "LS_FLOAT64",
    "ls_dtype *": "&v.dtype",
    "ls_axes": "ls_axis(0)",
    "bool": "true",
    "bool *": "&v.flag",
    "double": "1.0",
    "double *": "&v.number",
    "char": "'C'",
    "char *": "v.text",
    "const char *": '"cpu"',
    "const char **": "&v.name",
    "int *": "&v.integer",
    "size_t *": "&v.needed",
    "const ls_stream *": "v.stream",
    "ls_stream **": "&v.new_stream",
    "const ls_event *": "v.event",
    "ls_event *": "v.event",
    "ls_event **": "&v.new_event",
    "ls_bitgen *": "v.generator",
    "const ls_bitgen *": "v.generator",
    "ls_bitgen **": "&v.new_generator",
    "ls_bitgen_state *": "&v.state",
    "const ls_bitgen_state *": "&v.state",
    "const uint32_t *": "v.seeds",
    "uint32_t *": "v.seeds",
    "const uint64_t *": "v.wide",
    "uint64_t *": "v.wide",
    "void *": "v.text",
    "const void *": "v.text",
    "void **": "&v.pointer",
    "ls_status": "LS_OK",
}
# base function -> the pointers that may be NULL there
MAY_BE_NULL = {
    "ls_array_free": {"array"},
    "ls_can_cast": {"casting"},
    "ls_synchronize": {"device"},
    "ls_memory_info": {"device"},
    "ls_ufunc_at": {"b"},
    "ls_memory_trim": {"device"},
    "ls_stream_new": {"device"},
    "ls_stream_free": {"stream"},
    "ls_stream_reset_current": {"device"},
    "ls_event_new": {"device"},
    "ls_event_free": {"event"},
    "ls_event_record": {"stream"},
    "ls_bitgen_new": {"entropy"},
    "ls_bitgen_free": {"generator"},
}
# a call with a NULL there is not made: the function would do something lasting to the valid arguments
LEFT_OUT = {
    "ls_last_error_copy",
    "ls_status_name",
    "ls_status_python",
    "ls_kernel_cache_warm",
    "ls_kernel_cache_clear",
}
TENSORS = {"ls_from_dlpack": "managed", "ls_from_dlpack_unversioned": "managed"}
OWN_VALUES = {
    ("ls_can_cast", "casting"): '"safe"',
    ("ls_dtype_from_name", "name"): '"float32"',
    ("ls_device_why", "kind"): '"cuda"',
    ("ls_set_fallback_policy", "policy"): '"silent"',
    ("ls_set_matmul_mode", "mode"): '"strict"',
    ("ls_device_name", "device"): "0",
    ("ls_array_free", "array"): "nullptr",
    ("ls_ufunc_accumulate", "ufunc"): '"add"',
    ("ls_ufunc_reduceat", "ufunc"): '"add"',
    ("ls_ufunc_at", "ufunc"): '"add"',
    ("ls_memory_info", "result"): "&v.memory",
    ("ls_bitgen_new", "pool_size"): "4",
    ("ls_seed_sequence_pool", "pool_size"): "4",
    ("ls_kernel_cache_info", "result"): "&v.kernels",
}


def is_options(type_: str) -> bool:
    return type_.endswith("_options *")


def value(symbol: str, p: dict) -> str:
    if (symbol, p["name"]) in OWN_VALUES:
        return OWN_VALUES[symbol, p["name"]]
    if p["name"] == "capacity":
        return "sizeof v.text" if p["type"] == "size_t" else "8"
    if is_options(p["type"]):
        return "nullptr"
    return VALUES[p["type"]]


def call(symbol: str, parameters: list[dict], changed: dict[str, str]) -> str:
    return f"{symbol}({', '.join(changed.get(p['name'], value(symbol, p)) for p in parameters)})"


def null_lines(f: dict, nullable: set[str]) -> list[str]:
    lines = []
    for p in f["c_parameters"]:
        if not p["type"].endswith("*") or f["symbol"] in TENSORS and p["name"] != TENSORS[f["symbol"]]:
            continue
        changed = call(f["symbol"], f["c_parameters"], {p["name"]: "nullptr"})
        may = p["name"] in nullable or p["name"] == "needed" or is_options(p["type"])
        lines.append(f"v.accepted({changed});" if may else f'EXPECT_FAILS({changed}, LS_BAD_HANDLE, "{p["name"]}", "NULL");')
    return lines


# type of a handle -> one that was freed, and a live one of another kind
WRONG_HANDLES = {
    "ls_bitgen *": ("v.freed_generator()", "v.as<ls_bitgen>(v.x)"),
    "ls_stream *": ("v.freed_stream()", "v.as<ls_stream>(v.event)"),
    "ls_event *": ("v.freed_event()", "v.as<ls_event>(v.generator)"),
}


def freed_lines(f: dict) -> list[str]:
    lines = []
    for p in f["c_parameters"]:
        for wrong in WRONG_HANDLES.get(p["type"].removeprefix("const "), ()):
            changed = call(f["symbol"], f["c_parameters"], {p["name"]: wrong})
            lines.append(f'EXPECT_FAILS({changed}, LS_BAD_HANDLE, "{p["name"]}", "freed");')
        if p["type"] == "const ls_array *":
            for wrong in ("v.freed()", "v.as<ls_array>(v.generator)"):
                changed = call(f["symbol"], f["c_parameters"], {p["name"]: wrong})
                lines.append(f'EXPECT_FAILS({changed}, LS_BAD_HANDLE, "{p["name"]}", "freed");')
        elif p["type"] == "const ls_array *const *":
            changed = call(f["symbol"], f["c_parameters"], {p["name"]: "v.list_with_freed()"})
            lines.append(f'EXPECT_FAILS({changed}, LS_BAD_HANDLE, "{p["name"]}[1]", "freed");')
    return lines


def option_lines(f: dict) -> list[str]:
    if not f.get("options_struct"):
        return []
    made = call(f["symbol"], f["c_parameters"], {"options": "&o"})
    padded = call(f["symbol"], f["c_parameters"], {"options": "&padded.o"})
    lines = [
        f"{f['options_struct']} o = {{}};",
        f'EXPECT_FAILS({made}, LS_VALUE_ERROR, "options.size", "got 0");',
        "o.size = 8;",
        f"v.accepted({made});",
        f"struct {{ {f['options_struct']} o; char newer[16]; }} padded = {{}};",
        "padded.o.size = sizeof padded;",
        f"v.accepted({padded});",
        "padded.newer[9] = 1;",
        f'EXPECT_FAILS({padded}, LS_VALUE_ERROR, "options", "is set");',
    ]
    for p in f["options"]:
        broken = {
            "array": ("v.freed_mutable()", "LS_BAD_HANDLE"),
            "out": ("v.freed_mutable()", "LS_BAD_HANDLE"),
            "dtype": ("77", "LS_TYPE_ERROR"),
            "order": ("'Q'", "LS_VALUE_ERROR"),
            "scalar": ("v.impossible()", "LS_TYPE_ERROR"),
            "axes": ("v.bad_axes()", "LS_BAD_HANDLE"),
            "axis": ("v.bad_axes()", "LS_BAD_HANDLE"),
        }.get(p["kind"])
        if broken:
            lines += [
                f"o = {{}}; o.size = sizeof o; o.{p['c_name']} = {broken[0]};",
                f'EXPECT_FAILS({made}, {broken[1]}, "{p["name"]}");',
            ]
        if p["c_type"] == "ls_flag":
            lines += [
                f"o = {{}}; o.size = sizeof o; o.{p['c_name']} = LS_FLAG_TRUE;",
                f"v.accepted({made});",
            ]
    return lines


def test(suite: str, name: str, lines: list[str]) -> str:
    body = "".join(f"    {line}\n" for line in lines)
    return f"TEST({suite}, {name}) {{\n    Valid v;\n{body}}}\n\n"


def main() -> None:
    inventory = json.load(open(sys.argv[1]))
    text = '// Every function misused in every way that can be listed. Generated by tests/capi/misuse_table.py.\n#include "misuse.h"\n\n'
    for f in inventory["functions"] + inventory["base"]:
        if f["symbol"] in LEFT_OUT or not f["c_parameters"]:
            continue
        nullable = {a["name"] for a in f.get("args", []) if a["none_allowed"]} | MAY_BE_NULL.get(f["symbol"], set())
        for suite, lines in (("Null", null_lines(f, nullable)), ("Freed", freed_lines(f)), ("Options", option_lines(f))):
            if lines:
                text += test(suite, f["symbol"], lines)
    with open(sys.argv[2], "w") as file:
        file.write(text)


main()
