"""Reading a report of several runs: keys, phones, cut intervals, folds, differing words, two of three runs."""

from __future__ import annotations

import corpus
from driving import opened


def test_keys_scroll_to_what_they_select(browser, both):
    with opened(browser, both) as page:
        top = "document.getElementById('browser').getBoundingClientRect().top"
        for key in ("j", "f"):
            page.evaluate("scrollTo(0, 0)")
            assert page.evaluate(f"{top} > innerHeight"), "the samples are out of sight"
            page.keyboard.press(key)
            page.wait_for_function(f"{top} < innerHeight / 2 && {top} > -50")
        page.locator(".item").nth(4).click()
        page.wait_for_function("() => document.querySelector('[aria-selected=true]').id === 'item-4'")
        at = page.evaluate("scrollY")
        page.keyboard.press("k")
        page.wait_for_function("() => document.querySelector('[aria-selected=true]').id === 'item-3'")
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
        page.evaluate("scrollBy(0, innerHeight)")
        page.keyboard.press("k")
        page.wait_for_function("() => document.getElementById('detail').getBoundingClientRect().top > 0")


def test_differing_words_are_marked_on_request(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("words")
    samples = [corpus.question(0)]
    texts = {"left": "The red river, it runs. 我们去北京", "right": "The blue river runs fast. 我们去上海"}
    runs = [corpus.score(folder, name, samples, [corpus.answer(samples[0], text)]) for name, text in texts.items()]
    with opened(browser, corpus.report(folder, *runs)) as page:
        page.click("text=Mark differing words")
        marked = page.evaluate("[...CSS.highlights.get('differs')].map(String)")
        assert marked == ["red", "river,", "it", "runs.", "北", "京", "blue", "river", "runs", "fast.", "上", "海"]
        page.keyboard.press("m")
        page.wait_for_selector(".rendered")
        assert page.evaluate("[...CSS.highlights.get('differs')].map(String)") == marked, "also next to Markdown"
        page.click(".diff")
        assert page.evaluate("CSS.highlights.has('differs')") is False


def test_whole_badges_only(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("badges")
    samples = [corpus.question(0)]
    text = f"{samples[0].turns[-1].text} good good good good" * 30
    runs = [
        corpus.score(folder, f"run-{n}", samples, [corpus.answer(samples[0], text, stop="length")]) for n in range(8)
    ]
    with opened(browser, corpus.report(folder, *runs), viewport={"width": 820, "height": 900}) as page:
        page.fill("#tags", ", ".join(f"a rather long tag {n}" for n in range(6)))
        page.wait_for_function("() => document.querySelector('.item .noted')")
        line = page.locator(".item").first.bounding_box()
        badges = page.locator(".item .badges > *")
        for box in (badge.bounding_box() for badge in badges.all()):
            assert box["x"] + box["width"] <= line["x"] + line["width"]
            assert box["y"] + box["height"] <= line["y"] + line["height"]
        assert badges.last.inner_text().startswith("+")
        assert "8 runs truncated" in badges.last.get_attribute("title")
        assert page.locator(".item .chip").all_inner_texts() == [f"{letter}✗" for letter in "ABCDEFGH"]


def test_what_is_folded_is_open_on_paper(browser, both):
    with opened(browser, both) as page:
        folds = page.locator("#compare details, #instructions details")
        wanted = [False] * folds.count()
        assert folds.evaluate_all("all => all.map(it => it.open)") == wanted
        for moment in ("beforeprint", "afterprint"):
            page.evaluate("name => dispatchEvent(new Event(name))", moment)
            wanted = [not one for one in wanted]
            assert folds.evaluate_all("all => all.map(it => it.open)") == wanted
        page.emulate_media(media="print")
        assert page.locator("#tasks svg.bar").first.is_visible()
        assert not page.locator(".actions").is_visible()


def test_a_coloured_difference_has_the_colour_of_the_better_run(browser, both):
    with opened(browser, both) as page:
        rows = page.locator(".forest tr.sure")
        assert rows.count() > 0
        for row in rows.all():
            better = "c1" if row.locator(".strong").text_content().startswith("+") else "c0"
            assert better in row.get_attribute("class").split()
            colour = page.locator(f".tag.{better}").first.evaluate("it => getComputedStyle(it).color")
            assert row.locator("circle").evaluate("it => getComputedStyle(it).fill") == colour


def test_two_of_three_runs_are_shown_side_by_side(browser, two_runs):
    samples, alpha, beta = two_runs
    folder = alpha.parents[1]
    gamma = corpus.score(folder, "gamma", samples, [corpus.answer(one, "One two.") for one in samples])
    with opened(browser, corpus.report(folder, alpha, beta, gamma)) as page:
        boxes = [answer.bounding_box() for answer in page.locator(".answers .answer").all()]
        assert [box["y"] for box in boxes] == [boxes[0]["y"]] * 3, "three columns fit"
        page.select_option("#by-pair", "AC")
        page.wait_for_function("document.querySelectorAll('.answers .answer').length === 2")
        assert page.locator(".answers .answer h4 .tag").all_inner_texts() == ["A", "C"]
        assert "pair=AC" in page.url
        page.keyboard.press("j")
        page.wait_for_function("document.querySelectorAll('.answers .answer').length === 2")
