"""Published sets by name: from a hub on loopback or a file, in the shapes found in the wild, headline first."""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ifh import lines, only_run
from inside import inside as ifh

from harness.config.published import BY_FORMAT
from harness.config.run_file import load_config, published_sets
from harness.dataset.published import load_samples

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tests" / "tasks" / "sources"))
from serving import Answer, Site  # noqa: E402  # shared with the tests of live sources

PARITY = ROOT.parent / "shared" / "parity"
needs_data = pytest.mark.skipif(not PARITY.is_dir(), reason=f"the published verdicts are not there ({PARITY})")
IFBENCH = "2e8a48de45ff3bf41242f927254ca81b59ca3ae2"


def row(key, **changes):
    """Return a row as the hub gives it: every argument there, most of them null, numbers as floats."""
    return {
        "key": str(key),
        "prompt": f"Write about {key} with exactly two numbers.",
        "instruction_id_list": ["count:numbers"],
        "kwargs": [{"N": 2.0, "keyword": None, "min_words": None}],
    } | changes


def ifeval(key, **changes):
    text = f"Write to the mayor of {key} about the harbour. You should not use commas in it."
    return row(key, prompt=text, instruction_id_list=["punctuation:no_comma"], kwargs=[{}]) | changes


def put(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path.name


def hub_of(records, commit):
    """Return what a hub answers that holds one data set with one file at a commit, until it is asked for /down."""
    data = "".join(json.dumps(record) + "\n" for record in records).encode()
    files = [{"type": "file", "path": "train.jsonl", "size": len(data), "oid": "a" * 40}]
    about = {"sha": commit, "private": False, "tags": [], "siblings": [{"rfilename": "train.jsonl"}]}
    down = []

    def answer(asked):
        if asked.path == "/down" or down:
            down.append(asked.path)
            return Answer({"error": "down"}, 503)
        if asked.path.endswith("train.jsonl") and "/resolve/" in asked.path:
            return Answer(data, headers={"x-repo-commit": commit, "etag": '"e1"', "accept-ranges": "bytes"})
        if "/tree/" in asked.path or "/paths-info" in asked.path:
            return files
        if asked.path.startswith("/api/datasets/allenai/IFBench_test"):
            return {"id": "allenai/IFBench_test", **about}
        known = "allenai/IFBench_test" in asked.path  # but not this file of it
        return Answer({"error": "not found"}, 404, {"x-error-code": "EntryNotFound" if known else "RepoNotFound"})

    return answer


COMMANDS = """
import os, sys, urllib.error, urllib.request
from harness.cli import run_cli

ORACLE = ["--model", "scripted/oracle", "--json"]
SCORE = ["score", "--questions", "ifbench", "--answers", "hub/responses.jsonl", "--out", "scored"]
NAMED = [["audit", "ifbench"], ["show", "ifbench"], SCORE, ["audit", "ifeval"]]
FIRST = [["run", "ifbench", "--out", "hub", *ORACLE], ["run", "ifeval", *ORACLE]]
for args in (*FIRST, [], ["run", "ifbench", "--out", "cache", *ORACLE], *NAMED):
    if args:
        print(run_cli(args), file=sys.stderr)
        continue
    try:
        urllib.request.urlopen(os.environ["HF_ENDPOINT"] + "/down")
    except urllib.error.HTTPError:
        pass
"""


def test_a_set_comes_from_the_hub_at_its_pinned_revision_and_then_from_the_cache(tmp_path):
    """In a process of its own: the hub's library reads its address when it is loaded."""
    gone = ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE")
    env = {name: value for name, value in os.environ.items() if name not in gone}
    with Site(hub_of([row(1), row(2), row(3)], IFBENCH)) as site:
        env |= {"HF_ENDPOINT": site.url, "HF_HOME": str(tmp_path / "hf"), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", COMMANDS]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)
        asked = [one.path for one in site.asked]
    told = done.stderr.splitlines()
    assert [line for line in told if line.isdigit()] == ["0", "2", "0", "0", "0", "0", "2"], (told, asked)
    assert all(IFBENCH in path for path in asked if "/resolve/" in path or ("/revision/" in path and "IFBench" in path))
    found = json.loads((tmp_path / "hub" / "scores.json").read_text())
    assert (found["rules"], found["samples"], found["headline"]["metric"]) == ("ifbench", 3, "prompt_loose")
    assert found == json.loads((tmp_path / "cache" / "scores.json").read_text())
    said = json.loads((tmp_path / "hub" / "run.json").read_text())
    assert said["questions"]["revision"] == IFBENCH
    assert (said["questions"]["set"], said["plan"]["settings"]) == ("ifbench", {"temperature": 0.0})
    assert found["headline"] == json.loads((tmp_path / "scored" / "scores.json").read_text())["headline"]
    assert json.loads((tmp_path / "scored" / "run.json").read_text())["questions"]["revision"] == IFBENCH
    assert "3 samples: proven 3" in " ".join(done.stdout.split())
    assert done.stdout.count("with exactly two numbers.") == 3
    paragraph, named = [line for line in told if line.startswith("ifh: ")]
    assert named.endswith("and give ifeval_input_data.jsonl in place of ifeval")
    assert "IFEval cannot be loaded from the Hugging Face hub" in paragraph
    assert "download ifeval_input_data.jsonl from https://huggingface.co/datasets/google/IFEval/tree/" in paragraph
    assert paragraph.endswith("ifh run ifeval --samples ifeval_input_data.jsonl")


def write_shapes(folder):
    """Write the same two rows in each shape; return the names."""
    import pyarrow as pa
    from pyarrow import parquet

    rows = [row(1), row(2)]
    names = [put(folder / "plain.jsonl", rows)]
    (folder / "packed.jsonl.gz").write_bytes(gzip.compress((folder / "plain.jsonl").read_bytes()))
    parquet.write_table(pa.Table.from_pylist(rows), folder / "structs.parquet")
    texts = [one | {"kwargs": json.dumps(one["kwargs"])} for one in rows]
    parquet.write_table(pa.Table.from_pylist(texts), folder / "texts.parquet")
    names += ["packed.jsonl.gz", "structs.parquet", "texts.parquet"]
    (folder / "list.json").write_text(json.dumps(rows, indent=1))
    names.append("list.json")
    names.append(put(folder / "each.jsonl", [one | {"kwargs": [json.dumps(k) for k in one["kwargs"]]} for one in rows]))
    names.append(put(folder / "inspect.jsonl", [one | {"kwargs": {"0": one["kwargs"][0]}} for one in rows]))
    for name, spell in (("json.csv", json.dumps), ("pandas.csv", repr)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, rows[0])
            table.writeheader()
            table.writerows(
                one | {column: spell(one[column]) for column in ("instruction_id_list", "kwargs")} for one in rows
            )
        names.append(name)
    (folder / "packed.csv.gz").write_bytes(gzip.compress((folder / "json.csv").read_bytes()))
    return [*names, "packed.csv.gz"]


def test_files_of_every_shape_give_the_same_samples(tmp_path):
    config = load_config("ifbench")
    ids = set()
    for name in write_shapes(tmp_path):
        found = load_samples(config, str(tmp_path / name))
        assert found.samples[0].instructions[0].to_json() == {"id": "count:numbers", "N": 2}, name
        ids.add(tuple(sample.id for sample in found.samples))
    assert len(ids) == 1


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("ifbnch",), "did you mean 'ifbench'"),
        (("ifbench", "--samples", "ifeval.jsonl"), "holds 1 IFEval questions, but `ifh run ifbench` runs IFBench"),
        (("ifbench", "--samples", "ifeval.jsonl"), "run: ifh run ifeval --samples ifeval.jsonl"),
        (("ifbench", "--samples", "list.csv"), "instruction_id_list must be a list of ids, got the text 'count:num"),
        (("ifbench", "--samples", "nowhere.jsonl"), "there is no file nowhere.jsonl"),
        (("ifbench", "--release", "latest", "--samples", "ifbench.jsonl"), "LiveBench questions only"),
        (("ifbench", "ifeval", "--samples", "ifbench.jsonl"), "--samples is for one CONFIG, but there are 2"),
        (("smoke", "smoke"), "CONFIG smoke is given twice"),
    ],
)
def test_slips_name_the_remedy_and_nothing_is_sent(tmp_path, args, expected):
    put(tmp_path / "ifeval.jsonl", [ifeval(1)])
    put(tmp_path / "ifbench.jsonl", [row(1)])
    (tmp_path / "list.csv").write_text("key,prompt,instruction_id_list,kwargs\n1,Go,count:numbers,[{}]\n")
    done = ifh("run", *args, "--model", "scripted/oracle", cwd=tmp_path, code=2)
    assert expected in " ".join(done.stderr.split())
    assert not (tmp_path / "results").exists()


