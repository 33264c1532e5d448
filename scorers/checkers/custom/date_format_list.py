"""custom:date_format_list.

Audited: the dates exist, and the years are those of Napoleon's battles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from scorers import Case, PublishedVariant, Text, Verdict, cached_text

from ._task import FixedTask

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PUBLISHED_YEARS = (1769, 1821)
_YEARS = (1793, 1815)
_DAYS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


def _check_published(_: DateFormatList, text: Text) -> Verdict:
    for part in text.raw.strip().split(","):
        found = _DATE.fullmatch(part.strip())
        if not found:
            return Verdict(False, f"{part.strip()!r:.40} is no date; YYYY-MM-DD was asked")
        first, last = _PUBLISHED_YEARS
        year, month, day = map(int, found.groups())
        in_month = month == 0 or day <= _DAYS.get(month, 31)
        if not (first <= year <= last and month <= 12 and in_month):
            return Verdict(False, f"{found.group()} is out of range; {first} to {last} was asked")
    return Verdict(True, "all parts are dates")


def _exists(found: re.Match[str]) -> bool:
    try:
        date(*map(int, found.groups()))
    except ValueError:
        return False
    return _YEARS[0] <= int(found[1]) <= _YEARS[1]


@dataclass(frozen=True)
class DateFormatList(FixedTask):
    """Asks for the dates of Napoleon's battles in one format."""

    id = "custom:date_format_list"

    good = [
        Case("1805-12-02, 1800-06-14\n"),
        Case("**1805-12-02**,\n1800-06-14.", why="emphasis, a full stop"),
        Case("1793-12-18, 1815-06-18", why="the first and the last year of his battles"),
    ]
    bad = [
        Case("1800-00-99", why="no such day"),
        Case("1801-02-29", why="no leap year"),
        Case("1805-12-02,", why="nothing behind the comma"),
        Case("1792-12-31", why="before his battles"),
        Case("1816-01-01", why="after his battles"),
        Case("Austerlitz: 1805-12-02"),
    ]

    def describe(self) -> str:
        return (
            "On which days did the battles that Napoleon fought begin? Write the dates alone, with commas between "
            "them, in the format YYYY-MM-DD."
        )

    def check(self, text: Text) -> Verdict:
        at = 0
        for part in text.raw.rstrip().rstrip(".*_ ").split(","):
            start, at = at, at + len(part) + 1
            shown = part.strip(" \t\r\n*_")
            found = _DATE.fullmatch(shown)
            if not found or not _exists(found):
                span = (start, start + len(part)) if part else (max(0, start - 1), start)
                reason = f"{shown!r:.40} is no such date; YYYY-MM-DD of {_YEARS[0]} to {_YEARS[1]} was asked"
                return Verdict.of(False, reason, [span] if span[0] < span[1] else [])
        return Verdict(True, "all parts are dates")

    def repair(self, draft: str) -> str:
        return draft if self.check(cached_text(draft)).followed else "1800-06-14, 1805-12-02"

    published = {
        "ifbench": PublishedVariant(
            why="Years run from his birth to his death, month 00 allows any day and February has 29; emphasis and a "
            "full stop fail.",
            source="IFBench DateFormatListChecker",
            check=_check_published,
            good=(
                Case("1800-00-99"),
                Case("1801-02-29"),
                Case(
                    "1769-01-31,1821-03-31,1800-04-30,1800-05-31,1800-06-30,1800-07-31,1800-08-31,1800-09-30,1800-10-31"
                ),
                Case("1800-11-30"),
            ),
            bad=(
                Case("1805-12-02."),
                *(Case(f"1800-{day}") for day in ("01-32", "02-30", "04-31", "06-31", "09-31", "11-31")),
            ),
        ),
    }
