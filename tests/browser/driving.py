"""Driving a report in a real browser: it is opened, and whatever it fetches or says is a failure."""

from __future__ import annotations

import shutil
from contextlib import contextmanager

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@contextmanager
def opened(browser, path, address="", *, ready=True, **options):
    """Open a report; nothing but the file may be asked for, nothing may be said on the console."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    context.set_default_timeout(8000)
    page = context.new_page()
    asked, trouble = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("dialog", lambda dialog: (trouble.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.goto(f"{path.as_uri()}{address}")
    if ready:
        page.wait_for_selector("html[data-ready]")
    yield page
    context.close()
    assert {url.partition("#")[0] for url in asked} == {path.as_uri()}
    assert trouble == []


def status(page, wanted):
    """Wait until the list says how much it shows."""
    page.wait_for_function("wanted => document.querySelector('[role=status]').textContent === wanted", arg=wanted)
