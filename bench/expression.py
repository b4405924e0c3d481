"""A call in NumPy's words, such as "sqrt(a * a + b * b)" or "sum(a, axis=0)", as steps of one function each.
Must not know any function's meaning, or any library: arrays are the names that are left."""

import ast
from dataclasses import dataclass, field

OPERATORS = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.Pow: "power",
    ast.USub: "negative",
    ast.Lt: "less", ast.Gt: "greater", ast.MatMult: "matmul",
}  # fmt: skip


@dataclass(frozen=True)
class Operand:
    """An array of the case, by its name."""

    name: str


@dataclass(frozen=True)
class Result:
    """The result of an earlier step, by its number."""

    step: int


@dataclass
class Step:
    """One call: NumPy's dotted name without "numpy.", and arguments that are Operand, Result, plain values or lists
    of these."""

    function: str
    args: list = field(default_factory=list)
    options: dict = field(default_factory=dict)


def steps(text: str) -> list[Step]:
    found: list[Step] = []
    last = _value(ast.parse(text, mode="eval").body, found)
    if not isinstance(last, Result):
        raise ValueError(f"{text!r} calls nothing")
    return found


def operands_of(program: list[Step]) -> list[str]:
    """The arrays that the steps name, in the alphabet's order; those in lists left out."""
    values = [value for step in program for value in [*step.args, *step.options.values()]]
    return sorted({value.name for value in values if isinstance(value, Operand)})


def last_uses(program: list[Step]) -> list[int]:
    """For each step's result the number of the last step that reads it; its own where none does."""
    last = list(range(len(program)))
    for i, step in enumerate(program):
        for value in [*step.args, *step.options.values()]:
            if isinstance(value, Result):
                last[value.step] = i
    return last


def _value(node: ast.expr, found: list[Step]):
    if isinstance(node, ast.Name):
        return Operand(node.id)
    if isinstance(node, (ast.List, ast.Tuple)):
        items = [_value(item, found) for item in node.elts]
        return tuple(items) if isinstance(node, ast.Tuple) else items
    if isinstance(node, ast.Call):
        step = Step(ast.unparse(node.func), [_value(a, found) for a in node.args])
        step.options = {k.arg: _value(k.value, found) for k in node.keywords if k.arg}
    elif isinstance(node, ast.BinOp):
        step = Step(OPERATORS[type(node.op)], [_value(node.left, found), _value(node.right, found)])
    elif isinstance(node, ast.UnaryOp) and not isinstance(node.operand, ast.Constant):
        step = Step(OPERATORS[type(node.op)], [_value(node.operand, found)])
    elif isinstance(node, ast.Compare):
        step = Step(OPERATORS[type(node.ops[0])], [_value(node.left, found), _value(node.comparators[0], found)])
    else:
        return ast.literal_eval(node)
    found.append(step)
    return Result(len(found) - 1)
