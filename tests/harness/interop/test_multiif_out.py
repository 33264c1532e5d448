"""Multi-IF's own columns out and in again: the set as it was, responses with their verdicts, failures as failures."""

from __future__ import annotations

import csv
import json

import pytest

from harness.errors import ConfigError
from harness.interop.export_dataset import DatasetForm, export_dataset
from harness.interop.export_run import export_run
from harness.interop.score_answers import load_answers, score_answers
from tasks.formats.question_set import read_questions

IDS = ("punctuation:no_comma", "length_constraints:number_words")
KWARGS = ({}, {"num_words": 2, "relation": "at least"})
FIELDS = ["key", "turns", "responses", "turn_index", "language"]
FIELDS += [f"turn_{t}_{part}" for t in (1, 2, 3) for part in ("prompt", "instruction_id_list", "kwargs")]
SAID = {"1:1:en": ["=One, two", '[{"response": "x y"}]'], "2:1:hi": [None, "नदी तट"]}


@pytest.fixture
def source(tmp_path):
    with (tmp_path / "set.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, FIELDS, restval="")
        table.writeheader()
        for key, language in (("1:1:en", "English"), ("2:1:hi", "Hindi")):
            row = {"key": key, "language": language}
            for turn in (1, 2):
                row[f"turn_{turn}_prompt"] = json.dumps({"role": "user", "content": f"{key}, {turn}."})
                row[f"turn_{turn}_instruction_id_list"] = json.dumps(IDS[:turn])
                row[f"turn_{turn}_kwargs"] = json.dumps([json.dumps(one) for one in KWARGS[:turn]])
            table.writerow(row)
    return tmp_path / "set.csv"


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_set_is_written_as_it_was_read(source, tmp_path):
    done = export_dataset(str(source), tmp_path / "out", DatasetForm("multiif", with_text=True))
    assert done.files[0].name == "multiif.csv"
    written = rows(done.files[0])
    assert [{name: row[name] for name in FIELDS} for row in written] == rows(source)
    assert written[0].keys() - set(FIELDS) == {"canary"}
    again = read_questions(done.files[0])
    assert [one.id for one in again.samples] == [one.id for one in read_questions(source).samples]


def test_a_run_is_written_with_its_responses_and_read_back(source, tmp_path):
    said = tmp_path / "said.json"
    said.write_text(json.dumps(SAID), encoding="utf-8")
    first = score_answers(load_answers(str(source), str(said)), out=str(tmp_path / "a"))
    out = export_run(str(tmp_path / "a"), "multiif", tmp_path / "out")
    row = rows(out.files[0])[1]
    assert (row["turn_1_response"], row["turn_1_failure"], row["turn_3_failure"]) == ("", "missing", "")
    assert json.loads(row["turn_2_response"]) == [{"response": "नदी तट"}]
    again = score_answers(load_answers(*[str(out.files[0])] * 2), out=str(tmp_path / "b"))
    assert again.scored.summary == first.scored.summary
    texts = [[row.response.text for row in one.scored.rows] for one in (first, again)]
    assert texts[0] == texts[1] == ["=One, two", "x y", "नदी तट"]


def test_samples_that_are_no_dialogues_do_not_fit(tmp_path):
    (tmp_path / "q.jsonl").write_text(
        json.dumps({"key": 1, "prompt": "Go.", "instruction_id_list": [IDS[0]], "kwargs": [{}]}), encoding="utf-8"
    )
    with pytest.raises(ConfigError, match="is no turn of a dialogue that Multi-IF's form can hold"):
        export_dataset(str(tmp_path / "q.jsonl"), tmp_path / "out", DatasetForm("multiif", with_text=True))
