"""Export: a run as files that other programs read; the run itself is not changed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers.errors import did_you_mean
from tasks.errors import BadPicture
from tasks.formats.parquet import IMAGES

from ..errors import ConfigError, StoreError
from ..store.files import write_problem, write_whole
from ..store.journal import encode
from .csv import csv_lines
from .hub_results import NOTE as HUB_NOTE
from .hub_results import HubOptions, hub_files
from .multiif_rows import multiif_files
from .opencompass_files import describe_scoring, opencompass_files
from .published_files import ifbench_files, ifeval_files, livebench_files
from .tables import TABLES, open_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from .tables import RunTables

    Files = Iterator[tuple[str, Iterable[bytes]]]

FORMS = {
    "parquet": "samples, responses and verdicts as Parquet",
    "csv": "the same as CSV, for spreadsheets",
    "jsonl": "the same as JSON lines",
    "livebench": "LiveBench's folders: question.jsonl, model_answer, model_judgment",
    "ifeval": "IFEval's files: input_data, input_response_data, eval_results",
    "multiif": "Multi-IF's columns with the responses: multiif.csv",
    "ifbench": "the same files with the names that IFBench's evaluation writes",
    "opencompass": "OpenCompass's predictions, for it to score, and their questions",
    "hub": "the result as a YAML file for the model's repository on the Hugging Face Hub",
}
"""The forms, in words."""
ONE_ANSWER = ("livebench", "ifeval", "multiif", "ifbench", "opencompass")
"""Forms with one answer a question."""


@dataclass(frozen=True)
class ExportedFiles:
    """What was written."""

    files: tuple[Path, ...]
    notes: tuple[str, ...]


def export_run(
    run: str,
    form: str,
    out: str | Path,
    *,
    rules: str | None = None,
    epoch: int = 0,
    overwrite: bool = False,
    hub: HubOptions | None = None,
    on_progress: Callable[[int], object] | None = None,
) -> ExportedFiles:
    """Write a run into the folder `out` in one of `FORMS`.

    `rules` scores it by another rule book; a form with one response per sample gets those of `epoch` (from 0). `hub`
    says how the form of that name is written. `on_progress` is that of `write_table`.
    Raises `ConfigError` for an unknown form or epoch, for a file that exists already unless `overwrite`, and for
    samples that the form cannot hold; `StoreError`, `NotInBook`.
    """
    if form not in FORMS:
        raise ConfigError(f"there is no form {form!r}{did_you_mean(form, FORMS)} (forms: {', '.join(FORMS)})")
    with open_tables(run, rules=rules) as flat:
        epochs = flat.scored_run.epochs
        if not 0 <= epoch < epochs:
            raise ConfigError(f"the run has {epochs} epochs, counted from 0, so there is no epoch {epoch}")
        files = list(hub_files(flat, hub or HubOptions()) if form == "hub" else _files(flat, form, epoch))
        paths = [Path(out) / name for name, _ in files]
        contents = [(path, chunks) for path, (_, chunks) in zip(paths, files, strict=True)]
        write_table(contents, overwrite=overwrite, on_progress=on_progress)
        return ExportedFiles(tuple(paths), tuple(_notes(flat, form, epoch)))


def write_table(
    files: Sequence[tuple[Path, Iterable[bytes]]],
    *,
    overwrite: bool,
    on_progress: Callable[[int], object] | None = None,
) -> None:
    """Write files, their folders too; raises `ConfigError` if one is there already, unless `overwrite`.

    `on_progress` gets the number of lines of all files.
    """
    done = count()
    if not overwrite and (there := next((path for path, _ in files if path.exists()), None)):
        raise ConfigError(f"{there} is there already; name another place with -o, or replace it with --overwrite")
    for path, chunks in files:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_problem(path.parent, error) from None
        write_whole(path, _count_chunks(chunks, done, on_progress) if on_progress else chunks)


def _count_chunks(
    chunks: Iterable[bytes], done: Iterator[int], on_progress: Callable[[int], object]
) -> Iterator[bytes]:
    for chunk in chunks:
        on_progress(next(done))
        yield chunk


def _files(flat: RunTables, form: str, epoch: int) -> Files:
    if form in _OF_EPOCH:
        return _OF_EPOCH[form](flat, epoch)
    write: dict[str, Callable[[RunTables, str], Iterable[bytes]]] = {"csv": _csv, "jsonl": _jsonl, "parquet": _parquet}
    return ((f"{name}.{form}", write[form](flat, name)) for name in TABLES)


_OF_EPOCH: dict[str, Callable[[RunTables, int], Files]] = {
    "livebench": livebench_files,
    "ifeval": ifeval_files,
    "ifbench": ifbench_files,
    "multiif": multiif_files,
    "opencompass": opencompass_files,
}


def _csv(flat: RunTables, name: str) -> Iterable[bytes]:
    return csv_lines(list(TABLES[name]), flat.table(name))


def _jsonl(flat: RunTables, name: str) -> Iterator[bytes]:
    return map(encode, flat.table(name))


def _parquet(flat: RunTables, name: str) -> Iterator[bytes]:
    from pyarrow import Table  # type: ignore[import-untyped]  # it has no types of its own

    from tasks.limits.parquet_file import group_rows, parquet_pieces

    from .dataframes import frame

    samples = flat.store.samples_file
    shown = name == "samples" and samples.has_pictures and any(sample.pictures for sample in samples)
    schema = Table.from_pandas(frame(name, []), preserve_index=False).schema
    rows = _with_images(flat) if shown else flat.table(name)
    whole = _image_schema(schema) if shown else schema

    def to_table(rows: list[dict[str, Any]]) -> Any:
        table = Table.from_pandas(frame(name, rows), schema, preserve_index=False)
        return _add_images(table, rows, whole) if shown else table

    yield from parquet_pieces(whole, map(to_table, group_rows(rows)))


def _with_images(flat: RunTables) -> Iterator[dict[str, Any]]:
    """Yield the rows of the samples with their pictures, as `datasets` reads them; raises `StoreError`."""
    try:
        for row, sample in zip(flat.table("samples"), flat.store.samples(), strict=True):
            yield row | {IMAGES: [{"bytes": picture.read(), "path": picture.name} for picture in sample.pictures]}
    except BadPicture as error:
        raise StoreError(str(error)) from None


def _image_schema(schema: Any) -> Any:
    from datasets import Features, Image, List

    return Features({**Features.from_arrow_schema(schema), IMAGES: List(Image())}).arrow_schema


def _add_images(table: Any, rows: Sequence[dict[str, Any]], schema: Any) -> Any:
    import pyarrow as pa

    column = pa.array([row[IMAGES] for row in rows], schema.field(IMAGES).type)
    return pa.table([*table.columns, column], schema=schema)


def _notes(flat: RunTables, form: str, epoch: int) -> Iterator[str]:
    scored = flat.scored_run
    yield from scored.notes
    if form == "hub":
        yield HUB_NOTE
    shown = sum(bool(sample.pictures) for sample in flat.store.samples())
    if shown and form != "hub":
        also = ", and `images` in samples.parquet" if form == "parquet" else ""
        yield f"{shown} samples have pictures; the prompt column or field has their text{also}"
    if form not in ONE_ANSWER:
        return
    if scored.epochs > 1:
        yield f"epoch {epoch} of {scored.epochs}: this form has one response per sample (--epoch selects another)"
    left = sum(bool(found.unscored) for found in scored.results if found.epoch == epoch)
    if left:
        yield f"{left} unscored questions have no score in these files; other programs may count them as 0"
    if form == "opencompass":
        yield from describe_scoring(flat, epoch)
    if any(extracted != "thinking" for extracted in scored.extract):
        yield f"responses are written as they were scored: {', '.join(scored.extract)} removed"
