"""A plug-in with batches: that of the page for its authors, installed as another distribution."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from batch_runs import write_set
from ifh import lines
from inside import inside

from scorers import plugins

PAGE = Path(__file__).parents[2] / "docs" / "providers.md"
LIVE = """

class Live(FolderBatches):
    async def complete(self, request):
        raise AssertionError("no request is live")


def create(setup):
    return Live(setup.options["folder"])
"""
BATCH = ("--batch", "--set", "ask.batch_poll=0.02", "--out", "batch")


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install an adapter `queue` with some code as another distribution would."""

    def put(code):
        (tmp_path / "queue_batches.py").write_text(code)
        info = tmp_path / "queue_batches-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: queue-batches\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[ifharness.adapters]\nqueue = queue_batches\n")
        monkeypatch.syspath_prepend(tmp_path)
        forget()

    def forget():
        for one in (plugins.find_plugins, plugins._may_have_plugins):
            one.cache_clear()
        sys.modules.pop("queue_batches", None)

    yield put
    monkeypatch.undo()
    forget()


def documented():
    """Return the code of the page."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    [code] = (one for one in blocks if "def create_batches" in one)
    return code + LIVE


def run(samples, folder, *more, code=0):
    """Run in batches with the plug-in."""
    model = ("--model", "queue/m", "--set", f"model.options.folder={folder}")
    command = ("run", "smoke", *model, "--samples", samples, *BATCH, *more)
    return inside(*command, cwd=samples.parent, code=code)


def answer(folder, wrong=0):
    """Answer the batches of a folder as another program would; the line `wrong` is an error."""
    for path in folder.glob("*.jsonl"):
        ids = [json.loads(line)["id"] for line in path.read_text().splitlines()]
        said = [{"id": id, **({"error": "busy"} if n == wrong else {"text": "Fine."})} for n, id in enumerate(ids, 1)]
        if not path.with_suffix(".out").exists():
            path.with_suffix(".out").write_text("".join(json.dumps(one) + "\n" for one in reversed(said)))


def test_the_plug_in_of_the_page_takes_part_in_batches(install, tmp_path):
    install(documented())
    queue = tmp_path / "queue"
    queue.mkdir()
    samples = write_set(tmp_path, 3, dialogue=True)
    assert "1 batch with 3 requests" in run(samples, queue, "--no-wait").said
    answer(queue, wrong=2)
    run(samples, queue, "--no-wait")
    for _ in range(2):
        answer(queue)
        inside("batch", "collect", "batch", "--no-wait", cwd=tmp_path)
    answer(queue)
    assert "scored 6 of 6" in inside("batch", "collect", "batch", cwd=tmp_path).said
    assert sum(len(path.read_text().splitlines()) for path in queue.glob("*.jsonl")) == 7, "one was sent again"
    found = lines(tmp_path / "batch" / "responses.jsonl")
    assert sorted(one["attempts"] for one in found) == [1, 1, 1, 1, 1, 2]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("def find(", "def seek("), "which has no find"),
        (("return FolderBatches(", "return str("), "which has no limits, write_request"),
        (("def create_batches", "def no_batches"), "'queue' has no batches; leave out --batch"),
        (("BatchState(batch_id,", "BatchState('a b',"), "cannot hold what the adapter reports: batch_id is 'a b'"),
    ],
)
def test_what_a_plug_in_lacks_is_named(install, change, told, tmp_path):
    install(documented().replace(*change))
    (tmp_path / "queue").mkdir()
    done = run(write_set(tmp_path, 1), tmp_path / "queue", "--no-wait", code=None)
    assert done.returncode in (1, 2)
    assert told in done.told
    assert inside("list", ".", cwd=tmp_path, code=None).returncode in (0, 1)


def test_a_response_that_breaks_the_contract_is_a_bug_of_the_plug_in(install, tmp_path):
    install(documented().replace("request.sample_id, request.epoch, line.body", "'another', request.epoch, line.body"))
    (tmp_path / "queue").mkdir()
    run(samples := write_set(tmp_path, 1), tmp_path / "queue", "--no-wait")
    answer(tmp_path / "queue")
    run(samples, tmp_path / "queue", code=1)
    [failure] = lines(tmp_path / "batch" / "failures.jsonl")
    assert failure["error"] == "bug"
    assert "queue_batches.py" in failure["message"]
