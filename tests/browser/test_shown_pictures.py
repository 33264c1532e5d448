"""A question in pictures: the page shows what the model was shown, from its own file alone."""

from __future__ import annotations

import corpus
import pytest
from driving import opened, status

from scorers import read
from tasks.pictures.draw import draw_pages
from tasks.sample import Part, Sample, Turn

ARTICLE = "The ferry sailed at dawn. <img src=x onerror='window.pwned=1'>\n\n船长夏永福把船开得比平时慢。"
[(_, PAGE)] = draw_pages(ARTICLE)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    turn = Turn("user", (Part("Read this:"), Part(ARTICLE, PAGE), Part("Sum it up.")))
    samples = [Sample.build("summarize", [turn], [read(corpus.NO_COMMA)], article_id="a"), corpus.question(1)]
    (folder / "questions.images").mkdir()
    (folder / "questions.images" / PAGE.name).write_bytes(PAGE.read())
    return samples, corpus.score(folder, "gamma", samples, [corpus.answer(one, "Yes.") for one in samples])


@pytest.fixture(scope="module")
def path(run):
    samples, folder = run
    return samples, corpus.report(folder.parents[1], folder)


def test_the_picture_is_shown_small_with_its_text_its_file_and_a_mark_in_the_list(browser, path):
    samples, report = path
    with opened(browser, report, f"#sample={samples[0].id}") as page:
        page.wait_for_selector("#detail-title")
        page.locator("#prompt summary").first.click()
        picture = page.locator("#prompt img.page")
        assert picture.evaluate("it => it.decode().then(() => [it.naturalWidth, it.naturalHeight])") == [
            PAGE.width // 2,
            PAGE.height // 2,
        ]
        assert "picture of a text" in picture.get_attribute("alt")
        prompt = page.locator("#prompt").inner_text()
        assert f"samples.images/{PAGE.name}" in prompt
        assert prompt.index("Read this:") < prompt.index("Sent as a picture of 768") < prompt.index("Sum it up.")
        page.locator("#prompt figure summary").click()
        assert page.locator("#prompt figure .said").inner_text() == ARTICLE
        assert page.evaluate("window.pwned") is None
        page.fill("#search", "夏永福")
        status(page, "1 of 2 samples")
        page.fill("#search", "")
        status(page, "2 samples")
        assert page.locator(".item img.thumb").count() == 1
        assert samples[0].id in page.locator(".item:has(img.thumb)").inner_text()


def test_a_page_without_the_picture_says_so(browser, run, path):
    samples, folder = run
    kept = path[1].read_bytes()
    (folder / "samples.images" / PAGE.name).write_bytes(PAGE.read()[:-1])
    report = corpus.report(folder.parents[1], folder)
    with opened(browser, report, f"#sample={samples[0].id}") as page:
        page.wait_for_selector("#detail-title")
        page.locator("#prompt summary").first.click()
        assert "This page does not have the picture." in page.locator("#prompt").inner_text()
        assert page.locator("img").count() == 0
    report.write_bytes(kept)
