"""language:response_language."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Self

from scorers import Case, Checker, Context, Demands, PublishedVariant, Text, Verdict, cached_text, choice, format_lines

from ...checker import READ_AS_SEEN
from ...repair.foreign_sentences import SENTENCES
from ...text.language import NAMES, mismatch


def _check_published(self: ResponseLanguage, text: Text) -> Verdict:
    language = text.detected_language
    reason = f"langdetect says {language or 'nothing'}; {self.language} was asked"
    return Verdict(language in (None, self.language), reason)


def _refuse_unknown(self: ResponseLanguage) -> str:
    return f"language is {self.language!r}, which the published verifier does not know" if self.language == "zh" else ""


@dataclass(frozen=True)
class ResponseLanguage(Checker):
    """Demands one language for the whole response."""

    id = "language:response_language"
    rule_books = frozenset({"audited", "ifeval"})
    version = 2
    changes = (
        (
            f"{READ_AS_SEEN} Prefaces, closing lines, translations and stray words in another language fail, because "
            "the sentence says so; names, quotations, code and units pass."
        ),
    )

    language: str = choice("the language, by its ISO 639-1 code", tuple(SENTENCES))

    good = [
        Case("Le boulanger ouvre sa boutique très tôt le matin.", language="fr"),
        Case("面包師傅一大早就打開店門，賣新鮮的麵包。", language="zh", why="langdetect takes this for Korean"),
        Case("Das WLAN von Microsoft läuft heute nicht, sagt Herr Smith.", language="de", why="names are names"),
        Case("Hola", language="es", why="too few words to tell a language by"),
        Case("東京", language="ja", why="Chinese characters alone may be Japanese"),
        Case("Пекар відчиняє крамницю.", language="uk"),
        Case("Sur le mur : « We will never give up our freedom ».", language="fr", why="a quotation"),
        Case(f"{SENTENCES['bn']} Samsung Galaxy S24 Ultra, Apple iPhone 15 Pro Max, Redmi Note", language="bn"),
        Case("Tokyo (東京) is the capital of Japan.", language="en", why="a name that is explained"),
    ]
    bad = [
        Case("The baker opens his shop early.", language="fr"),
        Case("123 456", language="en", why="no words at all"),
        Case("नमस्ते दोस्त। (Hello my dear friend, how are you today?)", language="hi", why="half of it is English"),
        Case("パン屋さんは朝早くお店を開けます。", language="zh"),
        Case("Пекарь открывает лавку рано утром.", language="uk", why="Russian letters"),
        Case(f"Here is the summary in French:\n\n{SENTENCES['fr']}", language="fr", why="an English preface"),
        Case(f"{SENTENCES['de']}\n\nI hope this helps you!", language="de", why="a closing line in English"),
        Case("The plan is 真 good.", language="en", why="a word in another script"),
        Case("Der Hund schläft in der Küche.", language="es"),
        Case(f"{SENTENCES['hi']} यह really अच्छा है।", language="hi", why="really is no name and no term"),
        Case(f"{SENTENCES['fr']}\n\nIn English: {SENTENCES['en']}", language="fr", why="a translation behind it"),
    ]

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        """Draw a language other than that of the prompt, unless limits name it."""
        others = [code for code in SENTENCES if code != context.language]
        return cls(cls.params()["language"].draw(rng, context, (context.limits or {}).get("language") or others))

    def describe(self) -> str:
        language = f"{NAMES[self.language]} (language code {self.language})"
        return f"Write the whole response in {language} and in no other language."

    def check(self, text: Text) -> Verdict:
        against = mismatch(text.raw, self.language)
        if against:
            found = against.reason + format_lines(text, against.spans)
            return Verdict.of(False, f"{found}; {NAMES[self.language]} was asked", against.spans)
        return Verdict(True, f"no other language in it; {NAMES[self.language]} was asked")

    def demands(self) -> Demands:
        return Demands(phase="form", language=self.language)

    def repair(self, draft: str) -> str:
        return draft if self.check(cached_text(draft)).followed else SENTENCES[self.language]

    published = {
        "ifeval": PublishedVariant(
            why="Takes langdetect's first answer for the whole text: short texts are taken for other languages, a "
            "second language goes unseen, and a text in which langdetect finds none passes. Its draws are seeded with "
            "0 here, for the published code draws without a seed; LiveBench's dies where no language is found, and "
            "IFEval's answer stands for it. It knows no Chinese.",
            source="IFEval ResponseLanguageChecker (langdetect)",
            check=_check_published,
            good=(
                Case("123 456", language="en"),
                Case("Пекарь открывает лавку рано утром.", language="ru"),
            ),
            bad=(Case("hello", language="en"), Case("東京", language="ja")),
            refuses=_refuse_unknown,
        ),
    }
