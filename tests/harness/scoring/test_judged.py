"""Verdicts read back: the ones on disk where they stand, judged anew where they do not."""

import json
import shutil
from pathlib import Path

import pytest
from ifh import only_run
from inside import inside as ifh

from harness.errors import StoreError
from harness.scoring.scored_run import STALE, load_scored_run


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    ifh("run", "smoke", "--model", "scripted/partial", cwd=folder)
    return only_run(folder)


@pytest.fixture
def run(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "results" / made.name))


def test_judgements_add_up_to_the_scores_of_the_run(run):
    found = load_scored_run(run)
    assert (found.notes, found.model, len(found.judgements)) == ((), "partial", 20)
    tasks = {}
    for judgement in found.scored:
        tasks.setdefault(judgement.task, []).append(judgement.if_score)
    mean = 100 * sum(sum(scores) / len(scores) for scores in tasks.values()) / len(tasks)
    assert mean == pytest.approx(json.loads((run / "scores.json").read_text())["if_score"], abs=1e-3)
    assert all(len(j.ids) == len(j.strict) == len(j.loose) == len(j.reasons) for j in found.scored)


def test_a_verdict_of_another_checker_is_not_used(run):
    told = load_scored_run(run).judgements
    verdicts = run / "verdicts.jsonl"
    verdicts.write_text(
        verdicts.read_text().replace('"followed":false', '"followed":true').replace('"version":1', '"version":99')
    )
    again = load_scored_run(run)
    assert again.notes == (STALE,)
    assert again.judgements == told


def test_verdicts_before_the_last_answer_are_not_used(run):
    first, *_ = (run / "responses.jsonl").read_text().splitlines()
    answer = json.loads(first) | {"text": " "}
    with (run / "responses.jsonl").open("a") as file:
        file.write(f"{json.dumps(answer)}\n")
    found = load_scored_run(run)
    assert found.notes == (STALE,)
    [blank] = [j for j in found.judgements if j.sample_id == answer["sample_id"]]
    assert not any(blank.strict)
    assert blank.flags == ("blank",)


@pytest.mark.parametrize("damage", ["{}\n", '{"sample_id":"x"}\n', "[]\n", ""])
def test_damaged_verdicts_are_not_used(run, damage):
    told = load_scored_run(run).judgements
    (run / "verdicts.jsonl").write_text(damage)
    again = load_scored_run(run)
    assert (again.notes, again.judgements) == ((STALE,), told)


def test_a_run_that_is_not_at_its_end_is_refused_unless_it_may_be_partial(run):
    lines = (run / "responses.jsonl").read_text().splitlines(keepends=True)
    (run / "responses.jsonl").write_text("".join(lines[:5]))
    with pytest.raises(StoreError, match=r"15 of 20 questions were not asked yet; give the command of the run again"):
        load_scored_run(run)
    found = load_scored_run(run, partial=True)
    assert (len(found.scored), found.judgements[-1].unscored) == (5, "not_asked")


def test_another_rule_book_is_read_from_its_own_files_or_judged(run):
    found = load_scored_run(run, rules="audited")
    assert found.rules == "audited"
    ifeval = load_scored_run(run, rules="ifeval")
    assert (ifeval.rules, ifeval.notes) == ("ifeval", (STALE,))
    ifh("score", str(run), "--rules", "ifeval", cwd=run.parent.parent)
    assert load_scored_run(run, rules="ifeval").notes == ()
    assert not list(run.glob("*.tmp"))
