"""`ifh export`: a run or a question set as files for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_RUNS = ("rules", "epoch")
_OF_SETS = ("with_text", "without_text", "with_seed", "skip_unknown", "release_date", "source")


@click.command(name="export", short_help="A run or a question set as Parquet, JSON lines, or in another's form.")
@click.argument("what", metavar="RUN|SAMPLES")
@click.option("--to", "form", required=True, metavar="FORM", help="parquet, csv (runs), jsonl, livebench or ifeval.")
@click.option("--out", "-o", required=True, metavar="DIR", help="Where to write; for SAMPLES also a file's name.")
@click.option("--overwrite", is_flag=True, help="Replace files that are there already.")
@click.option("--rules", metavar="BOOK", help="RUN: verdicts by another rule book  [default: the run's own].")
@click.option("--epoch", type=int, metavar="N", help="RUN, for livebench and ifeval: which answers, from 0.")
@click.option("--with-text", is_flag=True, help="SAMPLES: write article texts that may not be republished, too.")
@click.option("--without-text", is_flag=True, help="SAMPLES: leave out the text of all articles.")
@click.option("--with-seed", is_flag=True, help="SAMPLES: tell the seed; by it the set can be drawn again.")
@click.option("--skip-unknown", is_flag=True, help="SAMPLES: leave out what the form does not know; it is counted.")
@click.option("--release-date", metavar="DATE", help="SAMPLES, livebench: the questions' release  [2024-11-25].")
@click.option("--source", metavar="NAME", help="SAMPLES: the article source that gives texts back, if not on record.")
def command(what: str, form: str, out: str, *, overwrite: bool, **given: Any) -> None:
    """Write RUN (a results folder or its name) or SAMPLES (a question set) as files that other programs read.

    Of a run, parquet, csv and jsonl hold three tables: samples, responses and verdicts. livebench and ifeval are the
    layouts of those projects. In CSV a text that a spreadsheet could take for a formula stands behind an apostrophe.

    A question set is written with a data card, and with a canary in each record. Article texts that may not be
    republished need --with-text or --without-text.
    """
    from ..interop.export_dataset import is_sample_file
    from ..sanitize import escape_control

    questions = is_sample_file(what)
    _refuse(given, _OF_RUNS if questions else _OF_SETS, "a RUN" if questions else "SAMPLES")
    done = (_set if questions else _run)(what, form, out, overwrite=overwrite, given=given)
    for note in done.notes:
        click.echo(escape_control(note), err=True)
    for path in done.files:
        click.echo(escape_control(str(path)))


def _refuse(given: Mapping[str, Any], names: tuple[str, ...], whose: str) -> None:
    for name in names:
        if given[name] is not None and given[name] is not False:  # 0 is an epoch
            raise click.UsageError(f"--{name.replace('_', '-')} goes with {whose} only")


def _run(what: str, form: str, out: str, *, overwrite: bool, given: Mapping[str, Any]) -> Any:
    from scorers.rule_books import chain

    from ..interop.export_run import export_run

    if given["rules"]:
        chain(given["rules"])
    return export_run(what, form, out, rules=given["rules"], epoch=given["epoch"] or 0, overwrite=overwrite)


def _set(what: str, form: str, out: str, *, overwrite: bool, given: Mapping[str, Any]) -> Any:
    from ..interop.export_dataset import RELEASE, DatasetForm, export_dataset

    if given["with_text"] and given["without_text"]:
        raise click.UsageError("--with-text and --without-text exclude each other")
    wanted = DatasetForm(
        form=form,
        with_text=True if given["with_text"] else False if given["without_text"] else None,
        with_seed=given["with_seed"],
        skip_unknown=given["skip_unknown"],
        release=given["release_date"] or RELEASE,
        source=given["source"] or "",
        overwrite=overwrite,
    )
    return export_dataset(what, out, wanted)
