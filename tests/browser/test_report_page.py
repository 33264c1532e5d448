"""The report in a real browser: it is opened, driven and attacked; nothing is fetched and nothing is executed."""

from __future__ import annotations

from itertools import pairwise

import corpus
import pytest
from driving import opened, status


@pytest.fixture(scope="module")
def one(two_runs):
    _, _, beta = two_runs
    return corpus.report(beta.parents[1], beta)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    samples, run = corpus.attack(tmp_path_factory.mktemp("attack"))
    return samples, corpus.report(run.parents[1], run)


def title(page):
    return page.locator("#detail-title").inner_text()


def shows(page, sample):
    page.wait_for_function("id => document.getElementById('detail-title')?.textContent.endsWith(id)", arg=sample.id)


def go(page, sample):
    """Follow an address typed over the present one."""
    page.evaluate("id => { location.hash = `#sample=${id}` }", sample.id)
    shows(page, sample)


def test_filters_count_what_is_there(browser, both):
    with opened(browser, both) as page:
        status(page, "60 samples")
        page.select_option("#by-task", "summarize")
        status(page, "30 of 60 samples")
        page.select_option("#by-run", "A")
        page.select_option("#by-show", "failed")
        status(page, "10 of 60 samples")
        page.select_option("#by-task", "")
        status(page, "20 of 60 samples")
        # With an instruction chosen, failed means that instruction: beta fails only the commas, but for the blank one.
        page.select_option("#by-run", "B")
        page.select_option("#by-id", "length_constraints:number_words")
        status(page, "1 of 60 samples")
        page.select_option("#by-id", "")
        page.select_option("#by-show", "unscored:missing")
        status(page, "2 of 60 samples")
        page.select_option("#by-show", "truncated")
        status(page, "1 of 60 samples")
        page.click("#reset")
        status(page, "60 samples")


def test_flips_are_those_of_the_comparison(browser, both):
    with opened(browser, both) as page:
        page.select_option("#by-show", "flipped")
        page.wait_for_selector("[role=status]:has-text('of 60')")
        listed = int(page.inner_text("[role=status]").split()[0])
        flips = page.locator("#compare .flips tbody tr")
        samples = {flips.nth(i).locator("code").first.text_content() for i in range(flips.count())}
        assert len(samples) == listed
        assert page.locator(".answer").count() == 2, "the answers of both runs stand beside each other"
        page.locator("#compare details:has(.flips) summary").click()
        link = flips.nth(3).locator("a")
        named = link.locator("code").inner_text()
        link.click()
        page.wait_for_function("id => document.getElementById('detail-title').textContent.endsWith(id)", arg=named)


def test_search_finds_in_answers_prompts_and_thinking(browser, both):
    with opened(browser, both) as page:
        for words, found in (("ZEBRA", 1), ("question 11 about", 1), ("i think of 7.", 1), ("[", 0), ("nowhere", 0)):
            page.fill("#search", words)
            status(page, f"{found} of 60 samples")
        page.fill("#search", "")
        status(page, "60 samples")


def test_a_permalink_opens_the_same_view(browser, both, two_runs):
    samples, *_ = two_runs
    with opened(browser, both) as page:
        page.select_option("#by-show", "failed")
        page.fill("#search", "weather")
        page.wait_for_function("() => location.hash.includes('q=weather')")
        page.locator(".item").nth(3).click()
        page.wait_for_function("() => document.querySelectorAll('.item[aria-selected=true]').length === 1")
        seen, link = title(page), page.locator("#permalink").get_attribute("href")
        count = page.inner_text("[role=status]")
    with opened(browser, both, link) as page:
        status(page, count)
        assert title(page) == seen
        assert page.input_value("#by-show") == "failed"
        assert page.input_value("#search") == "weather"
        go(page, samples[9])
        page.evaluate("location.hash = '#sample=nothing'")
        page.wait_for_selector("text=This file has no sample nothing.")


def test_keys_do_what_the_help_says(browser, both, two_runs):
    samples, *_ = two_runs
    with opened(browser, both) as page:
        page.keyboard.press("j")
        shows(page, samples[1])
        page.keyboard.press("j")
        shows(page, samples[2])
        page.keyboard.press("k")
        shows(page, samples[1])
        page.focus("#list")
        page.keyboard.press("ArrowDown")
        shows(page, samples[2])
        assert page.locator("#list").get_attribute("aria-activedescendant") == "item-2"
        page.keyboard.press("/")
        page.keyboard.type("zebra?jk")
        status(page, "0 of 60 samples")
        page.keyboard.press("Escape")
        page.click("#reset")
        page.keyboard.press("?")
        assert page.locator("dialog#help").is_visible()
        keys = page.locator("dialog kbd").all_inner_texts()
        assert {"j", "k", "/", "?", "Esc"} <= set(keys)
        page.keyboard.press("Escape")
        assert not page.locator("dialog#help").is_visible()
        page.keyboard.press("f")
        status(page, "40 of 60 samples")  # 20 of alpha, and of beta 29 and the blank one, 10 of them in both
        page.keyboard.press("f")
        status(page, "60 samples")
        page.keyboard.press("p")
        assert page.locator("#prompt").get_attribute("open") is not None


def test_an_instruction_shows_its_places(browser, both, two_runs):
    samples, *_ = two_runs
    with opened(browser, both, f"#sample={samples[0].id}") as page:
        answer = page.locator(".answer").first
        said = answer.locator(".said").first
        assert said.inner_text() == corpus.NEITHER
        commas = answer.locator(".verdicts button").first
        commas.hover()
        assert said.locator("mark.lit").all_inner_texts() == [","] * 5, "code points, not UTF-16 units"
        page.mouse.move(2, 2)
        assert said.locator("mark.lit").count() == 0
        page.keyboard.press("2")
        assert answer.locator(".verdicts button").nth(1).evaluate("it => it === document.activeElement")
        assert "✗ not followed: 5 commas" in commas.inner_text()
        page.keyboard.press("Escape")
        assert said.locator(".lit").count() == 0


