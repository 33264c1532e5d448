"""`ifh generate`: draw samples into a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from ..config.run_file import Config


@click.command(name="generate", short_help="Draw samples into a file, without asking anyone.")
@click.argument("config", metavar="[CONFIG]", required=False)
@click.option(
    "--preset", metavar="NAME", help="Instead of CONFIG: a run file that comes along, such as livebench-2024."
)
@click.option("-o", "--out", required=True, metavar="FILE", help="Where to write, such as samples.jsonl.")
@click.option("--card", metavar="FILE", help="Where to write the data card  [default: FILE.md].")
@click.option("--with-seed", is_flag=True, help="Tell the seed in the data card.")
@click.option("--rejected", metavar="FILE", help="Where to write the articles that are not fit, each with its reason.")
@click.option("--without-text", is_flag=True, help="Leave out the text of the articles; `ifh hydrate` puts it back.")
@click.option("--wording", metavar="W", help="A wording file, or the name of one that comes along.")
@options.limit
@options.seed
@options.as_json
def command(
    config: str | None,
    preset: str | None,
    out: str,
    card: str | None,
    with_seed: bool,
    rejected: str | None,
    without_text: bool,
    wording: str | None,
    limit: int | None,
    seed: int | None,
    as_json: bool,
) -> None:
    """Draw the samples of CONFIG into FILE; `ifh run CONFIG --samples FILE` asks them.

    Each sample has a witness: a text that follows all its instructions. Prints how often each instruction was
    drawn and kept, how many pairs of them met in a sample, and which articles did not pass the quality gate. A data
    card tells what the set is.
    """
    from tasks.formats.without_text import withhold_text

    from ..dataset.data_card import card_file_text, card_path, check_place, generated_card
    from ..dataset.generate import generate_from_config, generation_record
    from ..store.files import write_whole
    from ..store.journal import encode
    from .output.generated import print_generated

    read = _read(config, preset, wording, seed)
    about = Path(card) if card else card_path(Path(out))
    check_place(about)
    drawn = card_file_text(generate_from_config(read, limit))
    source = read.articles.source
    records = (withhold_text(sample, source) if without_text else sample.to_json() for sample in drawn.samples)
    write_whole(Path(out), map(encode, records))
    told = generated_card(drawn, Path(out).stem, with_text=not without_text, with_seed=with_seed)
    write_whole(about, [told.encode("utf-8", "backslashreplace")])
    if rejected:
        write_whole(Path(rejected), (encode(item.to_json()) for item in drawn.rejected))
    if as_json:
        click.echo(json.dumps(generation_record(drawn), ensure_ascii=False, indent=2))
    else:
        print_generated(drawn, out, card=str(about), without_text=without_text)


def _read(config: str | None, preset: str | None, wording: str | None, seed: int | None) -> Config:
    """Return the run file or preset, with what the command line changes."""
    from tasks.prompts.wording import find_wording

    from ..config.run_file import load_config, load_preset, override

    if (config is None) == (preset is None):
        raise click.UsageError("give either CONFIG (a run file) or --preset NAME")
    chosen = load_preset(preset) if preset is not None else load_config(str(config))
    # A path on the command line starts at the working folder, one in the run file at that file's folder.
    named = str(find_wording(wording, Path.cwd()).absolute()) if wording else None
    return override(chosen, {"questions.seed": seed, "questions.wording": named})
