"""change_case:english_capital."""

from __future__ import annotations

from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Text, Verdict, cached_text

from ...checker import READ_AS_SEEN
from ._english import check_letters, check_published, english, is_small

_KIND = "small"


@dataclass(frozen=True)
class EnglishCapital(Checker):
    """Demands English in capital letters only."""

    id = "change_case:english_capital"
    rule_books = frozenset({"audited", "ifeval"})
    english = "passes text that langdetect takes for English"
    version = 2
    changes = (f"{READ_AS_SEEN} A foreign sentence or a stray word in another script fails: it is not English.",)

    good = [
        Case("YES."),
        Case("WE LIVE AT 5 MILL LANE, Nº 3.", why="figures and marks have no case"),
        Case("1. PIXEL PRODIGY\n2. CODE CONSTRUCT", why="too few words to tell a language by"),
        Case("THE MAYOR SAID “NO” TO THE NEW BRIDGE.\r\n\r\n* BUT WHY?"),
        Case("SHE WROTE “JE NE SAIS QUOI” ON A CARD AT THE CAFÉ.", why="a quotation"),
    ]
    bad = [
        Case("DER PLAN IST GUT, ABER WIR BRAUCHEN MEHR ZEIT.", why="German"),
        Case("THE MAYOR IS PROUD OF THE NEW BRIDGE. DER HUND SCHLÄFT IN DER KÜCHE.", why="a sentence in German"),
        Case("THE PLAN IS 真 GOOD.", why="a word in another script"),
        Case("WE LIVE NEAR THE RIVERs."),
        Case("BONJOUR TOUT LE MONDE, COMMENT ALLEZ-VOUS?", why="not English"),
        Case("123", why="no letters"),
        Case("ПРИВЕТ, КАК ДЕЛА?"),
    ]

    def describe(self) -> str:
        return "Write the whole response in English and in capital letters; do not use a single small letter."

    def check(self, text: Text) -> Verdict:
        return check_letters(text, is_small, _KIND)

    def demands(self) -> Demands:
        return Demands(phase="edges", case="upper", language="en")

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        return raised if self.check(cached_text(raised := draft.upper())).followed else english().upper()

    published = {
        "ifeval": PublishedVariant(
            why="Asks langdetect for the language of the text as it is, and langdetect takes short English in capitals "
            "for another language; where it finds none the text passes. Its draws are seeded with 0 here, for the "
            "published code draws without a seed; LiveBench's dies where no language is found, and IFEval's answer "
            "stands for it. A raised small letter counts as small.",
            source="IFEval CapitalLettersEnglishChecker (langdetect)",
            check=lambda _, text: check_published(text, is_small, _KIND, cased=text.raw.isupper()),
            good=(Case("THE MAYOR SAID NO TO THE NEW BRIDGE OVER THE RIVER."), Case("Ⅻ")),
            bad=(Case("YES."), Case("THE MAYOR SAID NO TO THE NEW BRIDGE, Nº THREE."), Case("123")),
        ),
    }
