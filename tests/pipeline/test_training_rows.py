"""harness.iter_training_rows: fresh samples without end, as rows that every reward function reads."""

from __future__ import annotations

import json
from itertools import islice

import pytest

import harness
from harness.errors import ConfigError
from scorers.rewards import score_ground_truth


def test_the_first_rows_are_the_set_and_later_ones_are_new():
    samples = harness.generate("smoke", limit=8)
    rows = list(islice(harness.iter_training_rows("smoke"), 20))
    assert [row["id"] for row in rows[:8]] == [sample.id for sample in samples]
    assert len({row["id"] for row in rows}) == 20
    for row, sample in zip(rows, samples, strict=False):
        truth = json.loads(row["ground_truth"])
        assert truth["instruction_id_list"] == [instruction.id for instruction in sample.instructions]
        assert truth["prompt"] == sample.prompt
        assert row["prompt"] == [{"role": turn.role, "content": turn.text} for turn in sample.turns]
        result = score_ground_truth("One, two.", row["ground_truth"])
        assert (result.errors, len(result.follow_list)) == ({}, len(sample.instructions))
    assert rows == list(harness.iter_training_rows("smoke", limit=20))
    assert rows[0] != next(harness.iter_training_rows("smoke", seed=99))


def test_a_dialogue_is_refused(tmp_path):
    path = tmp_path / "dialogue.toml"
    path.write_text(
        '[articles]\nsource = "builtin"\n[questions]\nper_task = 1\nplacement = "second"\n'
        '[model]\nname = "scripted/oracle"\n'
    )
    with pytest.raises(ConfigError, match="placement = 'second' makes dialogues"):
        harness.iter_training_rows(path)
