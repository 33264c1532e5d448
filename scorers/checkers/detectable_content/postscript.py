"""detectable_content:postscript.

Audited: the marker begins a line or a sentence, and text follows it. The postscript is the paragraph that the marker
begins, up to a blank line or a list, or the text below a marker alone on its line; where its last line ends in a colon,
the list or the lines right below belong to it. Further postscripts and up to 16 words may come after it: a signature,
or a closing phrase that another instruction requires. Where the response begins with the marker, nothing but further
postscripts may follow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from scorers import (
    Case,
    Checker,
    Demands,
    Filler,
    PublishedVariant,
    Span,
    Text,
    Verdict,
    cached_text,
    format_count,
    string,
)

from ...checker import READ_AS_SEEN
from ...text.paragraphs import LETTER, kind, trim
from ...text.word_search import not_regular

_LETTER = re.compile(LETTER)
_ABBREVIATION = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]\.?")
_REGULAR = frozenset("\\.^$*+?{}[]|()")
CLOSING_WORDS = 16
"""Words that may follow the postscript: a signature, or a closing phrase that another instruction requires."""
_COLONS = tuple(":：")
_ITEMS = ("bullet", "numbered")


def _check_published(self: Postscript, text: Text) -> Verdict:
    pattern = _published_pattern(self.postscript_marker)
    match = re.compile(pattern, re.MULTILINE).search(text.lower)
    if match is None:
        return Verdict(False, f"no {self._shown} found")
    # Lower case can be longer than the text; its positions then do not fit the text.
    start = match.start() + len(match.group()) - len(match.group().lstrip())
    spans = [(start, match.end())] if len(text.lower) == len(text.raw) and start < match.end() else []
    where = f" at line {text.line_number(start)}: {text.quote(spans[0])}" if spans else ""
    return Verdict.of(True, f"{self._shown} found{where}", spans)


def _published_pattern(marker: str) -> str:
    """Return the published pattern with a lookafter that makes it linear; it matches the same texts."""
    known = {"P.P.S": r"p\.\s?p\.\s?s", "P.S.": r"p\.\s?s\."}
    return rf"(?<!\s)\s*{known.get(marker.strip()) or marker.strip().lower()}.*$"


@dataclass(frozen=True)
class Postscript(Checker):
    """Requires a postscript with a given marker at the end."""

    id = "detectable_content:postscript"
    rule_books = frozenset({"audited", "ifeval"})
    version = 3
    changes = (
        "附言： begins a postscript, because Chinese ones begin so.",
        (
            f"{READ_AS_SEEN} A list or verse that the postscript does not announce is text after it, which the "
            "sentence forbids."
        ),
    )

    postscript_marker: str = string("the text that begins the postscript", drawn=("P.S.", "P.P.S"))

    good = [
        Case("Bye.\n\n**P.S.** Write soon.", postscript_marker="P.S."),
        Case("Bye. P. S.: Write soon.\r\n\r\nYours,\r\nAnn", postscript_marker="P.S.", why="a signature follows"),
        Case("Bye.\n\n(p.s. Write soon.)\n\nP.P.S. And call.", postscript_marker="P.S.", why="a second one follows"),
        Case(
            "Bye.\nP.P.S. Write soon, my dear,\nfrom far or near", postscript_marker="P.P.S", why="a stanza of its own"
        ),
        Case("Bye.\nP.P.S.\n\nWrite soon.", postscript_marker="P.P.S", why="its text below it"),
        Case(
            "Bye.\n\nP.S. Bring:\n* bread\n* milk", postscript_marker="P.S.", why="a list that the postscript announces"
        ),
        Case("再见。\n\n附言：请回信。\n\n又及：请回电。", postscript_marker="附言：", why="a second one"),
    ]
    bad = [
        Case("P.S. Write soon.\n\nDear Ann.\n\nI am well.", postscript_marker="P.S.", why="at the beginning"),
        Case("We use a.p.s. units first. The end.", postscript_marker="P.S.", why="inside an abbreviation"),
        Case("Bye.\n\nP.P.S. Write soon.", postscript_marker="P.S.", why="another marker"),
        Case("Bye.\n\nPS: Write soon.", postscript_marker="P.S."),
        Case("It was sent with P.S. on it.", postscript_marker="P.S.", why="in the middle of a sentence"),
        Case("Bye.\n\nP.S.", postscript_marker="P.S.", why="nothing follows it"),
        Case(
            "Bye.\n\nP.S. Write soon.\n" + "* One more item of the list\n" * 3,
            postscript_marker="P.S.",
            why="a list follows it",
        ),
        Case(
            "Bye.\n\nP.S. Write soon.\n\nThe sea is grey\nThe sky is wide\nThe boats are late\nThe town is far away",
            postscript_marker="P.S.",
            why="a stanza follows it",
        ),
    ]

    def describe(self) -> str:
        return (
            f'Close your response with a postscript that begins with "{self.postscript_marker.strip()}"; only a '
            f"further postscript or a closing line of up to {CLOSING_WORDS} words may come after it."
        )

    def check(self, text: Text) -> Verdict:
        begins, anywhere = _patterns(self.postscript_marker)
        last = max(begins.finditer(text.raw), key=re.Match.start, default=None)
        if last is None:
            other = anywhere.search(text.raw)
            if other is None:
                return Verdict(False, f"no postscript that begins with {self._shown}")
            before = text.raw[other.start() - 1 : other.start()]
            part = "part of a longer word or marker" if before == "." or before.isalnum() else "inside a sentence"
            where = f"{self._shown} at line {text.line_number(other.start())}"
            why = f"{where} is {part}; a postscript begins a line or a sentence"
            return Verdict.of(False, why, [other.span()])
        start, end = last.span(1)
        where = f"{self._shown} at line {text.line_number(start)}"
        if not _LETTER.search(text.raw, end):
            return Verdict.of(False, f"{where} has no text", [(start, end)])
        after = _text_after(text.raw, end)
        words = sum(len(cached_text(text.raw[slice(*span)]).words) for span in after)
        most = CLOSING_WORDS if _LETTER.search(text.raw, 0, start) else 0
        if words > most:
            allowed = f"at most {most} words may" if most else "nothing may follow one that begins the response"
            follow = "follows" if words == 1 else "follow"
            reason = f"{format_count(words, 'word')} {follow} the postscript {where}; {allowed}"
            return Verdict.of(False, reason, [(after[0][0], after[-1][1])])
        return Verdict.of(True, f"the postscript {where} closes the response", [(start, len(text.raw.rstrip()))])

    def demands(self) -> Demands:
        return Demands(phase="edges", postscript=self.postscript_marker.strip())

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        more = f"{self.postscript_marker.strip()} {Filler(turn=8).sentence(4)}"
        quoted = draft.rstrip().endswith('"') and draft.lstrip().startswith('"') and len(draft.strip()) > 1
        repaired = f'{draft.rstrip()[:-1].rstrip()}\n\n{more}"' if quoted else f"{draft.rstrip()}\n\n{more}".lstrip()
        return repaired if self.check(cached_text(repaired)).followed else more

    @property
    def _shown(self) -> str:
        return repr(" ".join(self.postscript_marker.split()))

    published = {
        "ifeval": PublishedVariant(
            why="The marker may be anywhere, even inside a word, and needs no text after it. P.S. needs both full "
            "stops, P.P.S. contains a P.S., and any other marker is a regular expression.",
            source="IFEval PostscriptChecker",
            check=_check_published,
            good=(
                Case("We use a.p.s. units first. The end.", postscript_marker="P.S."),
                Case("Hip.p.some text", postscript_marker="P.P.S"),
                Case("P.P.S. x", postscript_marker="P.S."),
                Case("nota bene", postscript_marker="n.{3} b"),
                Case("anything", postscript_marker=" "),
            ),
            bad=(Case("Bye.\n\nP.S Write soon.", postscript_marker="P.S."),),
            refuses=lambda self: not_regular(_published_pattern(self.postscript_marker)),
            demands=lambda self: self.demands() if _is_plain(self.postscript_marker) else Demands(phase="edges"),
        ),
    }


def _is_plain(marker: str) -> bool:
    return marker.strip() in ("P.S.", "P.P.S") or not _REGULAR.intersection(marker)


def _text_after(raw: str, at: int) -> list[Span]:
    """Return the lines with letters, from `at` on, that belong to no postscript; `at` is where its marker ends."""
    found: list[Span] = []
    begun, open_, announced, blank = False, True, False, False
    for line in cached_text(raw[at:]).lines:
        start, end = trim(raw, at + line.start, at + line.end)
        piece = raw[start:end]
        if not _LETTER.search(piece):
            blank = blank or not piece
            continue
        if line.start and kind(raw, start, end) == "postscript":
            begun, open_, announced = False, True, False
        item = line.kind in _ITEMS
        if open_ and (not begun or (line.kind == "text" and not blank)):
            announced = piece.endswith(_COLONS) or (item and not begun)
            begun = True
        elif not (announced and (item or not blank)):
            open_ = announced = False
            found.append((start, end))
        blank = False
    return found


@lru_cache(maxsize=64)
def _patterns(marker: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return patterns that find the marker where it begins a line or a sentence (as group 1), and anywhere."""
    marker = marker.strip()
    if _ABBREVIATION.fullmatch(marker):
        words = r"\.[^\S\r\n]?".join(letter for letter in marker if letter != ".") + r"(?:\.|\b)"
    else:
        words = r"\s++".join(map(re.escape, marker.split())) + (rf"(?!{LETTER})" if marker[-1:].isalnum() else "")
    start = r"(?:\A|[\r\n]|(?<!\bp)[.!?…。！？][\"”’»)\]*_]*+\s)"
    lead = rf"[^\S\r\n]*+(?:[>#*_~\"'“‘«(\[<•-]++[^\S\r\n]*+)*{'+' if _LETTER.match(marker) else '?'}"
    begins = re.compile(rf"{start}{lead}({words})", re.IGNORECASE)
    return begins, re.compile(words, re.IGNORECASE)
