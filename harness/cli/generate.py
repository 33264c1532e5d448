"""`ifh generate`: generate samples without calling a model."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from . import options

if TYPE_CHECKING:
    from tasks.generate.generator import GeneratedSet

    from ..config.run_file import Config
    from ..dataset.set_facts import SetFacts


_ENDINGS = (".jsonl", ".parquet")


@click.command(name="generate")
@click.argument("config", metavar="[CONFIG]", required=False)
@click.option("--preset", metavar="NAME", help="Shipped run file to use as CONFIG, such as livebench-2024.")
@click.option(
    "-o", "--out", required=True, metavar="FILE", help="Output file or URL: .jsonl, also .gz or .zst, or .parquet."
)
@click.option(
    "--card", metavar="FILE", callback=options.check_local, help="Output file of the data card  [default: OUT.md]"
)
@click.option("--with-seed", is_flag=True, help="Include the seed in the data card.")
@click.option(
    "--rejected",
    metavar="FILE",
    callback=options.check_local,
    help="Output file of articles rejected by the quality filter, with reasons.",
)
@click.option("--without-text", is_flag=True, help="Omit article texts; `ifh restore-text` restores them.")
@click.option("--wording", metavar="W", help="Wording file, or the name of a shipped one.")
@click.option("--twins", metavar="KINDS", help="Twins of each sample, with commas: wording,order,placement:system.")
@click.option("--modality", type=click.Choice(("text", "image")), help="Medium of the samples  [default: CONFIG's]")
@click.option("--image", type=click.Choice(("article", "all")), help="What pictures show  [default: CONFIG's]")
@options.limit
@options.seed
@options.engine
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
    twins: str | None,
    limit: int | None,
    engine: str,
    as_json: bool,
    **values: Any,
) -> None:
    """Generate the samples of CONFIG. To run them, use: ifh run CONFIG --samples FILE

    Each sample has a reference solution: a text that follows all its instructions. Prints how often each instruction
    was generated and accepted, how many pairs of instructions occur together, and which articles the quality filter
    rejected. A data card describes the set. Pictures are in the folder OUT.images, or in the .parquet file. From 1,000
    samples on, those drawn are saved in OUT.partial until the end: after a kill, the same command resumes.
    """
    from ..dataset.data_card import card_file_text, card_path
    from ..dataset.generate import generate_from_config, generation_record
    from ..runner.engines.generate import EngineDrawing
    from ..runner.progress.work import WorkProgress
    from .output.console import print_json, print_notes
    from .output.generated import print_generated
    from .output_place import open_place

    run_file = _read(config, preset, wording, twins, values)
    with open_place("--out", out, endings=_ENDINGS) as place, TemporaryDirectory(prefix="ifharness-") as folder:
        about = Path(card) if card else card_path(place.path)
        _check(engine, about, [place.path, *([Path(rejected)] if rejected else [])])
        progress = WorkProgress("generated", "samples")
        drawing = EngineDrawing(engine, place.path, lambda note: print_notes([note]))
        drawn = generate_from_config(run_file, limit, folder=Path(folder), on_progress=progress, draw=drawing)
        generated = card_file_text(drawn)
        source = run_file.articles.source if without_text else None
        facts = _write(generated, place.path, about, rejected, source, with_seed=with_seed)
        drawing.remove()
        if as_json:
            print_json(generation_record(generated, facts))
        else:
            print_generated(generated, facts, place.show(place.path), card=place.show(about), without_text=without_text)


def _check(engine: str, card: Path, outputs: list[Path]) -> None:
    """Raise an error, before anything is drawn, for what is not possible here."""
    from ..dataset.data_card import check_place
    from ..runner.engines.engine import check_engine
    from ..store.files import check_compression

    check_engine(engine)
    check_place(card)
    for path in outputs:
        check_compression(path)


def _write(
    generated: GeneratedSet, out: Path, card: Path, rejected: str | None, source: str | None, *, with_seed: bool
) -> SetFacts:
    """Write the samples with their pictures, their card and the rejected articles; return the facts of the samples.

    With a `source`, texts and pictures that it has are left out.
    """
    from tasks.formats.records import is_parquet
    from tasks.formats.without_text import withhold_text

    from ..dataset.data_card import generated_card
    from ..dataset.exported_samples import parquet_chunks
    from ..dataset.set_facts import SetFacts
    from ..store.files import plain_path, write_whole
    from ..store.journal import encode
    from ..store.samples.pictures import save_pictures

    samples = generated.samples
    facts = SetFacts.of(samples)
    records = (withhold_text(one, source) if source else one.to_json() for one in samples)
    shown = bool(facts.pictures) and not source
    if is_parquet(out):
        write_whole(out, parquet_chunks(records, samples, shown=shown))
    else:
        if shown:
            save_pictures(samples, out)
        write_whole(out, map(encode, records))
    page = generated_card(generated, facts, plain_path(out).stem, with_text=not source, with_seed=with_seed)
    write_whole(card, [page.encode("utf-8", "backslashreplace")])
    if rejected:
        write_whole(Path(rejected), (encode(item.to_json()) for item in generated.rejected))
    return facts


def _read(
    config: str | None, preset: str | None, wording: str | None, twins: str | None, values: dict[str, Any]
) -> Config:
    """Return the run file or preset with the options applied."""
    from tasks.prompts.wording import find_wording

    from ..config.run_file import load_config, load_preset, override

    if (config is None) == (preset is None):
        raise click.UsageError("give either CONFIG (a run file) or --preset NAME")
    run_file = load_preset(preset) if preset is not None else load_config(str(config))
    # A path on the command line starts at the working folder, one in the run file at that file's folder.
    named = str(find_wording(wording, Path.cwd()).absolute()) if wording else None
    kinds = None if twins is None else tuple(name.strip() for name in twins.split(",") if name.strip())
    given = {f"questions.{key}": value for key, value in values.items()}
    return override(run_file, {**given, "questions.wording": named, "questions.twins": kinds})
