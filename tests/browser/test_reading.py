"""Reading a report of several runs: keys, phones, cut intervals, folds, differing words, two of three runs."""

from __future__ import annotations

import corpus
import pytest
from driving import CHROMIUM, opened, started

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine (Debian: apt-get install chromium)")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    return corpus.two_runs(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def both(runs):
    _, alpha, beta = runs
    return corpus.report(alpha.parents[1], alpha, beta)


@pytest.fixture(scope="module")
def browser(both):  # noqa: ARG001  # the driver runs an event loop in this thread: ours come first
    with started() as running:
        yield running


def test_keys_scroll_to_what_they_select(browser, both):
    with opened(browser, both) as page:
        top = "document.getElementById('browser').getBoundingClientRect().top"
        for key in ("j", "f"):
            page.evaluate("scrollTo(0, 0)")
            assert page.evaluate(f"{top} > innerHeight"), "the samples are out of sight"
            page.keyboard.press(key)
            page.wait_for_function(f"{top} < innerHeight / 2 && {top} > -50")
        at = page.evaluate("scrollY")
        page.keyboard.press("k")
        assert page.evaluate("scrollY") == at, "in sight, nothing moves"


def test_sections_and_intervals_are_there_on_a_phone(browser, both):
    with opened(browser, both, viewport={"width": 390, "height": 844}) as page:
        nav = page.locator(".top nav")
        assert nav.is_visible()
        nav.get_by_text("Record").click()
        assert page.evaluate("document.getElementById('record').getBoundingClientRect().top < innerHeight")
        header = page.evaluate("document.querySelector('.top').getBoundingClientRect().bottom")
        page.click("text=Tasks")
        assert page.evaluate("document.getElementById('tasks').getBoundingClientRect().top") >= header - 60
        assert page.locator("#tasks .ci").first.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_cut_interval_has_an_arrow(browser, both):
    with opened(browser, both) as page:
        rows = page.locator(".forest tr", has=page.locator("svg.bar"))
        cut = page.locator(".forest svg.cut")
        assert cut.count() <= 2 * rows.count()
        for row in page.locator(".forest tr", has=page.locator("svg.cut")).all()[:5]:
            low, high = (float(end.replace("−", "-")) for end in row.locator(".ci").inner_text().split(" to "))
            reach = float(row.locator("xpath=ancestor::table").locator(".axis span").last.inner_text())
            assert low < -reach or high > reach


def test_long_responses_are_folded_in_all_columns_alike(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("long")
    samples = [corpus.question(0)]
    runs = [
        corpus.score(folder, name, samples, [corpus.answer(samples[0], text)])
        for name, text in (("short", "One two."), ("long", "\n".join(f"line {n}" for n in range(90)) + ", end"))
    ]
    with opened(browser, corpus.report(folder, *runs)) as page:
        button = page.get_by_role("button", name="Show whole responses, about 90 lines")
        assert button.get_attribute("aria-expanded") == "false"
        response = page.locator(".said.response").nth(1)
        folded = response.bounding_box()["height"]
        button.click()
        assert response.bounding_box()["height"] > 1.3 * folded
        page.get_by_role("button", name="Fold to 60 lines").click()
        assert response.bounding_box()["height"] == folded
        page.locator(".answer").nth(1).locator(".verdicts button").first.click()
        assert response.bounding_box()["height"] > folded, "the place of a verdict is never folded away"


def test_differing_words_are_marked_on_request(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("words")
    samples = [corpus.question(0)]
    texts = {"left": "The red river, it runs. 我们去北京", "right": "The blue river runs fast. 我们去上海"}
    runs = [corpus.score(folder, name, samples, [corpus.answer(samples[0], text)]) for name, text in texts.items()]
    with opened(browser, corpus.report(folder, *runs)) as page:
        page.click("text=Mark differing words")
        marked = page.evaluate("[...CSS.highlights.get('differs')].map(String)")
        assert marked == ["red", "river,", "it", "runs.", "北", "京", "blue", "river", "runs", "fast.", "上", "海"]
        page.click(".diff")
        assert page.evaluate("CSS.highlights.has('differs')") is False


def test_two_of_three_runs_are_shown_side_by_side(browser, runs):
    samples, alpha, beta = runs
    folder = alpha.parents[1]
    gamma = corpus.score(folder, "gamma", samples, [corpus.answer(one, "One two.") for one in samples])
    with opened(browser, corpus.report(folder, alpha, beta, gamma)) as page:
        assert page.locator(".answers .answer").count() == 3
        page.select_option("#by-pair", "AC")
        page.wait_for_function("document.querySelectorAll('.answers .answer').length === 2")
        assert page.locator(".answers .answer h4 .tag").all_inner_texts() == ["A", "C"]
        assert "pair=AC" in page.url
        page.keyboard.press("j")
        page.wait_for_function("document.querySelectorAll('.answers .answer').length === 2")
