"""The four tasks: names, requests, and that their words are ours."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from tasks.errors import TasksError
from tasks.prompts.wording import LAYOUT
from tasks.task import TASKS, get_task

PARITY = Path(__file__).parents[2].parent / "shared" / "parity"
PUBLISHED = ("livebench_if_published", "livebench_if_cases", "ifeval_prompts", "ifbench_prompts")
RUN = 9


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1)}


@pytest.mark.parametrize("name", TASKS)
def test_each_task_goes_by_its_name_and_asks_in_a_sentence_or_two(name):
    task = get_task(name)
    assert task.name == name
    assert task.request == task.request.strip()
    assert 1 <= len(re.findall(r"[.!?](?=\s|$)", task.request)) <= 2


def test_the_requests_differ():
    assert len({get_task(name).request for name in TASKS}) == len(TASKS)


def test_an_unknown_task_is_named_with_its_near_miss():
    with pytest.raises(TasksError, match=r"unknown task 'summarise'; did you mean 'summarize'"):
        get_task("summarise")


@pytest.mark.skipif(not PARITY.is_dir(), reason="the published prompts are not beside the repository")
def test_no_nine_words_in_a_row_stand_in_a_published_prompt():
    published: set[tuple[str, ...]] = set()
    for name in PUBLISHED:
        with gzip.open(PARITY / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                published |= runs(" ".join(record.get("turns") or [record.get("prompt", "")]))
    assert len(published) > 10_000
    for text in (*(get_task(name).request for name in TASKS), LAYOUT):
        assert not runs(text) & published
