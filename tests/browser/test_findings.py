"""What speaks against answers in a report: counted, listed, filtered and told with its reasons, in no score."""

from __future__ import annotations

import corpus
import pytest
from driving import opened, status


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    return corpus.flagged_runs(tmp_path_factory.mktemp("flagged"))


@pytest.fixture(scope="module")
def both(runs):
    _, good, bad = runs
    return corpus.report(good.parents[1], good, bad)


@pytest.fixture(scope="module")
def one(runs):
    _, _, bad = runs
    return corpus.report(bad.parents[1], bad)


def rows(page, table="#findings table.counted"):
    """The first table of findings: the name of each row, and its cells."""
    found = page.locator(table).first.locator("tbody tr")
    return {
        line.locator("th").inner_text().split()[0]: line.locator("td").all_inner_texts()
        for line in (found.nth(at) for at in range(found.count()))
    }


def test_findings_are_counted_by_task(browser, one):
    with opened(browser, one) as page:
        found = rows(page)
        assert found["copy"] == ["2 of 6", "2 of 2", "0 of 2", "0 of 2"]  # all, paraphrase, simplify, summarize
        assert found["stuffed"] == ["2 of 6", "0 of 2", "2 of 2", "0 of 2"]
        assert found["leak"] == ["2 of 6", "0 of 2", "0 of 2", "2 of 2"]
        assert found["longer_than_source"] == ["0 of 2", "-", "-", "0 of 2"]
        assert found["flagged"] == ["6 of 6", "2 of 2", "2 of 2", "2 of 2"]
        leaks = page.locator("#findings table.leaks tbody tr").all_inner_texts()
        assert [line.split()[:3] for line in leaks] == [
            ["all", "6", "33.33"],
            ["paraphrase", "2", "0.00"],
            ["simplify", "2", "0.00"],
            ["summarize", "2", "100.00"],
        ]
        assert page.inner_text("#score .counts >> nth=0") == "6 of 6 responses flagged"


def test_runs_stand_beside_each_other(browser, both):
    with opened(browser, both) as page:
        assert rows(page)["flagged"] == ["0 of 6", "6 of 6"]
        assert page.locator("#findings table.counted").count() == 3, "of both, and of each by task"
        page.locator("#findings table.counted a").first.click()
        status(page, "2 of 6 samples")
        assert (page.input_value("#by-show"), page.input_value("#by-run")) == ("finding:copy", "B")
        assert page.locator(".item .found").all_inner_texts() == ["B copy", "B copy"]
        page.wait_for_selector(".answer .findings")
        assert page.locator(".answer .findings").count() == 1, "the other run's answer has none"
        page.select_option("#by-run", "A")
        status(page, "0 of 6 samples")


def test_a_flagged_answer_tells_why_and_has_an_address(browser, one, runs):
    samples, *_ = runs
    with opened(browser, one) as page:
        options = page.locator("#by-show option").evaluate_all("them => them.map(it => it.value)")
        there = {name for name, (total, *_) in rows(page).items() if not total.startswith("0 ")}
        assert {"flagged", "copy", "leak", "stuffed"} <= there
        assert {option.removeprefix("finding:") for option in options} & set(rows(page)) == there, "what was found"
        page.select_option("#by-show", "finding:leak")
        status(page, "2 of 6 samples")
        address = page.locator("#permalink").get_attribute("href")
    with opened(browser, one, address) as page:
        status(page, "2 of 6 samples")
        page.locator(".item").first.click()
        page.wait_for_selector(".answer .findings")
        reasons = page.locator(".answer .findings li").all_inner_texts()
        assert [reason.split(":")[0] for reason in reasons] == page.locator(".item .found").all_inner_texts()[:2]
        assert any("words in a row are those of the rest of the article" in reason for reason in reasons)
        page.click("#reset")
        page.fill("#search", "are in runs of 5 or more of the opening")
        status(page, "2 of 6 samples")
        shown = page.locator(".item code").all_inner_texts()
        assert set(shown) == {sample.id for sample in samples if sample.task == "paraphrase"}


def test_without_scripts_findings_and_reasons_stand(browser, one):
    with opened(browser, one, ready=False, java_script_enabled=False) as page:
        assert rows(page)["copy"][0] == "2 of 6"
        page.locator("#findings details summary").first.click()
        told = page.locator("#findings .flips")
        assert told.locator("tbody tr").count() == 6
        assert "100% of its words are in runs of 5 or more of the opening (flagged from 70%)" in told.inner_text()


def test_a_phone_shows_findings_without_scrolling_sideways(browser, one, both):
    for path in (one, both):
        with opened(browser, path, "#show=flagged", viewport={"width": 360, "height": 740}) as page:
            page.wait_for_selector(".answer .findings")
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
            box = page.locator("#findings").bounding_box()
            assert box["x"] + box["width"] <= 360
