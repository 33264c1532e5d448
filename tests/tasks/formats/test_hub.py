"""Data sets of the hub: a server on loopback stands for it, and its limits of size and time hold."""

from __future__ import annotations

import json
import time

import pytest
from serving import Answer, Site

from tasks.errors import BadSample
from tasks.formats.hub import HubError, HubName, fetch_dataset
from tasks.formats.question_set import read_questions

COMMIT = "0123456789abcdef0123456789abcdef01234567"
ROW = {"key": 1, "prompt": "Write.", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}
DATA = json.dumps(ROW).encode() + b"\n"


def hub(size=100, data=DATA, seconds=0.0):
    def answer(asked):
        time.sleep(seconds)
        if "/resolve/" in asked.path and asked.path.endswith("train.jsonl"):
            return Answer(data, headers={"x-repo-commit": COMMIT, "etag": '"e1"', "accept-ranges": "bytes"})
        files = [{"type": "file", "path": "train.jsonl", "size": size, "oid": "a" * 40}]
        if "/tree/" in asked.path or "/paths-info" in asked.path:
            return files
        if asked.path.startswith("/api/datasets/acme/set"):
            siblings = [{"rfilename": "train.jsonl", "size": size}]
            return {"id": "acme/set", "sha": COMMIT, "private": False, "tags": [], "siblings": siblings}
        return Answer({"error": "not found"}, 404, {"x-error-code": "RepoNotFound"})

    return answer


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    for name in ("HF_HUB_OFFLINE", "HF_HUB_CACHE", "HF_TOKEN", "IFH_MAX_INPUT_MB"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_a_set_is_downloaded_once_and_read_without_a_network_afterwards(monkeypatch):
    with Site(hub()) as site:
        monkeypatch.setenv("HF_ENDPOINT", site.url)
        assert len(read_questions("acme/set").samples) == 1
        with pytest.raises(BadSample, match="there is no such set"):
            fetch_dataset(HubName("acme/other"))
    assert (fetch_dataset(HubName("acme/set"))[0] / "train.jsonl").read_bytes() == DATA, "from the cache"


def test_a_large_set_is_not_downloaded(monkeypatch):
    with Site(hub(size=10**12)) as site:
        monkeypatch.setenv("HF_ENDPOINT", site.url)
        with pytest.raises(BadSample, match="it has 1,000,000 MB, more than the 160 MB"):
            read_questions("hf:acme/set")
        assert not [one for one in site.asked if "/resolve/" in one.path]


def test_a_set_larger_than_the_hub_states_ends_at_the_cap(monkeypatch, tmp_path):
    monkeypatch.setenv("IFH_MAX_INPUT_MB", "1")
    with Site(hub(data=DATA * 20_000)) as site:
        monkeypatch.setenv("HF_ENDPOINT", site.url)
        with pytest.raises(HubError):
            fetch_dataset(HubName("acme/set"))
    assert max(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 1_000_000


def test_a_slow_hub_is_given_up(monkeypatch):
    with Site(hub(seconds=3)) as site:
        monkeypatch.setenv("HF_ENDPOINT", site.url)
        began = time.monotonic()
        with pytest.raises(BadSample, match="it was not there after 1 seconds"):
            fetch_dataset(HubName("acme/set"), seconds=1)
        assert time.monotonic() - began < 2.5
