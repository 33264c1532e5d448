"""Questions as pictures, from a run file to a finished run: saved, resumed, refused early, counted."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil

import pytest
from ifh import lines
from loopback import Loopback, says

RUN_FILE = """
[questions]
per_task = 1
seed = 3
modality = "image"
twins = ["modality:text"]
[instructions]
count = 2
[model]
adapter = "scripted"
name = "oracle"
"""
VISION = """
adapter = "compatible"
base_url = "{url}"
[[models]]
name = "sees"
max_output = 500
images = true
image_tokens = {{ rule = "fixed", each = 1000 }}
[models.prices]
input = 1
output = 2
date = 2026-01-01
[[models]]
name = "blind"
images = false
[[models]]
name = "unknown"
max_output = 500
[models.prices]
input = 1
output = 2
date = 2026-01-01
"""


@pytest.fixture(autouse=True)
def _run_file(tmp_path):
    (tmp_path / "news.toml").write_text(RUN_FILE, encoding="utf-8")


@pytest.fixture
def drawn(ifh, tmp_path):
    done = ifh("generate", "news.toml", "-o", "set.jsonl")
    return done, lines(tmp_path / "set.jsonl")


@pytest.fixture
def seeing(tmp_path):
    """A server that answers with the hash of the picture that it was sent, or with none."""

    def answer(body):
        content = body["messages"][-1]["content"]
        parts = content if isinstance(content, list) else []
        urls = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
        shown = [hashlib.sha256(base64.b64decode(url.partition(",")[2])).hexdigest() for url in urls]
        return says(f"I see {shown or 'text'}.", usage={"prompt_tokens": 1200, "completion_tokens": 9})

    with Loopback(answer) as server:
        (tmp_path / "models.toml").write_text(VISION.format(url=server.url), encoding="utf-8")
        yield server


def pictures_of(record):
    return [part["sha256"] for turn in record["turns"] for part in turn["parts"] if part["type"] == "image"]


def test_a_set_has_its_pictures_beside_it_and_the_oracle_follows_all(ifh, drawn, tmp_path):
    done, records = drawn
    named = {sha256 for record in records for sha256 in pictures_of(record)}
    files = {path.name: path.read_bytes() for path in (tmp_path / "set.images").iterdir()}
    assert {f"{sha256}.png" for sha256 in named} == set(files)
    assert all(hashlib.sha256(content).hexdigest() == name.removesuffix(".png") for name, content in files.items())
    assert f"{len(files)} pictures in set.images" in done.stdout
    assert "4 of them have pictures, 4 PNG files in all" in (tmp_path / "set.jsonl.md").read_text(encoding="utf-8")
    assert json.loads(ifh("audit", "set.jsonl", "--json").stdout)["proven"] == 8
    ifh("run", "news.toml", "--samples", "set.jsonl", "--out", "oracle")
    next((tmp_path / "set.images").iterdir()).unlink()
    assert "cannot be read: No such file or directory; pictures belong" in ifh("audit", "set.jsonl", code=None).told
    found = json.loads((tmp_path / "oracle" / "scores.json").read_text(encoding="utf-8"))
    assert (found["if_score"], found["by_twin"]["reliable"]) == (100.0, 100.0)
    assert found["by_twin"]["by_kind"]["modality"]["difference"] == 0
    assert {path.name for path in (tmp_path / "oracle" / "samples.images").iterdir()} == set(files)


def test_a_run_sends_its_own_copies_and_continues_without_the_set(ifh, drawn, seeing, tmp_path):
    _, records = drawn
    run = ("run", "news.toml", "--model", "sees", "--model-file", "models.toml", "--out", "out")
    ifh(*run, "--samples", "set.jsonl")
    assert len(seeing.heard) == 8
    texts = {one["sample_id"]: one["text"] for one in lines(tmp_path / "out" / "responses.jsonl")}
    assert texts == {one["id"]: f"I see {pictures_of(one) or 'text'}." for one in records}
    shutil.rmtree(tmp_path / "set.images")
    (tmp_path / "out" / "responses.jsonl").write_text("", encoding="utf-8")
    ifh(*run)  # the same samples, generated again
    assert {one["sample_id"]: one["text"] for one in lines(tmp_path / "out" / "responses.jsonl")} == texts
    told = ifh(*run[:-1], "new", "--samples", "set.jsonl", code=None)
    assert told.returncode
    assert "pictures belong in this folder beside the file of samples" in told.told


def test_the_cache_and_answers_by_prompt_tell_a_picture_from_its_text(ifh, drawn, seeing, tmp_path):
    _, records = drawn
    run = ("run", "news.toml", "--model", "sees", "--model-file", "models.toml", "--set", "ask.cache=cache")
    ifh(*run, "--out", "one")
    ifh(*run, "--out", "two")
    first, second = (lines(tmp_path / name / "responses.jsonl") for name in ("one", "two"))
    assert {one["sample_id"]: one["text"] for one in first} == {one["sample_id"]: one["text"] for one in second}
    assert (len(seeing.heard), len({one["text"] for one in first})) == (8, 5)
    texts = [one for one in records if not pictures_of(one)]
    prompts = ["".join(part["text"] for turn in one["turns"] for part in turn["parts"]) for one in texts]
    said = "".join(json.dumps({"prompt": prompt, "response": "Yes."}) + "\n" for prompt in prompts)
    (tmp_path / "said.jsonl").write_text(said, encoding="utf-8")
    ifh("score", "--questions", "set.jsonl", "--answers", "said.jsonl", "--out", "scored")
    assert {one["sample_id"] for one in lines(tmp_path / "scored" / "responses.jsonl")} == {one["id"] for one in texts}


def test_a_damaged_picture_ends_the_run_with_its_path(ifh, seeing, tmp_path):
    run = ("run", "news.toml", "--model", "sees", "--model-file", "models.toml", "--out", "o")
    ifh(*run)
    (tmp_path / "o" / "responses.jsonl").write_text("", encoding="utf-8")
    before = len(seeing.heard)
    for path in (tmp_path / "o" / "samples.images").iterdir():
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    told = ifh(*run, code=None)
    assert told.returncode
    assert ".png: is another picture than the samples name" in told.told
    assert len(seeing.heard) - before <= 4


@pytest.mark.parametrize(
    ("model", "why"),
    [
        ("blind", "the model 'blind' takes no pictures (models.toml)"),
        ("unknown", "the model 'unknown' is not known to take pictures (models.toml). If it does take them: --set"),
        ("local/smollm2-135m", "the adapter 'local' sends text only"),
    ],
)
def test_a_model_that_takes_no_pictures_is_refused_before_anything_is_sent(ifh, seeing, tmp_path, model, why):
    for dry in ((), ("--dry-run",)):
        run = ("run", "news.toml", "--model", model, "--model-file", "models.toml", "--out", "o", *dry)
        assert why in ifh(*run, code=2).told
    assert not seeing.heard
    assert not (tmp_path / "o").exists()


@pytest.mark.usefixtures("seeing")
def test_what_the_run_file_says_of_the_model_has_the_last_word(ifh):
    run = ("run", "news.toml", "--model-file", "models.toml", "--dry-run")
    assert "8 to send" in ifh(*run, "--model", "blind", "--set", "model.images=true").stdout
    assert "takes no pictures." in ifh(*run, "--model", "sees", "--set", "model.images=false", code=2).told


@pytest.mark.usefixtures("seeing")
def test_the_tokens_of_pictures_are_estimated_or_unknown_and_never_none(ifh):
    def estimate(model, *sets):
        given = (part for one in sets for part in ("--set", one))
        run = ("run", "news.toml", "--model-file", "models.toml", "--json", "--dry-run")
        return json.loads(ifh(*run, "--model", model, *given).stdout)

    counted = estimate("sees")
    text = estimate("sees", "questions.modality=text", "questions.twins=[]")
    assert counted["input_tokens"]["likely"] > 4000 + text["input_tokens"]["likely"]
    assert "pictures: by the rule 'fixed' of models.toml" in counted["rules"]
    blank = estimate("unknown", "model.images=true")
    assert blank["input_tokens"]["low"] > 0
    for amount in (blank["input_tokens"], blank["cost"]):
        assert (amount["likely"], amount["high"]) == (None, None)
    assert (
        estimate("unknown", "model.images=true", "model.image_tokens=1000")["input_tokens"] == counted["input_tokens"]
    )


@pytest.mark.usefixtures("seeing")
def test_a_budget_counts_pictures_or_is_refused(ifh):
    run = ("run", "news.toml", "--model-file", "models.toml", "--max-tokens-total", "4000", "--out", "o")
    assert "set image_tokens in [model]" in ifh(*run, "--model", "unknown", "--set", "model.images=true", code=2).told
    told = json.loads(ifh(*run, "--model", "sees", "--json", code=1).stdout)
    assert told["stopped"] == "budget"
