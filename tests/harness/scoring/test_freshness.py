"""Articles from before and after a model's cut-off: scored apart, counted, told."""

from __future__ import annotations

import json

import pytest
from ifh import only_run
from inside import inside as ifh
from loopback import Loopback, says

from harness.scoring.breakdowns.cutoff import ByTrainingCutoff, CutoffCount, describe_cutoff, is_after
from scorers import load
from tasks.sample import Sample, Turn

RUN = """
[articles]
source = "files"
options = {{ path = "news.jsonl" }}
quality = false
[questions]
per_task = 2
[instructions]
pool = ["punctuation:no_comma", "detectable_format:title", "keywords:existence"]
count = 1
[model]
name = "mine"
file = "models.toml"
base_url = "{url}"
"""
MODELS = """
family = "Mine"
[[models]]
name = "mine"
cutoff = "2026-03"
"""


def sample(task: str, published: str) -> Sample:
    instruction = load("punctuation:no_comma")()
    return Sample.build(task, [Turn.of("user", published)], [instruction], meta={"published": published})


@pytest.mark.parametrize(
    ("published", "cutoff", "after"),
    [
        ("2024-01-01", "2023-12", True),
        ("2023-12-31T23:59:00Z", "2023-12", False),
        ("2023-12-31", "2023-12-30", True),
        ("2024-05-01", "2024", False),
        ("2025-01-01", "2024", True),
    ],
)
def test_a_month_ends_with_its_last_day(published, cutoff, after):
    assert is_after(published, cutoff) is after


def test_the_parts_are_means_of_task_means():
    count = CutoffCount("2023-12")
    for task, published, score in (
        ("story_generation", "2024-02-01", 1.0),
        ("story_generation", "2024-02-02", 0.5),
        ("simplify", "2024-02-01", 0.25),
        ("simplify", "2023-11-01", 0.5),
        ("simplify", "", 0.0),
        ("simplify", "2023", 0.0),
        ("simplify", "May 3, 2024", 0.0),
    ):
        count.add(sample(task, published), score)
    found = count.figures()
    assert (found.after.n, found.after.if_score) == (3, 50.0)
    assert (found.before.n, found.before.if_score) == (1, 50.0)
    assert found.unknown == 3
    assert ByTrainingCutoff.from_json(json.loads(json.dumps(found.to_json()))) == found
    assert describe_cutoff(found)[0].startswith(
        "1 of 7 answers are to articles from before the model's cut-off (2023-12)"
    )


@pytest.mark.parametrize("cutoff", [None, "unknown", "", "early 2023"])
def test_without_a_cutoff_nothing_is_parted(cutoff):
    count = CutoffCount(cutoff)
    count.add(sample("simplify", "2024-01-01"), 1.0)
    assert count.figures() is None
    assert CutoffCount("2023-12").figures() is None


def test_a_run_tells_of_articles_that_the_model_may_have_seen(tmp_path):
    days = ("2026-03-31", "2026-04-01", "2026-05-01", "")
    rows = ({"id": f"a{n}", "text": f"Town {n} slept. It rained.", "published": day} for n, day in enumerate(days))
    (tmp_path / "news.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "models.toml").write_text(MODELS)
    with Loopback(says("Fine.")) as server:
        (tmp_path / "mine.toml").write_text(RUN.format(url=server.url))
        done = ifh("run", "mine.toml", cwd=tmp_path, env={"OPENAI_API_KEY": "k"})
    said = " ".join(done.stdout.split())
    assert "2 of 8 answers are to articles from before the model's cut-off (2026-03)" in said
    assert "articles published n IF" in said
    scores = json.loads((only_run(tmp_path) / "scores.json").read_text())
    parts = scores["by_cutoff"]
    assert (parts["cutoff"], parts["after"]["n"], parts["before"]["n"], parts["unknown"]) == ("2026-03", 4, 2, 2)
    assert max(map(len, done.stdout.splitlines())) <= 80
    again = ifh("score", only_run(tmp_path), "--json", cwd=tmp_path)
    assert json.loads(again.stdout) == scores
