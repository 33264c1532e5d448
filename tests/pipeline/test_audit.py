"""`ifh audit`: proven, impossible with its reason, unknown; and the published sets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from inside import inside as ifh

PARITY = Path(__file__).parents[3] / "shared" / "parity"


def question(key, *instructions):
    return {
        "key": key,
        "prompt": f"Question {key}.",
        "instruction_id_list": [id for id, _ in instructions],
        "kwargs": [kwargs for _, kwargs in instructions],
    }


FEW = ("length_constraints:number_words", {"num_words": 5, "relation": "less than"})
MANY = ("length_constraints:number_words", {"num_words": 300, "relation": "at least"})
NO_COMMA = ("punctuation:no_comma", {})
ENDS = ("startend:end_checker", {"end_phrase": "Well, well."})
NO_SENTENCE = ("length_constraints:number_sentences", {"num_sentences": 1, "relation": "less than"})
SHARED = (
    ("keywords:existence", {"keywords": ["candle"]}),
    ("keywords:forbidden_words", {"forbidden_words": ["candle"]}),
)


def audited(tmp_path, *questions, rules=None, code):
    """Return the record that is printed, which has the layout of `json.dumps` although it is printed in pieces."""
    path = tmp_path / "q.jsonl"
    path.write_text("".join(json.dumps(q) + "\n" for q in questions))
    args = ["--rules", rules] if rules else []
    printed = ifh("audit", path, "--json", *args, cwd=tmp_path, code=code).stdout
    found = json.loads(printed)
    assert printed == json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    return found


def test_a_set_that_can_be_answered(tmp_path):
    found = audited(tmp_path, question(1, MANY, NO_COMMA), question(2, FEW), code=0)
    assert (found["proven"], found["impossible"], found["unknown"]) == (2, 0, 0)


@pytest.mark.parametrize(
    ("instructions", "expected"),
    [
        ((FEW, MANY), "no number of words is both at least 300 and at most 4"),
        ((NO_COMMA, ENDS), "',' is forbidden, yet 'Well, well.' must end it"),
        ((NO_SENTENCE,), "at least 1 sentence"),
        ((ENDS, ("startend:end_checker", {"end_phrase": "The end."})), "cannot end both"),
    ],
)
def test_an_impossible_question_says_why(tmp_path, instructions, expected):
    found = audited(tmp_path, question(1, *instructions), question(2, MANY), code=1)
    assert (found["proven"], found["impossible"]) == (1, 1)
    assert expected in found["questions"][0]["reason"]


def test_the_rule_book_decides(tmp_path):
    """IFEval finds 'candle' in 'candles' and forbids the bare word alone; read with care, the two contradict."""
    assert audited(tmp_path, question(1, *SHARED), code=0)["proven"] == 1
    found = audited(tmp_path, question(1, *SHARED), rules="audited", code=1)
    assert "'candle' is forbidden, yet 'candle' must stand in it" in found["questions"][0]["reason"]


def test_a_forbidden_label_may_touch_its_number(tmp_path):
    """'Section1' is not the word 'section': the two can be followed together, if only so."""
    sections = ("detectable_format:multiple_sections", {"section_spliter": "Section", "num_sections": 3})
    forbidden = ("keywords:forbidden_words", {"forbidden_words": ["section"]})
    assert audited(tmp_path, question(1, sections, forbidden), code=0)["proven"] == 1


@pytest.mark.skipif(not PARITY.is_dir(), reason="the published sets are not here")
@pytest.mark.parametrize(
    ("name", "proven", "impossible"), [("livebench_if_published", 399, 1), ("ifeval_prompts", 536, 5)]
)
def test_published_sets(tmp_path, name, proven, impossible):
    done = ifh("audit", PARITY / f"{name}.jsonl.gz", "--json", cwd=tmp_path, code=1)
    found = json.loads(done.stdout)
    assert (found["proven"], found["impossible"]) == (proven, impossible)
    assert all(bool(q["reason"]) == (q["outcome"] == "impossible") for q in found["questions"])


@pytest.mark.parametrize(
    ("instruction", "part"),
    [
        (
            ("length_constraints:number_words", {"num_words": 1_000_000_000, "relation": "at least"}),
            "=1000000000",
        ),
        (("keywords:existence", {"keywords": ["a" * 40 + "b", "(a+)+$"]}), "(a+)+$"),
        (("detectable_format:number_bullet_lists", {"num_bullets": 500_000_000}), "num_bullets=500000000"),
    ],
)
def test_a_search_without_end_is_unknown_with_its_reason(tmp_path, monkeypatch, instruction, part):
    monkeypatch.setattr("tasks.limits.killable.LEAST_SECONDS", 0.5)
    monkeypatch.setattr("harness.dataset.audit.SECONDS", 1.0)
    found = audited(tmp_path, question(1, instruction), question(2, FEW), code=None)
    assert [item["outcome"] for item in found["questions"]] == ["unknown", "proven"]
    assert part in found["questions"][0]["reason"]
