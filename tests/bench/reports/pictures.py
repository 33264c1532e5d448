"""Six pairs of runs to look at: `python -m tests.bench.reports.pictures FOLDER`.

Writes the runs, a report of each pair and one of six runs, and of each report pictures: light and dark, 390 and 1,400
pixels wide, with rendered Markdown and differing words, and as printed (PDF). Prints the headline of each pair, at most
80 columns wide. Ends with an error if a page writes to the console, fetches anything, scrolls sideways, or has a fault
that axe-core counts as serious.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from .opening import started_chromium
from .pairs import answer_share, generate, ifh, write_pairs, write_run

WAYS: dict[str, dict[str, Any]] = {
    "light-1400": {"viewport": {"width": 1400, "height": 900}},
    "dark-1400": {"viewport": {"width": 1400, "height": 900}, "color_scheme": "dark"},
    "light-390": {"viewport": {"width": 390, "height": 844}},
    "dark-390": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
MODELS = {"heron-7b": 0.6, "kestrel-3b": 0.85, "merlin-1b": 0.4, "osprey-70b-instruct-2507": 0.9, "plover-2b": 0.5}
TALLEST = 12_000
"""Pixels of one picture; what is below them is in the next one."""


def main() -> int:
    """Write runs, reports and pictures; returns 1 where a page has a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    root = parser.parse_args().folder.resolve()
    root.mkdir(parents=True, exist_ok=True)
    for name, runs in write_pairs(root):
        headline, *_ = ifh("compare", *runs, cwd=root).split("\n\n")
        sys.stdout.write(f"{name}\n{headline}\n\n")
        ifh("report", *runs, "-o", f"{name}.html", cwd=root)
    samples = generate(10)
    for model, share in MODELS.items():
        write_run(root, f"several-{model}", samples, answer_share(model, model, share, 0.1))
    ifh("report", *(f"several-{model}" for model in MODELS), "-o", "several.html", cwd=root)
    faults = []
    with started_chromium() as browser:
        for report in sorted(root.glob("*.html")):
            for way, options in WAYS.items():
                faults += [f"{report.stem}, {way}: {fault}" for fault in picture_report(browser, report, way, options)]
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return int(bool(faults))


def picture_report(browser: Any, report: Path, way: str, options: dict[str, Any]) -> list[str]:
    """Take the pictures of a report opened in one way, and return its faults."""
    context = browser.new_context(bypass_csp=True, **options)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on("request", lambda request: faults.append(f"fetched {request.url}"))
    page.goto(f"{report.as_uri()}#markdown=1&diff=1")
    page.wait_for_selector("html[data-ready]")
    faults = [fault for fault in faults if not fault.startswith(f"fetched {report.as_uri()}")]
    width, height = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    if width > options["viewport"]["width"]:
        faults.append(f"{width} pixels wide")
    for number, top in enumerate(range(0, height, TALLEST)):
        clip = {"x": 0, "y": top, "width": width, "height": min(TALLEST, height - top)}
        page.screenshot(path=report.with_name(f"{report.stem}-{way}-{number}.png"), full_page=True, clip=clip)
    faults += find_faults(page)
    if way == "light-1400":
        page.pdf(path=report.with_suffix(".pdf"), format="A4", print_background=True)
    context.close()
    return faults


def find_faults(page: Any) -> list[str]:
    """Return what axe-core finds serious or critical, with the first places."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']}: {', '.join(str(node['target'][0]) for node in one['nodes'][:3])}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


if __name__ == "__main__":
    sys.exit(main())
