"""ratio:sentence_balance."""

from __future__ import annotations

from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Range, Text, Verdict, cached_text

from ._kinds import counts_of, kinds, livebench_counts, published_kinds, repaired, verdict


def _balanced(counts: dict[str, int]) -> bool:
    return len(set(counts.values())) == 1


def _published(_: SentenceBalance, text: Text) -> Verdict:
    found = published_kinds(text)
    return verdict(_balanced(counts_of(found)), counts_of(found), found)


def _livebench(_: SentenceBalance, text: Text) -> Verdict:
    counts = livebench_counts(text)
    return verdict(_balanced(counts), counts)


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
            "Balance the kinds of sentences: write as many that end in a full stop as end in a question mark and as "
            "end in an exclamation mark, and at least one of each."
        )

    def check(self, text: Text) -> Verdict:
        found = kinds(text)
        counts = counts_of(found)
        return verdict(_balanced(counts) and counts["?"] > 0, counts, found)

    def demands(self) -> Demands:
        return Demands(
            phase="counts",
            sentences=Range(3),
            traits=(*(("white space", "between words"),), ("number of statements to a question", "one")),
        )

    def repair(self, draft: str) -> str:
        counts = counts_of(kinds(cached_text(draft)))
        most = max(1, *counts.values())
        return repaired(self, draft, {mark: most - number for mark, number in counts.items()})

    published = {
        "ifbench": PublishedVariant(
            why="A text with none of the three passes; a quotation mark or a bracket behind the mark hides it.",
            source="IFBench SentTypeBalanceChecker",
            check=_published,
            good=(Case("no punctuation at all"),),
            bad=(Case("One. “Two?” Three!"),),
        ),
        "livebench": PublishedVariant(
            why="Cuts sentences by rules of its own, at which a closing quotation mark is none of their ends.",
            source="LiveBench SentTypeBalanceChecker",
            check=_livebench,
            good=(Case("no punctuation at all"),),
            bad=(Case("One.\nTwo?\nThree!\nFour."),),
        ),
    }
