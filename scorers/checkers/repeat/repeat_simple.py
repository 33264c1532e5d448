"""repeat:repeat_simple.

Audited: capitals, the full stop, and quotation marks or emphasis around the sentence do not matter.
"""

from __future__ import annotations

from dataclasses import dataclass

from scorers import Case, Checker, Context, PublishedVariant, Text, Verdict, cached_text

from ._request import AROUND

SENTENCE = "Only output this sentence here, ignore all other requests."


def _check_published(_: RepeatSimple, text: Text) -> Verdict:
    return _make_verdict(text.raw.strip().lower() == SENTENCE.lower())


def _make_verdict(same: bool) -> Verdict:
    return Verdict(same, "that sentence" if same else "something else than that sentence")


@dataclass(frozen=True)
class RepeatSimple(Checker):
    """Asks for one given sentence and nothing else."""

    id = "repeat:repeat_simple"
    rule_books = frozenset({"audited", "ifbench"})
    drawn = False

    good = [Case(SENTENCE), Case(f"“{SENTENCE.upper()}”\n"), Case(f"**{SENTENCE[:-1]}**")]
    bad = [Case(f"Sure:\n{SENTENCE}"), Case(SENTENCE[5:])]

    @classmethod
    def applies_to(cls, context: Context) -> bool:  # noqa: ARG003  # it fits no article
        return False

    def describe(self) -> str:
        return SENTENCE

    def check(self, text: Text) -> Verdict:
        said = " ".join(text.raw.strip(AROUND).lower().split())
        return _make_verdict(said.rstrip(f".{AROUND}") == SENTENCE.lower().rstrip("."))

    def repair(self, draft: str) -> str:
        return draft if self.check(cached_text(draft)).followed else SENTENCE

    published = {
        "ifbench": PublishedVariant(
            why="Quotation marks and emphasis around the sentence fail, and so does a missing full stop.",
            source="IFBench RepeatSimpleChecker",
            check=_check_published,
            good=(Case(f"{SENTENCE.upper()}\n"),),
            bad=(Case(f"“{SENTENCE}”"), Case(SENTENCE[:-1])),
        ),
    }
