"""Runs with hostile texts in every place, shown on a terminal and on a page."""

from __future__ import annotations

import io

from rich.console import Console

from harness.adapters.base import Response
from harness.cli.output.summary import print_failed, print_summary
from harness.reporting import write_report
from harness.scoring.results import ScoredResponse, UnscoredSample
from harness.scoring.summary import summarize
from scorers import read, verify_both
from tasks.sample import Sample, Turn

HOSTILE = (
    "<script>alert(1)</script> </details></main> <img src=http://evil.test/x onerror=alert(2)> &amp; {{ 7 * 7 }} "
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b2J [red]mark[/red] [link=http://evil.test]x[/link] \u202egnp.exe\u202c "
    "\u2066iso \u200b\ufeff \ud800 \x00 \" ' `, end"
)
ACTING = ("\x1b[31", "\x1b]", "\x07", "\x9b", "\u202e", "\u202c", "\u2066", "\u200b", "\ufeff", "\x00", "\ud800")
NO_COMMA = {"id": "punctuation:no_comma"}
FEW = {"id": "length_constraints:number_words", "num_words": 4, "relation": "less than"}
KEYWORDS = {"id": "keywords:existence", "keywords": ["<b>bold</b>", "[red]river[/red]"]}


def a_row(task="summarize", text="One, two.", instructions=(NO_COMMA, FEW), number=0, **response):
    turns = [Turn.of("user", f"prompt {number} {text}")]
    sample = Sample.build(task, turns, [read(dict(i)) for i in instructions], article_id=f"article {number}")
    both = verify_both(text, sample.instructions)
    answer = Response(sample.id, 0, text, "served-model", **response)
    return ScoredResponse(
        sample, answer, both.strict, both.loose, truncated=answer.stop == "length", blank=not text.strip()
    )


def the_run(text=HOSTILE):
    rows = [
        a_row(
            text=text,
            number=0,
            stop="length",
            usage={"input": 7, "output": 3},
            reasoning=text,
            request_id=text,
            seconds=0.25,
        ),
        a_row(text=text, number=1, instructions=(KEYWORDS, NO_COMMA), raw_stop=text),
        a_row("paraphrase", "Fine.", number=2),
        a_row("paraphrase", " \n", number=3),
    ]
    lost = a_row("paraphrase", text, number=4)
    unscored = [UnscoredSample(lost.sample, 0, "bug", text, lost.response)]
    samples = [row.sample for row in [*rows, lost]]
    return summarize(samples, rows, unscored, rules="audited", extract=("thinking",)), rows, unscored


def told(*parts, width=80, **options):
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False, **options)
    for part in parts:
        part(console)
    return out.getvalue()


def shown(summary, rows, name="quickstart-smol-0123abcd", model="smol", notes=(), **options):
    return told(
        lambda console: print_summary(console, summary, name, model, notes),
        lambda console: print_failed(console, rows, limit=9),
        **options,
    )


def page(tmp_path, summary, rows, unscored=(), info=None):
    path = tmp_path / "report.html"
    write_report(path, info or {"config": "quickstart", "plan": {"model": "smol"}}, summary, rows, unscored)
    return path.read_text(encoding="utf-8")
