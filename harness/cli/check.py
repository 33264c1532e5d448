"""`ifh check`: one instruction, one text, one verdict."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

import scorers
from scorers import BOOKS, MODES
from scorers.errors import BadInstruction, did_you_mean

from ..errors import ConfigError

MOST = 1_000_000
"""Characters of a text that are shown with marks; a longer one is excerpted."""


@click.command(
    name="check",
    short_help="Judge a text by one instruction; show why and where.",
    context_settings={"ignore_unknown_options": True},
    options_metavar="--id ID [--PARAM VALUE]...",
)
@click.option(
    "--id", "id_", required=True, metavar="ID", help="The instruction, such as length_constraints:number_words."
)
@click.option("--rules", default="audited", show_default=True, metavar="BOOK", help=f"One of {', '.join(BOOKS)}.")
@click.option("--mode", default="strict", show_default=True, metavar="R", help=f"One of {', '.join(MODES)}.")
@click.option("--prompt", default="", help="The prompt that the text answers, for instructions that refer to it.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@click.argument("rest", nargs=-1, type=click.UNPROCESSED, metavar="[FILE]")
def command(id_: str, rules: str, mode: str, prompt: str, as_json: bool, rest: tuple[str, ...]) -> int:
    """Judge the text in FILE (default: standard input) by one instruction.

    Parameters are given by name (--num-words 300 --relation "at least"); a list is given with commas or by
    repeating the option. `ifh checkers show ID` lists them. Exit code 0: followed, 1: not followed.
    """
    given, files = _split(rest)
    if len(files) > 1:
        raise ConfigError(f"one file is judged at a time, got {', '.join(files)}; a value with blanks needs quotes")
    checker = scorers.load(id_)
    instruction = scorers.read({"id": id_, **_parameters(checker, given)})
    text = _read(files[0] if files else "-")
    [verdict] = scorers.verify(text, [instruction], prompt=prompt, rules=rules, mode=mode)
    if as_json:
        record = {**verdict.to_json(id_), "rules": rules, "mode": mode, "instruction": instruction.to_json()}
        click.echo(json.dumps(record, ensure_ascii=False))
    else:
        _show(instruction, verdict, text)
    return 0 if verdict.followed else 1


def _split(rest: tuple[str, ...]) -> tuple[list[tuple[str, str]], list[str]]:
    """Part `--name value` and `--name=value` from file names."""
    given: list[tuple[str, str]] = []
    files: list[str] = []
    items = iter(rest)
    for item in items:
        if not item.startswith("--") or item == "--":
            files += [item] if item != "--" else []
            continue
        name, equals, value = item[2:].partition("=")
        if not equals:
            following = next(items, None)
            if following is None:
                raise ConfigError(f"the option {item} needs a value")
            value = following
        given.append((name.replace("-", "_"), value))
    return given, files


def _parameters(checker: type[scorers.Checker], given: list[tuple[str, str]]) -> dict[str, object]:
    known = checker.params()
    values: dict[str, object] = {}
    for name, text in given:
        if name not in known:
            takes = ", ".join(f"--{n.replace('_', '-')}" for n in known) or "no parameters"
            raise BadInstruction(
                f"{checker.id} has no parameter {name!r}{did_you_mean(name, known)} (it takes {takes})"
            )
        value = known[name].parse(text)
        earlier = values.get(name)
        values[name] = [*earlier, *value] if isinstance(earlier, list) and isinstance(value, list) else value
    return values


def _read(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8")
    except OSError as error:
        raise ConfigError(f"{name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name} is not UTF-8 text (byte {error.start})") from None


def _show(instruction: scorers.Checker, verdict: scorers.Verdict, text: str) -> None:
    from rich.text import Text

    from ..sanitize import escape_control
    from .output.console import console
    from .output.highlight import highlight, highlight_excerpt

    out = console()
    out.print(Text(escape_control(instruction.describe()), style="dim"))
    word, style = ("followed", "bold green") if verdict.followed else ("not followed", "bold red")
    out.print(Text.assemble((word, style), ": ", escape_control(verdict.reason)))
    if verdict.spans:
        out.print()
        out.print(highlight(text, verdict.spans) if len(text) <= MOST else highlight_excerpt(text, verdict.spans, 2000))
