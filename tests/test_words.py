"""Words: code, messages, help and pages use the terms of the field, and none of those that style rules out."""

from __future__ import annotations

import ast
import re
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from harness.cli import COMMANDS, GROUPS, HIDDEN, cli
from tests.structure import tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
CODE = ("docs", "harness", "tasks", "scorers")
"""Folders whose messages, identifiers, docstrings and comments are checked; no participle names a function there."""
ALL_STRINGS = ("harness",)
"""Folders in which every string is checked, not only messages: in the others, strings are words to look for."""


def sources(folders: Iterable[str], *suffixes: str) -> list[Path]:
    """Return the files below `folders` that have one of `suffixes`."""
    return sorted(path for name in folders for path in (ROOT / name).rglob("*") if path.suffix in suffixes)


def group_files() -> dict[str, list[Path]]:
    """Return the Python files of `CODE` by the folder below it that they belong to."""
    found: dict[str, list[Path]] = {}
    for path in sources(CODE, ".py"):
        found.setdefault("/".join(path.relative_to(ROOT).parent.parts[:2]), []).append(path)
    return found


PARTS = group_files()
ASSETS = sources(("harness", "configs"), ".j2", ".css", ".js", ".toml")
AVOIDED = {
    r"tells?|told|telling": "print, format, describe, report",
    r"asks? no ?one|asking no ?one|asks? anyone|asking anyone": "sends no requests, offline",
    r"judg(?:es?|ed|ing)": "verify, score",
    r"judge?ments?": "result",
    r"(?<!-)kept": "saved, accepted",
    r"comes? along|came along": "included, built-in",
    r"stands? (?:in|beside)|standing (?:in|beside)": "is in, next to",
    r"made elsewhere": "external, imported",
    r"booked on": "count against",
    r"anew": "again",
    r"the house|house tests?": "the project, conformance tests",
    r"whoever|nobody|no one": "name the actor",
    r"so many": "that many, the number",
    r"at the most": "at most",
    r"is gone": "was deleted, is unreachable",
    r"(?:goes|go|went|gone) on": "continues, resumes",
    r"settle[sd]?|settling": "complete, decide",
}
"""Patterns of words that are not used, each with what to write instead."""
PATTERN = re.compile(
    "|".join(rf"(?P<w{number}>\b(?:{words})\b)" for number, words in enumerate(AVOIDED)), re.IGNORECASE
)
ALLOWED = {
    "judged": "the file judged.json of a run, and a key of `ifh diagnose --json`",
    "not_judged": "a key of `ifh diagnose --json`",
    "kept": "a key of `ifh generate --json`",
    "to go on": "a state of `ifh list --json`",
}
"""Strings that programs read, each with its place; they stay as they are."""
PRINTERS = re.compile(r"^(print|echo|_?say|line|note|append|write|fail|[a-z_]*print_(line|text|notes|json))$")
"""Names of the functions whose string arguments a user reads."""
DESCRIBERS = re.compile(r"^_?(describe|format|print)_|^notes$|^told$")
"""Names of the functions whose strings make up messages."""
PARTICIPLE = re.compile(
    r"_?(?:[a-z]+(?<!e)ed|told|kept|found|held|sent|drawn|built|made|known|shown|given|taken|left|gone)"
)
"""Names of functions that do not say what the function does."""
QUOTED = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)


def avoided(text: str) -> list[str]:
    """Return the words of `text` that are not used, each with what to write instead."""
    return [f"{match.group()!r}: {_advice(match)}" for match in PATTERN.finditer(" ".join(text.split()))]


def _advice(match: re.Match[str]) -> str:
    return next(words for number, words in enumerate(AVOIDED.values()) if match[f"w{number}"])


