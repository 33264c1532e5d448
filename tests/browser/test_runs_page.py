"""The page of all runs in a real browser: filters, order, selection and updates, by mouse and by keyboard."""

from __future__ import annotations

import json
import shutil
import threading
from contextlib import contextmanager

import corpus
import pytest
from driving import CHROMIUM

from harness.reporting.serving.run_browser import RunBrowser

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine (Debian: apt-get install chromium)")

MODELS = ("alpha", "beta", "gamma", "<img src=x onerror=alert(1)>\u202e")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    samples = [corpus.question(number) for number in range(6)]
    made = {
        "good": corpus.score(folder, "good", samples, [corpus.answer(one, corpus.BOTH) for one in samples]),
        "bad": corpus.score(folder, "bad", samples, [corpus.answer(one, corpus.COMMA) for one in samples]),
    }
    for number in range(8):
        copy = shutil.copytree(made["bad" if number % 2 else "good"], folder / "results" / f"run-{number}")
        info = json.loads((copy / "run.json").read_text())
        info |= {"started": f"2026-0{number + 1}-10T08:00:00+00:00", "config": "odd" if number % 2 else "even"}
        (copy / "run.json").write_text(json.dumps(info | {"plan": info["plan"] | {"model": MODELS[number % 4]}}))
    for name in made:
        shutil.rmtree(folder / "results" / name)
    (folder / "results/run-7/run.json").write_text("{")
    return folder / "results"


@contextmanager
def browsing(browser, results, **options):
    """Open the page; nothing but this server may be asked, nothing may be said on the console."""
    with RunBrowser(results) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(8000)
        page = context.new_page()
        asked, trouble = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("dialog", lambda dialog: (trouble.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.goto(server.url)
        page.wait_for_selector("html[data-ready]")
        yield page
        context.close()
        server.shutdown()
        assert all(url.startswith(server.url) for url in asked)
        assert trouble == []


def names(page):
    return page.locator("#rows th").all_inner_texts()


def test_filters_and_order(browser, results):
    with browsing(browser, results) as page:
        assert names(page) == [*(f"run-{n}" for n in (6, 5, 4, 3, 2, 1, 0)), "run-7"]
        assert "cannot be read" in page.locator("#rows tr").last.inner_text() or page.locator(".broken").count() == 1
        page.select_option("#by-set", "odd")
        assert names(page) == ["run-5", "run-3", "run-1"]
        page.select_option("#by-model", "beta")
        assert names(page) == ["run-5", "run-1"]
        page.fill("#from", "2026-03-01")
        assert names(page) == ["run-5"]
        assert page.inner_text("#status").startswith("1 of 8 runs")
        page.click("#reset")
        page.get_by_role("button", name="IF").click()
        assert page.locator("#rows th").first.inner_text() in {"run-0", "run-2", "run-4", "run-6"}
        assert page.locator("th[aria-sort=descending]").inner_text().startswith("IF")
        page.get_by_role("button", name="IF").click()
        assert names(page)[0] in {"run-1", "run-3", "run-5"}
        assert names(page)[-1] == "run-7", "what is unknown is last in both orders"
        page.fill("#search", "GAMMA")
        assert len(names(page)) == 2


def test_by_keyboard_two_runs_are_selected_and_compared_and_back_restores_them(browser, results):
    with browsing(browser, results) as page:
        page.keyboard.press("/")
        page.keyboard.type("run-")
        page.focus("[aria-label='Select run-0']")
        page.keyboard.press("Space")
        assert page.locator("#compare").is_hidden()
        page.focus("[aria-label='Select run-1']")
        page.keyboard.press("Space")
        assert page.inner_text("#chosen").split() == ["Baseline", "first:", "A", "alpha", "B", "beta"]
        page.focus("#compare")
        page.keyboard.press("Enter")
        page.wait_for_selector("html[data-ready] #compare .verdict")
        assert "A (alpha)" in page.inner_text("#compare .verdict")
        page.go_back()
        page.wait_for_selector("html[data-ready] #basket:not([hidden])")
        assert page.input_value("#search") == "run-"
        assert page.locator("#rows input:checked").count() == 2
        page.click("#clear")
        page.get_by_role("link", name="run-3", exact=True).click()
        page.wait_for_selector("html[data-ready] #score")


def test_rows_change_while_the_page_is_open_and_the_focus_stays(browser, results, tmp_path):
    live = shutil.copytree(results, tmp_path / "results")
    with browsing(browser, live) as page:
        page.focus("[aria-label='Select run-2']")
        shutil.copytree(live / "run-0", live / "new")
        page.evaluate("dispatchEvent(new Event('focus'))")
        page.wait_for_function("() => document.querySelectorAll('#rows tr').length === 9")
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Select run-2"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_is_wider_than_the_screen(browser, results, scheme):
    with browsing(browser, results, viewport={"width": 390, "height": 800}, color_scheme=scheme) as page:
        page.get_by_label("Select run-0").check()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.select_option("#sort", "if_score")
        assert names(page)[0] in {"run-1", "run-3", "run-5"}
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 21, 24)"
        assert dark == (scheme == "dark")
