# The generated sections of lockstep.h: constants, option structures and functions, chapter by chapter.
# Must not know what is behind them.
import re
import textwrap
from dataclasses import dataclass

import kinds
import layout
from kinds import Variable
from tables import Api, Chapter, Function, Parameter
from texts import WIDTH, c_comment, call_lines


def parameters(f: Function) -> list[Variable]:
    """All C parameters of a function, result last."""
    found = []
    for p in f.args:
        found += kinds.c_parameters(p, alone=[a.kind for a in f.args].count(p.kind) == 1)
    if f.options:
        found.append(Variable(f"const ls_{f.options_name} *", "options"))
    return found + [v for name, kind in f.returns for v in kinds.result_parameters(name, kind)]


def prototype(f: Function) -> str:
    return call_lines(f"LS_API ls_status {f.symbol}(", [v.declaration() for v in parameters(f)], ");")


def default_text(p: Parameter) -> str:
    return repr(p.default) if p.kind in ("order", "string") and p.default else p.default_text


def signature(f: Function) -> str:
    """The call as NumPy writes it."""
    parts = [p.name if p.required else f"{p.name}={default_text(p)}" for p in f.args + f.options]
    return f"{f.numpy}({', '.join(parts)})"


def ufunc_note(f: Function) -> str:
    loops = f.op.loops.lstrip("!")
    bound = f"at most {f.op.ulp:g} ULP from the exact value" if f.op.ulp else "bit for bit as NumPy"
    return f"Loops {loops}; {bound}."


ARRAYS_NOTE = (
    "*result_count: in, how many handles result has room for (64 always do); out, how many arrays there are. With less room: "
    "buffer_too_small, and nothing is handed out."
)


def function_text(f: Function) -> str:
    paragraphs = [signature(f), f.doc]
    if f.op:
        paragraphs.append(ufunc_note(f))
    for name, kind in f.returns:
        if kind == "arrays":
            paragraphs.append(ARRAYS_NOTE.replace("result", name))
    return c_comment(paragraphs) + "\n" + prototype(f) + "\n"


def structure_text(s: layout.Structure) -> str:
    lines = [f"typedef struct {s.name} {{"]
    for field in s.fields:
        lines.append(f"    {Variable(field.type, field.name).declaration()};".ljust(40) + f" /* {field.note} */")
    if s.reserved:
        lines.append(f"    unsigned char reserved[{s.reserved}];".ljust(40) + " /* zero */")
    return "\n".join(lines + [f"}} {s.name};", ""])


def chapter_text(chapter: Chapter) -> str:
    heading = chapter.title
    text = f"/* {'-' * (WIDTH - 6)} */\n" + c_comment([heading]) + "\n\n"
    shared = {f.options_name for f in chapter.functions if f.op}
    if shared:
        text += structure_text(layout.structures(chapter.functions)[0]) + "\n"
    for f in chapter.functions:
        if f.options and not f.op:
            text += structure_text(layout.structure(f))
        text += function_text(f) + "\n"
    return text


def enum_rows(rows: list[tuple[str, int, str]]) -> str:
    lines = []
    for name, number, note in rows:
        head = f"    {name} = {number},".ljust(34)
        rest = textwrap.wrap(note, WIDTH - len(head) - 7)
        lines.append(f"{head} /* " + ("\n" + " " * (len(head) + 4)).join(rest) + " */")
    return "\n".join(lines)


def sections(api: Api) -> dict[str, str]:
    dtypes = [
        (f"LS_{d.name.upper()}", d.number, f"{d.bytes} byte{'s' if d.bytes > 1 else ''}; NumPy's '{d.character}'")
        for d in api.dtypes
    ]
    statuses = [
        (f"LS_{s.name.upper()}", s.number, s.doc + (f" ({s.python})" if s.python else "")) for s in api.statuses
    ]
    return {
        "STATUSES": enum_rows(statuses),
        "DTYPES": enum_rows(dtypes),
        "CHAPTERS": "\n".join(chapter_text(c) for c in api.chapters),
    }


@dataclass
class Prototype:
    """A hand-written function of the template."""

    name: str
    returns: str
    parameters: list[Variable]


def prototypes(template: str) -> list[Prototype]:
    text = re.sub(r"/\*.*?\*/", "", template, flags=re.DOTALL)
    found = []
    for match in re.finditer(r"\bLS_API\s+([\w\s*]+?)\b(ls_\w+)\(([^;]*)\);", text):
        returns, name, inside = (part.strip() for part in match.groups())
        found.append(Prototype(name, returns, [variable(p) for p in split_parameters(inside)]))
    return found


def split_parameters(text: str) -> list[str]:
    """At the commas outside of brackets."""
    parts, depth = [""], 0
    for c in " ".join(text.split()):
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += c
    return [p.strip() for p in parts if p.strip() not in ("", "void")]


def variable(text: str) -> Variable:
    function_pointer = re.fullmatch(r"(.*\(\*)(\w+)(\).*)", text)
    if function_pointer:
        return Variable(function_pointer[1] + function_pointer[3], function_pointer[2])
    match = re.fullmatch(r"(.*?)(\w+)", text)
    return Variable(match[1].strip() if not match[1].strip().endswith("*") else match[1].strip(), match[2])
