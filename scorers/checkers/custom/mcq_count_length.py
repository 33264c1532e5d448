"""custom:mcq_count_length.

Audited: emphasis around a label does not matter, options bear the letters A to E in order, and only a numbered label
at the start of a line begins a question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from scorers import Case, PublishedVariant, Text, Verdict, cached_text, format_asked, format_count

from ._task import FixedTask

QUESTIONS, OPTIONS = 4, 5
_SPLIT = re.compile(r"(?:Question \d+[.|):;]?\s*)")
_OPTION = re.compile(r"[A-Ea-e][.|)]\s*\w+")
_LABEL = re.compile(r"^[^\S\n]*+[*_#]*+[^\S\n]*+Question[^\S\n]++\d++[*_]*+[.):;]?[*_]*+[^\S\n]*+", re.MULTILINE)
_CHOICE = re.compile(r"[*_(-]*+[^\S\n]*+[*_(]*+([A-Ea-e])[*_]*+[.):][*_]*+[^\S\n]*+(?=[^\W_])")
_EXAMPLE = "\n".join(
    f"Question {n}: {'Who painted' + ' late' * n + ' works'}?\nA) Monet\nB) Klee\nC) Miro\nD) Kahlo\nE) Hopper"
    for n in range(1, QUESTIONS + 1)
)


def _parse_question(part: str, option: re.Pattern[str]) -> tuple[int, str]:
    """Return the number of options of a question, and its stem."""
    stem: list[str] = []
    options = 0
    for line in part.split("\n"):
        if option.match(line.strip()):
            options += 1
        elif not options:
            stem.append(line.strip())
    return options, " ".join(stem).strip()


def _check_published(_: McqCountLength, text: Text) -> Verdict:
    if not text.raw.startswith("Question"):
        return Verdict(False, "it does not begin with Question")
    parts = [part for piece in _SPLIT.split(text.raw) if (part := piece.strip())]
    if len(parts) != QUESTIONS:
        return Verdict(False, _other_number(len(parts)))
    return _lengths([_parse_question(part, _OPTION) for part in parts])


def _lengths(parsed: list[tuple[int, str]]) -> Verdict:
    wrong = next((i for i, (options, _) in enumerate(parsed) if options != OPTIONS), None)
    if wrong is not None:
        return Verdict(
            False,
            f"question {wrong + 1} has {format_count(parsed[wrong][0], 'option')}; {format_asked('exactly', OPTIONS)}",
        )
    lengths = [len(stem) for _, stem in parsed]
    followed = all(one < two for one, two in pairwise(lengths))
    shown = f"questions of {', '.join(map(str, lengths))} characters"
    return Verdict(followed, f"{shown}; each longer than the one before was asked")


def _other_number(questions: int) -> str:
    return f"{format_count(questions, 'question')}; {format_asked('exactly', QUESTIONS)}"


@dataclass(frozen=True)
class McqCountLength(FixedTask):
    """Asks for four multiple choice questions with five options each, every one longer than the last."""

    id = "custom:mcq_count_length"

    good = [Case(_EXAMPLE), Case(_EXAMPLE.replace("Question", "**Question"), why="emphasis")]
    bad = [
        Case(_EXAMPLE.replace("E) Hopper", "", 1), why="a question with four options"),
        Case(_EXAMPLE.replace("E) ", "A) "), why="two options with one letter"),
        Case(_EXAMPLE.replace(" late late late late", " late late late"), why="two questions of one length"),
        Case("Here:\n" + _EXAMPLE, why="something before the questions"),
    ]

    def describe(self) -> str:
        return (
            "Write 4 multiple choice questions about the art of the 20th century, each with 5 options (A to E). Label "
            'each with the word "Question" and its number, make each longer than the one before, and add nothing else.'
        )

    def check(self, text: Text) -> Verdict:
        found = [match.span() for match in _LABEL.finditer(text.raw)]
        if len(found) != QUESTIONS:
            return Verdict.of(False, _other_number(len(found)), found)
        if text.raw[: found[0][0]].strip():
            return Verdict.of(False, "text before the first question", [(0, found[0][0])])
        ends = [*(start for start, _ in found[1:]), len(text.raw)]
        parts = [text.raw[at:end] for (_, at), end in zip(found, ends, strict=True)]
        for number, part in enumerate(parts, 1):
            letters = [m[1].upper() for line in part.split("\n") if (m := _CHOICE.match(line.strip()))]
            if letters != list("ABCDE"):
                shown = f"the options {', '.join(letters[:9])}" if letters else "no options"
                return Verdict.of(False, f"question {number} has {shown}; A to E were asked", found)
        return _lengths([_parse_question(part, _CHOICE) for part in parts])

    def repair(self, draft: str) -> str:
        return draft if self.check(cached_text(draft)).followed else _EXAMPLE

    published = {
        "ifbench": PublishedVariant(
            why="Options may bear any of the letters, also twice; emphasis before the first label fails, and the label "
            "cuts inside a question too.",
            source="IFBench McqCountLengthChecker",
            check=_check_published,
            good=(Case(_EXAMPLE.replace("E) ", "A) ")),),
            bad=(Case(_EXAMPLE.replace("Question", "**Question")),),
        ),
    }
