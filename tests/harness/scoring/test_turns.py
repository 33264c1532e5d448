"""Metrics of the turns of dialogues: their intervals over dialogues, the drop, and what is forgotten."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from harness.adapters.base import Response
from harness.scoring.breakdowns.turn_changes import TurnChanges, turn_changes
from harness.scoring.breakdowns.turns import DialogueMetrics, TurnCount
from harness.scoring.results import ScoredResponse, UnscoredSample
from scorers import Verdict, read
from tasks.sample import GAP, Sample, Turn

IDS = ("punctuation:no_comma", "startend:quotation", "detectable_format:title")


def result(dialogue, turn, strict, loose=None, language="English", epoch=0):
    """Return the result of a turn; `strict` and `loose` are strings of 0 and 1."""
    turns = [Turn.of("user", "Go.")]
    for _ in range(turn - 1):
        turns += [GAP, Turn.of("user", "On.")]
    meta = {"group": dialogue, "turn": turn, "language": language}
    sample = Sample.build(f"turn_{turn}", turns, [read({"id": id}) for id in IDS[:turn]], meta=meta)
    if strict is None:
        return UnscoredSample(sample, epoch, "timeout")
    both = ([Verdict(sign == "1", "so") for sign in signs] for signs in (strict, loose or strict))
    return ScoredResponse(sample, Response(sample.id, epoch, "Text.", "m"), *both)


def counted(*results):
    count = TurnCount()
    for one in results:
        count.add(one)
    return count


def test_what_is_followed_and_broken_in_the_next_turn_is_forgotten():
    found = turn_changes(
        counted(
            *(result("a", turn, signs) for turn, signs in ((1, "1"), (2, "01"), (3, "011"))),
            *(result("b", turn, signs, language="Hindi") for turn, signs in ((1, "0"), (2, "11"), (3, "101"))),
            *(result("c", turn, signs) for turn, signs in ((1, "1"), (2, None), (3, "000"))),
        )
    )
    assert (vars(found.forgotten["turn_2"]["all_languages"]), vars(found.forgotten["turn_3"]["Hindi"])) == (
        {"followed": 1, "forgotten": 1},
        {"followed": 2, "forgotten": 1},
    )
    assert "Hindi" in found.forgotten["turn_2"]
    assert found.forgotten["turn_2"]["Hindi"].share is None
    assert {id: one.forgotten for id, one in found.forgotten_by_id.items()} == {IDS[0]: 1, IDS[1]: 1}
    assert TurnChanges.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_the_drop_is_over_dialogues_with_both_turns_and_a_gain_is_negative():
    rows = [(f"d{n}", "1", "111") for n in range(4)] + [("x", None, "000"), ("y", "1", None)]
    found = turn_changes(
        counted(*(result(name, t, s) for name, *two in rows for t, s in zip((1, 3), two, strict=True)))
    )
    drop = found.drop["all_languages"]
    assert (found.first, found.last, drop.dialogues, drop.first, drop.last, drop.drop) == (1, 3, 4, 1, 1, 0)
    assert drop.low < 0 < drop.high
    gain = turn_changes(counted(*(result(f"d{n}", t, s) for n in range(9) for t, s in ((1, "01"[n > 6]), (2, "11")))))
    assert gain.drop["all_languages"].drop == pytest.approx(2 / 9 - 1)
    assert gain.drop["all_languages"].high < 0


def test_the_mean_of_the_turns_counts_unscored_turns_in_its_floor_only():
    count = counted(*(result(f"d{n}", turn, "1" * turn) for n in range(4) for turn in (1, 2)), result("x", 2, None))
    found = count.mean()
    assert found.value == 100.0
    assert found.floor == pytest.approx((100 + 80) / 2)
    assert (found.interval.high, counted().mean()) == (100.0, None)
    mixed = counted(*(result(f"d{n}", t, "1" + "01"[n % 2] * (t - 1)) for n in range(8) for t in (1, 2)))
    overall = [turn["all_languages"].overall for turn in mixed.metrics().by_turn.values()]
    assert mixed.mean().value == pytest.approx(100 * sum(overall) / 2)
    assert mixed.mean().interval.low < mixed.mean().value < mixed.mean().interval.high
    assert counted(result("x", 1, None)).mean().value is None


def test_one_turn_has_no_changes_and_one_dialogue_no_interval():
    assert turn_changes(counted(result("a", 1, "1"), result("b", 1, "0"))) is None
    alone = counted(*(result("a", turn, "1" * turn) for turn in (1, 2, 3)))
    assert alone.metrics().by_turn[3]["all_languages"].low is None
    assert turn_changes(alone).drop["all_languages"].low is None


def test_a_dialogue_is_one_observation_however_often_it_is_requested():
    once = counted(*(result(f"d{n}", 1, "01"[n % 3 > 0]) for n in range(30)))
    often = counted(*(result(f"d{n}", 1, "01"[n % 3 > 0], epoch=epoch) for n in range(30) for epoch in range(8)))
    [one], [eight] = ([turn["all_languages"]] for turn in (once.metrics().by_turn[1], often.metrics().by_turn[1]))
    assert (one.overall, one.prompts * 8) == (pytest.approx(eight.overall), eight.prompts)
    assert eight.high - eight.low == pytest.approx(one.high - one.low, rel=0.05)


def test_the_interval_of_the_mean_of_four_is_that_of_a_bootstrap_over_dialogues():
    draw = random.Random(4)
    rows = []
    for n in range(300):
        easy = draw.random()
        signs = "".join("01"[draw.random() < easy] for _ in range(3))
        loose = "".join("1" if sign == "1" or draw.random() < 0.2 else "0" for sign in signs)
        turn = draw.choice((2, 3)) if n % 4 else 3
        rows.append((signs[:turn], loose[:turn]))
    count = counted(*(result(f"d{n}", len(one[0]), *one) for n, one in enumerate(rows) if len(one[0]) == 3))
    whole = [one for one in rows if len(one[0]) == 3]
    found = count.metrics().by_turn[3]["all_languages"]
    table = np.array([[s == "111", sum(map(int, s)), lo == "111", sum(map(int, lo)), 3] for s, lo in whole], float)
    picks = np.random.default_rng(1).integers(0, len(whole), (4000, len(whole)))
    sums = table[picks].sum(axis=1)
    means = (sums[:, 0] + sums[:, 2]) / len(whole) / 4 + (sums[:, 1] + sums[:, 3]) / sums[:, 4] / 4
    low, high = np.quantile(means, (0.025, 0.975))
    assert (found.low, found.high) == (pytest.approx(low, abs=0.006), pytest.approx(high, abs=0.006))
    assert DialogueMetrics.from_json(count.metrics().to_json()) == count.metrics()
