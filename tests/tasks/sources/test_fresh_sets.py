"""docs/fresh-sets.md as it stands: its run file and its commands, with a Guardian and two models of our own."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from inside import inside as ifh
from serving import Site

from tasks.formats.question_set import read_questions
from tasks.sources import load_source
from tasks.sources.support import web

PAGE = (Path(__file__).parents[3] / "docs" / "fresh-sets.md").read_text(encoding="utf-8")
KEY = "s3cret-key-of-mine"
MODELS = {"openai/gpt-4o-mini": "scripted/partial", "openai/gpt-4o": "scripted/oracle"}


def block(kind: str, *holding: str) -> str:
    found = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    return next(text for text in found if all(part in text for part in holding))


def guardian(asked):
    """Answer as the Open Platform does, with the articles that come along."""
    rows = {}
    for number, article in enumerate(load_source("builtin").articles()):
        day = f"2026-05-{1 + number % 28:02}"
        rows[f"world/2026/may/{article.id}"] = {
            "type": "article",
            "webPublicationDate": f"{day}T10:00:00Z",
            "webTitle": article.title,
            "webUrl": f"https://example.org/{article.id}",
            "fields": {"headline": article.title, "bodyText": article.text},
            "isHosted": False,
        }
    found = [{"id": id, **row} for id, row in rows.items()]
    if asked.path == "/search":
        return {"response": {"status": "ok", "total": len(found), "currentPage": 1, "pages": 1, "results": found}}
    return {"response": {"status": "ok", "content": next(row for row in found if f"/{row['id']}" == asked.path)}}


@pytest.fixture
def site(monkeypatch, tmp_path):
    monkeypatch.setattr(web.Web, "_pace", lambda _: None)
    monkeypatch.setenv("GUARDIAN_API_KEY", KEY)
    with Site(guardian) as site:
        config = block("toml", 'source = "guardian"').replace("per_task = 25", "per_task = 2")
        (tmp_path / "fresh.toml").write_text(config.replace("section =", f'base_url = "{site.url}", section ='))
        yield site


def test_from_a_key_to_a_scored_set_that_can_be_passed_on(site, tmp_path):
    said = {}
    for line in block("sh", "ifh generate", "ifh audit").splitlines():
        words = [MODELS.get(word, word) for word in shlex.split(line)]
        said[words[1]] = ifh(*words[1:], cwd=tmp_path)
    assert [asked.path for asked in site.asked] == ["/search"]
    assert "may not be passed on" in said["generate"].said
    assert "8 samples: proven 8" in said["audit"].said
    assert "large" in said["compare"].said
    scores = {name: json.loads((tmp_path / "results" / name / "scores.json").read_text()) for name in ("mini", "large")}
    assert scores["large"]["if_score"] == 100 > scores["mini"]["if_score"]
    card = (tmp_path / "fresh-set" / "README.md").read_text()
    assert "no republication" in card
    assert re.search(r"\| 2026-05-\d\d to 2026-05-\d\d \|", card)
    seed = re.search(r"--seed (\d+)", PAGE).group(1)
    openings = [sample.meta["opening"] for sample in read_questions(tmp_path / "fresh.jsonl").samples]
    for path in (tmp_path / "fresh-set").iterdir():
        held = path.read_bytes()
        assert seed.encode() not in held
        assert KEY.encode() not in held
        assert not any(opening[:60].encode() in held for opening in openings)


def test_a_set_without_texts_is_asked_by_whoever_has_a_key(site, tmp_path):
    ifh("generate", "fresh.toml", "-o", "fresh.jsonl", cwd=tmp_path)
    ifh("export", "fresh.jsonl", "--to", "parquet", "-o", "fresh-set", "--without-text", cwd=tmp_path)
    command = shlex.split(block("sh", "ifh restore-text"))[1:]
    ifh(*command, "--config", "fresh.toml", cwd=tmp_path)  # the page's readers need no other address than the default
    assert [asked.path for asked in site.asked].count("/search") == 1
    old, new = (list(read_questions(tmp_path / name).samples) for name in ("fresh.jsonl", "samples.jsonl"))
    assert [(sample.id, sample.turns) for sample in new] == [(sample.id, sample.turns) for sample in old]
    for line in block("sh", "--to livebench").splitlines():
        ifh(*shlex.split(line)[1:], cwd=tmp_path)
    ifh("show", "input_data.jsonl", "--limit", "1", cwd=tmp_path)
