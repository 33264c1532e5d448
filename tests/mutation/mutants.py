"""Mutants: a source with one small change each, of the kind that a person makes by mistake.

Changed are comparisons, whole numbers, conditions, `and`/`or`, `+`/`-`, True/False, single statements and the strings
that decide something. Left alone is what no verdict hangs on (documentation, cases, annotations, what is drawn, prose
in reasons and prompts) and what an edit would only break: regular expressions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

Step = tuple[ast.AST, str, int | None]
"""A parent, the field that holds a node, and the node's place if that field is a list."""

SHIFTED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
NEGATED = {
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
DATA = frozenset(["good", "bad", "books", "changes", "english", "id", "version", "shown_in_request"])
"""Class attributes that are documentation and test at once, or a name."""
PROSE = frozenset(["why", "source", "good", "bad", "drawn", "strict", "turn"])
"""Keyword arguments that no verdict hangs on; `strict` of zip only asserts, `turn` of Filler picks other filler."""
PROSE_CALLS = frozenset(
    "format_count format_list format_lines Verdict of raising compile integer number choice string keyword "
    "keyword_param words _LetterParam _WordParam _word".split()
)
"""Calls whose own string arguments are prose, or a regular expression."""
FILLER = frozenset(["sentence"])
"""Calls whose whole numbers say how long filler is."""
LONG_LIST = 6
"""Displays with more strings than this are tables."""


class Mutant(NamedTuple):
    """One changed source."""

    line: int
    before: str
    """The changed lines as they were, without white space around them."""
    after: str
    source: str


def mutants(source: str) -> list[Mutant]:
    """Return every mutant of `source`, each once, in the order of the lines."""
    tree = ast.parse(source)
    whole = ast.dump(tree)
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line.encode()))
    data = source.encode()
    found: dict[str, Mutant] = {}
    for trail, node in _places(tree, ()):
        for changed in _changes(trail, node):
            anchor, text = _rendered(trail, node, changed)
            begin = starts[anchor.lineno - 1] + anchor.col_offset
            end = starts[anchor.end_lineno - 1] + anchor.end_col_offset
            mutated = (data[:begin] + text.encode() + data[end:]).decode()
            if mutated not in found and _differs(whole, mutated):
                found[mutated] = _described(source, mutated)
    return sorted(found.values(), key=lambda mutant: mutant.line)


def _places(node: ast.AST, trail: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], ast.AST]]:
    """Yield every node that may be changed, with the way to it."""
    for name, value in ast.iter_fields(node):
        if _left_alone(node, name):
            continue
        for place, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not _is_documentation(child):
                way = (*trail, (node, name, place))
                yield way, child
                yield from _places(child, way)


def _left_alone(node: ast.AST, name: str) -> bool:
    if name in ("annotation", "returns", "decorator_list"):
        return True
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
        return True
    if isinstance(node, ast.keyword):
        return node.arg in PROSE
    return isinstance(node, ast.Assign) and any(getattr(target, "id", "") in DATA for target in node.targets)


def _is_documentation(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _changes(trail: tuple[Step, ...], node: ast.AST) -> Iterator[ast.AST]:
    parent, name, _ = trail[-1]
    if isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            for table in (SHIFTED, NEGATED):
                if type(op) in table:
                    ops = [*node.ops[:place], table[type(op)](), *node.ops[place + 1 :]]
                    yield ast.Compare(node.left, ops, node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        yield ast.BinOp(node.left, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Constant):
        yield from _constants(trail, node)
    elif isinstance(node, ast.stmt) and _removable(node, parent):
        yield ast.Pass()
    asked = name == "test" or (name == "ifs" and isinstance(parent, ast.comprehension))
    if asked and not _negated_already(node):
        yield ast.UnaryOp(ast.Not(), node)


def _negated_already(node: ast.AST) -> bool:
    return isinstance(node, ast.UnaryOp) or (isinstance(node, ast.Compare) and len(node.ops) == 1)


def _constants(trail: tuple[Step, ...], node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int) and not (isinstance(trail[-1][0], ast.Call) and _called(trail[-1][0]) in FILLER):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)
    elif isinstance(node.value, str) and not _is_prose(trail):
        yield ast.Constant(f"{node.value[:-1]}~")


def _is_prose(trail: tuple[Step, ...]) -> bool:
    """True for a string that is shown to someone, is a pattern, or stands in a table."""
    parent, name, _ = trail[-1]
    if isinstance(parent, ast.Call) and name == "args" and _called(parent) in PROSE_CALLS:
        return True
    for above, _, _ in trail:
        if isinstance(above, ast.JoinedStr | ast.FormattedValue | ast.Raise | ast.Assert):
            return True
        if isinstance(above, ast.FunctionDef) and above.name in ("describe", "range"):
            return True
        items = getattr(above, "elts", getattr(above, "values", []))
        if isinstance(above, ast.Tuple | ast.List | ast.Set | ast.Dict) and len(items) > LONG_LIST:
            return True
    return False


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _removable(node: ast.stmt, parent: ast.AST) -> bool:
    """True for a statement without which the code still runs: names stay bound, functions still end."""
    if isinstance(node, ast.Return):
        return not isinstance(parent, ast.FunctionDef)
    if isinstance(node, ast.Assign):
        return not all(isinstance(target, ast.Name | ast.Tuple) for target in node.targets)
    return isinstance(node, ast.Expr | ast.AugAssign | ast.Delete | ast.Break | ast.Continue | ast.Raise)


def _rendered(trail: tuple[Step, ...], node: ast.AST, changed: ast.AST) -> tuple[ast.AST, str]:
    """Return the node whose place in the source is written anew, and its new text.

    That is the changed node itself; inside an f-string, whose parts have no reliable place, the whole string.
    """
    outer = next((place for place, (above, _, _) in enumerate(trail) if isinstance(above, ast.JoinedStr)), None)
    if outer is None:
        text = ast.unparse(changed)
        return node, f"({text})" if isinstance(changed, ast.BoolOp | ast.IfExp) else text
    parent, name, place = trail[-1]
    _put(parent, name, place, changed)
    try:
        return trail[outer][0], ast.unparse(trail[outer][0])
    finally:
        _put(parent, name, place, node)


def _put(parent: ast.AST, name: str, place: int | None, node: ast.AST) -> None:
    if place is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[place] = node


def _differs(whole: str, mutated: str) -> bool:
    try:
        return ast.dump(ast.parse(mutated)) != whole
    except SyntaxError:
        return False


def _described(source: str, mutated: str) -> Mutant:
    old, new = source.splitlines(), mutated.splitlines()
    shorter = min(len(old), len(new))
    first = next(i for i in range(shorter + 1) if i == shorter or old[i] != new[i])
    same = next(i for i in range(shorter + 1) if i == shorter - first or old[-1 - i] != new[-1 - i])
    before = " ".join(line.strip() for line in old[first : len(old) - same])
    after = " ".join(line.strip() for line in new[first : len(new) - same])
    return Mutant(first + 1, before, after, mutated)
