"""ratio:sentence_balance."""

from __future__ import annotations

from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Text, Verdict, cached_text

from ._kinds import (
    Balance,
    audited_verdict,
    counts_of,
    demands_of,
    kinds,
    livebench_verdict,
    published_verdict,
    repair_kinds,
)

_BALANCE = Balance(lambda counts: len(set(counts.values())) == 1, "equal numbers of each")


@dataclass(frozen=True)
class SentenceBalance(Checker):
    """Demands as many statements as questions as exclamations."""

    id = "ratio:sentence_balance"
    rule_books = frozenset({"audited", "ifbench"})

    good = [
        Case("One. Two? Three!"),
        Case("One. “Two?” Three!", why="a quotation mark behind the mark"),
        Case("Go! Who? Dr. Hale came."),
    ]
    bad = [Case("One. Two?"), Case("no punctuation at all", why="none of any"), Case("One. Two? Three! Four.")]

    def describe(self) -> str:
        return (
            "Write equal numbers of sentences that end in a full stop, in a question mark and in an exclamation mark, "
            "and at least one of each."
        )

    def check(self, text: Text) -> Verdict:
        return audited_verdict(text, _BALANCE)

    def demands(self) -> Demands:
        return demands_of("one")

    def repair(self, draft: str) -> str:
        counts = counts_of(kinds(cached_text(draft)))
        most = max(1, *counts.values())
        return repair_kinds(self, draft, {mark: most - number for mark, number in counts.items()})

    published = {
        "ifbench": PublishedVariant(
            why="A text with none of the three passes; a quotation mark or a bracket behind the mark hides it.",
            source="IFBench SentTypeBalanceChecker",
            check=lambda _, text: published_verdict(text, _BALANCE),
            good=(Case("no punctuation at all"),),
            bad=(Case("One. “Two?” Three!"),),
        ),
        "livebench": PublishedVariant(
            why="Cuts sentences by rules of its own, at which a closing quotation mark is none of their ends.",
            source="LiveBench SentTypeBalanceChecker",
            check=lambda _, text: livebench_verdict(text, _BALANCE),
            good=(Case("no punctuation at all"),),
            bad=(Case("One.\nTwo?\nThree!\nFour."),),
        ),
    }
