"""Findings: signs that an answer did not do its task, each with what was measured and from where on it is flagged.

Thresholds are conservative: what a careful reader would let pass is not flagged, so what is not flagged may still be
bad. They are our own, set on answers written by hand and on articles paired at random (tests/tasks).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .names import count_present, names_in
from .repetition import describe_repetition
from .text_pair import TextPair, grams

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..sample import Sample

FINDINGS = ("copy", "off_topic", "stuffed", "longer_than_source", "misses_names", "no_easier")
"""Names of all findings, in the order in which they are reported."""
COPIED = {"paraphrase": 0.7, "simplify": 0.85, "story_generation": 0.7, "summarize": 0.8}
"""Share of an answer's words in runs of `RUN` words or more that are in the opening, from which on it is a copy.

Of good answers it is 28% at most, but for summaries. Copies with each sixth word changed have 83%; with simple words
for hard ones such a text may be a simplification.
"""
RUN = {False: 5, True: 10}
"""Words of a run; characters where no spaces are written."""
COPIED_LENGTH = 0.8
"""A summary may be made of the article's sentences: only from this share of the opening's length on is it a copy."""
ON_TOPIC = {"paraphrase": 0.15, "simplify": 0.12, "story_generation": 0.05, "summarize": 0.15}
"""Share of an answer's different content words that are in the article, below which it is about something else.

Of articles paired at random it is 9% (median), up to 22%; a story may leave its article far behind.
"""
STORY_OF_OPENING = 0.03
"""The same for a story, where of the article only the opening is known."""
KNOWN_NAMES = {"paraphrase": 3, "simplify": 3, "story_generation": 1, "summarize": 3}
"""Names and numbers of the opening that show that an answer is about it, whatever its other words."""
LONGER = 1.25
"""Times the words of the opening, or of what the instructions demand, above which a summary is too long."""
NAMES, HELD = 6, 0.1
"""Names and numbers of an opening from which on they are looked for, and the share that a summary holds at least."""
HARD = 8.0
"""Reading grade below which an answer is easy, whatever the opening is: what a reader of about 13 takes in."""
EASIER = 0.98
"""Times the opening's words a sentence, or syllables a word, up to which an answer is easier by that measure."""
HARDER = 2.5
"""Grades above the opening's from which on an answer is harder, be it easier by one measure.

Twice what the grades of two halves of one opening differ by (standard deviation 1.3).
"""
ENOUGH = {"copy": 20, "off_topic": 12, "stuffed": 12, "misses_names": 15, "no_easier": 40}
"""Words (runs for `copy`, different content words for `off_topic`) below which an answer is too short to check."""
SAYING = 40
"""Words from which on it is a sign that an answer has fewer different content words than that."""


@dataclass(frozen=True)
class DiagnosticFlag:
    """A sign that an answer did not do its task."""

    name: str
    """One of `FINDINGS`."""
    reason: str
    """What was measured, and from where on it is flagged."""


@dataclass(frozen=True)
class Diagnosis:
    """What was found of one answer."""

    checked: tuple[str, ...]
    """The findings that were looked for."""
    findings: tuple[DiagnosticFlag, ...]
    skipped: dict[str, str]
    """Why a finding that belongs to the task was not looked for, by its name."""


def diagnose(sample: Sample, text: str) -> Diagnosis:
    """Look for every finding of the sample's task in an answer; linear in its length, the same each time.

    `text` is what is scored: without thinking.
    """
    checks = {name: check for name, check in _CHECKS.items() if sample.task in _TASKS[name]}
    if not checks:
        return Diagnosis((), (), dict.fromkeys(FINDINGS, "it belongs to none of the tasks that are checked"))
    material = TextPair(sample, text)
    why = "the answer is blank" if not text.strip() else ""
    if not material.opening.strip():
        why = why or "the opening of its article is not known"
    findings: list[DiagnosticFlag] = []
    skipped: dict[str, str] = {}
    for name, check in checks.items():
        reason = why or {"copy": "", "stuffed": material.unenglish}.get(name, material.foreign)
        found = _Skipped(reason) if reason else check(material)
        if isinstance(found, _Skipped):
            skipped[name] = found.why
        elif found:
            findings.append(DiagnosticFlag(name, found))
    checked = tuple(name for name in checks if name not in skipped)
    return Diagnosis(checked, tuple(findings), skipped)


@dataclass(frozen=True)
class _Skipped:
    """Why something is not checked."""

    why: str


_SHORT = _Skipped("the answer is too short to check")


