"""Export of a question set: samples as Parquet, JSON lines, or in LiveBench's or IFEval's form, with a data card."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers.errors import BadInstruction, did_you_mean
from scorers.rule_books import CHAINS, books_of
from scorers.rule_books.checks import check_for
from tasks.errors import TasksError
from tasks.formats.canary import CANARY, set_canary
from tasks.formats.livebench import TASK_PROMPT, check_release
from tasks.formats.question_set import read_questions
from tasks.formats.records import HUB, PARQUET
from tasks.formats.without_text import withhold_text
from tasks.limits.remote import is_url
from tasks.task import TASKS, get_task

from ..dataset.audit import audit_samples, count_outcomes
from ..dataset.data_card import FOLDER_CARD, DataCard, card_path, filter_settings, format_card
from ..dataset.exported_samples import ExportedSamples, has_pictures, parquet_chunks
from ..dataset.set_facts import SetFacts
from ..errors import ConfigError
from ..sanitize import escape_control
from ..store.files import check_compression, plain_path
from ..store.journal import encode
from ..store.run_spec import RESULTS
from ..store.samples.pictures import save_pictures
from . import multiif_rows
from .closed_texts import describe_closed, source_of
from .export_run import ExportedFiles, write_table
from .published_files import check_task_folders, folder_of_task, id_of, input_record, question_record, single_turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from scorers import Checker
    from tasks.sample import Sample

    Files = Sequence[tuple[str, Iterable[bytes]]]

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
    """Return whether `what` names a sample set (file, URL, folder of Parquet, hub name) rather than a run."""
    path = Path(what)
    if is_url(what):
        return True
    if what.startswith(HUB) or path.is_file():
        return path.name != "run.json"
    if not path.exists() and path.suffix in (".jsonl", PARQUET) and not (RESULTS / what).exists():
        return True  # reading it reports a missing file, not a missing run
    return path.is_dir() and not (path / "run.json").exists() and any(path.rglob(f"*{PARQUET}"))


def export_dataset(
    source: str, out: str | Path, wanted: DatasetForm, on_progress: Callable[[int], object] | None = None
) -> ExportedFiles:
    """Write the questions of `source` to `out`, a folder or a file with the form's ending, and a card beside them.

    Raises `ConfigError` for a form that is not there, for instructions that the form does not know, for texts that may
    not be republished unless it is said what is to be done with them, and for files that are there already;
    `TasksError` for a source that is no question set.
    """
    _check(wanted)
    found = read_questions(source, skip_unknown=wanted.skip_unknown, lazily=True)
    known, left = _filter_known(found.samples, wanted)
    _check_pictures([found.samples[place] for place in known] if left else found.samples, wanted)
    canary = set_canary(found.samples)
    samples = ExportedSamples(found.samples, known, canary, with_seed=wanted.with_seed)
    facts = SetFacts.of(samples)
    closed = facts.closed
    if closed and wanted.with_text is None:
        raise ConfigError(describe_closed(closed, is_published=wanted.form in PUBLISHED))
    for sample in samples if wanted.with_text is False else ():
        source_of(sample, wanted.source)  # raises before anything is written
    written, about = _places(Path(out), _files(samples, wanted, canary), wanted.form)
    card = DataCard(
        name=_card_name(about),
        facts=facts,
        canary=canary,
        audited=count_outcomes(audit_samples(samples, wanted.form if wanted.form in PUBLISHED else None)),
        rules=wanted.form if wanted.form in PUBLISHED else found.rules,
        gate=filter_settings(source, canary),
        with_text=wanted.with_text is not False,
        seeds=sorted(facts.seeds) if wanted.with_seed else (),
        hub=[] if wanted.form in PUBLISHED or about.name != FOLDER_CARD else [path.name for path, _ in written],
    )
    content = format_card(card).encode("utf-8", "backslashreplace")
    write_table([*written, (about, [content])], overwrite=wanted.overwrite, on_progress=on_progress)
    if wanted.form == "jsonl" and has_pictures(found.samples):
        save_pictures(samples, written[0][0])
    return ExportedFiles(
        (*(path for path, _ in written), about), tuple(_notes(found.describe(), left, closed, card, wanted))
    )


def _card_name(about: Path) -> str:
    return (
        Path(plain_path(about.with_suffix("")).stem).stem if about.name != FOLDER_CARD else about.parent.resolve().name
    )


def _places(out: Path, files: Files, form: str) -> tuple[list[tuple[Path, Iterable[bytes]]], Path]:
    """Return where each file goes, and the card: into the folder `out`, or all into one file if it is called so.

    The name of a file may end in .gz or .zst, for it to be compressed.
    """
    ending, given = Path(FORMS[form]).suffix, plain_path(out).suffix
    compressed = plain_path(out) != out
    if (
        not out.is_dir()
        and given in (".jsonl", PARQUET, ".csv")
        and (given != ending or (compressed and given == PARQUET))
    ):
        raise ConfigError(
            f"{escape_control(str(out))}: --to {form} writes {ending} files; name a folder, or a file with that ending"
        )
    if given != ending:
        return [(out / name, content) for name, content in files], out / FOLDER_CARD
    check_compression(out)
    return [(out, chain.from_iterable(content for _, content in files))], card_path(out)


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


def _check_pictures(samples: Sequence[Sample], wanted: DatasetForm) -> None:
    """Raise `ConfigError` for pictures in a form of texts: its prompts would say what a picture is to show."""
    if wanted.form in PUBLISHED and has_pictures(samples):
        shown = next(one for one in samples if one.pictures)
        raise ConfigError(
            f"sample {shown.id} has pictures, which {PUBLISHED[wanted.form]} cannot hold; parquet and jsonl can"
        )


def _filter_known(samples: Sequence[Sample], wanted: DatasetForm) -> tuple[Sequence[int], list[str]]:
    """Return the places of the samples that the form can hold, and notes on the others; raises `ConfigError`."""
    total = len(samples)
    if wanted.form not in PUBLISHED:
        return range(total), []
    form, known = PUBLISHED[wanted.form], array("I")
    unknown: Counter[str] = Counter()
    for place, sample in enumerate(samples):
        ids = {why for item in sample.instructions if (why := _unknown(item, wanted.form))}
        unknown.update(ids)
        if not ids:
            if wanted.form == "multiif":
                multiif_rows.check_dialogue_turn(sample)
            else:
                single_turn(sample, form, system=wanted.form == "livebench")
            known.append(place)
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


def _files(samples: Sequence[Sample], wanted: DatasetForm, canary: str) -> Files:
    """Return the files, their content made while it is written."""
    name = FORMS[wanted.form]
    bare = wanted.with_text is False
    records = (withhold_text(one, source_of(one, wanted.source)) if bare else one.to_json() for one in samples)
    if wanted.form == "parquet":
        shown = not bare and has_pictures(samples)
        return [(name, parquet_chunks(records, samples, shown=shown))]
    if wanted.form == "jsonl":
        return [(name, map(encode, records))]
    if wanted.form == "ifeval":
        return [(name, (encode({**input_record(one), CANARY: canary}) for one in samples))]
    if wanted.form == "multiif":
        return [(name, multiif_rows.multiif_file(samples, {CANARY: canary}))]
    by_task: dict[str, list[tuple[str, int]]] = {}
    for place, sample in enumerate(samples):
        by_task.setdefault(sample.task, []).append((id_of(sample), place))
    check_task_folders(by_task)

    def lines(found: list[tuple[str, int]]) -> Iterator[bytes]:
        return (encode(_livebench(samples[place], wanted.release, canary)) for _, place in sorted(found))

    return [(f"{folder_of_task(task)}/{name}", lines(found)) for task, found in by_task.items()]


def _livebench(sample: Sample, release: str, canary: str) -> dict[str, Any]:
    request = get_task(sample.task).request if sample.task in TASKS else ""
    asked = request if request in sample.prompt else ""  # a wording file may have said it otherwise
    asked = str(sample.meta.get(TASK_PROMPT) or asked)
    return {**question_record(sample, release), TASK_PROMPT: asked, CANARY: canary}


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
    if wanted.form == "livebench" and card.facts.undated:
        yield f"release of these questions: {wanted.release}, one that LiveBench knows (--release-date names another)"
    yield card.canary
