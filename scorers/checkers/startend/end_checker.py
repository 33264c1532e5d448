"""startend:end_checker."""

from __future__ import annotations

from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Text, Verdict, cached_text, string

from ...text.word_search import runs_on

_CLOSERS = " \"'»」』*_`)]"
"""What may stand behind the last words without being a word: closing quotes and brackets, emphasis, space."""
_TYPOGRAPHY = str.maketrans(dict.fromkeys("’‘ʼ", "'") | dict.fromkeys("“”„", '"') | dict.fromkeys("‐‑", "-"))


def _published(self: EndChecker, text: Text) -> Verdict:
    end = text.raw.strip().strip('"').lower()
    return self._judge(text, end.endswith(self.end_phrase.strip().lower()))


@dataclass(frozen=True)
class EndChecker(Checker):
    """Demands that the response ends with an exact phrase."""

    id = "startend:end_checker"
    rule_books = frozenset({"audited", "ifeval"})
    version = 2

    end_phrase: str = string(
        "the phrase that ends the response",
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
        return f'End with these exact words, and write nothing behind them: "{self.end_phrase}"'

    def check(self, text: Text) -> Verdict:
        phrase = _plain(self.end_phrase)
        tail = _plain(text.raw.rstrip()[-(20 * len(self.end_phrase) + 200) :])
        at = tail.rfind(phrase)
        closed = at >= 0 and not tail[at + len(phrase) :].strip(_CLOSERS)
        inside_word = at > 0 and runs_on(tail[at - 1], phrase[:1])
        return self._judge(text, closed and not inside_word)

    def demands(self) -> Demands:
        return Demands(phase="edges", last=self.end_phrase.strip())

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        return f"{draft.rstrip()} {self.end_phrase.strip()}".lstrip()

    def _judge(self, text: Text, followed: bool) -> Verdict:
        end = len(text.raw.rstrip())
        start = max(0, end - len(self.end_phrase.strip()))
        while start > max(0, end - 200) and not text.raw[start - 1].isspace():
            start -= 1  # a whole word reads better than the end of one
        spans = [(start, end)] if start < end else []
        return Verdict.of(followed, f"it ends with {text.quote((start, end), most=60)}", spans)

    published = {
        "ifeval": PublishedVariant(
            why="Compares the tail as a string, after straight double quotes are taken off: it may begin inside a "
            "word, emphasis or a curly quote behind the phrase fails, and a phrase that ends in a quote never matches.",
            source="IFEval EndChecker",
            check=_published,
            good=(Case("This is undone.", end_phrase="done."),),
            bad=(
                Case("**Any other questions?**", end_phrase="Any other questions?"),
                Case('He said "go"', end_phrase='"go"'),
            ),
        ),
    }


def _plain(text: str) -> str:
    """Fold case, white space and typographic quotes and hyphens."""
    return " ".join(text.translate(_TYPOGRAPHY).split()).casefold()
