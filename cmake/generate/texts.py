# Text shaping shared by the emitters: templates, wrapped comments, parameter lists.
# Must not know the tables.
import re
import textwrap

WIDTH = 110


class TemplateError(Exception):
    pass


def fill(template: str, name: str, sections: dict[str, str]) -> str:
    """Replaces each line that is just @NAME@ by the section of that name; every section must be used."""
    used = set()

    def replacement(match: re.Match) -> str:
        key = match.group(1)
        if key not in sections:
            raise TemplateError(f"{name}: no section {key}")
        used.add(key)
        return sections[key].rstrip("\n")

    text = re.sub(r"^@([A-Z_]+)@$", replacement, template, flags=re.MULTILINE)
    if used != set(sections):
        raise TemplateError(f"{name}: sections never used: {sorted(set(sections) - used)}")
    return text


def c_comment(paragraphs: list[str], indent: str = "") -> str:
    """A /* */ block; each paragraph starts a line and is wrapped."""
    lines = []
    for paragraph in paragraphs:
        lines += textwrap.wrap(paragraph, WIDTH - 6 - len(indent), break_long_words=False, break_on_hyphens=False)
    body = f"\n{indent}   ".join(lines)
    return f"{indent}/* {body} */"


def call_lines(head: str, parts: list[str], tail: str) -> str:
    """head + comma-separated parts + tail, broken at commas where too long, under the opening bracket if there is room."""
    line = head + ", ".join(parts) + tail
    if len(line) <= WIDTH:
        return line
    room = WIDTH - max(len(part) for part in parts) - 2
    indent = " " * (len(head) if len(head) <= room else 8)
    lines, current = [], head
    for i, part in enumerate(parts):
        piece = part + (", " if i + 1 < len(parts) else tail)
        if len(current) + len(piece.rstrip()) > WIDTH and current.strip() != head.strip():
            lines.append(current.rstrip())
            current = indent
        current += piece
    lines.append(current)
    return "\n".join(lines)
