"""The verbs of `ifh`: one module each; arguments in, one call, output."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from scorers.errors import BadInstruction, NotInBook, ScorersError, did_you_mean
from tasks.errors import TasksError

from .. import __version__
from ..errors import ConfigError, HarnessError

VERBS = (
    "run",
    "generate",
    "hydrate",
    "score",
    "show",
    "report",
    "diagnose",
    "status",
    "compare",
    "power",
    "list",
    "open",
    "board",
    "export",
    "import",
    "checkers",
    "check",
    "audit",
    "rules",
    "wording",
    "models",
    "bench",
)
FAILED, USAGE, GATE, UNDECIDED = 1, 2, 3, 4
"""Exit codes other than 0: the work failed; usage or configuration is wrong; a gate fails; a gate lacks evidence."""


class Verbs(click.Group):
    """A group whose commands live in modules of their own and are imported when looked at."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the verbs, in the order in which a user meets them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a verb's command."""
        if name not in VERBS:
            ctx.fail(f"there is no command {name!r}{did_you_mean(name, VERBS)} (commands: {', '.join(VERBS)})")
        command: click.Command = import_module(f"{__package__}.{name}").command
        return command


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, prog_name="ifh")
def cli() -> None:
    """Measure whether a language model does what it was told.

    Try `ifh run quickstart`: a small embedded model, no key, about a minute.
    """


def run_cli(args: list[str] | None = None) -> int:
    """Run `ifh` with `args` (default: the process's); returns the exit code and prints errors as one paragraph."""
    try:
        result: Any = cli.main(args, prog_name="ifh", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        return _say("interrupted", FAILED)
    except click.ClickException as error:
        error.show()
        return USAGE
    except (ConfigError, TasksError, BadInstruction, NotInBook) as error:
        return _say(str(error), USAGE)
    except (HarnessError, ScorersError) as error:
        return _say(str(error), FAILED)
    except KeyboardInterrupt:
        return _say("interrupted; what was answered is kept, the same command goes on from there", FAILED)
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
    except OSError as error:
        from ..store.journal import FULL

        if error.errno not in FULL:
            raise
        where = error.filename or "what the command tells"
        return _say(f"{where} cannot be written: {error.strerror}; free space and give it again", FAILED)
    return result if isinstance(result, int) else 0


def _say(message: str, code: int) -> int:
    from ..adapters.credentials import without_secrets
    from ..sanitize import escape_control

    sys.stderr.write(f"ifh: {escape_control(without_secrets(message))}\n")
    return code
