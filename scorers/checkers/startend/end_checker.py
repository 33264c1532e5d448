"""startend:end_checker.

Audited: the response ends with the phrase, in any capitalisation; white space, typographic quotes and hyphens are read
as their plain forms. The phrase begins where a word begins. Quotation marks, brackets and emphasis may close it.
"""

from __future__ import annotations

from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Text, Verdict, cached_text, string

from ...checker import READ_AS_SEEN
from ...text.word_search import runs_on

_CLOSERS = " \"'»」』*_`)]"
"""Characters that may follow the phrase: closing quotes and brackets, emphasis, space."""
_TYPOGRAPHY = str.maketrans(dict.fromkeys("’‘ʼ", "'") | dict.fromkeys("“”„", '"') | dict.fromkeys("‐‑", "-"))


def _check_published(self: EndChecker, text: Text) -> Verdict:
    end = text.raw.strip().strip('"').lower()
    return self._make_verdict(text, "" if end.endswith(self.end_phrase.strip().lower()) else self._expected)


@dataclass(frozen=True)
class EndChecker(Checker):
    """Requires that the response ends with an exact phrase."""

    id = "startend:end_checker"
    rule_books = frozenset({"audited", "ifeval"})
    version = 2
    changes = (READ_AS_SEEN,)

    end_phrase: str = string(
        "the phrase at the end of the response",
        drawn=("That is all for now.", "More news tomorrow.", "Let me know what you think.", "End of report."),
    )

    good = [
        Case("Well. any  other questions?\n", end_phrase="Any other questions?"),
        Case('"Well. Any other questions?"', end_phrase="Any other questions?"),
        Case("**Any other questions?**", end_phrase="Any other questions?", why="emphasis is no word"),
        Case("“Let’s go.”", end_phrase="Let's go."),
        Case("Go", end_phrase="go", why="nothing else is needed"),
        Case("He said “go”", end_phrase='said "go"', why="curly quotes are quotes"),
        Case("我们再见", end_phrase="再见", why="Chinese has no word bounds"),
    ]
    bad = [
        Case("This is undone.", end_phrase="done.", why="inside a word"),
        Case("Any other questions? No.", end_phrase="Any other questions?"),
        Case("Any other questions", end_phrase="Any other questions?"),
        Case("See (above", end_phrase="(above)", why="closing marks of the phrase itself are needed"),
    ]

    def describe(self) -> str:
        return (
            "End your response with exactly this text and write nothing after it (capitalisation does not matter): "
            f'"{self.end_phrase}"'
        )

    def check(self, text: Text) -> Verdict:
        phrase = _plain(self.end_phrase)
        tail = _plain(text.raw.rstrip()[-(20 * len(self.end_phrase) + 200) :])
        at = tail.rfind(phrase)
        if at < 0:
            return self._make_verdict(text, self._expected)
        if tail[at + len(phrase) :].strip(_CLOSERS):
            return self._make_verdict(text, f"text follows {self._shown}")
        if at > 0 and runs_on(tail[at - 1], phrase[:1]):
            return self._make_verdict(text, f"{self._shown} begins inside a word")
        return self._make_verdict(text, "")

    @property
    def _shown(self) -> str:
        return f"{' '.join(self.end_phrase.split())!r:.60}"

    @property
    def _expected(self) -> str:
        return f"{self._shown} was asked"

    def demands(self) -> Demands:
        return Demands(phase="edges", last=self.end_phrase.strip())

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        return f"{draft.rstrip()} {self.end_phrase.strip()}".lstrip()

    def _make_verdict(self, text: Text, why: str) -> Verdict:
        """Return the verdict on how the response ends; `why` says what is wrong with that, "" if nothing is."""
        end = len(text.raw.rstrip())
        start = max(0, end - len(self.end_phrase.strip()))
        while start > max(0, end - 200) and not text.raw[start - 1].isspace():
            start -= 1  # the span shows whole words
        spans = [(start, end)] if start < end else []
        ends = f"the response ends with {text.quote((start, end), most=60)}"
        return Verdict.of(not why, f"{ends}; {why}" if why else f"{ends}, as asked", spans)

    published = {
        "ifeval": PublishedVariant(
            why="Removes straight double quotes at the end and compares strings: the phrase may begin inside a word, "
            "emphasis or a curly quote after it fails, and a phrase that ends in a quote never matches.",
            source="IFEval EndChecker",
            check=_check_published,
            good=(Case("This is undone.", end_phrase="done."),),
            bad=(
                Case("**Any other questions?**", end_phrase="Any other questions?"),
                Case('He said "go"', end_phrase='"go"'),
            ),
        ),
    }


def _plain(text: str) -> str:
    """Return the text with case, white space and typographic quotes and hyphens folded."""
    return " ".join(text.translate(_TYPOGRAPHY).split()).casefold()
