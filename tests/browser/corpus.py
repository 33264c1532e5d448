"""Runs for the browser tests: answers whose verdicts are known by their making, and answers that attack the page."""

from __future__ import annotations

import json
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness.adapters.base import Response
from harness.cli import run_cli
from scorers import read
from tasks.article import opening, rest_of
from tasks.sample import Sample, Turn
from tasks.sources import load_source

ANSWERS = Path(__file__).parents[1] / "tasks" / "diagnostics"

NO_COMMA = {"id": "punctuation:no_comma"}
FEW = {"id": "length_constraints:number_words", "num_words": 5, "relation": "less than"}
TASKS = ("summarize", "paraphrase")
COUNT = 60
BOTH, COMMA, NEITHER = "One two.", "One, two.", "One, two, three, four, five 🙂, six."
"""Answers that follow both instructions, only the second, none."""

ATTACKS = (
    "<script>window.pwned = 1</script>",
    "</script><script>window.pwned = 1</script><!-- <script>",
    "</textarea></style></title></script></main></html><img src=http://evil.test/x onerror='window.pwned=1'>",
    "<a href='javascript:window.pwned=1'>click</a> [click](javascript:window.pwned=1) javascript:window.pwned=1",
    "<style>body{display:none;background:url(http://evil.test/css)}</style> x{y:expression(1)} @import 'http://evil.test'",
    "<svg onload='window.pwned=1'><use href='http://evil.test/#x'/><foreignObject><body onload='window.pwned=1'>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe><form action=http://evil.test><button>go</button></form>",
    "<base href=http://evil.test/><meta http-equiv=refresh content='0;url=http://evil.test/'><link href=//a>",
    "\u202egnp.exe\u202c \u2066isolated \u200bzero\ufeff \x1b[31mred \x00 NUL \x07 \u2028 line",
    "lone \ud800 and \udfff surrogates, 👩‍🚀 joined, שלום עולם",
    "{{ 7 * 7 }} ${7*7} <%= 7 %> {% raw %} &lt;b&gt; &amp;amp; \\u003cscript\\u003e",
    "__proto__ constructor toString hasOwnProperty",
    "\r\n\r \t " * 40 + "white",
    "comma, " + "x" * 1_000_000 + ", end",
)


def question(number, text="", instructions=(NO_COMMA, FEW), task=None, article=None):
    turns = [Turn.of("system", "Be brief."), Turn.of("user", f"Question {number} about weather. {text}")]
    return Sample.build(
        task or TASKS[number % 2],
        turns,
        [read(dict(one)) for one in instructions],
        article_id=article or f"article {number // 2}",
    )


def answer(sample, text, **more):
    said = {"usage": {"input": 10, "output": 3}, "cost": 0.0001, "seconds": 1.25}
    return Response(sample.id, 0, text, "served-model", **said, **more)


def run(*arguments):
    """Run the command in a thread of its own: playwright has an event loop in the one of the tests."""
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(run_cli, list(map(str, arguments))).result() == 0


def score(folder, name, samples, answers):
    """Score answers as a user does; returns the results folder."""
    questions, said = folder / "questions.jsonl", folder / f"{name}.jsonl"
    for path, records in ((questions, samples), (said, answers)):
        path.write_text("".join(json.dumps(record.to_json()) + "\n" for record in records))
    out = folder / "results" / name
    run("score", "--questions", questions, "--answers", said, "--out", out)
    return out


def report(folder, *runs):
    """Write a report with `ifh report`."""
    path = folder / f"{'-'.join(run.name for run in runs)}.html"
    run("report", *runs, "--out", path)
    return path


def two_runs(folder):
    """Alpha follows everything but in each third answer; beta fails each second, is cut once and silent twice."""
    samples = [question(number) for number in range(COUNT)]
    alpha = [answer(one, NEITHER if n % 3 == 0 else BOTH) for n, one in enumerate(samples)]
    beta = [answer(one, COMMA if n % 2 else BOTH, reasoning=f"I think of {n}.") for n, one in enumerate(samples)]
    beta[4] = answer(samples[4], " \n")
    beta[6] = answer(samples[6], "One two zebra", stop="length")
    return samples, score(folder, "alpha", samples, alpha), score(folder, "beta", samples, beta[:-2])


def flagged_runs(folder):
    """Good is as people wrote it; bad copies (paraphrase), is stuffed (simplify), or knows the rest (summarize)."""
    written = tomllib.loads((ANSWERS / "answers.toml").read_text(encoding="utf-8"))["good"]
    articles = {article.id: article for article in load_source("builtin").articles()}
    chosen = {
        (one["task"], one["article"]): one["text"]
        for one in written
        if one["article"] in ("lodz-tram-fire", "ambon-ferry-medal")
    }
    samples, good, bad = [], [], []
    for (task, name), text in chosen.items():
        if task not in ("paraphrase", "simplify", "summarize"):
            continue
        start = opening(articles[name].text, 10)
        rest = rest_of(articles[name].text, start)
        about = {"opening": start, "rest": rest, "title": articles[name].title}
        turns = [Turn.of("user", f"{start}\n\nDo it.")]
        sample = Sample.build(task, turns, [read(dict(NO_COMMA))], article_id=name, meta=about)
        samples.append(sample)
        good.append(answer(sample, text))
        worse = {
            "paraphrase": start,
            "simplify": f"{start.split('. ')[0]}. {'good news ' * 60}",
            "summarize": rest,
        }
        bad.append(answer(sample, worse[task]))
    return samples, score(folder, "good", samples, good), score(folder, "bad", samples, bad)


def attack(folder):
    """Every text of a run attacks: prompts, answers, thinking, requests, parameters, articles, tasks."""
    samples = []
    for number, text in enumerate(ATTACKS):
        name = text[:80].encode("utf-8", "replace").decode()  # names of tasks and articles are UTF-8
        words = {"id": "keywords:existence", "keywords": [text[:60] or "x"]}
        samples.append(question(number, text, (NO_COMMA, words), name, name))
    answers = [
        answer(one, text, reasoning=text[:2000], request_id=text[:200], raw_stop=text[:200])
        for one, text in zip(samples, ATTACKS, strict=True)
    ]
    return samples, score(folder, "attack", samples, answers)
