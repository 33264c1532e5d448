"""Samples without their articles' text: nothing of it is left, they are not asked, and the text comes back the same."""

from __future__ import annotations

import json

from ifh import lines
from inside import inside as ifh

RUN = """
[articles]
source = "files"
options = { path = "texts" }
sentences = 3
[questions]
per_task = 3
[instructions]
pool = ["combination:repeat_prompt", "keywords:existence", "detectable_format:title", "punctuation:no_comma"]
count = [1, 3]
[model]
adapter = "scripted"
name = "oracle"
"""
STORY = (
    "The {} bridge was opened on Monday by the mayor of the town.\n\nIt took nine long years to build it. "
    "Three hundred people walked across it in the rain that day. The old ferry made its last trip at noon. "
    "A brass band had come on board to play for the captain."
)


def written(tmp_path) -> None:
    (tmp_path / "texts").mkdir()
    for name, kind in (("one", "stone"), ("two", "steel")):
        told = STORY if name == "one" else STORY.replace("nine long years", "two years").replace("ferry", "tunnel")
        (tmp_path / "texts" / f"{name}.txt").write_text(
            told.format(kind) + (" Nobody fell." if kind == "steel" else "")
        )
    (tmp_path / "mine.toml").write_text(
        RUN.replace("sentences = 3", "sentences = 3\nquality = { near_duplicates = false }")
    )


def test_text_is_left_out_and_put_back(tmp_path):
    written(tmp_path)
    ifh("generate", "mine.toml", "-o", "whole.jsonl", cwd=tmp_path)
    ifh("generate", "mine.toml", "-o", "bare.jsonl", "--without-text", cwd=tmp_path)
    whole, bare = lines(tmp_path / "whole.jsonl"), lines(tmp_path / "bare.jsonl")
    assert [one["id"] for one in whole] == [one["id"] for one in bare]
    assert any(i["id"] == "combination:repeat_prompt" for one in whole for i in one["instructions"])
    for phrase in ("by the mayor", "years to build", "brass band", "last trip"):
        assert phrase in (tmp_path / "whole.jsonl").read_text()
        assert phrase not in (tmp_path / "bare.jsonl").read_text()
    refused = ifh("run", "mine.toml", "--samples", "bare.jsonl", cwd=tmp_path, code=2).stderr
    assert "ifh restore-text" in refused
    done = ifh("restore-text", "bare.jsonl", "-o", "again.jsonl", "--config", "mine.toml", cwd=tmp_path)
    assert "12 samples in again.jsonl" in done.stdout
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_an_article_that_changed_or_is_gone_is_told(tmp_path):
    written(tmp_path)
    ifh("generate", "mine.toml", "-o", "bare.jsonl", "--without-text", cwd=tmp_path)
    assert "needs the option 'path'" in ifh("restore-text", "bare.jsonl", "-o", "x", cwd=tmp_path, code=2).stderr
    path = tmp_path / "texts" / "one.txt"
    path.write_text(path.read_text().replace("Monday", "Tuesday"))
    said = ifh("restore-text", "bare.jsonl", "-o", "x", "--config", "mine.toml", cwd=tmp_path, code=2).stderr
    assert "the article 'one' has changed since" in " ".join(said.split())
    path.unlink()
    said = ifh("restore-text", "bare.jsonl", "-o", "x", "--config", "mine.toml", cwd=tmp_path, code=2).stderr
    assert "has no article 'one'" in said
    assert "bare.jsonl, line" in said
    assert not (tmp_path / "x").exists()


def test_articles_that_may_not_be_passed_on_are_told(tmp_path):
    rows = [{"id": f"a{n}", "text": STORY.format(n), "licence": "All rights reserved"} for n in range(1)]
    (tmp_path / "news.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "mine.toml").write_text(RUN.replace('"texts"', '"news.jsonl"'))
    said = " ".join(ifh("generate", "mine.toml", "-o", "s.jsonl", cwd=tmp_path).stdout.split())
    assert "12 samples hold article text that may not be passed on: All rights reserved (12)" in said
    bare = ifh("generate", "mine.toml", "-o", "s.jsonl", "--without-text", cwd=tmp_path)
    assert "passed on" not in bare.stdout
    assert "passed on" not in ifh("generate", "smoke", "-o", "s.jsonl", cwd=tmp_path).stdout