def test_a_published_set_is_not_generated(tmp_path):
    done = ifh("generate", "ifbench", "-o", "samples.jsonl", cwd=tmp_path, code=2)
    assert "ifbench runs a published set (IFBench) and generates no samples" in done.stderr


def test_the_samples_section_is_checked(tmp_path):
    for text, expected in {
        'hub = "IFEval"': "hub must be the name of a data set, owner/set",
        'hub = "a/b"\nheadline = "prompt_lose"': "headline: unknown 'prompt_lose'; did you mean 'prompt_loose'",
        'hub = "a/b"\nformat = "ifbnch"': "format: unknown 'ifbnch'; did you mean 'ifbench'",
        'hub = "a/b"\n[articles]\nsentences = 3': "so [articles] cannot apply",
    }.items():
        (tmp_path / "mine.toml").write_text(f"[samples]\n{text}\n")
        done = ifh("run", "mine.toml", "--model", "scripted/oracle", cwd=tmp_path, code=2)
        assert expected in " ".join(done.stderr.split())


def test_a_format_and_the_run_file_of_its_set_report_the_same_metric_first():
    for config in published_sets():
        known = BY_FORMAT[config.samples.format]
        assert known.headline == config.samples.headline
        assert config.name.startswith(known.name)
        assert config.score.rules
        assert len(config.samples.revision) == 40


