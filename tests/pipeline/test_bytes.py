"""What the program writes, byte for byte: hashes of drawn samples and of whole results folders.

Goes through the command line alone, so that it holds whatever modules are called. Where a change of the output is
meant, `python tests/pipeline/test_bytes.py --record` writes the golden file anew; the commit says why.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest
import tomli_w
from ifh import lines, only_run
from inside import inside as ifh

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "hashes.toml"
TAGGER = ROOT.parent / "shared" / "nltk_data"
CASES = ROOT.parent / "shared" / "parity" / "livebench_if_cases.jsonl.gz"
AGAIN = "python tests/pipeline/test_bytes.py --record"
HEAD = f"# sha256 of what the program writes. If a change is meant: {AGAIN}\n\n"
PASSING = {"started", "seconds", "ifharness", "python", "pid"}
"""Keys whose values differ from run to run, or from one installation to another."""

PRESETS = {
    "preset livebench-2024": ("livebench-2024", "--limit", 12),
    "preset livebench-2025": ("livebench-2025", "--limit", 12),
    "preset livebench, seed 5": ("livebench", "--seed", 5, "--limit", 12),
    "preset livebench-zh": ("livebench-zh", "--limit", 8),
    "preset smoke": ("smoke",),
    "preset smoke-zh, seed 3": ("smoke-zh", "--seed", 3, "--limit", 8),
    "preset quickstart": ("quickstart",),
    "preset robust, with twins": ("robust", "--limit", 4),
}

SYSTEM = """
[questions]
per_task = 3
seed = 11
placement = "system"
[instructions]
pool = "ifeval"
count = { 1 = 0.25, 4 = 0.75 }
"""
SECOND = """
[questions]
tasks = ["summarize", "paraphrase"]
per_task = 5
seed = 42
placement = "second"
[instructions]
pool = "all"
count = 3
"""
TIGHT = """
[articles]
sentences = 6
[questions]
per_task = 3
seed = 7
[instructions]
pool = ["length_constraints:number_words", "length_constraints:number_sentences", "keywords:frequency",
        "length_constraints:number_paragraphs", "keywords:letter_frequency", "detectable_content:postscript"]
count = [1, 3]
tightness = 0.9
weights = { "length_constraints:number_words" = 3 }
[instructions.limits."keywords:frequency"]
frequency = [2, 3]
"""
EXACT = """
[questions]
per_task = 4
seed = 2024
[instructions]
pool = "livebench-2024"
balance = true
count = { exact = { 1 = 3, 2 = 6, 3 = 4, 4 = 3 } }
"""
FORMS = """
[questions]
per_task = 4
seed = 90210
[instructions]
pool = ["structure:headings", "structure:markdown_table", "structure:numbered_list", "structure:paragraph_words",
        "code:block", "code:json_schema", "source:names", "source:numbers", "source:quotations",
        "style:acrostic", "style:reading_level", "style:sentence_words"]
count = [1, 2]
"""
CHINESE = """
[articles]
options = { language = "zh" }
[questions]
per_task = 3
seed = 8
wording = "zh"
placement = "second"
[instructions]
pool = "zh"
count = [1, 3]
tightness = 0.5
balance = true
"""
CONFIGS = {
    "ifeval in a system turn": SYSTEM,
    "all in a second turn": SECOND,
    "tight lengths, weights and limits": TIGHT,
    "balanced exact counts": EXACT,
    "structure, code, source and style": FORMS,
    "zh in a second turn, tight and balanced": CHINESE,
}


def sha(data):
    """Return the hash of bytes, or of a text's UTF-8."""
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()


def drawn(name, folder):
    """Return the hash of the samples of a configuration."""
    if name in PRESETS:
        preset, *more = PRESETS[name]
        args = ("--preset", preset, *more)
    else:
        (folder / "mine.toml").write_text(CONFIGS[name], encoding="utf-8")
        args = ("mine.toml",)
    ifh("generate", *args, "-o", "samples.jsonl", cwd=folder)
    return {"samples.jsonl": sha((folder / "samples.jsonl").read_bytes())}


def lasting(value):
    """Leave out what differs from run to run, at any depth; the order of keys stays."""
    if isinstance(value, dict):
        return {key: lasting(one) for key, one in value.items() if key not in PASSING}
    return [lasting(one) for one in value] if isinstance(value, list) else value


def text_of(value):
    return json.dumps(lasting(value), ensure_ascii=False)


def kept(root):
    """Return what is known of the one results folder below `root`: its name, its files, hashes of what lasts."""
    folder = only_run(root)
    files = sorted(path.name for path in folder.iterdir())
    found = {"folder": folder.name, "files": files}
    for name in files:
        path = folder / name
        if name.startswith(("samples.", "verdicts.", "scores.")):
            found[name] = sha(path.read_bytes())
        elif name == "run.json":
            found[name] = sha(text_of(json.loads(path.read_text(encoding="utf-8"))))
        elif path.suffix == ".jsonl":
            # Answers stand in the order in which they came.
            found[name] = sha("\n".join(sorted(map(text_of, lines(path)))))
    return found


def partial(folder):
    """All but the last instruction followed, judged by two rule books."""
    (folder / "mine.toml").write_text(SYSTEM, encoding="utf-8")
    ifh("run", "mine.toml", "--model", "scripted/partial", cwd=folder)
    ifh("score", only_run(folder), "--rules", "ifeval", cwd=folder)
    return kept(folder)


