"""The published set of a run file: loaded from the hub at the pinned revision, or from a file that was downloaded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.formats import livebench
from tasks.formats.question_set import FORMATS, SAMPLES, parse_records, read_questions
from tasks.formats.records import iter_records, load_from_hub
from tasks.limits.remote import hide_credentials

from ..config.run_file import load_preset, published_sets, shipped_names
from ..errors import ConfigError

if TYPE_CHECKING:
    from tasks.formats.question_set import QuestionSet

    from ..config.run_file import Config

_PAGES = "https://huggingface.co/datasets"


def load_samples(
    config: Config, source: str | None = None, *, release: str | None = None, skip_unknown: bool = False
) -> QuestionSet | None:
    """Return the samples of `source` (a file or a hub name), else of the run file's published set; None without either.

    Samples of our own format stay in their file and are read on access. Raises `ConfigError` if the set cannot be
    loaded, or if `source` holds another one than the run file runs; `TasksError` for records that cannot be read.
    """
    published = config.samples.hub
    if not source and not published:
        return None
    found = (
        _read(config, source, release or "", skip_unknown=skip_unknown)
        if source
        else _load(config, release or config.samples.release, skip_unknown=skip_unknown)
    )
    return _as_set(config, found) if published else found


def is_set_name(source: str) -> bool:
    """Return whether `source` is the name of a published set, such as `ifeval`; a file or folder of it comes first."""
    return source in shipped_names() and not Path(source).exists() and bool(load_preset(source).samples.hub)


def read_set(source: str, *, release: str = "", skip_unknown: bool = False) -> QuestionSet:
    """Read the samples of a file, a hub name, or a published set by its name.

    Raises what `load_samples` raises.
    """
    if not is_set_name(source):
        return read_questions(source, release=release, skip_unknown=skip_unknown, lazily=True)
    config = load_preset(source)
    release = release or config.samples.release
    return _as_set(config, _load(config, release, skip_unknown=skip_unknown, use="give {file} in place of {name}"))


def _read(config: Config, source: str, release: str, *, skip_unknown: bool) -> QuestionSet:
    default = config.samples.release
    if release or not default:
        return read_questions(source, release=release, skip_unknown=skip_unknown, lazily=True)
    records = list(iter_records(source))  # once: a pipe cannot be read twice
    shown = hide_credentials(source)
    found = parse_records(shown, records, skip_unknown=skip_unknown)
    if found.format != livebench.NAME:
        return found
    return parse_records(shown, records, release=default, skip_unknown=skip_unknown)


def _load(
    config: Config, release: str, *, skip_unknown: bool, use: str = "run: ifh run {name} --samples {file}"
) -> QuestionSet:
    """Return the set from the hub; raises `ConfigError` with the file to download instead, and how to `use` it."""
    from tasks.formats.hub import HubError, HubName

    samples = config.samples
    wanted = HubName(samples.hub, samples.revision, samples.config)
    try:
        rows, commit = load_from_hub(wanted, samples.split)
    except HubError as error:
        page = f"{_PAGES}/{samples.hub}/tree/{samples.revision or 'main'}"
        file = samples.file or f"{samples.config}/*.parquet".removeprefix("/")
        local = file.rpartition("/")[2].replace("*", "FILE")
        raise ConfigError(
            f"{config.title} cannot be loaded from the Hugging Face hub (data set {samples.hub}): {error}. Without the "
            f"hub, download {file} from {page} and {use.format(name=config.name, file=local)}"
        ) from None
    found = parse_records(str(wanted), list(rows), release=release, skip_unknown=skip_unknown, name=config.name)
    return replace(found, about={"revision": commit or samples.revision})


def _as_set(config: Config, found: QuestionSet) -> QuestionSet:
    """Return samples as those of the run file's set; raises `ConfigError` if they are another one's."""
    samples = config.samples
    ours = found.format == SAMPLES and found.rules == config.score.rules
    if samples.format and found.format != samples.format and not ours:
        owner = next((one.name for one in published_sets() if one.samples.format == found.format), "")
        instead = f"run: ifh run {owner} --samples {found.source}" if owner else f"give a file of {config.title}"
        raise ConfigError(
            f"{found.source} holds {len(found.samples)} {FORMATS[found.format]}, but `ifh run {config.name}` runs "
            f"{FORMATS[samples.format]}; {instead}"
        )
    about = {"set": config.name, "title": config.title, "headline": samples.headline}
    return replace(found, about={**about, **found.about})
