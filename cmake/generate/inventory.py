# inventory.json: every function with its arguments, defaults and documentation, for the audit, the tests and bindings.
# Must not know how any of them is used.
import json
import re

import c_header
import kinds
import layout
from tables import Api, Function, Parameter


def version(header: str, name: str) -> str:
    return re.search(rf"#define {name}\s+\"?([\w.]+)\"?", header)[1]


def argument(p: Parameter, c_type: str) -> dict:
    row = {"name": p.name, "kind": p.kind, "c_type": c_type, "required": p.required, "none_allowed": p.none_allowed}
    if not p.required:
        row["default"] = p.default
        row["default_text"] = p.default_text
        row["c_name"] = kinds.c_name(p)
    return row


def function(f: Function, chapter: str) -> dict:
    alone = {p.name: [a.kind for a in f.args].count(p.kind) == 1 for p in f.args}
    row = {
        "symbol": f.symbol,
        "name": f.path[-1],
        "numpy": f.numpy,
        "module": f.numpy.rpartition(".")[0],
        "chapter": chapter,
        "type": "ufunc" if f.op else "function",
        "signature": c_header.signature(f),
        "args": [argument(p, ", ".join(v.type for v in kinds.c_parameters(p, alone[p.name]))) for p in f.args],
        "options": [argument(p, kinds.c_field(p)) for p in f.options],
        "options_struct": f"ls_{f.options_name}" if f.options else None,
        "returns": [{"name": n, "kind": k} for n, k in f.returns],
        "c_parameters": [{"name": v.name, "type": v.type} for v in c_header.parameters(f)],
        "doc": f.doc,
        "audit": f.audit,
    }
    if f.op:
        op = vars(f.op).copy()
        op["refuses_bool"] = op["loops"].startswith("!")
        op["loops"] = op["loops"].lstrip("!")
        row["ufunc"] = {k: v for k, v in op.items() if k not in ("name", "doc")}
    return row


def text(api: Api, base: list[c_header.Prototype], header: str) -> str:
    content = {
        "version": version(header, "LS_VERSION"),
        "abi_version": int(version(header, "LS_ABI_VERSION")),
        "dtypes": [vars(d) for d in api.dtypes],
        "statuses": [vars(s) for s in api.statuses],
        "structures": [
            {"name": s.name, "size": s.size, "reserved": s.reserved,
             "fields": [{"name": f.name, "type": f.type, "offset": f.offset, "size": f.size} for f in s.fields]}
            for s in layout.structures(api.functions)
        ],
        "functions": [function(f, c.name) for c in api.chapters for f in c.functions],
        "base": [
            {"symbol": p.name, "returns": p.returns,
             "c_parameters": [{"name": v.name, "type": v.type} for v in p.parameters]}
            for p in base
        ],
    }
    return json.dumps(content, indent=1) + "\n"