def _copy(material: TextPair) -> str | _Skipped:
    size = RUN[material.unspaced]
    runs = grams(material.words, size)
    if len(runs) < ENOUGH["copy"]:
        return _SHORT
    known = set(grams(material.source, size))
    task = material.sample.task
    copied = end = 0
    for at, run in enumerate(runs):
        if run in known:
            copied += at + size - max(at, end)
            end = at + size
    share, limit = copied / len(material.words), COPIED[task]
    if share < limit or (task == "summarize" and len(material.words) < COPIED_LENGTH * len(material.source)):
        return ""
    unit = "characters" if material.unspaced else "words"
    where = f"are in runs of {size} or more of the opening"
    return f"{_percent(share)} of its {unit} {where} (flagged from {_percent(limit)})"


def _off_topic(material: TextPair) -> str | _Skipped:
    found = material.stems
    if not found or (len(found) < ENOUGH["off_topic"] and len(material.words) < SAYING):
        return _SHORT
    shared = found & material.known
    share, limit = len(shared) / len(found), ON_TOPIC[material.sample.task]
    if material.sample.task == "story_generation" and not material.sample.meta.get("rest"):
        limit = STORY_OF_OPENING
    names = count_present(names_in(material.opening), material.words)
    enough = KNOWN_NAMES[material.sample.task]
    if share >= limit or names >= enough:
        return ""
    return (
        f"{len(shared)} of its {len(found)} different content words are in the article, {_percent(share)}, and "
        f"{names} of the opening's names and numbers in it (flagged below {_percent(limit)} with fewer than {enough})"
    )


def _find_stuffing(material: TextPair) -> str | _Skipped:
    return describe_repetition(material) if len(material.words) >= ENOUGH["stuffed"] else _SHORT


def _longer(material: TextPair) -> str | _Skipped:
    words, source = len(material.words), len(material.source)
    # Words that a demanded form takes; a short sentence, bullet or section of a summary has fewer.
    demanded = max(
        max(d.words.low, 25 * d.sentences.low, 25 * d.bullets.low, 40 * d.blocks.low, 40 * d.dividers.low, _parts(d))
        for d in material.demands
    )
    limit = LONGER * max(source, demanded)
    if words <= limit:
        return ""
    return f"{words} words sum up {source} (flagged above {limit:.0f})"


def _parts(demands: object) -> int:
    return 40 * max((count.low for _, count in getattr(demands, "sections", ())), default=0)


def _misses_names(material: TextPair) -> str | _Skipped:
    # Names that the instructions forbid do not count as missing.
    barred = {word.casefold() for demand in material.demands for word in demand.excludes}
    keys = [key for key in names_in(material.opening) if key not in barred]
    if len(keys) < NAMES:
        return _Skipped("the opening has too few names and numbers")
    if len(material.words) < ENOUGH["misses_names"]:
        return _SHORT
    number = count_present(keys, material.words)
    if number >= HELD * len(keys):
        return ""
    return f"it holds {number} of the {len(keys)} names and numbers of the opening (flagged below {_percent(HELD)})"


def _no_easier(material: TextPair) -> str | _Skipped:
    from scorers.checkers.style.reading_level import ease

    if len(material.words) < ENOUGH["no_easier"]:
        return _SHORT
    if material.forms or any(d.case or "." in d.lacks or d.sentences.high is not None for d in material.demands):
        return _Skipped("a demanded form decides how its sentences are cut")
    before, after = ease(material.opening), ease(material.raw)
    if before is None or after is None:
        return _Skipped("it has no sentences")
    if after.grade < HARD:
        return ""
    grades = f"its reading grade is {after.grade:.1f}, that of the opening {before.grade:.1f}"
    if after.grade >= before.grade + HARDER:
        return f"{grades} (flagged from {HARDER} above that)"
    if after.words <= EASIER * before.words or after.syllables <= EASIER * before.syllables:
        return ""
    return (
        f"{after.words:.1f} words a sentence (the opening: {before.words:.1f}) and {after.syllables:.2f} syllables "
        f"a word ({before.syllables:.2f}), neither {_percent(1 - EASIER)} less; {grades} (flagged from {HARD:.0f} on)"
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


_ALL = tuple(COPIED)
_TASKS: dict[str, tuple[str, ...]] = {
    "copy": _ALL,
    "off_topic": _ALL,
    "stuffed": _ALL,
    "longer_than_source": ("summarize",),
    "misses_names": ("summarize",),
    "no_easier": ("simplify",),
}
_CHECKS: dict[str, Callable[[TextPair], str | _Skipped]] = {
    "copy": _copy,
    "off_topic": _off_topic,
    "stuffed": _find_stuffing,
    "longer_than_source": _longer,
    "misses_names": _misses_names,
    "no_easier": _no_easier,
}
