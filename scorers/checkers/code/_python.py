"""Whether Python is valid, as far as its compiler knows, in time that grows with the length of the source.

Compiling finds what the grammar alone allows, such as `return` outside a function. But the compiler writes a `finally`
block once for each way into it: nested blocks take exponential time, many returns quadratic time. So each `finally`
block is moved behind its `try` first, which changes what the code does, and not whether it is valid.
"""

from __future__ import annotations

import ast
import warnings


def compile_python(source: str) -> None:
    """Compile `source` and throw the code away; raises what the compiler raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd escape in a string is valid
        tree = ast.parse(source)
        _move_finally_blocks(tree)
        compile(tree, "<block>", "exec", dont_inherit=True)


def _move_finally_blocks(tree: ast.AST) -> None:
    left = [tree]
    while left:
        node = left.pop()
        for name in ("body", "orelse"):
            statements = getattr(node, name, None)
            if isinstance(statements, list):  # it is an expression in a lambda or a conditional expression
                setattr(node, name, _flat(statements))
        left += ast.iter_child_nodes(node)


def _flat(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements with each `finally` block after its `try`; one without `except` is replaced by its body."""
    flat: list[ast.stmt] = []
    left = statements[::-1]
    while left:
        statement = left.pop()
        if isinstance(statement, ast.Try | ast.TryStar) and statement.finalbody:
            left += statement.finalbody[::-1]
            statement.finalbody = []
            if not statement.handlers:
                left += statement.body[::-1]
                continue
        flat.append(statement)
    return flat
