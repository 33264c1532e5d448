"""words:repeats."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from scorers import Case, Checker, Demands, PublishedVariant, Range, Span, Text, Verdict, number

from ...params.published import drawn_at_random, format_number
from ...text.published.ascii_punctuation import bare_spans, without
from ._letters import delete_words


def _check_published(self: Repeats, text: Text) -> Verdict:
    words = without(text.lower).split()
    word, count = _most(words)
    spans: list[Span] = []
    if count > self.small_n:
        places = zip(bare_spans(text.raw), words, strict=True)
        spans = [span for span, found in places if found == word]
    return self._make_verdict(word, count, spans)


def _most(words: list[str]) -> tuple[str, int]:
    [most] = Counter(words).most_common(1) or [("", 0)]
    return most


@dataclass(frozen=True)
class Repeats(Checker):
    """Bounds how often any word occurs."""

    id = "words:repeats"
    rule_books = frozenset({"audited", "ifbench"})

    small_n: float = number("how often a word occurs at most", low=1, drawn=(2, 5))

    good = [Case("cat cats", small_n=1), Case("— — -", small_n=1, why="marks are no words"), Case("a b a", small_n=2.0)]
    bad = [Case("cat Cat,", small_n=1), Case("cat “cat”", small_n=1, why="curly quotes"), Case("a b a b a", small_n=2)]

    def describe(self) -> str:
        limit = int(self.small_n) if self.small_n == int(self.small_n) else None
        times = "once" if limit == 1 else f"{format_number(self.small_n)} times"
        return f"Use no word more than {times}{' (1 time)' if limit == 1 else ''}, not even words such as the or and."

    def check(self, text: Text) -> Verdict:
        words = [text.raw[start:end].lower() for start, end in text.words]
        word, count = _most(words)
        spans = text.words if count > self.small_n else []
        return self._make_verdict(word, count, [s for s, found in zip(spans, words, strict=False) if found == word])

    def _make_verdict(self, word: str, count: int, spans: list[Span]) -> Verdict:
        reason = f"the most frequent word, {word!r:.40}, occurs {count} times" if count else "no words"
        return Verdict.of(count <= self.small_n, reason, spans)

    def demands(self) -> Demands:
        return Demands(
            phase="content", word_repeats=Range(0, int(self.small_n)), traits=(("tokens that come again", "few"),)
        )

    def repair(self, draft: str) -> str:
        return delete_words(self, draft, self._extra, "Towns rest.")

    def _extra(self, text: Text) -> list[Span]:
        seen: Counter[str] = Counter()
        extra = []
        for start, end in text.words:
            word = text.raw[start:end].lower()
            seen[word] += 1
            if seen[word] > self.small_n:
                extra.append((start, end))
        return extra

    published = {
        "ifbench": PublishedVariant(
            why="Deletes ASCII punctuation and cuts at white space: a word in curly quotes is another word, a dash is "
            "one.",
            source="IFBench RepeatWordsChecker",
            check=_check_published,
            good=(Case("cat “cat”", small_n=1),),
            bad=(Case("— —", small_n=1),),
            refuses=lambda self: drawn_at_random("small_n", self.small_n),
        ),
    }