def dialogue(folder):
    """Chinese questions with the instructions in a second turn."""
    (folder / "mine.toml").write_text(CHINESE, encoding="utf-8")
    ifh("run", "mine.toml", "--model", "scripted/partial", cwd=folder)
    return kept(folder)


def edited(line, number):
    """Return one answer of the oracle, changed in one of eight ways; None where it is missing."""
    text = line["text"]
    changes = (
        {},
        {"text": text[: len(text) // 2], "stop": "length"},
        {"text": f"<think>Well, what now?</think>\n{text}"},
        {"text": " \n"},
        {"text": "I cannot help with that, sorry.", "stop": "refusal"},
        None,
        {"text": text.upper()},
        {"text": f"Sure, here it is:\n\n{text}\n\n* More, and so on\nP.S. That was all."},
    )[number % 8]
    return None if changes is None else {"sample_id": line["sample_id"], "text": text, "stop": line["stop"]} | changes


def replay(folder):
    """Answers from a file, two to each question: whole, cut, thought, blank, refused, missing and changed ones."""
    ifh("run", "smoke", "--out", "oracle", cwd=folder)
    told = sorted(lines(folder / "oracle" / "responses.jsonl"), key=lambda line: line["sample_id"])
    answers = [
        json.dumps(answer | {"epoch": epoch}) + "\n"
        for number, line in enumerate(told)
        for epoch in (0, 1)
        if (answer := edited(line, 3 * number + epoch)) is not None
    ]
    (folder / "answers.jsonl").write_text("".join(answers), encoding="utf-8")
    args = ("--samples", "oracle/samples.jsonl", "--model", "replay/answers.jsonl", "--epochs", 2)
    done = ifh("run", "smoke", *args, cwd=folder, code=None)
    return {"exit": done.returncode} | kept(folder)


def published(folder):
    """Questions in LiveBench's format and answers to them, by their own rule book and ours."""
    with gzip.open(CASES, "rt", encoding="utf-8") as file:
        cases = [json.loads(line) for line in file][::7]
    asked = ("task", "turns", "instruction_id_list", "kwargs", "task_prompt")
    texts = {"questions.jsonl": [], "answers.jsonl": []}
    for number, case in enumerate(cases):
        id = {"question_id": f"q{case['question_id']}"}
        texts["questions.jsonl"].append(id | {key: case[key] for key in asked})
        said = case["responses"][number % 3]["response"]
        texts["answers.jsonl"].append(id | {"model_id": "m", "choices": [{"index": 0, "turns": [said]}]})
    for name, records in texts.items():
        (folder / name).write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    files = ("--questions", "questions.jsonl", "--answers", "answers.jsonl")
    ifh("score", *files, cwd=folder)
    ifh("score", only_run(folder), "--rules", "audited", cwd=folder)
    return kept(folder)


RUNS = {run.__name__: run for run in (partial, dialogue, replay, published)}
NEEDS = {"published": CASES, "preset livebench-2025": TAGGER}
"""What is not part of the repository."""


def golden():
    return tomllib.loads(GOLDEN.read_text(encoding="utf-8"))


def check(name, found, expected):
    """Fail with what has changed and how a change that is meant is recorded."""
    changed = [key for key in sorted(found.keys() | expected.keys()) if found.get(key) != expected.get(key)]
    told = "".join(f"\n  {key}: {expected.get(key)} was recorded, {found.get(key)} is written" for key in changed)
    assert not changed, f"{name}: {', '.join(changed)} changed{told}\nIf that is meant: {AGAIN}"


def is_missing(name):
    return name in NEEDS and not NEEDS[name].exists()


def skip_without(name):
    if is_missing(name):
        pytest.skip(f"what {name} needs is not there ({NEEDS[name]})")


@pytest.mark.parametrize("name", [*PRESETS, *CONFIGS])
def test_samples_are_drawn_byte_for_byte(name, tmp_path):
    skip_without(name)
    check(name, drawn(name, tmp_path), golden()["generate"].get(name, {}))


@pytest.mark.parametrize("name", RUNS)
def test_a_results_folder_holds_what_it_held(name, tmp_path):
    skip_without(name)
    check(name, RUNS[name](tmp_path), golden()["run"].get(name, {}))


def test_the_golden_file_holds_nothing_else():
    found = golden()
    assert list(found["generate"]) == [*PRESETS, *CONFIGS]
    assert list(found["run"]) == list(RUNS)


def fresh(make, *args):
    with tempfile.TemporaryDirectory() as folder:
        return make(*args, Path(folder))


def record():
    """Write the golden file; what cannot be made here stays as it was."""
    before = golden() if GOLDEN.exists() else {"generate": {}, "run": {}}
    found = {
        kind: {name: before[kind].get(name, {}) if is_missing(name) else make(name) for name in names}
        for kind, names, make in (
            ("generate", [*PRESETS, *CONFIGS], lambda name: fresh(drawn, name)),
            ("run", RUNS, lambda name: fresh(RUNS[name])),
        )
    }
    GOLDEN.write_text(HEAD + tomli_w.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--record"]:
        sys.exit(f"to write the golden file anew: {AGAIN}")
    if TAGGER.is_dir():
        os.environ.setdefault("NLTK_DATA", str(TAGGER))
    record()
