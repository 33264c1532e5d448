"""`ifh check`: verify one text against one instruction."""

from __future__ import annotations

import sys
from pathlib import Path

import click

import scorers
from scorers import MODES
from scorers.errors import BadInstruction, did_you_mean

from ..errors import ConfigError
from . import options

MOST = 1_000_000
"""Characters of a text that is printed whole with marked spans; of a longer one, an excerpt."""


@click.command(
    name="check",
    context_settings={"ignore_unknown_options": True},
    options_metavar="--id ID [--PARAM VALUE]...",
)
@click.option("--id", "id_", required=True, metavar="ID", help="Instruction, such as length_constraints:number_words.")
@click.option("--rules", default="audited", show_default=True, metavar="BOOK", help=f"Rule book: {options.BOOK_NAMES}.")
@click.option("--mode", default="strict", show_default=True, metavar="MODE", help=f"Mode: {', '.join(MODES)}.")
@click.option("--prompt", default="", help="Prompt of the text, for instructions that refer to it.")
@click.option("--json", "as_json", is_flag=True, help="JSON on standard output.")
@click.argument("rest", nargs=-1, type=click.UNPROCESSED, metavar="[FILE]")
def command(id_: str, rules: str, mode: str, prompt: str, as_json: bool, rest: tuple[str, ...]) -> int:
    """Verify the text in FILE (default: standard input) against one instruction.

    Parameters are options with their names, such as --num-words 300 --relation "at least". A list takes commas, or the
    option repeated. To list the parameters, run: ifh checkers show ID. Exit code 0: followed, 1: not followed.
    """
    from .output.console import print_json

    given, files = _split(rest)
    if len(files) > 1:
        raise ConfigError(f"give one FILE, got {', '.join(files)}; quote values that contain spaces")
    checker = scorers.load(id_)
    instruction = scorers.read({"id": id_, **_parameters(checker, given)})
    text = _read(files[0] if files else "-")
    [verdict] = scorers.verify(text, [instruction], prompt=prompt, rules=rules, mode=mode)
    if as_json:
        record = {**verdict.to_json(id_), "rules": rules, "mode": mode, "instruction": instruction.to_json()}
        print_json(record, indent=None)
    else:
        _show(instruction, verdict, text)
    return 0 if verdict.followed else 1


def _split(rest: tuple[str, ...]) -> tuple[list[tuple[str, str]], list[str]]:
    """Separate `--name value` and `--name=value` from file names."""
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
            takes = ", ".join(f"--{n.replace('_', '-')}" for n in known) or "none"
            raise BadInstruction(
                f"{checker.id} has no parameter {name!r}{did_you_mean(name, known)} (parameters: {takes})"
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
        raise ConfigError(f"cannot read {name!r}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name!r} is not UTF-8 text (byte {error.start}); convert it to UTF-8") from None


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
