"""Which harness wrote a file: known by what is in it, never by its name."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorers.errors import did_you_mean
from tasks.formats.records import CSV, is_parquet
from tasks.limits.remote import hide_credentials, is_url

from ...errors import ConfigError
from . import evalscope, inspect_ai, opencompass, promptfoo
from .external import EVALSCOPE, FORMATS, IFEVAL, INSPECT, LIVEBENCH, LM_EVAL, OPENCOMPASS, PROMPTFOO, RESPONSES
from .harness_file import HarnessFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .external import AnswerFile

READERS: dict[str, Any] = {
    OPENCOMPASS: opencompass,
    INSPECT: inspect_ai,
    EVALSCOPE: evalscope,
    PROMPTFOO: promptfoo,
}
"""The formats that are read as a whole file."""
NAMES = (OPENCOMPASS, INSPECT, EVALSCOPE, PROMPTFOO, LM_EVAL, LIVEBENCH, IFEVAL, RESPONSES)
"""The names that a user can give to say which harness wrote a file."""
KNOWN = f"known formats: {', '.join(NAMES)}"
"""The formats, for messages."""
_MARKS = {
    OPENCOMPASS: ("prediction", "origin_prompt", "gold", "details", "idx"),
    INSPECT: ("eval", "samples", "status", "plan"),
    EVALSCOPE: ("model_output", "index", "sample_score", "metrics"),
    PROMPTFOO: ("results", "promptIdx", "testIdx", "vars"),
    LM_EVAL: ("doc", "resps", "filtered_resps", "doc_id"),
    LIVEBENCH: ("question_id", "choices", "model_id", "answer_id"),
    IFEVAL: ("response", "prompt", "key"),
    RESPONSES: ("sample_id", "text", "epoch"),
}
"""Keys by which a file that fits none is compared with each."""
_FOREIGN = {
    "NeMo Gym": {"responses_create_params", "response"},
    "NeMo Evaluator": {"problem_idx", "reward"},
    "NeMo Skills": {"generation", "strict_eval"},
}
"""Harnesses that are recognised and not read."""
_SHOWN = 5
_MOST_KEYS = 10


def check_name(name: str) -> None:
    """Raise `ConfigError` for a format that does not exist."""
    if name and name not in NAMES:
        raise ConfigError(f"there is no format {name!r:.40}{did_you_mean(name, NAMES)} (formats: {', '.join(NAMES)})")


def read_whole(source: str, wanted: str = "", names: Mapping[str, str] | None = None) -> list[AnswerFile] | None:
    """Return what a file of another harness holds, one item a model; None for a file of single records.

    `wanted` names the format in place of detection, `names` the variables of promptfoo's. Raises `ConfigError`.
    """
    if is_url(source):
        if wanted in READERS:
            raise ConfigError(f"{hide_credentials(source)}: {FORMATS[wanted]} are read from local files; download it")
        return None
    path = Path(source)
    if path.is_dir() and wanted:
        raise ConfigError(f"{path} is a folder, but {FORMATS[wanted]} are a file")
    form = wanted or detect(path)
    if form not in READERS:
        return None
    file = HarnessFile(path)
    if wanted and not _fits(file, READERS[wanted].matches):
        raise ConfigError(f"{path}: holds no {FORMATS[wanted]}{_describe_detected(path)}")
    found: list[AnswerFile] = promptfoo.read(file, names) if form == PROMPTFOO else READERS[form].read(file)
    return found


def detect(path: Path) -> str:
    """Return which of `READERS` a file belongs to, "" for none: any other kind of file is read record by record."""
    if not path.is_file() or is_parquet(path) or path.suffix.lower() == CSV:
        return ""
    file = HarnessFile(path)
    if file.is_zip:
        return INSPECT
    return _detect_value(file.first)


def foreign_harness(record: Mapping[str, Any]) -> str:
    """Return the harness that wrote a record, of those that are recognised and not read; "" for none."""
    return next((name for name, marks in _FOREIGN.items() if marks <= record.keys()), "")


def describe_unknown(record: Mapping[str, Any]) -> str:
    """Return what a record of no known format has, which formats are nearest, and which are known."""
    names = sorted(map(str, record))
    keys = ", ".join(name[:40] for name in names[:_MOST_KEYS]) + (", ..." if len(names) > _MOST_KEYS else "")
    if foreign := foreign_harness(record):
        nearest = f"a file of {foreign} looks like this, which ifharness does not import; "
    else:
        inner = next((value for value in record.values() if isinstance(value, dict)), {})
        shared = {name: [mark for mark in marks if mark in record or mark in inner] for name, marks in _MARKS.items()}
        most = max(map(len, shared.values()))
        near = [f"{name} ({', '.join(marks)})" for name, marks in shared.items() if most and len(marks) == most]
        nearest = f"nearest by its keys: {' or '.join(near[:3])}; " if near else ""
    return f"the record has {keys or 'no keys'}; {nearest}{KNOWN}"


def list_candidates(folder: Path) -> list[str]:
    """Return files in a folder that could be a harness's by their place, the first few."""
    patterns = ("predictions/*/*.json*", "*/predictions/*/*.json*", "*.eval", "*.json*")
    found = (str(path) for pattern in patterns for path in islice(sorted(folder.glob(pattern)), _SHOWN))
    return list(islice(found, _SHOWN))


def _detect_value(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    return next((name for name, reader in READERS.items() if reader.matches(value)), "")


def _fits(file: HarnessFile, is_ours: Callable[[Mapping[str, Any]], bool]) -> bool:
    if file.is_zip:
        return is_ours is inspect_ai.matches
    return isinstance(file.first, dict) and is_ours(file.first)


def _describe_detected(path: Path) -> str:
    found = detect(path)
    return f"; it holds {FORMATS[found]}" if found else ""
