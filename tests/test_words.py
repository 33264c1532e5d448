"""Words: messages, help and pages use the terms of the field, and none of those that style rules out."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import click
import pytest

from harness.cli import COMMANDS, GROUPS, HIDDEN, cli

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
FILES = sorted(path for package in ("harness", "tasks", "scorers") for path in (ROOT / package).rglob("*.py"))
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
}
"""Patterns of words that are not used, each with what to write instead."""
PATTERN = re.compile(
    "|".join(rf"(?P<w{number}>\b(?:{words})\b)" for number, words in enumerate(AVOIDED)), re.IGNORECASE
)
PRINTERS = re.compile(r"^(print|echo|_?say|line|note|append|write|fail|[a-z_]*print_(line|text|notes|json))$")
"""Names of the functions whose string arguments a user reads."""
DESCRIBERS = re.compile(r"^_?(describe|format|print)_|^notes$|^told$")
"""Names of the functions whose strings make up messages."""
QUOTED = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)


def avoided(text: str) -> list[str]:
    """Return the words of `text` that are not used, each with what to write instead."""
    return [f"{match.group()!r}: {_advice(match)}" for match in PATTERN.finditer(text)]


def _advice(match: re.Match[str]) -> str:
    return next(words for number, words in enumerate(AVOIDED.values()) if match[f"w{number}"])


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
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
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


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_messages(path):
    found = [f"line {line}: {word}" for line, text in messages(path) for word in avoided(text)]
    assert not found


@pytest.mark.parametrize(
    "text", ["the report tells", "It was judged anew.", "20 at the most", "Nobody knows.", "the run goes on"]
)
def test_the_list_finds_its_words(text):
    assert avoided(text)


@pytest.mark.parametrize("text", ["at most 20", "Intellectual", "keptical", "an answer", "told" * 2])
def test_the_list_finds_nothing_else(text):
    assert not avoided(text)
