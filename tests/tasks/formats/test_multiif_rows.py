"""Multi-IF's rows become one sample for each turn of a dialogue; slips are named with their row."""

import csv
import json

import pytest

from tasks.errors import BadSample
from tasks.formats.question_set import read_questions, round_robin
from tasks.sample import GAP, Sample

COMMA, TITLE, QUOTES = "punctuation:no_comma", "detectable_format:title", "startend:quotation"
COLUMNS = ["key", "turns", "responses", "turn_index", "language"]
COLUMNS += [f"turn_{n}_{what}" for n in (1, 2, 3) for what in ("prompt", "instruction_id_list", "kwargs")]


def row(key="7:1:en", language="English", prompts=("Write.", "Add a title.", "Quote it."), **changed):
    """Return a row of the set's shape: the ids of a turn are those of the turn before it and one more."""
    cells = dict.fromkeys(COLUMNS, "") | {"key": key, "language": language}
    for number, prompt in enumerate(prompts, 1):
        ids = [COMMA, TITLE, QUOTES][:number]
        cells[f"turn_{number}_prompt"] = json.dumps({"role": "user", "content": prompt}, ensure_ascii=False)
        cells[f"turn_{number}_instruction_id_list"] = json.dumps(ids)
        cells[f"turn_{number}_kwargs"] = json.dumps(["{}"] * number)
    return cells | changed


def write(tmp_path, *rows):
    path = tmp_path / "multiif.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_dialogue_is_one_sample_a_turn(tmp_path):
    found = read_questions(write(tmp_path, row()))
    assert (found.format, found.rules, found.name) == ("multiif", "multiif", "multiif")
    first, second, third = found.samples
    assert [sample.meta["turn"] for sample in found.samples] == [1, 2, 3]
    assert {sample.meta["group"] for sample in found.samples} == {"7:1:en"}
    assert len({sample.article_id for sample in found.samples}) == 1
    assert [turn.text for turn in first.turns] == ["Write."]
    assert second.turns[1] == GAP
    assert [turn.role for turn in third.turns] == ["user", "assistant", "user", "assistant", "user"]
    assert [one.id for one in third.instructions] == [COMMA, TITLE, QUOTES]
    assert Sample.from_json(json.loads(json.dumps(third.to_json()))) == third
    third.check_id()


def test_a_turn_that_is_absent_makes_no_sample(tmp_path):
    gone = {"turn_3_prompt": "None", "turn_3_instruction_id_list": "None", "turn_3_kwargs": "None"}
    found = read_questions(write(tmp_path, row(**gone), row("8:1:en", prompts=("Write.", "Add a title."))))
    assert [sample.meta["turn"] for sample in found.samples] == [1, 2, 1, 2]
    assert not found.left_out


def test_two_dialogues_that_begin_alike_are_counted_as_two(tmp_path):
    found = read_questions(write(tmp_path, row(), row("8:1:en")))
    assert len({sample.id for sample in found.samples}) == len(found.samples) == 6


def test_a_limit_takes_whole_dialogues(tmp_path):
    found = read_questions(write(tmp_path, row(), row("8:1:en"), row("9:1:en")))
    taken = round_robin(found.samples, 2)
    assert sorted(sample.meta["key"] for sample in taken) == sorted(
        f"{n}:1:en/turn_{t}" for n in (7, 8) for t in (1, 2, 3)
    )


def test_a_turn_whose_ids_are_no_json_is_left_out(tmp_path):
    found = read_questions(write(tmp_path, row(turn_2_instruction_id_list="[punctuation")))
    assert [sample.meta["turn"] for sample in found.samples] == [1, 3]
    assert len(found.samples[1].turns) == 5
    assert [(item.id, item.cause) for item in found.left_out] == [("7:1:en/turn_2", "unreadable")]
    assert any("7:1:en/turn_2" in line for line in found.describe())


def test_surplus_arguments_are_ignored(tmp_path):
    given = row(turn_1_kwargs='["{}", "{\\"num_words\\": 3}"]')
    assert read_questions(write(tmp_path, given)).samples[0].instructions[0].id == COMMA


def test_an_empty_keyword_is_read_and_another_script_kept(tmp_path):
    keyword = json.dumps([json.dumps({"keyword": "", "frequency": 2, "relation": "at least"})])
    given = row(
        "1:14:zh", "Chinese", ("写“河”。",), turn_1_instruction_id_list='["keywords:frequency"]', turn_1_kwargs=keyword
    )
    [sample] = read_questions(write(tmp_path, given)).samples
    assert sample.instructions[0].keyword == ""
    assert (sample.prompt, sample.meta["language"]) == ("写“河”。", "Chinese")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"language": "Klingon"}, "unknown language 'Klingon'"),
        ({"key": ""}, "no key"),
        ({"turn_2_prompt": "Add a title."}, "turn_2_prompt must be one message"),
        ({"turn_2_prompt": '{"role": "assistant", "content": "x"}'}, "turn_2_prompt must be one message"),
        ({"turn_2_kwargs": "[{]"}, "turn_2_kwargs is no JSON"),
        ({"turn_2_kwargs": '["{}"]'}, "2 instruction ids, but 1 kwargs"),
        ({"turn_1_kwargs": '["{\\"num\\": 1}"]'}, "no parameter 'num'"),
        ({"turn_1_prompt": "", "turn_2_prompt": "", "turn_3_prompt": ""}, "no prompt in any turn"),
    ],
)
def test_slips_are_named_with_their_row(tmp_path, changed, said):
    with pytest.raises(BadSample, match="row 1") as caught:
        read_questions(write(tmp_path, row(**changed)))
    assert said in str(caught.value)


def test_damaged_csv_is_named(tmp_path):
    path = write(tmp_path, row())
    path.write_bytes(path.read_bytes() + b"8:1:en,English\r\n")
    with pytest.raises(BadSample, match="another number of cells than the 14 names"):
        read_questions(path)
    path.write_bytes(b"key,language\n\xff,x\n")
    with pytest.raises(BadSample, match="not UTF-8"):
        read_questions(path)
