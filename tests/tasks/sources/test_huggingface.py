"""Rows of a data set: streamed, mapped, kept, gone on with; from a folder, and from a hub on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from serving import Answer, Site

from tasks.errors import SourceError
from tasks.limits.hub import HubName
from tasks.sources import load_source
from tasks.sources.support.hub_rows import iter_split

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))


def rows(number: int) -> str:
    lines = ({"headline": f"H{n}", "body": f"Text {n}.", "day": "2026-05-02"} for n in range(number))
    return "".join(json.dumps(line) + "\n" for line in lines)


FIELDS = {"text": "body", "title": "headline", "published": "day"}


def test_a_folder_is_read_mapped_and_kept(tmp_path):
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "train.jsonl").write_text(rows(30))
    options = {"name": "news", "fields": FIELDS, "licence": "CC-BY-4.0"}
    source = load_source("huggingface", {**options, "limit": 25})
    articles = list(source.articles())
    assert len(articles) == 25
    first = articles[0]
    assert (first.id, first.title, first.text) == ("news:train:1", "H0", "Text 0.")
    assert (first.published[:10], first.licence, first.origin) == ("2026-05-02", "CC-BY-4.0", "huggingface:news")
    (tmp_path / "news" / "train.jsonl").unlink()
    assert list(source.articles()) == articles  # from what was kept
    (tmp_path / "news" / "train.jsonl").write_text(rows(30))
    more = list(load_source("huggingface", {**options, "limit": 100}).articles())
    assert more[:25] == articles
    assert [article.title for article in more[25:]] == ["H25", "H26", "H27", "H28", "H29"]
    (tmp_path / "news" / "train.jsonl").unlink()
    assert list(load_source("huggingface", {**options, "limit": 100}).articles()) == more


def test_what_is_kept_may_hold_line_ends_of_its_own(tmp_path):
    (tmp_path / "news").mkdir()
    table = tmp_path / "news" / "train.jsonl"
    table.write_text("".join(json.dumps({"text": f"One\u2028two\x85three {n}."}) + "\n" for n in range(5)))
    source = load_source("huggingface", {"name": "news"})
    articles = list(source.articles())
    table.unlink()
    assert list(source.articles()) == articles
    assert articles[4].text == "One\u2028two\x85three 4."


def test_a_line_that_is_torn_in_a_letter_is_read_again(tmp_path):
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "train.jsonl").write_text("".join(json.dumps({"text": "港口。" * 9}) + "\n" for _ in range(5)))
    source = load_source("huggingface", {"name": "news"})
    articles = list(source.articles())
    [kept] = (tmp_path / "articles-cache").rglob("*.jsonl")
    whole = kept.read_bytes()
    kept.write_bytes(whole[: whole.rindex("港".encode()) + 1])
    assert [article.text for article in source.articles()] == [article.text for article in articles]
    assert kept.read_bytes().count(b"\n") == 6  # the end is noted


def test_a_torn_line_is_read_again(tmp_path):
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "train.jsonl").write_text(rows(5))
    source = load_source("huggingface", {"name": "news", "fields": FIELDS})
    articles = list(source.articles())
    [kept] = (tmp_path / "articles-cache").rglob("*.jsonl")
    kept.write_bytes(kept.read_bytes()[:-30])
    again = list(source.articles())
    assert [article.text for article in again] == [article.text for article in articles]
    assert list(source.articles()) == again


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"name": ""}, "name takes a string"),
        ({"name": "news", "fields": {"texts": "body"}}, "did you mean 'text'"),
        ({"name": "news", "limit": "many"}, "limit must be"),
        ({"name": "news", "split": "tran"}, "cannot be read"),
        ({"name": "news"}, "no column 'text'"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path, options, part):
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "train.jsonl").write_text(rows(2))
    with pytest.raises(SourceError) as error:
        list(load_source("huggingface", options).articles())
    assert part in str(error.value)


def test_a_hub_on_loopback_is_streamed():
    """The hub's address is read when its library is loaded, so another process asks."""
    commit = "0123456789abcdef0123456789abcdef01234567"
    data = rows(3).encode()

    def hub(asked):
        headers = {"x-repo-commit": commit, "etag": '"e1"', "accept-ranges": "bytes"}
        files = [{"type": "file", "path": "train.jsonl", "size": len(data), "oid": "a" * 40}]
        if asked.path.endswith("train.jsonl") and "/resolve/" in asked.path:
            return Answer(data, headers=headers)
        if "/tree/" in asked.path:
            return files
        if asked.path.startswith("/api/datasets/acme/news/paths-info"):
            return files
        if asked.path.startswith("/api/datasets/acme/news"):
            siblings = [{"rfilename": "train.jsonl"}]
            return {"id": "acme/news", "sha": commit, "private": False, "tags": [], "siblings": siblings}
        return Answer({"error": "Entry not found"}, 404, {"x-error-code": "EntryNotFound"})

    code = (
        "from tasks.sources import load_source\n"
        f"source = load_source('huggingface', {{'name': 'acme/news', 'fields': {FIELDS!r}}})\n"
        "print([a.text for a in source.articles()])\n"
    )
    with Site(hub) as site:
        env = {**os.environ, "HF_ENDPOINT": site.url, "PYTHONPATH": str(ROOT), "HF_HUB_DISABLE_TELEMETRY": "1"}
        env = {name: value for name, value in env.items() if name not in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE")}
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
        asked = [f"{one.path} {one.query}" for one in site.asked]
    assert done.stdout == "['Text 0.', 'Text 1.', 'Text 2.']\n", (done.stderr[-1500:], asked)


def test_a_hub_that_hangs_is_given_up(monkeypatch):
    with Site(lambda _: time.sleep(4)) as site:
        monkeypatch.setenv("HF_ENDPOINT", site.url)
        began = time.monotonic()
        with pytest.raises(SourceError, match=r"not there after 0\.5 seconds"):
            list(iter_split(HubName("acme/news"), "train", 0, seconds=0.5))
        assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("HF_HUB_OFFLINE", "1", "HF_HUB_OFFLINE forbids the network"),
        ("HF_ENDPOINT", "http://127.0.0.1:1", "http://127.0.0.1:1 cannot be used"),
    ],
)
def test_without_a_network_the_rows_before_are_read_and_the_reason_is_named(monkeypatch, variable, value, words):
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv(variable, value)
    with pytest.raises(SourceError, match=words):
        list(load_source("huggingface", {"name": "acme/news"}).articles())
