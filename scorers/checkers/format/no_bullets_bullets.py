"""format:no_bullets_bullets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scorers import (
    Case,
    Checker,
    Demands,
    PublishedVariant,
    Range,
    Text,
    Verdict,
    cached_text,
    format_asked,
    format_count,
)

from ...demands import BULLETS, BULLETS_LAST
from ...repair.attempts import first_following
from ...text.published import livebench_sentences, punkt_sentences

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBER = 2
_CLOSERS = " \t\"'”’»)]}*_"


def _check_published(text: Text, count_sentences: Callable[[str], int]) -> Verdict:
    sentences = bullets = 0
    prose = True
    at = 0
    for line in text.raw.split("\n"):
        span = [(at, at + len(line))] if line else []
        at += len(line) + 1
        body = line.strip()
        if body.startswith("*"):
            prose = False
            if sentences < NUMBER:
                return Verdict.of(False, f"{format_count(sentences, 'sentence')} before the first bullet", span)
            bullets += 1
        elif prose:
            found = count_sentences(body)
            sentences += found
            prose = found > 0
        else:
            return Verdict.of(False, "a line behind or between the bullets", span)
    reason = f"{format_count(sentences, 'sentence')}, then {format_count(bullets, 'bullet')}"
    return Verdict(bullets >= NUMBER, reason)


@dataclass(frozen=True)
class NoBulletsBullets(Checker):
    """Demands two sentences and then two bullet points."""

    id = "format:no_bullets_bullets"
    rule_books = frozenset({"audited", "ifbench"})

    good = [
        Case("Aa here. Bb there.\n* x\n* y"),
        Case("Aa here.\n\n\n**Bold** there. How?\n\n* x\n* y\n", why="blank lines do not matter"),
        Case("_Aa here._\n\n_Bb there._\n* x\n* y", why="emphasis"),
    ]
    bad = [
        Case("Hello!\nBye?\n* x\n* y", why="no full stops"),
        Case("no mark\nno mark\n* x\n* y"),
        Case("Aa here. Bb there.\n* x"),
        Case("Aa here. Bb there.\n* x\n* y\nThat is all."),
        Case("Aa here. Bb there.\n* x\n* y\nThat is all.\n\nThis too."),
        Case("Aa here. Bb there.\n- x\n- y", why="other bullets"),
    ]

    def describe(self) -> str:
        return (
            "Write at least two sentences that end in a full stop, followed by at least two bullet points that begin "
            "with *. Write nothing after the bullet points."
        )

    def check(self, text: Text) -> Verdict:
        bullets = [line for line in text.bullets if text.raw[line.start : line.end].lstrip().startswith("*")]
        if len(bullets) < NUMBER:
            reason = f"{format_count(len(bullets), 'bullet')}; {format_asked('at least', NUMBER)}"
            return Verdict.of(False, reason, [(line.start, line.end) for line in bullets])
        first = bullets[0].start
        behind = [
            line for line in text.lines if line.start > first and line.kind not in ("bullet", "numbered", "blank")
        ]
        if behind:
            span = (behind[0].start, behind[0].end)
            return Verdict.of(False, f"{text.quote(span)} behind or between the bullets", [span])
        ended = [
            (a, b) for a, b in text.sentences if b <= first and text.raw[a:b].rstrip(_CLOSERS).endswith((".", "。"))
        ]
        reason = f"{format_count(len(ended), 'sentence')} with a full stop, then {len(bullets)} bullets"
        return Verdict.of(len(ended) >= NUMBER, reason, [(line.start, line.end) for line in bullets])

    def demands(self) -> Demands:
        return Demands(
            phase="edges",
            bullets=Range(NUMBER),
            sentences=Range(NUMBER),
            parts=("\n",),
            traits=(("white space", "between words"),),
            meanings=(BULLETS, BULLETS_LAST),
        )

    def repair(self, draft: str) -> str:
        text = cached_text(draft)
        if self.check(text).followed:
            return draft
        prose = " ".join(draft[line.start : line.end].strip() for line in text.lines if line.kind != "bullet").strip()
        items = [draft[line.body : line.end].strip() for line in text.lines if line.kind == "bullet"]
        items += ["Towns rest.", "Rivers flow."][: max(0, NUMBER - len(items))]
        listed = "\n".join(f"* {item}" for item in items)
        return first_following(
            self,
            f"{prose}\n{listed}",
            f"{prose} Towns rest. Rivers flow.\n{listed}".lstrip(),
            f"{prose}. Towns rest. Rivers flow.\n{listed}",
            "Towns rest. Rivers flow.\n* Farmers wait.\n* Ships drift.",
        )

    published = {
        "ifbench": PublishedVariant(
            why="Sentences may end in any mark or in none, a line that is no bullet may not follow, not even a blank "
            "one, and a second blank line before the bullets fails.",
            source="IFBench SomeBulletsChecker",
            check=lambda _, text: _check_published(
                text, lambda line: len(punkt_sentences.load_published().spans(line)) if line else 0
            ),
            good=(Case("Hello!\nBye?\n* x\n* y"),),
            bad=(Case("Aa here. Bb there.\n\n\n* x\n* y"), Case("Aa here.\n\nBb there. Cc.\n* x\n* y")),
        ),
        "livebench": PublishedVariant(
            why="As IFBench, with sentences cut by rules of LiveBench's own.",
            source="LiveBench SomeBulletsChecker",
            check=lambda _, text: _check_published(text, lambda line: len(livebench_sentences.cut(line))),
            good=(Case("Hello!\nBye?\n* x\n* y"),),
            bad=(Case("Aa here. Bb there.\n* x\n* y\n"),),
        ),
    }
