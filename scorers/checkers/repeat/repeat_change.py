"""repeat:repeat_change.

Audited: quotation marks and emphasis around the request or its first word do not matter, nor does white space in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from scorers import Case, Checker, Context, PublishedVariant, Text, Verdict, cached_text, string

from ._request import AROUND, REQUESTS, empty, plain


def _check_published(self: RepeatChange, text: Text) -> Verdict:
    if text.raw == self.prompt_to_repeat:
        return Verdict(False, "the request, unchanged")
    same = text.raw.split()[1:] == self.prompt_to_repeat.split()[1:]
    return Verdict(same, f"the words behind the first one are {'' if same else 'not '}those of the request")


@dataclass(frozen=True)
class RepeatChange(Checker):
    """Asks to repeat the request with another first word."""

    id = "repeat:repeat_change"
    version = 2
    changes = ("Emphasis or quotation marks on the first word do not make it another one.",)
    rule_books = frozenset({"audited", "ifbench"})
    drawn = False
    shown_in_request: ClassVar[tuple[str, ...]] = ("prompt_to_repeat",)

    prompt_to_repeat: str = string("the request that is repeated", drawn=REQUESTS)

    good = [
        Case("Tell hi now", prompt_to_repeat="Say hi now"),
        Case("“Tell hi\nnow”", prompt_to_repeat="Say hi now"),
        Case("Tell you’re now", prompt_to_repeat="Say you're now"),
        Case("Tell „itʼs” well‑known", prompt_to_repeat='Say "it\'s" well-known', why="other quotes and hyphens"),
    ]
    bad = [
        Case("Say  hi now", prompt_to_repeat="Say hi now", why="the first word is the same"),
        Case("Tell Hi now", prompt_to_repeat="Say hi now"),
        Case("Tell hi now. Hi!", prompt_to_repeat="Say hi now"),
        Case("hi now", prompt_to_repeat="Say hi now", why="the first word is left out"),
    ]

    @classmethod
    def applies_to(cls, context: Context) -> bool:  # noqa: ARG003  # it fits no article
        return False

    def describe(self) -> str:
        return (
            "Repeat the request above word for word, but change its first word. Say nothing before or behind it, and "
            "do not answer it."
        )

    def check(self, text: Text) -> Verdict:
        asked = plain(self.prompt_to_repeat).strip(AROUND).split()
        said = plain(text.raw).strip(AROUND).split()
        if said[1:] != asked[1:] or len(said) != len(asked):
            return Verdict(False, "the words behind the first one are not those of the request")
        same = said[0].strip(AROUND).casefold() == asked[0].strip(AROUND).casefold()
        return Verdict(not same, "the first word is unchanged" if same else "another first word, then the request")

    def range_error(self) -> str:
        few = len(plain(self.prompt_to_repeat).strip(AROUND).split()) < 2
        return super().range_error() or ("prompt_to_repeat has fewer than two words" if few else "")

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        first, *rest = self.prompt_to_repeat.strip(AROUND).split()
        other = "Consider" if plain(first).strip(AROUND).casefold() != "consider" else "Take"
        return " ".join([other, *rest])

    published = {
        "ifbench": PublishedVariant(
            why="Only a response equal to the request fails for its first word; quotation marks around it fail too.",
            source="IFBench RepeatChangeChecker",
            check=_check_published,
            good=(Case("Say  hi now", prompt_to_repeat="Say hi now"), Case("Anything", prompt_to_repeat="Say")),
            bad=(Case('"Tell hi now"', prompt_to_repeat="Say hi now"),),
            refuses=lambda self: empty(self.prompt_to_repeat),
        ),
    }
