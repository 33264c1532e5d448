"""combination:repeat_prompt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import ClassVar, Self

from scorers import Case, Checker, Context, Demands, Filler, PublishedVariant, Span, Text, Verdict, cached_text, string

from ...checker import READ_AS_SEEN
from ...text.paragraphs import LETTER
from ...text.word_search import runs_on

_LETTER = re.compile(LETTER)
_TOKEN = re.compile(r"\S+")
_QUOTES = "\"'“‘«„「『"
_TYPOGRAPHY = str.maketrans(dict.fromkeys("’‘ʼ", "'") | dict.fromkeys("“”„", '"') | dict.fromkeys("‐‑", "-"))
SHOWN_WHOLE = 12
"""Words up to which a request is quoted whole; of a longer one, the first and the last ones are."""


def _check_published(self: RepeatPrompt, text: Text) -> Verdict:
    said, asked = text.lower.strip(), self.prompt_to_repeat.strip().lower()
    start = len(text.lower) - len(text.lower.lstrip())
    # Lower case can be longer than the text, and then a place in it says nothing.
    placed = len(text.lower) == len(text.raw)
    if said.startswith(asked):
        return Verdict.of(True, "it begins with the request", [(start, start + len(asked))] if placed and asked else [])
    at = next((place for place, (a, b) in enumerate(zip(said, asked, strict=False)) if a != b), len(said))
    found = f"{_short(said[at : at + 20])} instead of {_short(asked[at : at + 20])}"
    spans = [(start + at, start + at + 1)] if placed and at < len(said) else []
    return Verdict.of(False, f"it differs from the request at character {at + 1}: {found}", spans)


def _short(piece: str) -> str:
    return repr(" ".join(piece.split()))


def _refuse_published(self: RepeatPrompt) -> str:
    return "" if self.prompt_to_repeat else "prompt_to_repeat is empty, and the published verifier raises on that"


@dataclass(frozen=True)
class RepeatPrompt(Checker):
    """Demands that the response begins with the request, word for word, before it answers."""

    id = "combination:repeat_prompt"
    rule_books = frozenset({"audited", "ifeval"})
    version = 2
    changes = (READ_AS_SEEN,)
    shown_in_request: ClassVar[tuple[str, ...]] = ("prompt_to_repeat",)

    prompt_to_repeat: str = string(
        "what is to be repeated: in drawn questions, the article's opening and the task, as they stand in the prompt",
        drawn=("Say in brief what this text is about.",),
    )

    good = [
        Case("Say it in brief.\nIt is late.", prompt_to_repeat="Say it in brief."),
        Case("“Say it  in brief.”\n\nIt is late.", prompt_to_repeat="Say it\nin brief.", why="quotes, white space"),
        Case("Don’t say it. I won’t.", prompt_to_repeat="Don't say it."),
        Case("用一句话说。天晚了。", prompt_to_repeat="用一句话说。", why="no spaces in Chinese"),
    ]
    bad = [
        Case("SAY IT IN BRIEF. It is late.", prompt_to_repeat="Say it in brief.", why="changed"),
        Case("Say it in brief.", prompt_to_repeat="Say it in brief.", why="no answer"),
        Case("Sure! Say it in brief. It is late.", prompt_to_repeat="Say it in brief.", why="something before it"),
        Case("Say it briefly. It is late.", prompt_to_repeat="Say it in brief."),
        Case("Say it in briefs", prompt_to_repeat="Say it in brief"),
    ]

    @classmethod
    def draw(cls, rng: Random, context: Context) -> Self:
        [param] = cls.params().values()
        limit = (context.limits or {}).get("prompt_to_repeat")
        request = context.request.strip()
        return cls(param.draw(rng, context, limit or ([request] if request else None)))

    def describe(self) -> str:
        words = self.prompt_to_repeat.split()
        if len(words) <= SHOWN_WHOLE:
            return (
                f'First repeat "{" ".join(words)}" word for word, without any change or anything before it; then give '
                "your answer."
            )
        ends = f'from "{" ".join(words[:5])}" to "{" ".join(words[-5:])}"'
        return (
            f"First repeat the request word for word, {ends}, without any change or anything before it; then give your "
            "answer. Do not repeat these instructions."
        )

    def check(self, text: Text) -> Verdict:
        asked = _plain(self.prompt_to_repeat).split()
        start = len(text.raw) - len(text.raw.lstrip())
        matched, span = _match_words(text.raw, start, asked)
        if matched < len(asked) and text.raw[start : start + 1] in _QUOTES:
            matched, span = max((matched, span), _match_words(text.raw, start + 1, asked))
        if matched < len(asked):
            word = f"word {matched + 1} of the request, {_short(asked[matched])}"
            if span[0] == span[1]:
                return Verdict(False, f"the response ends before {word}")
            return Verdict.of(
                False, f"{text.quote(span)} instead of {word}, at line {text.line_number(span[0])}", [span]
            )
        answered = _LETTER.search(text.raw, span[1]) is not None
        reason = "the request is repeated" + (", then answered" if answered else ", but no answer follows")
        return Verdict.of(answered, reason, [(start, span[1])])

    def demands(self) -> Demands:
        return Demands(phase="edges", first=self.prompt_to_repeat.strip(), repeats=True)

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        asked = self.prompt_to_repeat.strip()
        answer = draft.strip().removeprefix(asked).strip()
        if not _LETTER.search(answer):
            answer = Filler(turn=9).sentence(8)
        return f"{asked}\n\n{answer}"

    published = {
        "ifeval": PublishedVariant(
            why="Compares letter by letter but in any case: white space and quotes have to be the same, capitals do "
            "not, and no answer has to follow.",
            source="IFEval RepeatPromptThenAnswer",
            check=_check_published,
            good=(
                Case("SAY IT IN BRIEF.", prompt_to_repeat="Say it in brief."),
                Case("hello\nworld and", prompt_to_repeat=" Hello\nWorld  "),
                Case("anything", prompt_to_repeat=" "),
            ),
            bad=(
                Case("“Say it in brief.”\nIt is late.", prompt_to_repeat="Say it in brief."),
                Case("Hello World and", prompt_to_repeat="Hello\nWorld"),
            ),
            refuses=_refuse_published,
        ),
    }


def _match_words(raw: str, start: int, asked: list[str]) -> tuple[int, Span]:
    """Return how many words of `asked` stand at `start`, and where: all of them, or the first that differs."""
    head = _plain(raw[start:])
    words = head.split(None, len(asked))  # and what is behind them
    if asked and words[: len(asked)] == asked:
        rest = words[len(asked)] if len(words) > len(asked) else ""
        return len(asked), (start, start + len(head[: len(head) - len(rest)].rstrip()))
    at = start
    for number, word in enumerate(asked):
        token = _TOKEN.search(raw, at)
        if token is None:
            return number, (len(raw), len(raw))
        said = _plain(token.group())
        last = number == len(asked) - 1
        if said != word and not (last and said.startswith(word) and not runs_on(word[-1], said[len(word)])):
            return number, token.span()
        at = token.start() + len(word)
    return len(asked), (start, at)


def _plain(text: str) -> str:
    """Return the text with plain quotes and hyphens; every character keeps its place."""
    return text if text.isascii() else text.translate(_TYPOGRAPHY)
