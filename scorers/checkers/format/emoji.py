"""format:emoji.

Audited: the emoji stands before or behind the mark that ends the sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

from scorers import (
    Case,
    Checker,
    Demands,
    PublishedVariant,
    Span,
    Text,
    Verdict,
    cached_text,
    format_count,
    format_lines,
)

from ...text.published.ascii_punctuation import without
from ._emoji import ends_with_emoji, is_emoji, places, starts_with_emoji

_AROUND = " \t\r\n.!?…,;:\"'“”‘’»«)](*_~`。！？」』"
_SIGN = "🙂"


def _check_published(_: Emoji, text: Text) -> Verdict:
    spans = text.published_sentences
    bare = [without(text.raw[start:end]).strip() for start, end in spans]
    for place, piece in enumerate(bare):
        if not piece:
            return _missing(text, spans[place])
        if is_emoji(piece[-1]) or (len(piece) > 1 and is_emoji(piece[-2])):
            continue
        following = bare[place + 1] if place + 1 < len(bare) else ""
        if not following or not is_emoji(following[0]):
            return _missing(text, spans[place])
    return _all(len(spans))


def _check_livebench(_: Emoji, text: Text) -> Verdict:
    bare = [without(sentence).strip() for sentence in text.livebench_sentences]
    for place, piece in enumerate(bare):
        found = places(piece)
        if piece and found and found[-1][1] >= len(piece) - 1:
            continue
        following = places(bare[place + 1]) if piece and place + 1 < len(bare) else []
        if not following or following[0][0] != 0:
            return Verdict(False, f"sentence {place + 1} ends without an emoji")
    return _all(len(bare))


def _missing(text: Text, span: Span) -> Verdict:
    return Verdict.of(False, f"{text.quote(span)} ends without an emoji{format_lines(text, [span])}", [span])


def _all(count: int) -> Verdict:
    return Verdict(True, f"{format_count(count, 'sentence')}, each with an emoji at its end")


@dataclass(frozen=True)
class Emoji(Checker):
    """Demands an emoji at the end of every sentence."""

    id = "format:emoji"
    rule_books = frozenset({"audited", "ifbench"})

    good = [
        Case("Hi 🙂. Bye! 🙂"),
        Case("Hi 🇺🇸."),
        Case("『Hi 🙂』", why="a closing mark of Japanese"),
        Case("# Title\n\n- Hi ❤️.\n- **Bye** 👍🏽!", why="titles are no sentences"),
    ]
    bad = [
        Case("Hi."),
        Case("Hi 🙂. Bye."),
        Case("Hi 🙂x.", why="a letter behind it"),
        Case("Hi ©.", why="a sign is no emoji"),
        Case("Hi ©\ufe0f.", why="nor is it as an emoji is drawn"),
        Case("Hi. ©\ufe0f Bye 😀."),
        Case("Hi ℹ."),
        Case("Hi 😀©.", why="a sign behind an emoji"),
        Case("Hi. © Bye 😀.", why="a sign before the next sentence"),
        Case("「Hi ©』", why="a sign before a closing mark"),
    ]

    def describe(self) -> str:
        return "End every sentence with an emoji, directly before or after its final punctuation mark."

    def check(self, text: Text) -> Verdict:
        wrong = _without_emoji(text)
        if wrong:
            first = _missing(text, wrong[0])
            return Verdict.of(False, first.reason, wrong)
        if not text.sentences:
            return Verdict(False, "no sentences")
        return _all(len(text.sentences))

    def demands(self) -> Demands:
        return Demands(phase="edges", traits=(("tokens that come again", "an emoji in every sentence"),))

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        parts, at = [], 0
        for start, end in _without_emoji(cached_text(draft)):
            cut = start + len(draft[start:end].rstrip(_AROUND))
            parts += [draft[at:cut], f" {_SIGN}"]
            at = cut
        done = "".join([*parts, draft[at:]])
        return done if self.check(cached_text(done)).followed else f"Towns rest {_SIGN}."

    published = {
        "ifbench": PublishedVariant(
            why="The last character but one may be the emoji, a sign such as © is one, a flag is none, and a title "
            "belongs to the sentence below it.",
            source="IFBench EmojiSentenceChecker",
            check=_check_published,
            good=(Case("Hi ©."), Case("Hi 🙂x.")),
            bad=(Case("Hi 🇺🇸."),),
        ),
        "livebench": PublishedVariant(
            why="One character may stand behind the emoji, a sign such as © is one, and sentences are cut by rules of "
            "LiveBench's own.",
            source="LiveBench EmojiSentenceChecker",
            check=_check_livebench,
            good=(Case("Hi 🇺🇸."), Case("Hi ©.")),
            bad=(Case("Hi."), Case("Hi 🙂xy.")),
        ),
    }


def _without_emoji(text: Text) -> list[Span]:
    """Return the sentences that do not end with an emoji and have none behind them."""
    spans, raw, wrong = text.sentences, text.raw, []
    for start, end in spans:
        if ends_with_emoji(raw[max(start, end - 60) : end].rstrip(_AROUND)):
            continue
        if not starts_with_emoji(raw[end : end + 60].lstrip(_AROUND)):
            wrong.append((start, end))
    return wrong
