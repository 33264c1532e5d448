"""Question sets that several files look at, each drawn once in a process."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from inside import inside as ifh

from tasks.formats.question_set import read_questions

RUN = """
[articles]
source = "files"
options = { path = "news.jsonl" }
sentences = 2
[questions]
per_task = 2
seed = 90210
[instructions]
pool = ["keywords:existence", "punctuation:no_comma", "combination:repeat_prompt", "structure:headings"]
count = [1, 2]
[model]
adapter = "scripted"
name = "oracle"
"""
PLAIN = """
[questions]
per_task = 5
[instructions]
pool = ["keywords:existence", "punctuation:no_comma", "combination:repeat_prompt", "startend:end_checker",
        "length_constraints:number_words", "keywords:forbidden_words", "detectable_content:postscript"]
count = [1, 4]
[model]
adapter = "scripted"
name = "oracle"
"""
STORY = (
    "The {} bridge was opened on Monday by the mayor of the town. It took nine long years to build it. "
    "Three hundred people walked across it in the rain that day. The old ferry made its last trip at noon. "
    "A brass band had come on board to play for the captain."
)
ROW = {"id": "a1", "text": STORY.format("stone"), "licence": "All rights reserved", "origin": "the paper"}


def plain_set(folder: Path) -> Path:
    """Put a set of common instructions, its card and its run file into a folder."""
    return _put(_drawn(PLAIN), folder)


def news_set(folder: Path) -> Path:
    """Put a set whose licences say no there, with an instruction of ours in some of its samples."""
    return _put(_drawn(RUN, json.dumps(ROW) + "\n"), folder)


def _put(files: dict[str, bytes], folder: Path) -> Path:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


@cache
def _drawn(config: str, news: str = "") -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "mine.toml").write_text(config)
        if news:
            (home / "news.jsonl").write_text(news)
        ifh("generate", "mine.toml", "-o", "set.jsonl", cwd=home)
        return {path.name: path.read_bytes() for path in home.iterdir()}


def asked(path):
    """Return what is asked of each question: task, prompt, instructions, in the order of its prompts."""
    found = [(s.task, s.prompt, [i.to_json() for i in s.instructions]) for s in read_questions(path).samples]
    return sorted(found, key=str)
