"""change_case:english_lowercase."""

from __future__ import annotations

from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Text, Verdict, cached_text

from ...checker import READ_AS_SEEN
from ._english import check_letters, check_published, english, is_capital

_KIND = "capital"


@dataclass(frozen=True)
class EnglishLowercase(Checker):
    """Demands English in small letters only."""

    id = "change_case:english_lowercase"
    rule_books = frozenset({"audited", "ifeval"})
    english = "passes text that langdetect takes for English"
    version = 2
    changes = (f"{READ_AS_SEEN} A foreign sentence or a stray word in another script fails: it is not English.",)

    good = [
        Case("hello"),
        Case("we live at 5 mill lane; it is green!", why="figures and marks have no case"),
        Case("the mayor said “no” to the new bridge.\r\n\r\n* but why?"),
        Case("she wrote “je ne sais quoi” on a card at the café.", why="a quotation"),
    ]
    bad = [
        Case("der plan ist gut, aber wir brauchen mehr zeit.", why="German"),
        Case("the mayor is proud of the new bridge. der hund schläft in der küche.", why="a sentence in German"),
        Case("the plan is 真 good.", why="a word in another script"),
        Case("we live near the River."),
        Case("the new 5G mast", why="one letter is enough"),
        Case("bonjour tout le monde, comment allez-vous?", why="not English"),
        Case("123", why="no letters"),
    ]

    def describe(self) -> str:
        return "Write the whole response in English and in small letters; do not use a single capital letter."

    def check(self, text: Text) -> Verdict:
        return check_letters(text, is_capital, _KIND)

    def demands(self) -> Demands:
        return Demands(phase="edges", case="lower", language="en")

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        return lowered if self.check(cached_text(lowered := draft.lower())).followed else english().lower()

    published = {
        "ifeval": PublishedVariant(
            why="Asks langdetect for the language, and langdetect takes short English for another language; where it "
            "finds none the text passes. Its draws are seeded with 0 here, for the published code draws without a "
            "seed; LiveBench's dies where no language is found, and IFEval's answer stands for it.",
            source="IFEval LowercaseLettersEnglishChecker (langdetect)",
            check=lambda _, text: check_published(text, is_capital, _KIND, cased=text.raw.islower()),
            good=(Case("the mayor said no to the new bridge over the river."), Case("ⅻ")),
            bad=(Case("hello"), Case("we live near the River."), Case("123")),
        ),
    }
