"""The Chinese road through the command line: draw, ask, score, audit."""

from __future__ import annotations

import json

import pytest
from ifh import lines, only_run
from inside import inside as ifh


@pytest.mark.parametrize(("model", "lowest", "highest"), [("oracle", 100.0, 100.0), ("echo", 0.0, 50.0)])
def test_scripted_models_score_as_known(tmp_path, model, lowest, highest):
    done = ifh("run", "smoke-zh", "--model", f"scripted/{model}", "--json", cwd=tmp_path)
    found = json.loads(done.stdout)
    assert (found["scored"], found["unscored"]) == (20, 0)
    assert lowest <= found["if_score"] <= highest
    for verdict in (v for line in lines(only_run(tmp_path) / "verdicts.jsonl") for v in line["verdicts"]):
        assert verdict["reason"].isprintable()


def test_two_hundred_questions_are_drawn_and_all_proven(tmp_path):
    ifh("generate", "livebench-zh", "-o", "questions.jsonl", cwd=tmp_path)
    samples = lines(tmp_path / "questions.jsonl")
    assert len(samples) == 200
    assert len({sample["article_id"] for sample in samples}) == 20
    found = json.loads(ifh("audit", "questions.jsonl", "--json", cwd=tmp_path).stdout)
    assert (found["proven"], found["impossible"], found["unknown"]) == (200, 0, 0)


def test_one_instruction_from_the_command_line(tmp_path):
    (tmp_path / "answer.txt").write_text("据了解,大桥修好了。", encoding="utf-8")
    done = ifh("check", "--id", "zh:full_width_punctuation", "answer.txt", cwd=tmp_path, code=None)
    assert "1 half-width mark, ',', at line 1; none is allowed" in done.stdout


def test_an_unknown_wording_or_language_is_named(tmp_path):
    run = tmp_path / "r.toml"
    run.write_text('[questions]\nwording = "zhh"\n[model]\nadapter = "scripted"\nname = "oracle"\n')
    assert "did you mean 'zh'" in ifh("run", run, cwd=tmp_path, code=2).stderr
    run.write_text('[articles]\noptions = { language = "ch" }\n[model]\nadapter = "scripted"\nname = "oracle"\n')
    assert "languages: en, zh" in ifh("run", run, cwd=tmp_path, code=2).stderr
