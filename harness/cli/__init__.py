"""The commands of `ifh`, one module each: read the arguments, make one call, print the result."""

from __future__ import annotations

import sys
from errno import EIO
from importlib import import_module
from typing import Any

import click

from scorers.errors import BadInstruction, NotInBook, ScorersError, did_you_mean
from tasks.errors import TasksError

from .. import __version__
from ..errors import ConfigError, HarnessError

GROUPS: dict[str, dict[str, str]] = {
    "Run": {
        "run": "Request responses from a model, verify and score them.",
        "score": "Score a run again, or score external responses.",
        "merge": "Join the parts of a run that was scored in parts.",
        "status": "Show progress and cost of a run, and how to resume it.",
        "batch": "Show, collect or cancel the batches of a run.",
        "init": "Write a run file to edit, from a shipped one.",
        "models": "List known models with their limits and prices.",
    },
    "Inspect": {
        "list": "List the runs in results/, newest first.",
        "show": "Show samples, or the responses and verdicts of a run.",
        "view": "Browse all runs on one page, or open a run's report.",
        "report": "Write one HTML file about one or more runs.",
        "diagnose": "Find off-task responses: copied, off topic, stuffed.",
    },
    "Compare": {
        "compare": "Test whether run B scores higher than run A.",
        "power": "Estimate how many samples show a difference.",
        "leaderboard": "Rank runs beside published LiveBench scores.",
    },
    "Data": {
        "generate": "Generate samples without calling a model.",
        "audit": "Check that every sample of a set is satisfiable.",
        "restore-text": "Restore article texts in a set published without them.",
        "wording": "Learn a wording file from a published set.",
        "export": "Export a run or a sample set to other formats.",
        "import": "Import responses from LiveBench or lm-eval as runs.",
        "fetch-data": "Fetch the data that a few instructions need.",
    },
    "Train": {
        "serve": "Serve verification over HTTP, for trainers.",
    },
    "Develop": {
        "checkers": "List the instructions, or show one.",
        "check": "Verify one text against one instruction.",
        "rules": "List the rule books, or compare two of them.",
    },
}
"""The commands with their summaries, grouped as `ifh --help` lists them."""
HIDDEN = {"bench": "Measure the speed of ifharness itself."}
"""Commands that `ifh --help` does not list."""
SUMMARIES = {name: text for group in GROUPS.values() for name, text in group.items()} | HIDDEN
COMMANDS = tuple(SUMMARIES)
FAILED, USAGE, GATE, UNDECIDED = 1, 2, 3, 4
"""Exit codes other than 0: the work failed; usage or configuration is wrong; a gate fails; a gate lacks evidence."""


class LazyCommands(click.Group):
    """A group that imports the module of a command when the command is looked up."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the names of all commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return the command called `name`; an unknown name is a usage error."""
        if name not in COMMANDS:
            ctx.fail(f"unknown command {name!r}{did_you_mean(name, COMMANDS)} (commands: {', '.join(COMMANDS)})")
        command: click.Command = import_module(f"{__package__}.{name.replace('-', '_')}").command
        command.short_help, command.hidden = SUMMARIES[name], name in HIDDEN
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click's
        """Write the commands group by group, without importing any of their modules."""
        for group, commands in GROUPS.items():
            with formatter.section(group):
                formatter.write_dl([(f"{name:<12}", text) for name, text in commands.items()])


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, prog_name="ifh")
def cli() -> None:
    """Evaluate how well language models follow instructions.

    To start, run `ifh run quickstart`: a small embedded model, no API key, about a minute.
    """


_INTERRUPTED = "interrupted; what was saved is not lost: give the same command again to resume"


def run_cli(args: list[str] | None = None) -> int:
    """Run `ifh` with `args` (default: those of the process), print errors, and return the exit code."""
    try:
        result: Any = cli.main(args, prog_name="ifh", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        return _print_error(_INTERRUPTED, FAILED)
    except click.ClickException as error:
        error.show()
        return USAGE
    except (ConfigError, TasksError, BadInstruction, NotInBook) as error:
        return _print_error(str(error), USAGE)
    except (HarnessError, ScorersError) as error:
        return _print_error(str(error), FAILED)
    except KeyboardInterrupt:
        return _print_error(_INTERRUPTED, FAILED)
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
    except OSError as error:
        return _report_full_disk(error)
    return result if isinstance(result, int) else 0


def _report_full_disk(error: OSError) -> int:
    """Print that `error` left no space to write and return the exit code; raises any other error again."""
    from ..store.files import FULL

    if error.errno == EIO and not error.filename:  # the terminal was closed, and the files are written already
        return FAILED
    if error.errno not in FULL:
        raise error
    where = repr(error.filename) if error.filename else "the output"
    return _print_error(f"cannot write {where}: {error.strerror}; free disk space and rerun the command", FAILED)


def _print_error(message: str, code: int) -> int:
    from ..adapters.credentials import without_secrets
    from ..sanitize import escape_control

    sys.stderr.write(f"ifh: {escape_control(without_secrets(message))}\n")
    return code
