"""`ifh models`: the models in the model files."""

from __future__ import annotations

import click

from . import options

file_option = click.option(
    "--file",
    "file",
    metavar="FILE",
    type=click.Path(resolve_path=True),
    help="Model file to search first.",
)


@click.group(name="models")
def command() -> None:
    """List the known models, or show one. To run any other model, use --model ADAPTER/NAME."""


@command.command(name="list", short_help="List every known model, one a line.")
@file_option
@options.as_json
def list_(file: str | None, as_json: bool) -> None:
    """List the known models: adapter, maximum output tokens, US dollars per million tokens, training cutoff."""
    from ..config.model_files import all_models, places_with
    from .output.console import print_json
    from .output.models import print_models

    found = all_models(places_with(file))
    if as_json:
        print_json([entry.to_json() for entry in found], indent=None)
    else:
        print_models(found)


@command.command(name="show", short_help="Show one model: base URL, limits, prices, request settings.")
@click.argument("name", metavar="NAME")
@file_option
@options.as_json
def show(name: str, file: str | None, as_json: bool) -> None:
    """Show what the model files say about the model with this name or alias."""
    from ..config.model_files import get_model, places_with
    from .output.console import print_json
    from .output.models import print_model

    found = get_model(name, places_with(file))
    if as_json:
        print_json(found.to_json(), indent=None)
    else:
        print_model(found)
