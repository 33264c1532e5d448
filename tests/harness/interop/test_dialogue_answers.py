"""Responses to Multi-IF's dialogues: read in each form, scored, and added up to the published metrics."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from harness.adapters.recorded.dialogues import read_dialogue_answers, unwrap
from harness.errors import ConfigError
from harness.interop.score_answers import load_answers, score_answers
from harness.scoring.breakdowns.turns import DialogueMetrics, turn_metrics
from harness.scoring.summary import Summary

PARITY = Path(__file__).parents[3].parent / "shared" / "parity"
EXAMPLE = PARITY / "multiif_example.csv"
needs_data = pytest.mark.skipif(not EXAMPLE.is_file(), reason=f"the published example is not there ({PARITY})")


def texts(source):
    return {one.ids[0]: one.said.text for one in read_dialogue_answers(str(source)).answers}


def published_lists(scored, mode):
    """Return the verdicts of each turn, in the order of the samples."""
    found = {}
    for row in scored.rows:
        verdicts = [verdict.followed for verdict in getattr(row, mode)]
        found.setdefault(f"turn_{row.sample.meta['turn']}", []).append(verdicts)
    return found


@needs_data
def test_the_example_has_the_published_metrics_to_the_last_digit(tmp_path):
    expected = json.loads((PARITY / "multiif_example_expected.json").read_bytes())
    both = load_answers(str(EXAMPLE), str(PARITY / "multiif_example_answers.json"))
    done = score_answers(both, out=str(tmp_path / "run"))
    metrics = turn_metrics(done.scored.rows).published_metrics()
    named = {name: value for turn in expected.values() for name, value in turn.items() if name.startswith("turn_")}
    assert metrics == named
    for mode in ("strict", "loose"):
        assert published_lists(done.scored, mode) == {name: turn[mode] for name, turn in expected.items()}
    saved = Summary.from_json(json.loads((tmp_path / "run" / "scores.json").read_bytes()))
    assert saved.by_turn.published_metrics() == named
    assert DialogueMetrics.from_json(saved.by_turn.to_json()) == saved.by_turn


@needs_data
def test_a_turn_without_response_is_unscored_and_in_no_denominator(tmp_path):
    answers = json.loads((PARITY / "multiif_example_answers.json").read_bytes())
    answers["9001:1:en"][2] = None
    answers["9002:1:en"][1] = ""
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(answers))
    done = score_answers(load_answers(str(EXAMPLE), str(path)), out=str(tmp_path / "run"))
    by_turn = done.scored.summary.by_turn.by_turn
    assert (by_turn[3]["English"].prompts, by_turn[3]["English"].unscored) == (1, 1)
    assert (by_turn[3]["all_languages"].prompts, by_turn[3]["all_languages"].unscored) == (8, 1)
    assert (by_turn[2]["English"].prompts, by_turn[2]["English"].prompt_loose) == (3, 2 / 3)


@needs_data
def test_all_forms_of_a_file_give_the_same_responses(tmp_path):
    source = PARITY / "multiif_example_answers.json"
    answers = json.loads(source.read_bytes())
    lines = tmp_path / "answers.jsonl.gz"
    with gzip.open(lines, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"key": key, "responses": said}) + "\n" for key, said in answers.items())
    table = tmp_path / "answers.csv"
    with EXAMPLE.open(encoding="utf-8", newline="") as rows, table.open("w", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(rows)
        columns = [f"turn_{turn}_response" for turn in (1, 2, 3)]
        writer = csv.DictWriter(file, [*reader.fieldnames, *columns])
        writer.writeheader()
        for row in reader:
            said = [*answers[row["key"]], ""][:3]
            writer.writerow(row | dict(zip(columns, said, strict=True)))
    assert texts(source) == texts(lines) == texts(table)
    assert len(texts(table)) == 33


def test_a_response_names_the_responses_before_it(tmp_path):
    path = tmp_path / "answers.json"
    path.write_text(json.dumps({"1": ["a", "b", "c"], "2": ["a", None, "c"]}))
    said = {one.ids[0]: one.said.earlier for one in read_dialogue_answers(str(path)).answers}
    assert said["1/turn_3"] == ({"text": "a"}, {"text": "b"})
    assert said["2/turn_3"] == ()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('[{"response": "Yes."}]', "Yes."),
        ('[{"response": 5}, 6]', "5"),
        ('[{"response": null}]', "None"),
        ('[{"text": "Yes."}]', '[{"text": "Yes."}]'),
        ('{"response": "Yes."}', '{"response": "Yes."}'),
        ('"quoted"', '"quoted"'),
        ("[]", "[]"),
        ("7", "7"),
        ("Yes.", "Yes."),
        ("", ""),
    ],
)
def test_a_cell_with_a_wrapped_response_is_unwrapped(cell, text):
    assert unwrap(cell) == text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"1": ["a", 5]}, "the response of turn 2 is no text"),
        ({"1": ["a", "b", "c", "d"]}, "at most 3 turns"),
        ({"1": []}, "holds no responses"),
    ],
)
def test_slips_in_responses_are_named(tmp_path, content, said):
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(content))
    with pytest.raises(ConfigError, match=said):
        read_dialogue_answers(str(path))
