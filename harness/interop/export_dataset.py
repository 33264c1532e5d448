"""Export of a question set: samples as Parquet, JSON lines, or in LiveBench's or IFEval's form, with a data card."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers.errors import BadInstruction, did_you_mean
from scorers.rule_books import CHAINS, books_of
from scorers.rule_books.checks import check_for
from tasks.article import may_republish
from tasks.errors import TasksError
from tasks.formats.canary import CANARY, set_canary, with_canary
from tasks.formats.livebench import SINCE, TASK_PROMPT, check_release
from tasks.formats.parquet import pack, parquet
from tasks.formats.question_set import read_questions
from tasks.formats.records import HUB, PARQUET
from tasks.formats.without_text import withhold_text
from tasks.sources import source_names
from tasks.task import TASKS, get_task

from ..dataset.audit import audit_samples, count_outcomes
from ..dataset.data_card import FOLDER_CARD, DataCard, card_path, filter_settings, format_card
from ..errors import ConfigError
from ..sanitize import escape_control
from ..store.journal import encode
from ..store.run_spec import RESULTS
from ..store.samples.pictures import save_pictures
from . import multiif_rows
from .export_run import ExportedFiles, write_table
from .published_files import check_task_folders, folder_of_task, id_of, input_record, question_record, single_turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scorers import Checker
    from tasks.sample import Sample

    Files = Sequence[tuple[str, bytes]]

FORMS = {
    "parquet": "test.parquet",
    "jsonl": "samples.jsonl",
    "livebench": "question.jsonl",
    "ifeval": "input_data.jsonl",
    "multiif": multiif_rows.FILE,
}
"""The forms of a set, each with the name of its file."""
PUBLISHED = {"livebench": "LiveBench's form", "ifeval": "IFEval's form", "multiif": multiif_rows.FORM}
"""Forms that know the instructions of one rule book only: that of the same name."""
RELEASE = "2024-11-25"
"""Release that LiveBench's records name by default: LiveBench leaves out questions of releases that it does not know,
and scores those from 2025-11-25 on by IFBench's instructions."""


@dataclass(frozen=True)
class DatasetForm:
    """How a set is to be written."""

    form: str
    with_text: bool | None = None
    """True: texts that may not be republished too; False: no text of any article; None: not said."""
    with_seed: bool = False
    skip_unknown: bool = False
    release: str = RELEASE
    source: str = ""
    """The article source that can give a text back, where samples do not say it."""
    overwrite: bool = False


def is_sample_file(what: str) -> bool:
    """Return whether `what` names a sample set (file, folder of Parquet, hub name) rather than a run."""
    path = Path(what)
    if what.startswith(HUB) or path.is_file():
        return path.name != "run.json"
    if not path.exists() and path.suffix in (".jsonl", PARQUET) and not (RESULTS / what).exists():
        return True  # reading it reports a missing file, not a missing run
    return path.is_dir() and not (path / "run.json").exists() and any(path.rglob(f"*{PARQUET}"))


def export_dataset(source: str, out: str | Path, wanted: DatasetForm) -> ExportedFiles:
    """Write the questions of `source` to `out`, a folder or a file with the form's ending, and a card beside them.

    Raises `ConfigError` for a form that is not there, for instructions that the form does not know, for texts that may
    not be republished unless it is said what is to be done with them, and for files that are there already;
    `TasksError` for a source that is no question set.
    """
    _check(wanted)
    found = read_questions(source, skip_unknown=wanted.skip_unknown)
    known, left = _filter_known(found.samples, wanted)
    _check_pictures(known, wanted)
    canary = set_canary(found.samples)
    samples = [_bare(with_canary(sample, canary), wanted) for sample in known]
    closed = _count_closed(samples)
    if closed and wanted.with_text is None:
        raise ConfigError(_describe_closed(closed, wanted.form))
    records = [
        withhold_text(one, _source(one, wanted)) if wanted.with_text is False else one.to_json() for one in samples
    ]
    written, about = _places(Path(out), _files(samples, records, wanted, canary), wanted.form)
    card = DataCard(
        name=Path(about.stem).stem if about.name != FOLDER_CARD else about.parent.resolve().name,
        samples=samples,
        canary=canary,
        audited=count_outcomes(audit_samples(samples, wanted.form if wanted.form in PUBLISHED else None)),
        rules=wanted.form if wanted.form in PUBLISHED else found.rules,
        gate=filter_settings(source, canary),
        with_text=wanted.with_text is not False,
        seeds=_seeds(known) if wanted.with_seed else (),
        hub=[] if wanted.form in PUBLISHED or about.name != FOLDER_CARD else [path.name for path, _ in written],
    )
    content = format_card(card).encode("utf-8", "backslashreplace")
    write_table([*written, (about, [content])], overwrite=wanted.overwrite)
    if wanted.form == "jsonl":
        save_pictures(samples, written[0][0])
    return ExportedFiles(
        (*(path for path, _ in written), about), tuple(_notes(found.describe(), left, closed, card, wanted))
    )


