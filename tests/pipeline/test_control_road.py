"""Sets under control, through the command line: the preset, keys of the run file, what is told of a set."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations

import pytest
from ifh import lines
from inside import inside as ifh
from test_bytes import TAGGER

from tasks.generate.pools import resolve_pool
from tests.bench.drawing import shared

SYSTEM = """
[questions]
per_task = 4
placement = "system"
[instructions]
pool = "livebench-2024"
count = { exact = { 1 = 6, 2 = 4, 3 = 6 } }
tightness = 0.7
balance = true
"""


def asked(path):
    return [[instruction["id"] for instruction in line["instructions"]] for line in lines(path)]


def test_the_preset_has_the_published_counts_and_every_question_is_proven(tmp_path):
    told = json.loads(ifh("generate", "--preset", "livebench-2024", "-o", "set.jsonl", "--json", cwd=tmp_path).stdout)
    sets = asked(tmp_path / "set.jsonl")
    assert Counter(map(len, sets)) == {1: 22, 2: 51, 3: 66, 4: 39, 5: 19, 6: 3}
    assert told["counts"] == {"1": 22, "2": 51, "3": 66, "4": 39, "5": 19, "6": 3}
    assert {id for ids in sets for id in ids} == set(resolve_pool("livebench-2024"))
    assert set(Counter(line["task"] for line in lines(tmp_path / "set.jsonl")).values()) == {50}
    assert {id: found["kept"] for id, found in told["instructions"].items()} == Counter(
        id for ids in sets for id in ids
    )
    met = {pair for ids in sets for pair in combinations(sorted(ids), 2)}
    assert told["pairs"]["possible"] == 105
    assert (told["pairs"]["met"], told["pairs"]["not_met"]) == (len(met), 105 - len(met))
    assert not met & {tuple(pair) for pair in told["pairs"]["unmet"]}
    assert "proven 200 (100.0%)" in ifh("audit", "set.jsonl", cwd=tmp_path).stdout

    ifh("generate", "livebench-2024", "-o", "again.jsonl", cwd=tmp_path)
    ifh("generate", "--preset", "livebench-2024", "-o", "other.jsonl", "--seed", "1", cwd=tmp_path)
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "set.jsonl").read_bytes()
    assert shared(tmp_path / "set.jsonl", tmp_path / "other.jsonl") < 0.01


AROUND = "Here it is, 7 lines:\n\n<solution>\n{}\n</solution>\n\nI hope, that it helps!"
ANOTHER = "{} <solution>No.</solution>"


def write_answers(path, texts, frame):
    answers = [{"sample_id": id, "text": frame.replace("{}", text)} for id, text in texts.items()]
    path.write_text("".join(json.dumps(line) + "\n" for line in answers), encoding="utf-8")


@pytest.mark.skipif(not TAGGER.is_dir(), reason=f"the tagger's data is not there ({TAGGER})")
def test_the_newest_shape_has_an_instructions_block_and_reads_the_solution_block(tmp_path):
    found = ifh("run", "livebench-2025", "--model", "scripted/oracle", "--limit", 24, "-o", "oracle", cwd=tmp_path)
    assert "IF 100.0" in found.stdout
    samples = lines(tmp_path / "oracle" / "samples.jsonl")
    assert set(Counter(sample["task"] for sample in samples).values()) == {6}
    assert {len(sample["instructions"]) for sample in samples} == {1, 2, 3, 4, 5}
    assert {i["id"] for sample in samples for i in sample["instructions"]} <= set(resolve_pool("livebench-2025"))
    for sample in samples:
        prompt = sample["turns"][0]["parts"][0]["text"]
        block = prompt.partition("<instructions>\n")[2].partition("\n</instructions>")[0]
        assert len(block.splitlines()) == len(sample["instructions"])
        assert prompt.count("<solution>") == prompt.count("</solution>") == 1

    texts = {line["sample_id"]: line["text"] for line in lines(tmp_path / "oracle" / "responses.jsonl")}
    write_answers(tmp_path / "inside.jsonl", texts, AROUND)
    write_answers(tmp_path / "outside.jsonl", texts, ANOTHER)
    args = ("run", "livebench-2025", "--samples", "oracle/samples.jsonl")
    inside = ifh(*args, "--model", "replay/inside.jsonl", "-o", "inside", cwd=tmp_path).stdout
    assert "IF 100.0" in inside
    assert "Removed before verification: thinking, solution." in inside
    assert "IF 100.0" not in ifh(*args, "--model", "replay/outside.jsonl", "-o", "outside", cwd=tmp_path).stdout


@pytest.mark.parametrize("balance", ["true", "false"])
def test_sets_of_two_seeds_share_hardly_a_question(tmp_path, balance):
    settings = f'[questions]\nper_task = 50\n[instructions]\npool = "livebench-2024"\nbalance = {balance}\n'
    (tmp_path / "set.toml").write_text(settings, encoding="utf-8")
    for seed in ("0", "1"):
        ifh("generate", "set.toml", "-o", f"{seed}.jsonl", "--seed", seed, cwd=tmp_path)
    assert len({line["id"] for line in lines(tmp_path / "0.jsonl")}) == 200
    assert shared(tmp_path / "0.jsonl", tmp_path / "1.jsonl") < 0.01


def test_instructions_in_the_system_turn_are_asked_and_answered(tmp_path):
    (tmp_path / "system.toml").write_text(SYSTEM, encoding="utf-8")
    told = ifh("generate", "system.toml", "-o", "set.jsonl", cwd=tmp_path).stdout
    assert "instructions per sample: 1 in 6 samples, 2 in 4 samples, 3 in 6 samples" in told
    assert "expected" in told
    assert "occur in a sample" in told
    assert max(map(len, told.splitlines())) <= 80
    assert {tuple(turn["role"] for turn in line["turns"]) for line in lines(tmp_path / "set.jsonl")} == {
        ("system", "user")
    }
    found = ifh("run", "system.toml", "--model", "scripted/oracle", "--json", cwd=tmp_path)
    assert json.loads(found.stdout)["if_score"] == 100.0
    part = ifh("generate", "system.toml", "-o", "part.jsonl", "--limit", "3", cwd=tmp_path).stdout
    assert "accepted and expected refer to the whole balanced set" in part
    asked = [line["id"] for line in lines(tmp_path / "set.jsonl")]
    assert [line["id"] for line in lines(tmp_path / "part.jsonl")] == asked[:3]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--preset", "livebench-204"), "no preset 'livebench-204'; did you mean 'livebench-2024'"),
        (("--preset", "smoke", "smoke"), "give either CONFIG (a run file) or --preset NAME"),
        ((), "give either CONFIG (a run file) or --preset NAME"),
    ],
)
def test_one_run_file_or_one_preset(tmp_path, arguments, told):
    done = ifh("generate", *arguments, "-o", "set.jsonl", cwd=tmp_path, code=2)
    assert told in done.stderr
    assert not (tmp_path / "set.jsonl").exists()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            '[instructions]\npool = "livebench"',
            "pool: unknown pool 'livebench'; did you mean 'livebench-2025' or 'livebench-2024'",
        ),
        ("[instructions]\npool = 3", "[instructions] pool takes a list or a string, got 3"),
        ("[instructions]\ncount = { exact = { 2 = 30 } }", "count.exact adds up to 30 samples, but 200"),
        ('[questions]\nplacement = "assistant"', "placement: unknown 'assistant' (placements: user, system, second)"),
    ],
)
def test_a_key_that_controls_nothing_is_refused(tmp_path, settings, told):
    (tmp_path / "set.toml").write_text(settings, encoding="utf-8")
    assert told in ifh("generate", "set.toml", "-o", "set.jsonl", cwd=tmp_path, code=2).stderr
