"""ratio:sentence_type."""

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

_BALANCE = Balance(lambda counts: counts["."] == 2 * counts["?"], "2 statements for each question")


@dataclass(frozen=True)
class SentenceType(Checker):
    """Demands twice as many statements as questions."""

    id = "ratio:sentence_type"
    rule_books = frozenset({"audited", "ifbench"})

    good = [
        Case("One. Two. Three?"),
        Case("- _One._\n- _Two._\n- _Three?_", why="emphasis"),
        Case('He left. "She stayed." Why?', why="a quotation mark behind the full stop"),
        Case("# Title\n\nOne. Two!\n\n- Three.\n- Four?", why="titles and exclamations do not count"),
    ]
    bad = [
        Case("One. Two?"),
        Case("No questions here!", why="none of either"),
        Case("A man. B man? C man? D man."),
    ]

    def describe(self) -> str:
        return (
            "Write exactly twice as many statements (sentences that end in a full stop) as questions (sentences that "
            "end in a question mark), and at least one question."
        )

    def check(self, text: Text) -> Verdict:
        return audited_verdict(text, _BALANCE)

    def demands(self) -> Demands:
        return demands_of("two")

    def repair(self, draft: str) -> str:
        counts = counts_of(kinds(cached_text(draft)))
        questions = max(1, counts["?"], (counts["."] + 1) // 2)
        missing = {"?": questions - counts["?"], ".": 2 * questions - counts["."]}
        return repair_kinds(self, draft, missing)

    published = {
        "ifbench": PublishedVariant(
            why="A text with neither passes; a quotation mark or a bracket behind the mark hides it, and a title "
            "belongs to the sentence below it.",
            source="IFBench SentenceTypeRatioChecker",
            check=lambda _, text: published_verdict(text, _BALANCE),
            good=(Case("No questions here!"),),
            bad=(Case('He left. "She stayed." Why?'),),
        ),
        "livebench": PublishedVariant(
            why="Cuts sentences by rules of its own, at which a closing quotation mark stands before the mark.",
            source="LiveBench SentenceTypeRatioChecker",
            check=lambda _, text: livebench_verdict(text, _BALANCE),
            good=(Case("No questions here!"), Case('He left. "She stayed." Why?')),
            bad=(Case("One. Two?"),),
        ),
    }
