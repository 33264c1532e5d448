"""A report written as one HTML file that fetches nothing, its texts escaped or packed."""

from __future__ import annotations

import os
import re
import sys
from base64 import b64encode
from collections import Counter
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from ..sanitize import escape_control
from ..store.files import write_whole
from .chart_data import ChartData
from .payload import QUICK, Payload
from .run_part import RunPart
from .view import page_context

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jinja2 import Template
    from markupsafe import Markup

    from tasks.sample import Sample

    from ..scoring.results import ScoredResponse, UnscoredSample
    from ..scoring.summary import Summary

_HERE = Path(__file__).parent
PAGE = "page.html.j2"
"""The template of a report."""
_STYLES = ("app", "samples", "media")
"""The styles in the order in which they are joined: the rules for phones and paper override the ones before."""
_SCRIPTS = tuple("plain data dom state filter search list diff fold markdown notes detail keys main".split())
"""The modules of the script, in the order in which they are joined: each uses the ones before it."""


class ReportDraft:
    """A report that is being built: results are added one at a time and not held in memory.

    The page has the texts of `embed` responses (None: of all), and of as many unscored samples.
    """

    def __init__(self, embed: int | None = None, *, level: int = QUICK) -> None:
        self.found = ChartData()
        self._payload = Payload(level)
        self._embed = embed
        self._sample: Sample | None = None
        self._results: list[tuple[int, ScoredResponse | UnscoredSample]] = []
        self._embedded: Counter[type] = Counter()

    def add(self, result: ScoredResponse | UnscoredSample) -> None:
        """Add the next result of a run; the epochs of a sample come one after the other."""
        self.found.add(result)
        kind = type(result)
        if self._embed is not None:
            if self._embedded[kind] >= self._embed:
                return
            self._embedded[kind] += 1
        if self._sample and self._sample.id != result.sample.id:
            self._end_sample()
        self._sample = result.sample
        self._results.append((0, result))

    def write(self, path: Path, info: Mapping[str, Any], summary: Summary) -> None:
        """Write the report of one run, whose `run.json` and figures these are; raises `StoreError`."""
        self._end_sample()
        dialogues = path.name.replace("report", "dialogues", 1) if summary.by_turn else ""
        write_page(path, [RunPart(info, summary, self.found, dialogues=dialogues)], self._payload)

    def _end_sample(self) -> None:
        if self._sample:
            self._payload.add(self._sample, self._results)
        self._sample, self._results = None, []


def write_page(
    path: Path,
    parts: Sequence[RunPart],
    payload: Payload,
    *,
    versus: Sequence[Any] = (),
    ranking: Mapping[str, Any] | None = None,
) -> None:
    """Write a report to `path`, whole or not at all; the same input gives the same bytes.

    `versus` and `ranking` come from `comparison_part` and `ranking_part`. Raises `StoreError` if the file cannot be
    written.
    """
    embedded = (payload.answers, payload.unscored)
    values = page_context(parts, embedded)
    named = [
        {"letter": run["letter"], "css": run["css"], "name": escape_control(run["label"])} for run in values["runs"]
    ]
    style, script = _static()
    packed, pictures = map(_markup, payload.pack(named)), map(_markup, payload.pack_pictures())
    policy = content_policy(style, script)
    more = {"versus": versus, "ranking": ranking, "style": style, "script": script, "policy": policy}
    write_template(path, PAGE, **values, **more, payload=packed, pictures=pictures)


def write_template(path: Path, name: str, **values: Any) -> None:
    """Write a page from a template, whole or not at all; raises `StoreError`."""
    pieces = load_template(name).generate(**values)
    write_whole(path, (piece.encode("utf-8", "backslashreplace") for piece in _buffer(pieces)))


def write_report(
    path: Path | str,
    run_info: Mapping[str, Any],
    summary: Summary,
    rows: Iterable[ScoredResponse],
    unscored: Iterable[UnscoredSample] = (),
) -> None:
    """Write the report of one run from its results; see `ReportDraft`."""
    draft = ReportDraft()
    for results in (rows, unscored):
        for result in results:
            draft.add(result)
    draft.write(Path(path), run_info, summary)


def content_policy(style: str, script: str) -> str:
    """Return the content policy: this style and this script, nothing else, and no text read as markup."""
    hashes = [b64encode(sha256(text.encode()).digest()).decode() for text in (style, script)]
    return (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


@cache
def _static() -> tuple[Markup, Markup]:
    """Return the style and the script of every report."""
    style = "".join((_HERE / "static" / f"{name}.css").read_text(encoding="utf-8") for name in _STYLES)
    return _markup(style), _markup(join_scripts(_SCRIPTS))


def join_scripts(names: Iterable[str]) -> str:
    """Return modules of `static/js` as one script."""
    modules = ((_HERE / "static" / "js" / f"{name}.js").read_text(encoding="utf-8") for name in names)
    return "(() => {\n'use strict';\n" + "\n".join(modules) + "})();\n"


def prepare_report() -> None:
    """Load templates and libraries ahead of time, so that writing a report takes less."""
    load_template(PAGE)
    _static()


@cache
def load_template(name: str) -> Template:
    """Return a template of this package; every value that it prints is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        # Every value that a template prints passes through here, so no text stays unescaped.
        finalize=_neutral,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=TemplateCache(_HERE / "templates"),
    )
    environment.filters["breakable"] = _breakable
    return environment.get_template(name)


def _neutral(value: Any) -> Any:
    return escape_control(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _breakable(name: str) -> Markup:
    """Return a name with break opportunities after `_` and `:` for narrow screens."""
    from markupsafe import escape

    return _markup(re.sub(r"(?<=[_:])(?=\w)", "<wbr>", str(escape(escape_control(name)))))


def _markup(text: str) -> Markup:
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - our own files, base64, or escaped before


def _buffer(pieces: Iterable[str]) -> Iterator[str]:
    """Join small pieces, so that a page is written in a few calls."""
    waiting: list[str] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size > 1 << 16:
            yield "".join(waiting)
            waiting, size = [], 0
    yield "".join(waiting)


class TemplateCache(BytecodeCache):
    """Compiled templates in `__pycache__` beside them, under the rules of Python's own: by version, and by content.

    A template that cannot be read or written there is compiled again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "__pycache__"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill `bucket` from disk; jinja2 checks that it belongs to this template and these versions."""
        with suppress(OSError, EOFError, ValueError, TypeError), self._path(bucket).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write `bucket` to disk, whole or not at all."""
        if sys.dont_write_bytecode:
            return
        draft = self._folder / f"{bucket.key}.{os.getpid()}.tmp"
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            with draft.open("wb") as file:
                bucket.write_bytecode(file)
            draft.replace(self._path(bucket))
        with suppress(OSError):
            draft.unlink(missing_ok=True)

    def _path(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.{sys.implementation.cache_tag}.jinja"