def split_words(name: str) -> str:
    """Return the words of an identifier with spaces between them."""
    return re.sub(r"_+|(?<=[a-z0-9])(?=[A-Z])", " ", name)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def strings(node: ast.AST) -> str:
    """Return the literal text within `node`, pieces of f-strings included, in order."""
    return "".join(
        part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def messages(path: Path) -> list[tuple[int, str]]:
    """Return the texts in `path` that a user can read (exceptions, printing, descriptions), with their lines."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Raise) and node.exc:
            found.append((node.lineno, strings(node.exc)))
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if PRINTERS.match(name):
                found += [(node.lineno, strings(argument)) for argument in node.args]
        elif isinstance(node, ast.FunctionDef) and DESCRIBERS.match(node.name):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            found += [(statement.lineno, strings(statement)) for statement in body]
    return found


def identifiers(module: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the names that a module defines, with their lines; a name that it only uses is the business of another."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
        elif isinstance(node, ast.alias) and node.asname:
            yield node.lineno, node.asname
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            yield node.lineno, node.name


def participles(module: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the functions that are named by a bare participle, with their lines; a property may be."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            is_property = any("property" in ast.unparse(one) for one in node.decorator_list)
            if PARTICIPLE.fullmatch(node.name) and not is_property:
                yield node.lineno, node.name


def docstrings(module: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the strings that stand for themselves, those below fields and constants included, with their lines."""
    for node in ast.walk(module):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, QUOTED.sub("", node.value.value)


def comments(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the comments of a file with their lines."""
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], QUOTED.sub("", token.string)


def other_strings(module: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the strings that a program reads or prints, pieces of f-strings included, with their lines."""
    passed = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        is_string = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed
        if is_string and node.value not in ALLOWED:
            yield node.lineno, node.value


def helps() -> dict[str, str]:
    """Return the help texts of every command and option, by the command."""
    context = click.Context(cli)
    found = {"ifh": f"{cli.help} {GROUPS} {HIDDEN}"}
    for name in COMMANDS:
        command = cli.get_command(context, name)
        inner = command.commands if isinstance(command, click.Group) else {}
        for full, each in {name: command, **{f"{name} {sub}": each for sub, each in inner.items()}}.items():
            options = [str(getattr(parameter, "help", "")) for parameter in each.params]
            found[full] = " ".join([str(each.help), str(each.short_help), *options])
    return found


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=lambda page: page.name)
def test_pages(page):
    assert not avoided(QUOTED.sub("", page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", sorted(helps()))
def test_help(name):
    assert not avoided(helps()[name])


@pytest.mark.parametrize("part", PARTS)
def test_messages(part):
    found = [
        f"{relative(path)}:{line}: {word}"
        for path in PARTS[part]
        for line, text in messages(path)
        for word in avoided(text)
    ]
    assert not found


@pytest.mark.parametrize("part", PARTS)
def test_code(part):
    found = []
    for path in PARTS[part]:
        names = [(line, split_words(name)) for line, name in identifiers(tree(path))]
        texts = [*names, *docstrings(tree(path)), *comments(path)]
        if part.startswith(ALL_STRINGS):
            texts += other_strings(tree(path))
        found += [f"{relative(path)}:{line}: {word}" for line, text in texts for word in avoided(text)]
    assert not found


@pytest.mark.parametrize("part", PARTS)
def test_functions_are_named_by_verbs(part):
    assert not [f"{relative(path)}:{place}" for path in PARTS[part] for place in participles(tree(path))]


@pytest.mark.parametrize("text", sorted(ALLOWED))
def test_what_is_allowed_is_still_in_the_code(text):
    assert any(f'"{text}' in path.read_text(encoding="utf-8") for path in sources(ALL_STRINGS, ".py"))


@pytest.mark.parametrize("path", ASSETS, ids=relative)
def test_assets(path):
    assert not avoided(split_words(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["told", "_judged", "tellsThem", "NOT_JUDGED", "JudgedRun", "all_kept"])
def test_the_list_finds_its_words_in_names(name):
    assert avoided(split_words(name))


def test_names_docstrings_and_comments_are_found(tmp_path):
    module = tmp_path / "module.py"
    module.write_text(
        '"""Doc."""\nimport a as b\n\n\nclass C(D):\n    """Text."""\n\n    e: int = f\n    """Field `g`."""\n\n\n'
        "def marked(h, *i, **j):\n    k.m = n(o=1)  # note\n    with p as q: r, s = t\n    return f'u{v}w'\n"
    )
    tree = ast.parse(module.read_text())
    assert {name for _, name in identifiers(tree)} == {"b", "C", "e", "marked", "h", "i", "j", "m", "q", "r", "s"}
    assert sorted(docstrings(tree)) == [(1, "Doc."), (6, "Text."), (9, "Field .")]
    assert [list(comments(module)), list(participles(tree))] == [[(13, "# note")], [(12, "marked")]]
    assert [text for _, text in other_strings(tree)] == ["u", "w"]


@pytest.mark.parametrize(
    "text", ["the report tells", "It was judged anew.", "20 at the most", "Nobody knows.", "the run goes\non"]
)
def test_the_list_finds_its_words(text):
    assert avoided(text)


@pytest.mark.parametrize("text", ["at most 20", "Intellectual", "keptical", "an answer", "told" * 2])
def test_the_list_finds_nothing_else(text):
    assert not avoided(text)
