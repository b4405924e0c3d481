# Sizes and offsets of the option structures, by the C rules of 64-bit machines.
# Must not know what an option means.
from dataclasses import dataclass

import kinds
from tables import Function


@dataclass
class Field:
    type: str
    name: str
    offset: int
    size: int
    note: str  # NumPy's default, for the comment


@dataclass
class Structure:
    name: str
    fields: list[Field]
    reserved: int  # bytes of named padding at the end, so that a later option there is zero in older callers
    size: int


def structure(f: Function) -> Structure:
    fields, offset = [Field("size_t", "size", 0, 8, "LS_SIZE of this structure")], 8
    for p in f.options:
        c_type = kinds.c_field(p)
        size, alignment = kinds.C_LAYOUT[c_type]
        offset = (offset + alignment - 1) // alignment * alignment
        fields.append(Field(c_type, kinds.c_name(p), offset, size, p.default_text))
        offset += size
    reserved = -offset % 8
    return Structure(f"ls_{f.options_name}", fields, reserved, offset + reserved)


def structures(functions: list[Function]) -> list[Structure]:
    """One per function with options; the ufuncs share theirs."""
    found: dict[str, Structure] = {}
    for f in functions:
        if f.options:
            found.setdefault(f.options_name, structure(f))
    return list(found.values())
