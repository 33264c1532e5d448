"""`ifh models`: what is known of the models that can be asked."""

from __future__ import annotations

import json

import click

from . import options

file_option = click.option(
    "--file",
    "file",
    metavar="FILE",
    type=click.Path(resolve_path=True),
    help="A model file of your own, looked at first.",
)


@click.group(name="models", short_help="The models that are known: prices, limits, quirks.")
def command() -> None:
    """List the models that the model files know, or show one. Any other can be asked too: --model ADAPTER/NAME."""


@command.command(name="list", short_help="Every known model, a line each.")
@file_option
@options.as_json
def list_(file: str | None, as_json: bool) -> None:
    """List the known models: adapter, tokens of an answer at the most, US dollars for a million tokens."""
    from ..config.model_files import all_models, places_with
    from .output.models import print_models

    found = all_models(places_with(file))
    if as_json:
        click.echo(json.dumps([entry.to_json() for entry in found], ensure_ascii=False))
    else:
        print_models(found)


@command.command(name="show", short_help="One model: address, limits, prices, quirks.")
@click.argument("name", metavar="NAME")
@file_option
@options.as_json
def show(name: str, file: str | None, as_json: bool) -> None:
    """Show what is known of the model with this name or alias, and what is not."""
    from ..config.model_files import get_model, places_with
    from .output.models import print_model

    found = get_model(name, places_with(file))
    if as_json:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False))
    else:
        print_model(found)
