"""Comparing judged runs: every figure in its form, and what must never be called a difference."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest

from harness.comparison import Gate, compare, evaluate_gates, rank, spread
from harness.comparison.output import markdown
from harness.errors import NotComparable
from harness.scoring.per_response.sample_result import SampleResult
from harness.scoring.scored_run import ScoredRun
from harness.store.manifest import Manifest
from tests.bench.coverage import Make, runs, simulate

SAME_MODEL = Make(40, 4, 0.0, alike=0.85)


def judged(name, verdicts, *, ids=("case:x", "length:y"), model="m", **other):
    """Make a run with an answer on an article of its own for each pair of verdicts; None is an unscored one."""
    results = []
    for number, pair in enumerate(verdicts):
        place = (f"s{number}", 0, f"task {number % 2}", f"article {number}", ids)
        if pair is None:
            results.append(SampleResult(*place, unscored="rejected"))
        else:
            results.append(SampleResult(*place, strict=pair, loose=pair, reasons=("why not",) * 2))
    about = {"rules": "audited", "extract": ()} | other
    return ScoredRun(Path(name), Manifest({"plan": {"model": model}}), results=results, **about)


def gate(found, limit):
    """Evaluate the gate that fails only a loss that is shown."""
    [result] = evaluate_gates(found, [Gate("IF", limit, must_show=False)])
    return result


def test_two_runs_of_one_model_are_rarely_called_different():
    draw = np.random.default_rng(8)
    found = [compare(*runs(SAME_MODEL, draw), margin=15) for _ in range(40)]
    assert sum(one.different for one in found) <= 5, "5 % are due"
    assert sum(gate(one, 0).failed for one in found) <= 5
    assert all(
        "do not show which run is better" in one.conclusion or "equivalent" in one.conclusion
        for one in found
        if not one.different
    )
    assert sum(one.equivalence.equivalent for one in found) > 30


@pytest.mark.parametrize("make", [Make(12, 4, 0.8), Make(40, 1, 0.0, shift=0.5)], ids=str)
def test_intervals_hold_the_truth_as_often_as_they_say(make):
    found = simulate(make, 100, 2)
    # Of 100, 95 are due with a standard deviation of 2.2; `python -m tests.bench.coverage` looks closer.
    assert found["covered"] >= 89
    assert found["gate"] <= 11


def test_a_model_with_one_broken_family_is_different_and_the_family_stands_first():
    draw = np.random.default_rng(9)
    whole, other = runs(Make(40, 4, 0.0, alike=0.9), draw)
    broken = [
        dataclasses.replace(
            one, strict=tuple(yes and not id.startswith("length") for id, yes in zip(one.ids, one.strict, strict=True))
        )
        for one in other.results
    ]
    found = compare(whole, dataclasses.replace(other, results=broken))
    assert found.different
    assert next(iter(found.by_family)) == "length"
    assert found.by_family["length"].p_holm < 0.01
    assert ", most of all in length (-" in found.conclusion
    assert all(one.p_holm > 0.05 for name, one in found.by_family.items() if name != "length")
    lost = [turn for one in found.flips for turn in one.instructions if turn.a and not turn.b]
    assert sum(turn.id.startswith("length") for turn in lost) > len(lost) / 2
    assert gate(found, 3).failed
    assert gate(compare(dataclasses.replace(other, results=broken), whole), 3).outcome == "pass"


def test_the_record_has_every_figure_in_its_form():
    a = judged("a", [(True, True), (True, False), (False, True), None, (True, True), (False, False)])
    b = judged("b", [(True, False), (True, True), (False, True), (True, True), None, (False, False)])
    record = compare(a, b, margin=5).to_json()
    forms = {"n", "clusters", "a", "b", "difference", "low", "high", "p", "p_holm", "method"}
    assert set(record["overall"]) == set(record["by_id"]["case:x"]) == forms
    assert (record["pairs"], record["articles"]) == (4, 4)
    assert record["dropped"] == {"unscored in A: rejected": 1, "unscored in B: rejected": 1}
    assert record["counts"]["a"] == {
        "scored": 5, "unscored": 1, "truncated": 0, "refused": 0, "blank": 0, "failures": {"rejected": 1},
    }  # fmt: skip
    assert {name: record["prompt"][name] for name in ("both", "only_a", "only_b", "neither")} == {
        "both": 0, "only_a": 1, "only_b": 1, "neither": 2,
    }  # fmt: skip
    assert record["flips"][0] == {
        "sample_id": "s0", "epoch": 0, "task": "task 0", "article_id": "article 0",
        "instructions": [
            {"index": 1, "id": "length:y", "a": True, "b": False, "reason_a": "why not", "reason_b": "why not"}
        ],
    }  # fmt: skip
    # By hand: task 0 has s0 (1 to 0.25) and s2 (none), task 1 has s1 (0.25 to 1) and s5 (none).
    assert record["overall"]["difference"] == 0
    assert record["by_task"]["task 0"]["difference"] == -37.5
    assert record["by_id"]["length:y"] == record["by_id"]["length:y"] | {"n": 4, "a": 50.0, "b": 50.0}
    assert "2 pairs are omitted" in record["notes"][0]
    assert compare(a, b, margin=5).to_json() == record


def test_swapping_the_runs_turns_every_figure_round():
    first, second = runs(Make(15, 3, 0.5, shift=0.4), np.random.default_rng(10))
    there, back = compare(first, second), compare(second, first)
    assert there.overall.difference == -back.overall.difference
    assert (there.overall.low, there.overall.high) == pytest.approx((-back.overall.high, -back.overall.low))
    assert there.permutation.p == pytest.approx(back.permutation.p)
    assert {name: -one.difference for name, one in back.by_id.items()} == pytest.approx(
        {name: one.difference for name, one in there.by_id.items()}
    )


def test_the_same_verdicts_twice_are_told_as_such_and_not_as_certain():
    a = judged("a", [(True, False)] * 20)
    found = compare(a, judged("b", [(True, False)] * 20))
    assert "the same verdicts on all 20 pairs" in found.conclusion
    assert found.overall.low < -10 < 10 < found.overall.high
    assert found.permutation.p == found.prompt.p == 1
    assert gate(found, 5).outcome == "insufficient evidence"
    assert gate(found, 20).outcome == "pass"
    assert "same run" in compare(a, a).notes[-1]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"rules": "ifeval"}, r"scored by the rule book 'audited' and b by 'ifeval'.*--rules BOOK"),
        ({"extract": ("thinking",)}, r"before verification: nothing in a, thinking in b.*--rules BOOK"),
    ],
)
def test_verdicts_made_in_different_ways_are_refused(other, said):
    with pytest.raises(NotComparable, match=said):
        compare(judged("a", [(True, True)] * 3), judged("b", [(True, True)] * 3, **other))


def test_different_questions_are_refused_or_left_out_and_counted():
    a, b = judged("a", [(True, True)] * 8), judged("b", [(True, False)] * 6)
    with pytest.raises(NotComparable, match=r"6 shared, 2 more in a\. Compare the shared samples with --shared-only"):
        compare(a, b)
    found = compare(a, b, shared_only=True)
    assert (found.pairs, found.dropped) == (6, {"only in A": 2})
    none = dataclasses.replace(
        b, results=[dataclasses.replace(one, sample_id=f"x{one.sample_id}") for one in b.results]
    )
    with pytest.raises(NotComparable, match="no sample is shared"):
        compare(a, none, shared_only=True)
    with pytest.raises(NotComparable, match=r"none of 3 shared samples has verdicts.*unscored in B: rejected: 3"):
        compare(judged("a", [(True, True)] * 3), judged("b", [None] * 3))


def test_epochs_are_paired_one_by_one_and_are_no_more_articles():
    one = judged("a", [(True, False), (True, True), (False, False), (True, True)])
    twice = [dataclasses.replace(j, epoch=epoch) for epoch in (0, 1) for j in one.results]
    other = [dataclasses.replace(j, strict=(False, j.strict[1]), loose=(False, j.strict[1])) for j in twice]
    plan = {"plan": {"model": "m", "epochs": 2}}
    a, b = (dataclasses.replace(one, results=results, manifest=Manifest(plan)) for results in (twice, other))
    found = compare(a, b)
    assert (found.pairs, found.articles) == (8, 4)
    with pytest.raises(NotComparable, match="the samples are the same, but not the epochs: a 2, a 1"):
        compare(a, one)


def test_questions_without_an_article_are_clusters_of_their_own():
    a, b = (
        dataclasses.replace(run, results=[dataclasses.replace(one, article_id="") for one in run.results])
        for run in (judged("a", [(True, True), (True, False)] * 5), judged("b", [(True, False), (True, True)] * 5))
    )
    found = compare(a, b)
    assert (found.articles, found.unit) == (10, "samples")
    assert "5 samples" in found.by_task["task 0"].method


def test_a_ranking_tells_the_best_and_who_cannot_be_told_apart():
    draw = np.random.default_rng(11)
    good, twin = runs(Make(40, 3, 0.0, alike=0.9), draw)
    bad = dataclasses.replace(
        good,
        folder=Path("bad"),
        results=[
            dataclasses.replace(one, strict=(False,) * len(one.ids), loose=(False,) * len(one.ids))
            for one in good.results
        ],
    )
    found = rank([bad, good, twin])
    assert [place.letter for place in found.places][-1] == "A"
    assert [(place.best, place.worst) for place in found.places] == [(1, 2), (1, 2), (3, 3)]
    assert [gap.apart for gap in found.neighbours] == [False, True]
    assert "is not shown to be better than" in found.conclusion
    pair = compare(good, twin).overall
    [gap] = [gap for gap in found.gaps if {gap.above, gap.below} == {"B", "C"}]
    assert gap.high - gap.low > pair.high - pair.low, "three looks need wider intervals than one"
    assert gap.high - gap.low < 1.4 * (pair.high - pair.low)
    assert found.to_json()["neighbours"][1]["apart"] is True


def test_how_many_it_takes_and_what_so_many_show_agree():
    found = spread(runs(Make(30, 4, 0.5), np.random.default_rng(12)))
    needed = found.showing(3)
    assert needed.samples == 4 * needed.articles
    assert found.shown_by(needed.samples).difference <= 3
    assert found.shown_by(needed.samples - 4).difference > 3
    assert found.shown_by(found.now.samples).difference == pytest.approx(found.now.difference, abs=1e-3)
    with pytest.raises(
        NotComparable, match="no spread between articles can be seen, because all differences are the same"
    ):
        spread([judged("a", [(True, True)] * 9)])


def test_texts_from_models_cannot_act_in_markdown():
    wild = "<img src=x> | ![x](http://e.vil) @all `code` **b** www.e.vil\n# head"
    a = judged("a", [(True, True)] * 4, model="m|x")
    b = judged("b", [(False, True)] * 4, model="<b>")
    b.results[0] = dataclasses.replace(b.results[0], reasons=(wild, ""))
    told = markdown.format_comparison(compare(a, b), flips=4)
    assert not re.search(r"<img|!\[|@all|`code|\*\*b|://|www\.|^# head|\| m\|x|<b>", told, re.MULTILINE)
    assert "src=x" in told


@pytest.mark.parametrize("wrong", [{"confidence": 1.0}, {"confidence": 0.2}, {"margin": 0.0}, {"margin": 100.0}])
def test_values_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        compare(judged("a", [(True, True)] * 3), judged("b", [(True, True)] * 3), **wrong)
