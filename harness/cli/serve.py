"""`ifh serve`: verification over HTTP."""

from __future__ import annotations

import os
import re

import click

from . import options

_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
"""The usual form of a variable's name."""


@click.command(name="serve")
@click.option("--host", default="127.0.0.1", metavar="HOST", help="Address to listen on  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, help="Port; 0 is a free one  [default: 8080]")
@click.option("--token-env", metavar="VAR", help="Variable with the token that requests must send.")
@click.option("--rules", metavar="BOOK", default="audited", help=f"Default rule book: {options.BOOK_NAMES}")
@click.option("--processes", type=click.IntRange(1, 256), help="Verifying processes  [default: one per core]")
@click.option("--max-body", type=options.NumberRange(0.001, 1000), default=8, help="Megabytes of a body  [default: 8]")
@click.option("--max-items", type=click.IntRange(1), default=1000, help="Responses of a batch  [default: 1000]")
@click.option("--max-requests", type=click.IntRange(1), default=256, help="Requests in flight  [default: 256]")
@click.option("--seconds", type=options.NumberRange(0.1, 3600), default=5, help="Limit of a response  [default: 5]")
@click.option(
    "--request-seconds", type=options.NumberRange(0.1, 3600), default=60, help="Limit of a request  [default: 60]"
)
def command(
    host: str,
    port: int,
    token_env: str | None,
    rules: str,
    processes: int | None,
    max_body: float,
    max_items: int,
    max_requests: int,
    seconds: float,
    request_seconds: float,
) -> None:
    """Serve verification over HTTP until Ctrl-C or SIGTERM.

    POST /score scores a batch of responses, POST /verify has the shape of NeMo Gym. GET /healthz, /metrics and
    /openapi.json are for operators. Only this machine reaches the default address; any other needs --token-env.
    """
    from scorers.batch import count_cores
    from scorers.rule_books import chain

    from ..errors import ConfigError

    chain(rules)
    try:
        from ..interop.service.run import run_service
        from ..interop.service.settings import MEGABYTE, ServiceSettings
    except ImportError as error:
        raise ConfigError(f"serving needs the extra 'serve': pip install 'ifharness[serve]' ({error})") from None
    settings = ServiceSettings(
        host=host,
        port=port,
        token=_read_token(token_env),
        rules=rules,
        processes=processes or count_cores(),
        max_body=int(max_body * MEGABYTE),
        max_items=max_items,
        max_requests=max_requests,
        seconds=seconds,
        request_seconds=request_seconds,
    )
    run_service(settings, lambda address: click.echo(f"Serving on {address}. To stop, press Ctrl-C."))
    click.echo("stopped")


def _read_token(variable: str | None) -> str:
    from ..errors import ConfigError

    if variable is None:
        return ""
    token = os.environ.get(variable, "").strip()
    if len(token) < 16 or not token.isascii() or not token.isprintable() or " " in token:
        # What is no name of a variable may be the token itself, given by mistake.
        named = f" {variable}" if _NAME.fullmatch(variable) else ""
        raise ConfigError(
            f"--token-env{named}: the variable must have a token of 16 or more printable ASCII characters; "
            "python -c 'import secrets; print(secrets.token_urlsafe(32))' makes one"
        )
    return token