def _places(out: Path, files: Files, form: str) -> tuple[list[tuple[Path, list[bytes]]], Path]:
    """Return where each file goes, and the card: into the folder `out`, or all into one file if it is called so."""
    ending = Path(FORMS[form]).suffix
    if out.suffix in (".jsonl", PARQUET, ".csv") and out.suffix != ending and not out.is_dir():
        raise ConfigError(
            f"{escape_control(str(out))}: --to {form} writes {ending} files; name a folder, or a file with that ending"
        )
    if out.suffix != ending:
        return [(out / name, [content]) for name, content in files], out / FOLDER_CARD
    return [(out, [content for _, content in files])], card_path(out)


def _check(wanted: DatasetForm) -> None:
    if wanted.form not in FORMS:
        raise ConfigError(
            f"there is no form {wanted.form!r} of a question set{did_you_mean(wanted.form, FORMS)} "
            f"(forms: {', '.join(FORMS)})"
        )
    if wanted.form in PUBLISHED and wanted.with_text is False:
        raise ConfigError(
            f"{PUBLISHED[wanted.form]} holds prompts only, and a prompt without its article asks nothing; parquet and "
            "jsonl can be written without the text, and `ifh restore-text` puts it back"
        )
    try:
        check_release(wanted.release)
    except TasksError as error:
        raise ConfigError(f"--release-date: {error}") from None


def _check_pictures(samples: Iterable[Sample], wanted: DatasetForm) -> None:
    """Raise `ConfigError` for pictures in a form of texts: its prompts would say what a picture is to show."""
    if wanted.form in PUBLISHED and (shown := next((one for one in samples if one.pictures), None)):
        raise ConfigError(
            f"sample {shown.id} has pictures, which {PUBLISHED[wanted.form]} cannot hold; parquet and jsonl can"
        )


def _filter_known(samples: Iterable[Sample], wanted: DatasetForm) -> tuple[list[Sample], list[str]]:
    """Return the samples that the form can hold, and notes on the others; raises `ConfigError`."""
    if wanted.form not in PUBLISHED:
        return list(samples), []
    form, known, total = PUBLISHED[wanted.form], [], 0
    unknown: Counter[str] = Counter()
    for total, sample in enumerate(samples, 1):  # noqa: B007  # the message counts them
        ids = {why for item in sample.instructions if (why := _unknown(item, wanted.form))}
        unknown.update(ids)
        if not ids:
            if wanted.form == "multiif":
                multiif_rows.check_dialogue_turn(sample)
            else:
                single_turn(sample, form, system=wanted.form == "livebench")
            known.append(sample)
    if not unknown:
        return known, []
    named = ", ".join(f"{id} ({count})" for id, count in sorted(unknown.items()))
    said = f"{total - len(known)} of {total} samples have instructions that {form} does not know: {named}"
    if not known:
        raise ConfigError(f"{said}; nothing is left to write. parquet and jsonl hold any instruction")
    if not wanted.skip_unknown:
        raise ConfigError(
            f"{said}. Leave these samples out with --skip-unknown, or write parquet or jsonl, which hold any "
            "instruction"
        )
    return known, [f"left out: {said}"]


def _unknown(item: Checker, book: str) -> str:
    """Return what of an instruction the verifier of `book` does not know, "" for nothing."""
    if book not in books_of(type(item)):
        return item.id
    try:
        check_for(item, book)
    except BadInstruction:
        return f"{item.id} with parameters of ours"
    return ""


