"""format:options.

Audited: capitals, marks, emphasis and white space around the answer do not matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Text, Verdict, cached_text, exactly, format_list, string

from ...text.published.ascii_punctuation import ENDS

_LETTERS = re.compile(r"\W*[aA]\W*[bB]\W*[cC]\W*")
_OR = re.compile(r",?\s+or\s+|,\s*")
_AROUND = f"{ENDS}\t\r\n\f\v\u00a0“”‘’«»"


def _parts(options: str) -> list[str]:
    """Return the options as published: at slashes, else at each "or", else at commas."""
    separator = "/" if "/" in options else "or" if "or" in options else ","
    return [part.strip() for part in options.split(separator)]


def _check_published(self: Options, text: Text) -> Verdict:
    parts = _parts(self.options)
    if _LETTERS.match(self.options):
        followed = text.raw in parts
    else:
        followed = text.raw.strip(ENDS).lower() in [part.strip(ENDS).lower() for part in parts]
    return self._make_verdict(text, parts, followed=followed)


@dataclass(frozen=True)
class Options(Checker):
    """Demands one of several given answers."""

    id = "format:options"
    rule_books = frozenset({"audited", "ifbench"})
    drawn = False

    options: str = string(
        "the answers, with slashes, commas or the word or between them",
        drawn=("yes/no/maybe", "I know or I don't know", "a), b), c), d)"),
    )

    good = [
        Case("**Yes**.\n", options="yes/no/maybe"),
        Case("A)", options="a), b), c), d)", why="capitals do not matter"),
        Case("south", options="north, south", why="or inside a word does not part options"),
        Case("I don’t know", options="I know or I don't know"),
    ]
    bad = [
        Case("yes or no", options="yes/no/maybe"),
        Case("Yes, I think.", options="yes/no/maybe"),
        Case("th, south", options="north, south"),
        Case("x", options="a1/b2/c3/d4/e5/f6/g7/h8"),
    ]

    def describe(self) -> str:
        return f"Answer with one of these options and nothing else: {self.options.strip()}"

    def _choices(self) -> list[str]:
        parts = self.options.split("/") if "/" in self.options else _OR.split(self.options)
        return [part.strip() for part in parts if part.strip(_AROUND)]

    def check(self, text: Text) -> Verdict:
        choices = self._choices()
        followed = _plain(text.raw) in [_plain(choice) for choice in choices]
        return self._make_verdict(text, choices, followed=followed)

    def _make_verdict(self, text: Text, parts: list[str], *, followed: bool) -> Verdict:
        start, end = len(text.raw) - len(text.raw.lstrip()), len(text.raw.rstrip())
        if followed:
            return Verdict.of(True, "one of the options", [(start, end)] if start < end else [])
        return Verdict(False, f"it is none of {format_list((repr(part) for part in parts[:6]), 'or')}")

    def range_error(self) -> str:
        return super().range_error() or ("" if self._choices() else "options has no answer in it")

    def demands(self) -> Demands:
        choices = tuple(self._choices())
        lengths = {len(Text(choice).words) for choice in choices}
        words = exactly(lengths.pop()) if len(lengths) == 1 else Demands().words
        return Demands(phase="form", form="option", option=choices, words=words)

    def repair(self, draft: str) -> str:
        return draft if self.check(cached_text(draft)).followed else self._choices()[0]

    published = {
        "ifbench": PublishedVariant(
            why="The letters or part options inside words too, a list of letters has to be met character by character, "
            "and a line end or a curly quote around an answer fails.",
            source="IFBench OptionsResponseChecker",
            check=_check_published,
            good=(Case("th, south", options="north, south"),),
            bad=(Case("Yes\n", options="yes/no/maybe"), Case("A)", options="a), b), c), d)")),
        ),
    }


def _plain(answer: str) -> str:
    return " ".join(answer.strip(_AROUND).lower().replace("’", "'").split())
