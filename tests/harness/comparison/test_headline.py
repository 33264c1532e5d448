"""The headline and the conclusion of a comparison: what a reader who must decide sees first."""

from __future__ import annotations

import re

import numpy as np
import pytest
from making import make_run

from harness.comparison import compare, rank
from harness.comparison.statistics.methods import describe_methods

GOOD, HALF, BAD = (True, True), (True, False), (False, False)


def mixed(count, share, seed):
    """Return verdicts of which about `share` are followed."""
    draw = np.random.default_rng(seed).random((count, 2)) < share
    return [tuple(map(bool, pair)) for pair in draw]


def test_the_headline_names_each_run_with_its_own_score_in_one_order():
    worse = compare(make_run("a", [GOOD] * 30, model="old"), make_run("b", [BAD] * 29 + [HALF], model="new"))
    assert worse.headline.startswith("IF: A (old) 100.0, B (new) 0.8. Difference -99.2 points, 95 % interval -")
    assert worse.conclusion.startswith("B is worse than A on samples like these, most of all in length (-100.0 points)")
    better = compare(make_run("a", [BAD] * 29 + [HALF], model="old"), make_run("b", [GOOD] * 30, model="new"))
    assert better.headline.startswith("IF: A (old) 0.8, B (new) 100.0. Difference +99.2 points")
    assert better.conclusion.startswith("B is better than A")


def test_an_open_result_says_how_many_samples_would_show_it():
    found = compare(make_run("a", mixed(40, 0.7, 1), model="x"), make_run("b", mixed(40, 0.6, 2), model="y"))
    assert not found.different
    assert found.conclusion.startswith("These 40 pairs do not show which run is better. To show a difference of ")
    size, count = re.search(r"difference of ([\d.]+) points takes about ([\d,]+) samples", found.conclusion).groups()
    assert float(size) == round(abs(found.overall.difference), 1)
    assert int(count.replace(",", "")) > 40
    assert f"from {found.detectable.points:.1f} points in 80 % of cases" in found.conclusion


def test_equal_runs_are_equivalent_only_within_a_margin_that_the_set_can_show():
    verdicts = mixed(400, 0.7, 3)
    a, b = make_run("a", verdicts, model="x"), make_run("b", [*verdicts[:-1], GOOD], model="y")
    found = compare(a, b, margin=5)
    assert found.conclusion == "A and B are equivalent: the difference is shown to be smaller than 5 points."
    few = compare(make_run("a", verdicts[:12]), make_run("b", verdicts[:12]), margin=5)
    assert not few.equivalence.equivalent
    assert "the same verdicts on all 12 pairs; on other samples, a difference of up to " in few.conclusion


@pytest.mark.parametrize("unscored", [False, True])
def test_truncation_that_could_explain_a_difference_is_in_the_conclusion(unscored):
    """A response cut at the limit counts with text and without: the second kind has no verdicts."""
    cut = range(10)
    lost = ["exhausted" if unscored else BAD] * 10
    flags = {} if unscored else dict.fromkeys(cut, ("truncated",))
    a = make_run("a", [GOOD] * 30 + [HALF] * 10, model="x")
    b = make_run("b", [*lost, *[GOOD] * 15, *[HALF] * 15], model="y", flags=flags)
    found = compare(a, b)
    assert (
        "Truncation could explain this: 25.0 % of the responses of B were cut at the token limit (A: 0.0 %)."
        in found.conclusion
    )
    back = compare(b, a)
    assert "25.0 % of the responses of A were cut at the token limit (B: 0.0 %)" in back.conclusion
    fine = compare(a, make_run("c", [BAD] * 30 + [HALF] * 10, model="y", flags={0: ("truncated",)}))
    assert "Truncation" not in fine.conclusion, "one cut response of 40 does not explain the loss"


def test_runs_of_one_model_are_named_by_what_differs():
    a = make_run("first", [GOOD, HALF] * 10, settings={"temperature": 0})
    b = make_run("second", [HALF, BAD] * 10, settings={"temperature": 1.0})
    found = compare(a, b)
    assert found.headline.startswith("IF: A (m, temperature 0) 62.5, B (m, temperature 1.0) 12.5.")
    assert found.warning == "The runs have the same model. What differs: temperature (0 against 1.0)."
    twins = compare(a, make_run("third", [GOOD, HALF] * 10, settings={"temperature": 0}))
    assert "A (first) 62.5, B (third) 62.5" in twins.headline
    assert twins.warning == ""
    many = dict.fromkeys(("temperature", "top_p", "seed"), 7)
    assert "B (other)" in compare(a, make_run("other", [GOOD, HALF] * 10, settings=many)).headline


def test_a_difference_besides_the_model_is_a_warning():
    a = make_run("a", [GOOD, HALF] * 10, model="x", settings={"max_tokens": 100}, ifharness="0.1.0")
    b = make_run("b", [HALF, BAD] * 10, model="y", settings={"max_tokens": 900}, started="2026-03-04T00:00:00+00:00")
    found = compare(a, b)
    rows = {one.name: one.values for one in found.run_differences}
    assert next(iter(rows)) == "model"
    assert list(rows)[-1] == "date"
    assert rows == {
        "model": ("x", "y"), "max_tokens": ("100", "900"), "ifharness": ("0.1.0", "-"),
        "date": ("2026-01-02", "2026-03-04"),
    }  # fmt: skip
    assert found.warning.startswith("Not only the model differs, so the difference may have another cause: max_tokens")
    assert "date" not in found.warning
    assert found.to_json()["run_differences"][0] == {"name": "model", "values": ["x", "y"], "expected": True}
    assert [one.name for one in compare(a, make_run("c", [GOOD] * 20, model="z")).run_differences][:1] == ["model"]


def test_letters_name_the_runs_of_a_report():
    a, c = make_run("a", [GOOD] * 20, model="x"), make_run("c", [BAD] * 19 + ["rejected"], model="y")
    found = compare(a, c, letters=("A", "C"))
    assert "A (x) 100.0, C (y) 0.0." in found.headline
    assert found.conclusion.startswith("C is worse than A")
    assert found.dropped == {"unscored in C: rejected": 1}


def test_methods_name_only_what_was_computed():
    same = " ".join(describe_methods(compare(make_run("a", [HALF] * 20), make_run("b", [HALF] * 20))))
    assert "Clopper-Pearson" in same
    assert "Bonett-Price" not in same
    assert "TOST" not in same
    few = compare(make_run("a", [HALF] * 20), make_run("b", [HALF] * 17 + [GOOD] * 3), margin=3)
    assert "two added ones (Bonett-Price)" in few.overall.method
    text = " ".join(describe_methods(few))
    assert "Two added articles" in text
    assert "TOST protects" in text
    spread = compare(make_run("a", mixed(60, 0.5, 4)), make_run("b", mixed(60, 0.5, 5)))
    widened = spread.estimate.widened
    assert ("Bonett-Price" in spread.overall.method) == widened == ("Two added" in " ".join(describe_methods(spread)))


def test_a_ranking_has_what_differs_too():
    runs = [make_run(f"r{n}", [GOOD, HALF] * 10, settings={"temperature": n}) for n in range(3)]
    found = rank(runs)
    assert [place.label for place in found.places] == [f"m, temperature {n}" for n in range(3)]
    assert found.warning == "The runs have the same model. What differs: temperature (0 against 1 against 2)."
    assert found.to_json()["run_differences"][0]["values"] == ("0", "1", "2")