def test_thinking_is_folded_and_flags_are_told(browser, one, two_runs):
    samples, *_ = two_runs
    with opened(browser, one, f"#sample={samples[6].id}") as page:
        assert page.locator(".answer .flag").all_inner_texts() == ["truncated"]
        go(page, samples[7])
        thought = page.locator(".answer details .said")
        assert not thought.is_visible()
        page.locator(".answer details summary").click()
        assert thought.inner_text() == "I think of 7."
        go(page, samples[59])
        assert "Unscored: missing" in page.inner_text(".answer")


def test_dark_and_light(browser, one):
    paper = "getComputedStyle(document.body).backgroundColor"
    with opened(browser, one, color_scheme="dark") as page:
        assert page.evaluate(paper) == "rgb(19, 21, 24)"
        page.click("#theme")
        assert page.evaluate(paper) == "rgb(251, 251, 249)"
        page.keyboard.press("t")
        assert page.evaluate(paper) == "rgb(19, 21, 24)"
        page.emulate_media(media="print")
        assert page.evaluate(paper) == "rgb(255, 255, 255)", "paper is white whatever the screen is"
        assert not page.locator("#list").is_visible()
        assert not page.locator(".filters").is_visible()
        assert page.locator(".answer .said").first.is_visible()
        assert page.locator(".big").is_visible()
    with opened(browser, one) as page:
        assert page.evaluate(paper) == "rgb(251, 251, 249)"


def test_a_phone_shows_all_without_scrolling_sideways(browser, both):
    with opened(browser, both, viewport={"width": 360, "height": 740}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        for element in ("#score", "#compare", "#tasks", "#samples"):
            box = page.locator(element).bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 360
        assert page.locator(".big").first.bounding_box()["width"] > 40
        page.locator(".item").nth(1).click()
        page.wait_for_function("() => document.getElementById('detail').getBoundingClientRect().top < 400")


def test_without_scripts_figures_and_charts_stand(browser, both):
    with opened(browser, both, ready=False, java_script_enabled=False) as page:
        assert page.locator(".big").count() == 2
        assert page.locator("#needs-script").is_visible()
        assert not page.locator("#browser").is_visible()
        assert not page.locator(".tools").is_visible()
        assert page.locator("#tasks svg.bar rect.fill").first.bounding_box()["width"] > 10
        assert page.locator("#compare .forest circle").count() >= 3


def test_names_headings_and_labels_are_there_for_those_who_do_not_see(browser, both):
    with opened(browser, both) as page:
        unnamed = page.evaluate(
            """() => [...document.querySelectorAll('button, input, select, a, svg[role=img], [role=listbox]')]
            .filter(e => !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length))
            .map(e => e.outerHTML)"""
        )
        assert unnamed == []
        hidden = page.locator("svg:not([role=img]):not([aria-hidden=true])").count()
        assert hidden == 0, "a drawing is either named, or its figures stand beside it"
        levels = page.evaluate(
            "[...document.querySelectorAll('main h1,main h2,main h3,main h4')].map(e => +e.tagName[1])"
        )
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert page.locator("[role=status]").get_attribute("aria-live") == "polite"
        assert [page.locator(landmark).count() for landmark in ("main", "header.top", "nav")] == [1, 1, 1]
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"


def test_only_what_is_in_sight_is_in_the_page(browser, both):
    with opened(browser, both) as page:
        assert page.locator(".item").count() < 40
        page.evaluate("document.getElementById('list').scrollTop = 1e6")
        page.wait_for_selector("#item-59")
        assert page.locator("#item-0").count() == 0


def test_hostile_texts_are_shown_and_do_nothing(browser, hostile):
    samples, path = hostile
    with opened(browser, path) as page:
        for number, sample in enumerate(samples):
            go(page, sample)
            for fold in page.locator("#detail summary").all():
                fold.click()
            assert page.evaluate("window.pwned") is None, corpus.ATTACKS[number][:60]
            links = page.evaluate("[...document.querySelectorAll('a')].map(a => a.getAttribute('href')[0])")
            assert set(links) == {"#"}
        strange = "img, iframe, object, embed, base, link, foreignObject, use, form[action], [onload], [onerror]"
        assert page.locator(strange).count() == 0
        assert page.locator("script").count() == page.locator("script.packed").count() + 1
        assert page.evaluate("document.title").startswith("attack")


def test_hostile_characters_are_spelled_out(browser, hostile):
    samples, path = hostile
    with opened(browser, path, f"#sample={samples[8].id}") as page:
        said = page.inner_text(".answer .said")
        for spelled in (
            "\\u202egnp.exe\\u202c",
            "\\u2066isolated",
            "\\u200bzero\\ufeff",
            "\\x1b[31mred",
            "\\x00 NUL",
            "\\u2028",
        ):
            assert spelled in said
        assert page.locator(".said").first.evaluate("e => getComputedStyle(e).unicodeBidi") == "isolate"
        go(page, samples[9])
        said = page.inner_text(".answer .said")
        assert "lone \\ud800 and \\udfff surrogates, 👩‍🚀 joined, שלום עולם" in said
        go(page, samples[-1])
        said = page.locator(".answer .said").first
        assert len(said.inner_text()) < 61_000
        said.locator("button").click()
        assert len(said.evaluate("e => e.textContent")) == len(corpus.ATTACKS[-1])
        assert said.locator("mark").all_inner_texts().count(",") == 2
