"""detectable_content:postscript."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from scorers import Case, Checker, Demands, Filler, PublishedVariant, Text, Verdict, cached_text, format_count, string

from ...text.paragraphs import LETTER, blocks, kind
from ...text.word_search import not_regular

_LETTER = re.compile(LETTER)
_ABBREVIATION = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]\.?")
_REGULAR = frozenset("\\.^$*+?{}[]|()")
CLOSING_WORDS = 16
"""Words that may close the response behind the postscript: a signature, a phrase that another instruction asks for."""


def _published(self: Postscript, text: Text) -> Verdict:
    pattern = _published_pattern(self.postscript_marker)
    match = re.compile(pattern, re.MULTILINE).search(text.lower)
    if match is None:
        return Verdict(False, f"no {self._shown} found")
    # Lower case can be longer than the text, and then a place in it says nothing.
    start = match.start() + len(match.group()) - len(match.group().lstrip())
    spans = [(start, match.end())] if len(text.lower) == len(text.raw) and start < match.end() else []
    where = f" at line {text.line_number(start)}: {text.quote(spans[0])}" if spans else ""
    return Verdict.of(True, f"{self._shown} found{where}", spans)


def _published_pattern(marker: str) -> str:
    """The published pattern, kept from starting again inside a run of white space: it finds something as often."""
    known = {"P.P.S": r"p\.\s?p\.\s?s", "P.S.": r"p\.\s?s\."}
    return rf"(?<!\s)\s*{known.get(marker.strip()) or marker.strip().lower()}.*$"


@dataclass(frozen=True)
class Postscript(Checker):
    """Demands a postscript at the end, begun by a marker."""

    id = "detectable_content:postscript"
    rule_books = frozenset({"audited", "ifeval"})
    version = 3

    postscript_marker: str = string("what the postscript begins with", drawn=("P.S.", "P.P.S"))

    good = [
        Case("Bye.\n\n**P.S.** Write soon.", postscript_marker="P.S."),
        Case("Bye. P. S.: Write soon.\r\n\r\nYours,\r\nAnn", postscript_marker="P.S.", why="a signature follows"),
        Case("Bye.\n\n(p.s. Write soon.)\n\nP.P.S. And call.", postscript_marker="P.S.", why="a second one follows"),
        Case("Bye.\nP.P.S.\n\nWrite soon.", postscript_marker="P.P.S", why="its text below it"),
        Case("再见。\n\n附言：请回信。\n\n又及：请回电。", postscript_marker="附言：", why="a second one"),
    ]
    bad = [
        Case("P.S. Write soon.\n\nDear Ann.\n\nI am well.", postscript_marker="P.S.", why="at the beginning"),
        Case("We use a.p.s. units first. The end.", postscript_marker="P.S.", why="inside an abbreviation"),
        Case("Bye.\n\nP.P.S. Write soon.", postscript_marker="P.S.", why="another marker"),
        Case("Bye.\n\nPS: Write soon.", postscript_marker="P.S."),
        Case("It was sent with P.S. on it.", postscript_marker="P.S.", why="in the middle of a sentence"),
        Case("Bye.\n\nP.S.", postscript_marker="P.S.", why="nothing follows it"),
    ]

    def describe(self) -> str:
        return f'The last thing you write must be a postscript that begins with "{self.postscript_marker.strip()}".'

    def check(self, text: Text) -> Verdict:
        begins, anywhere = _patterns(self.postscript_marker)
        last = max(begins.finditer(text.raw), key=re.Match.start, default=None)
        if last is None:
            other = anywhere.search(text.raw)
            if other is None:
                return Verdict(False, f"no {self._shown} found")
            where = f"at line {text.line_number(other.start())}"
            return Verdict.of(False, f"{self._shown} {where} begins neither a line nor a sentence", [other.span()])
        start, end = last.span(1)
        where = f"{self._shown} at line {text.line_number(start)}"
        if not _LETTER.search(text.raw, end):
            return Verdict.of(False, f"nothing follows {where}", [(start, end)])
        behind = _paragraphs_behind(text.raw[end:], closes=_LETTER.search(text.raw, 0, start) is not None)
        if behind:
            return Verdict.of(False, f"{format_count(behind, 'paragraph')} behind {where}", [(start, end)])
        return Verdict.of(True, f"{where} begins the end", [(start, len(text.raw.rstrip()))])

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
            why="The marker may stand anywhere, inside a word too, with nothing behind it; P.S. needs both full stops, "
            "P.P.S. holds a P.S., and any other marker is read as a regular expression.",
            source="IFEval PostscriptChecker",
            check=_published,
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


def _paragraphs_behind(rest: str, *, closes: bool) -> int:
    """Count the paragraphs behind the postscript that are neither a postscript nor, if that `closes`, a short end."""
    spans = [span for span in blocks(rest) if _LETTER.search(rest, *span)]
    others = [rest[slice(*span)] for span in spans[1:] if kind(rest, *span) != "postscript"]
    short = sum(len(other.split()) for other in others) <= CLOSING_WORDS
    return 0 if closes and short else len(others)


@lru_cache(maxsize=64)
def _patterns(marker: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Find the marker, as group 1, where it begins a line or a sentence; and anywhere."""
    marker = marker.strip()
    if _ABBREVIATION.fullmatch(marker):
        words = r"\.[^\S\r\n]?".join(letter for letter in marker if letter != ".") + r"(?:\.|\b)"
    else:
        words = r"\s++".join(map(re.escape, marker.split())) + (rf"(?!{LETTER})" if marker[-1:].isalnum() else "")
    start = r"(?:\A|[\r\n]|(?<!\bp)[.!?…。！？][\"”’»)\]*_]*+\s)"
    lead = rf"[^\S\r\n]*+(?:[>#*_~\"'“‘«(\[<•-]++[^\S\r\n]*+)*{'+' if _LETTER.match(marker) else '?'}"
    begins = re.compile(rf"{start}{lead}({words})", re.IGNORECASE)
    return begins, re.compile(words, re.IGNORECASE)
