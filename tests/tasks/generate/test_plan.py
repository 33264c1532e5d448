"""A plan that cannot be drawn is refused before anything is, and the error names the key."""

from __future__ import annotations

import pytest
from drawing import POOL

from tasks.errors import CannotDraw
from tasks.generate.plan import GenerationPlan

WORDS = "length_constraints:number_words"


@pytest.mark.parametrize(
    ("plan", "parts"),
    [
        ({"pool": ("punctuation:no_coma",)}, ["pool", "did you mean 'punctuation:no_comma'"]),
        ({"pool": (*POOL, POOL[0])}, ["pool", POOL[0], "twice"]),
        ({"pool": ()}, ["pool", "only 0"]),
        ({"pool": POOL[:3]}, ["up to 5", "only 3"]),
        ({"weights": dict.fromkeys(POOL[:6], 0)}, ["up to 5", "only 2"]),
        ({"weights": {"punctuation:no_coma": 1}}, ["weights", "did you mean"]),
        ({"weights": {WORDS: -1}}, [f'weights."{WORDS}"', "-1"]),
        ({"weights": {WORDS: float("nan")}}, ["weights", "nan"]),
        ({"weights": {WORDS: "high"}}, ["weights", "'high'"]),
        ({"pool": POOL[:5], "weights": {WORDS: 1}}, ["weights", WORDS, "not in the pool"]),
        ({"weights": {"zh:script": 2}, "pool": None}, ["weights", "'zh:script' is not in the pool"]),
        ({"pool": POOL[:5], "limits": {WORDS: {}}}, ["limits", WORDS, "not in the pool"]),
        ({"limits": {"nonsense:x": {}}}, ["limits", "nonsense:x"]),
        ({"limits": {WORDS: {"numwords": [1, 2]}}}, ["limits", "did you mean 'num_words'"]),
        ({"limits": {WORDS: {"num_words": [9, 2]}}}, [f'limits."{WORDS}".num_words', "9", "2"]),
        ({"limits": {WORDS: {"num_words": [0, 2]}}}, [f'limits."{WORDS}".num_words', "0"]),
        ({"limits": {WORDS: {"num_words": 5}}}, [f'limits."{WORDS}".num_words', "5"]),
        ({"limits": {WORDS: {"relation": ["at most"]}}}, [f'limits."{WORDS}".relation', "'at most'"]),
        ({"limits": {WORDS: [1, 2]}}, [f'limits."{WORDS}"', "[1, 2]"]),
        ({"limits": {"punctuation:no_comma": {"x": [1, 2]}}}, ["no parameter 'x'", "takes none"]),
        ({"count": 0}, ["count 0"]),
        ({"count": 9}, ["up to 9", "only 8"]),
        ({"count": (3, 2)}, ["count (3, 2)"]),
        ({"count": (0, 2)}, ["count (0, 2)", "at least 1"]),
        ({"count": {}}, ["count", "{}"]),
        ({"count": {"two": 1}}, ["count", "'two'"]),
        ({"count": {2: -1}}, ["count.2", "-1"]),
        ({"count": {2: 0}}, ["count"]),
        ({"count": True}, ["count", "True"]),
        ({"count": "2-5"}, ["count", "'2-5'"]),
        ({"tasks": ("summarise",)}, ["tasks", "did you mean 'summarize'"]),
        ({"tasks": ("simplify", "simplify")}, ["tasks", "twice"]),
        ({"tasks": ()}, ["tasks"]),
        ({"tasks": "simplify"}, ["tasks", "'simplify'"]),
        ({"total": None}, ["per_task", "total"]),
        ({"per_task": 3, "total": 4}, ["per_task", "total"]),
        ({"total": 0}, ["total", "0"]),
        ({"total": "9"}, ["total", "'9'"]),
        ({"sentences": 0}, ["sentences", "0"]),
        ({"seed": "x"}, ["seed", "'x'"]),
        ({"rules": "audit"}, ["rules", "did you mean 'audited'"]),
    ],
)
def test_a_plan_that_cannot_be_drawn_is_refused_by_its_key(plan, parts):
    with pytest.raises(CannotDraw) as refused:
        GenerationPlan(**{"pool": POOL, "total": 40, **plan}).check()
    message = str(refused.value)
    assert "\n" not in message
    for part in parts:
        assert part in message
