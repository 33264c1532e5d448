"""`ifh export`: a run or a sample set as files for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_HUB = ("hub_dataset", "task_id", "metric", "scale", "source_url", "partial")
_OF_RUNS = ("rules", "epoch", *_OF_HUB)
_OF_SETS = ("with_text", "without_text", "with_seed", "skip_unknown", "release_date", "source")


@click.command(name="export")
@click.argument("what", metavar="RUN|SAMPLES")
@click.option(
    "--to",
    "form",
    required=True,
    metavar="FORM",
    help="Format: parquet, jsonl, livebench, ifeval or multiif; RUN only: csv, ifbench, opencompass, hub.",
)
@click.option("--out", "-o", required=True, metavar="DIR", help="Output folder or URL; for SAMPLES, also a file.")
@click.option("--overwrite", is_flag=True, help="Replace existing files.")
@click.option("--rules", metavar="BOOK", help="RUN: rule book of the verdicts  [default: the run's own]")
@click.option("--epoch", type=int, metavar="N", help="RUN, one response per sample: epoch of the responses, from 0.")
@click.option("--hub-dataset", metavar="ID", help="RUN, hub: data set on the hub  [default: of the rule book]")
@click.option("--task-id", metavar="ID", help="RUN, hub: task of that data set  [default: of the rule book]")
@click.option("--metric", metavar="NAME", help="RUN, hub: such as prompt_loose  [default: the set's headline]")
@click.option("--scale", metavar="NAME", help="RUN, hub: percent or share  [default: percent]")
@click.option("--source-url", metavar="URL", help="RUN, hub: address of responses and verdicts.")
@click.option("--partial", is_flag=True, help="RUN, hub: allow an incomplete run, or a part of the set.")
@click.option("--with-text", is_flag=True, help="SAMPLES: include article texts whose licence forbids republication.")
@click.option("--without-text", is_flag=True, help="SAMPLES: omit all article texts.")
@click.option("--with-seed", is_flag=True, help="SAMPLES: include the seed, which reproduces the set.")
@click.option(
    "--skip-unknown", is_flag=True, help="SAMPLES: omit samples that the format cannot express, and count them."
)
@click.option(
    "--release-date", metavar="DATE", help="SAMPLES, livebench: release of the samples  [default: 2024-11-25]"
)
@click.option("--source", metavar="NAME", help="SAMPLES: article source that restores texts, if not recorded.")
def command(what: str, form: str, out: str, *, overwrite: bool, **given: Any) -> None:
    """Export RUN (a results folder or its name) or SAMPLES (a sample set) for other programs.

    For a run, parquet, csv and jsonl contain three tables: samples, responses and verdicts. livebench, ifeval, ifbench,
    multiif and opencompass are the layouts of those projects; that of Multi-IF is one CSV with a row for each dialogue.
    hub is a result file for a model's repository on the Hugging Face Hub; nothing is uploaded. In the csv tables, an
    apostrophe precedes text that a spreadsheet could read as a formula.

    A sample set gets a data card, and a canary in each record. Article texts whose licence forbids republication need
    --with-text or --without-text. A file that is named .jsonl.gz or .jsonl.zst is compressed.
    """
    from ..interop.export_dataset import is_sample_file
    from ..sanitize import escape_control
    from .output_place import open_place

    questions = is_sample_file(what)
    _refuse(given, _OF_RUNS if questions else _OF_SETS, "RUN" if questions else "SAMPLES")
    with open_place("--out", out, overwrite=overwrite) as place:
        done = (_set if questions else _run)(what, form, str(place.path), overwrite=overwrite, given=given)
    for note in done.notes:
        click.echo(escape_control(note), err=True)
    for path in done.files:
        click.echo(escape_control(place.show(path)))


def _refuse(given: Mapping[str, Any], names: tuple[str, ...], whose: str) -> None:
    for name in names:
        if given[name] is not None and given[name] is not False:  # 0 is an epoch
            raise click.UsageError(f"--{name.replace('_', '-')} needs {whose}")


def _run(what: str, form: str, out: str, *, overwrite: bool, given: Mapping[str, Any]) -> Any:
    from scorers.rule_books import chain

    from ..interop.export_run import export_run
    from ..interop.hub_results import HubOptions
    from ..runner.progress.work import WorkProgress

    if given["rules"]:
        chain(given["rules"])
    if form != "hub":
        _refuse(given, _OF_HUB, "--to hub")
    hub = HubOptions(
        dataset=given["hub_dataset"],
        task=given["task_id"],
        metric=given["metric"],
        scale=given["scale"] or "percent",
        source_url=given["source_url"],
        partial=given["partial"],
    )
    return export_run(
        what,
        form,
        out,
        rules=given["rules"],
        epoch=given["epoch"] or 0,
        overwrite=overwrite,
        hub=hub,
        on_progress=WorkProgress("wrote", "lines"),
    )


def _set(what: str, form: str, out: str, *, overwrite: bool, given: Mapping[str, Any]) -> Any:
    from ..interop.export_dataset import RELEASE, DatasetForm, export_dataset
    from ..runner.progress.work import WorkProgress

    if given["with_text"] and given["without_text"]:
        raise click.UsageError("give --with-text or --without-text, not both")
    wanted = DatasetForm(
        form=form,
        with_text=True if given["with_text"] else False if given["without_text"] else None,
        with_seed=given["with_seed"],
        skip_unknown=given["skip_unknown"],
        release=given["release_date"] or RELEASE,
        source=given["source"] or "",
        overwrite=overwrite,
    )
    return export_dataset(what, out, wanted, WorkProgress("wrote", "lines"))