def test_livebench_runs_the_last_release_of_its_file(tmp_path):
    ids = {"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}], "task": "summarize"}
    old, new = (
        {"question_id": name, "turns": [f"Sum {name} up."], "livebench_release_date": since, **ids}
        for name, since in (("a", "2024-06-24"), ("b", "2024-11-25"))
    )
    put(tmp_path / "question.jsonl", [old | {"livebench_removal_date": "2024-11-25"}, new])
    run = ("run", "livebench-if", "--samples", "question.jsonl", "--model", "scripted/oracle", "--json")
    found = json.loads(ifh(*run, cwd=tmp_path).stdout)
    assert (found["samples"], found["rules"], "headline" in found) == (1, "livebench", False)
    assert json.loads(ifh(*run, "--release", "2024-06-24", cwd=tmp_path).stdout)["samples"] == 1


def dialogue(key, **changes):
    said = (("user", f"Name {key} towns."), ("assistant", "Tarn and Hale."), ("user", "Now with exactly two numbers."))
    messages = [{"role": role, "content": text} for role, text in said]
    return row(key, prompt=f"Name {key} towns.", messages=messages) | changes


def test_a_stored_first_response_is_sent_and_the_last_one_scored(tmp_path):
    put(tmp_path / "turns.jsonl", [dialogue(1), dialogue(2)])
    run = ("run", "ifbench-multiturn", "--samples", "turns.jsonl", "--model", "scripted/oracle", "--json")
    found = json.loads(ifh(*run, cwd=tmp_path).stdout)
    assert (found["rules"], found["headline"]["value"]) == ("ifbench", 100.0)
    [first, _] = lines(only_run(tmp_path) / "samples.jsonl")
    assert [(turn["role"], turn["parts"][0]["text"]) for turn in first["turns"]][1:] == [
        ("assistant", "Tarn and Hale."),
        ("user", "Now with exactly two numbers."),
    ]
    assert (
        "IFBench multi-turn questions, but"
        in ifh("run", "ifbench", "--samples", "turns.jsonl", "--model", "scripted/oracle", cwd=tmp_path, code=2).stderr
    )
    put(tmp_path / "turns.jsonl", [dialogue(1, messages=dialogue(1)["messages"][:2])])
    done = ifh(*run, cwd=tmp_path, code=2)
    assert "line 1: the last of 2 messages is of the role assistant" in done.stderr


def test_a_translation_says_which_checkers_are_english_by_nature(tmp_path):
    prompt = "Escribe una carta sobre el puerto de la ciudad y no uses comas en ninguna parte del texto, por favor."
    put(tmp_path / "es.jsonl", [ifeval(1, prompt=prompt), ifeval(2, prompt=prompt + " Gracias.")])
    done = ifh("run", "ifeval", "--samples", "es.jsonl", "--model", "scripted/oracle", cwd=tmp_path)
    assert "the prompts are not English (Spanish)" in done.stderr
    assert "punctuation:no_comma (2): looks for the ASCII comma only" in done.stderr
    put(tmp_path / "en.jsonl", [ifeval(1)])
    done = ifh("run", "ifeval", "--samples", "en.jsonl", "--model", "scripted/oracle", cwd=tmp_path)
    assert "not English" not in done.stderr


@needs_data
def test_the_registered_set_gives_the_published_figures(tmp_path):
    """The first prompts; tests/scorers/test_parity_ifbench.py has all verdicts."""
    answers = PARITY / "ifbench_sample.jsonl.gz"
    prompts = PARITY / "ifbench_prompts.jsonl.gz"
    with gzip.open(prompts, "rt", encoding="utf-8") as file:
        asked = [record for line in file if "words:start_verb" not in line and (record := json.loads(line))][:60]
    put(tmp_path / "IFBench_test.jsonl", asked)
    run = ("run", "ifbench", "--samples", "IFBench_test.jsonl", "--model", f"replay/{answers}", "--json")
    found = json.loads(ifh(*run, cwd=tmp_path).stdout)
    with gzip.open(answers, "rt", encoding="utf-8") as file:
        published = {record["key"]: record for record in map(json.loads, file)}
    for mode in ("strict", "loose"):
        verdicts = [published[record["key"]][mode] for record in asked]
        whole, single = sum(map(all, verdicts)) / len(verdicts), sum(map(sum, verdicts)) / sum(map(len, verdicts))
        assert (found[f"prompt_{mode}"], found[f"instruction_{mode}"]) == (
            round(100 * whole, 4),
            round(100 * single, 4),
        )
    assert found["headline"]["value"] == found["prompt_loose"]