def _bare(sample: Sample, wanted: DatasetForm) -> Sample:
    """Return the sample without its seed, by which the whole set could be drawn again."""
    if wanted.with_seed or "seed" not in sample.meta:
        return sample
    return replace(sample, meta={name: value for name, value in sample.meta.items() if name != "seed"})


def _seeds(samples: Iterable[Sample]) -> tuple[str, ...]:
    return tuple(sorted({str(sample.meta["seed"]) for sample in samples if "seed" in sample.meta}))


def _count_closed(samples: Iterable[Sample]) -> Counter[str]:
    """Count the samples whose article may not be republished, as far as is known, by licence."""
    terms = (str(sample.meta.get("licence") or "") for sample in samples)
    return Counter(licence for licence in terms if not may_republish(licence))


def _describe_closed(closed: Counter[str], form: str) -> str:
    named = "; ".join(f"{escape_control(licence) or 'licence unknown'} ({count})" for licence, count in closed.items())
    bare = "" if form in PUBLISHED else "--without-text leaves the text of all articles out; "
    return (
        f"{sum(closed.values())} samples hold article text that may not be republished, as far as is known: {named}. "
        f"Choose one: {bare}--with-text writes it, for your own use or because you may"
    )


def _source(sample: Sample, wanted: DatasetForm) -> str:
    """Return the name of the source that can give the article back; raises `ConfigError`."""
    name = wanted.source or str(sample.meta.get("origin") or "")
    known = source_names()
    if name in known:
        return name
    if wanted.source:
        raise ConfigError(
            f"--source: there is no article source {name!r}{did_you_mean(name, known)} ({', '.join(known)})"
        )
    raise ConfigError(
        f"sample {sample.id}: which article source can give its text back is not on record (its origin: "
        f"{name or 'unknown'}); name it with --source ({', '.join(known)})"
    )


def _files(samples: Sequence[Sample], records: Sequence[dict[str, Any]], wanted: DatasetForm, canary: str) -> Files:
    name = FORMS[wanted.form]
    if wanted.form == "parquet":
        for record in records:
            _check_whole(record)
        pictures = [() if wanted.with_text is False else one.pictures for one in samples]
        return [(name, parquet(map(pack, records, pictures)))]
    if wanted.form == "jsonl":
        return [(name, b"".join(map(encode, records)))]
    if wanted.form == "ifeval":
        return [(name, b"".join(encode({**input_record(one), CANARY: canary}) for one in samples))]
    if wanted.form == "multiif":
        return [(name, multiif_rows.multiif_file(samples, {CANARY: canary}))]
    by_task: dict[str, list[Sample]] = {}
    for sample in samples:
        by_task.setdefault(sample.task, []).append(sample)
    check_task_folders(by_task)
    return [
        (
            f"{folder_of_task(task)}/{name}",
            b"".join(encode(_livebench(one, wanted.release, canary)) for one in sorted(ones, key=id_of)),
        )
        for task, ones in by_task.items()
    ]


def _livebench(sample: Sample, release: str, canary: str) -> dict[str, Any]:
    request = get_task(sample.task).request if sample.task in TASKS else ""
    asked = request if request in sample.prompt else ""  # a wording file may have said it otherwise
    asked = str(sample.meta.get(TASK_PROMPT) or asked)
    return {**question_record(sample, release), TASK_PROMPT: asked, CANARY: canary}


def _check_whole(record: dict[str, Any]) -> None:
    try:
        json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ConfigError(
            f"sample {record['id']} holds half a character (a lone surrogate), which Parquet cannot hold; jsonl can"
        ) from None


def _notes(
    read: list[str], left: list[str], closed: Counter[str], card: DataCard, wanted: DatasetForm
) -> Iterator[str]:
    yield from read
    yield from left
    if closed and card.with_text:
        many = sum(closed.values())
        yield f"{many} samples hold article text that may not be republished: keep these files to yourself"
    if missing := {name: count for name, count in card.audited.items() if count and name != "proven"}:
        named = ", ".join(f"{name} {count}" for name, count in missing.items())
        why = f"`ifh audit --rules {card.rules}` says why" if card.rules in CHAINS else "`ifh audit` says why"
        yield f"not proven that these can be answered by the rules {card.rules}: {named}; {why}"
    if wanted.form == "livebench" and any(SINCE not in sample.meta for sample in card.samples):
        yield f"release of these questions: {wanted.release}, one that LiveBench knows (--release-date names another)"
    yield card.canary
