"""Verdicts read back: the ones on disk where they stand, judged anew where they do not."""

import json
import re
import shutil
from pathlib import Path

import pytest
from ifh import only_run
from inside import inside as ifh

from harness.comparison import compare
from harness.errors import StoreError
from harness.scoring.per_response import line_texts
from harness.scoring.per_response.response_metrics import load_response_metrics
from harness.scoring.per_response.sample_result import loosen
from harness.scoring.scored_run import STALE, load_scored_run


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    ifh("run", "smoke", "--model", "scripted/partial", cwd=folder)
    return only_run(folder)


@pytest.fixture
def run(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "results" / made.name))


def test_results_add_up_to_the_scores_of_the_run(run):
    found = load_scored_run(run)
    assert (found.notes, found.model, len(found.results)) == ((), "partial", 20)
    tasks = {}
    for result in found.scored:
        tasks.setdefault(result.task, []).append(result.if_score)
    mean = 100 * sum(sum(scores) / len(scores) for scores in tasks.values()) / len(tasks)
    assert mean == pytest.approx(json.loads((run / "scores.json").read_text())["if_score"], abs=1e-3)
    assert all(len(j.ids) == len(j.strict) == len(j.loose) == len(j.reasons) for j in found.scored)


def test_a_verdict_of_another_checker_is_not_used(run):
    saved = load_scored_run(run).results
    verdicts = run / "verdicts.jsonl"
    others = re.sub(r'"version":\d+', '"version":99', verdicts.read_text())
    verdicts.write_text(others.replace('"followed":false', '"followed":true'))
    again = load_scored_run(run)
    assert again.notes == (STALE,)
    assert again.results == saved


def test_verdicts_before_the_last_answer_are_not_used(run):
    first, *_ = (run / "responses.jsonl").read_text().splitlines()
    answer = json.loads(first) | {"text": " "}
    with (run / "responses.jsonl").open("a") as file:
        file.write(f"{json.dumps(answer)}\n")
    found = load_scored_run(run)
    assert found.notes == (STALE,)
    [blank] = [j for j in found.results if j.sample_id == answer["sample_id"]]
    assert not any(blank.strict)
    assert blank.flags == ("blank",)


def changed(**changes):
    """Return a function that changes fields of the first verdict of the first scored line."""

    def change(lines):
        line = json.loads(lines[0])
        line["verdicts"][0] |= changes
        return [json.dumps(line), *lines[1:]]

    return change


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda _: ["{}"], "line 1: sample_id is missing"),
        (lambda _: ['{"sample_id": "x", "epoch": 0}'], "line 1: verdicts is missing"),
        (lambda _: ['{"sample_id": "x", "epoch": 0, "unscored": "", "message": ""}'], "line 1: unscored is ''"),
        (lambda _: ["[]"], "line 1: is not a JSON object"),
        (lambda lines: [*lines[:2], lines[0], *lines[3:]], "line 3: sample .* is not the next one of the run"),
        (lambda lines: [*lines, lines[0]], "line 21: sample .* is not the next one of the run"),
        (changed(followed="yes"), "line 1: followed is 'yes', but must be true or false in verdict 1"),
        (changed(reason=None), "line 1: reason is None, but must be a text in verdict 1"),
        (changed(version="1"), "line 1: version is '1', but must be a whole number in verdict 1"),
        (changed(spans=[[0]]), "line 1: spans is .* but must be a list of pairs of numbers in verdict 1"),
        (changed(loose={"followed": 1}), r"line 1: loose\.followed is 1, but must be true or false in verdict 1"),
    ],
)
def test_damaged_verdicts_are_not_used_and_named_by_file_and_line(run, damage, why):
    before = load_scored_run(run).results
    path = run / "verdicts.jsonl"
    path.write_text("".join(f"{line}\n" for line in damage(path.read_text().splitlines())))
    again = load_scored_run(run)
    assert again.results == before
    [note] = again.notes
    assert re.search(rf"verdicts\.jsonl, {why}", note)


def test_verdicts_that_end_early_are_not_used(run):
    before = load_scored_run(run).results
    (run / "verdicts.jsonl").write_text("")
    again = load_scored_run(run)
    assert (again.notes, again.results) == ((STALE,), before)


def test_a_run_that_is_not_at_its_end_is_refused_unless_it_may_be_partial(run):
    lines = (run / "responses.jsonl").read_text().splitlines(keepends=True)
    (run / "responses.jsonl").write_text("".join(lines[:5]))
    with pytest.raises(StoreError, match=r"15 of 20 samples have no response\); rerun the same command"):
        load_scored_run(run)
    found = load_scored_run(run, partial=True)
    assert (len(found.scored), found.results[-1].unscored) == (5, "not_asked")


def test_another_rule_book_is_read_from_its_own_files_or_judged(run):
    found = load_scored_run(run, rules="audited")
    assert found.rules == "audited"
    ifeval = load_scored_run(run, rules="ifeval")
    assert (ifeval.rules, ifeval.notes) == ("ifeval", (STALE,))
    ifh("score", str(run), "--rules", "ifeval", cwd=run.parent.parent)
    assert load_scored_run(run, rules="ifeval").notes == ()
    assert not list(run.glob("*.tmp"))


def test_the_reasons_of_a_large_run_stay_in_the_file(run, monkeypatch):
    small = load_scored_run(run)
    monkeypatch.setattr(line_texts, "_IN_MEMORY", 0)
    large = load_scored_run(run)
    assert large.results == small.results
    assert large.loosely().results == [loosen(one) for one in small.results]
    assert not compare(small, large).flips

    other = load_scored_run(run)
    with (run / "verdicts.jsonl").open("a") as file:
        file.write("\n")
    with pytest.raises(StoreError, match="was changed while it was read; give the command again"):
        _ = [list(one.reasons) for one in other.scored]


def test_metrics_take_no_more_place_for_what_is_not_in_the_run(run):
    found = load_scored_run(run)
    table = load_response_metrics(run, found.samples, found.epochs)
    assert dict(table) == dict(load_response_metrics(run)) == dict(found.with_metrics().metrics)
    assert len(table) == 20
    assert table.get(("none", 0)) is None
    assert table.get((found.results[0].sample_id, 1)) is None
