"""pass@k and pass^k of runs with several responses to each sample, with their paired differences."""

from __future__ import annotations

from pathlib import Path

from harness.comparison import compare, rank
from harness.scoring.per_response.sample_result import SampleResult
from harness.scoring.scored_run import ScoredRun
from harness.store.manifest import Manifest


def make(name, followed, epochs=3):
    """Make a run from strings, one a sample: y and n by epoch, "-" for a response that is missing."""
    results = [
        SampleResult(f"s{at}", epoch, "task", f"article {at}", ("case:x",), strict=(mark == "y",), loose=(mark == "y",),
                     reasons=("why",)) if mark != "-"
        else SampleResult(f"s{at}", epoch, "task", f"article {at}", ("case:x",), unscored="rejected")
        for at, marks in enumerate(followed)
        for epoch, mark in enumerate(marks)
    ]  # fmt: skip
    return ScoredRun(Path(name), Manifest({"plan": {"model": name, "epochs": epochs}}), "audited", (), results)


A = ["yyy", "yyn", "nnn", "yyy", "nny", "yyy", "y-y"]
B = ["yyn", "yyn", "nnn", "nyy", "nnn", "yyy", "yyy"]


def test_each_run_and_the_paired_difference_on_samples_that_both_have_completely():
    rows = {row.name: row for row in compare(make("a", A), make("b", B)).metrics}
    assert (rows["pass@3"].n, rows["pass^3"].n) == (6, 6)
    assert (round(rows["pass@3"].a, 1), round(rows["pass@3"].b, 1)) == (83.3, 66.7)
    assert (rows["pass^3"].a, round(rows["pass^3"].b, 1)) == (50.0, 16.7)
    assert round(rows["pass^3"].difference, 1) == -33.3
    assert rows["pass^3"].low < -33.3 < rows["pass^3"].high


def test_a_ranking_has_them_for_each_run_and_one_response_has_none():
    found = rank([make("a", A), make("b", B), make("c", ["yyy"] * 7)])
    shares = {place.letter: place.repeats for place in found.places}
    assert shares["C"] == {"pass@3": 100.0, "pass^3": 100.0}
    assert shares["A"] == {"pass@3": 83.3333, "pass^3": 50.0}
    alone = compare(make("a", ["y", "n"], 1), make("b", ["n", "n"], 1))
    assert not [row for row in alone.metrics if "pass" in row.name]
