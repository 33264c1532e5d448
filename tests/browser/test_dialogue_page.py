"""A dialogue in the report: what the model said first stands beside the answer that is judged."""

from __future__ import annotations

import corpus
import pytest
from driving import opened, status

from scorers import read
from tasks.sample import GAP, Sample, Turn

FIRST = "Zebras first. <img src=x onerror='window.pwned=1'>"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dialogue")
    turns = [Turn.of("user", "About weather."), GAP, Turn.of("user", "Again and without commas.")]
    one = Sample.build("summarize", turns, [read(corpus.NO_COMMA)], article_id="a")
    other = corpus.question(1)
    said = [
        corpus.answer(one, "At last.", earlier=({"text": FIRST, "stop": "length"},)),
        corpus.answer(other, corpus.BOTH),
    ]
    return corpus.report(folder, corpus.score(folder, "gamma", [one, other], said))


def test_the_first_answer_is_shown_with_what_is_odd_about_it_and_is_found(browser, path):
    with opened(browser, path) as page:
        page.wait_for_selector("#detail-title")
        earlier = page.locator("details.earlier")
        assert earlier.count() == 1
        assert earlier.locator("summary").inner_text().startswith("Earlier response, not scored, ")
        assert earlier.locator("summary").inner_text().endswith(", cut at the token limit")
        earlier.locator("summary").click()
        assert earlier.locator(".said").inner_text() == FIRST
        assert page.evaluate("window.pwned") is None
        page.locator("#prompt summary").click()
        roles = [role.lower() for role in page.locator("#prompt .role").all_inner_texts()]
        assert roles == ["user", "assistant", "user"]
        assert "the earlier response, shown with each" in page.locator("#prompt").inner_text()
        page.fill("#search", "zebras")
        status(page, "1 of 2 samples")


def test_a_question_of_one_answer_shows_none(browser, path):
    with opened(browser, path, f"#sample={corpus.question(1).id}") as page:
        page.wait_for_selector("#detail-title")
        assert page.locator("#prompt .role").count() == 2
        assert page.locator("details.earlier").count() == 0
