"""custom:european_capitals_sort.

Audited: line ends may part the names too, and a full stop, emphasis, capitals, accents, a first line that ends in a
colon and list numbers do not matter.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from scorers import Case, PublishedVariant, Text, Verdict, cached_text, format_asked, format_count

from ...text.published.ascii_punctuation import ENDS
from ...text.word_lists import data_words
from ._task import FixedTask

_PARTED = re.compile(r"[,\n]")
_NUMBER = re.compile(r"\d{1,2}[.)]\s*")


_NUMBERED = "\n".join(f"{number}. {name}" for number, name in enumerate(data_words("european_capitals"), 1))


def _ascii(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _check_published(_: EuropeanCapitalsSort, text: Text) -> Verdict:
    return _make_verdict(
        [name for part in _ascii(text.raw).split(",") if (name := part.strip())], data_words("european_capitals")
    )


def _make_verdict(names: list[str], wanted: tuple[str, ...]) -> Verdict:
    if len(names) != len(wanted):
        return Verdict(False, f"{format_count(len(names), 'name')}; {format_asked('exactly', len(wanted))}")
    wrong = next((i for i, (a, b) in enumerate(zip(names, wanted, strict=True)) if a != b), None)
    if wrong is None:
        return Verdict(True, f"{len(names)} names in order")
    return Verdict(False, f"name {wrong + 1} is {names[wrong]!r:.40}; {wanted[wrong]!r} was asked")


@dataclass(frozen=True)
class EuropeanCapitalsSort(FixedTask):
    """Asks for the northern capitals of Europe, sorted by latitude."""

    id = "custom:european_capitals_sort"

    good = [
        Case(", ".join(data_words("european_capitals")) + "."),
        Case(
            "Here they are:\n**" + ",\n".join(data_words("european_capitals")).replace("Reykjavik", "Reykjavík") + "**"
        ),
        Case(_NUMBERED, why="a numbered list"),
    ]
    bad = [
        Case(", ".join(reversed(data_words("european_capitals")))),
        Case(", ".join(data_words("european_capitals")[:26])),
        Case(_NUMBERED.replace("1. ", "1. 1) ", 1), why="two numbers before a name"),
    ]

    def describe(self) -> str:
        return (
            "Name all capital cities of European countries that lie north of 45 degrees of latitude. List the cities "
            "without their countries, separated by commas, from the highest latitude to the lowest."
        )

    def check(self, text: Text) -> Verdict:
        first, _, rest = text.raw.strip().partition("\n")
        body = rest if first.rstrip().endswith(":") and "," not in first else text.raw
        parts = (_NUMBER.sub("", _ascii(part).strip(), count=1) for part in _PARTED.split(body.replace("，", ",")))
        names = [name for part in parts if (name := part.strip(f"{ENDS}\t\r").casefold())]
        return _make_verdict(names, tuple(name.casefold() for name in data_words("european_capitals")))

    def repair(self, draft: str) -> str:
        return draft if self.check(cached_text(draft)).followed else ", ".join(data_words("european_capitals"))

    published = {
        "ifbench": PublishedVariant(
            why="Only commas part names; a full stop behind the last one or a line before the first one fails.",
            source="IFBench EuropeanCapitalsSortChecker",
            check=_check_published,
            good=(Case(" , ".join(data_words("european_capitals"))),),
            bad=(Case(", ".join(data_words("european_capitals")) + "."),),
        ),
    }
