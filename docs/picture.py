"""Take the README's picture of a report: `make picture`, which needs chromium; writes docs/report.png.

Two models that do not exist answer questions on the built-in articles: each follows a share of the instructions, chosen
by a seed. Everything else is what `ifh score` and `ifh report` do.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from harness.adapters.base import Response
from scorers import search
from tasks.generate.generator import SampleGenerator
from tasks.generate.plan import GenerationPlan
from tasks.sources import load_source

if TYPE_CHECKING:
    from tasks.sample import Sample

PICTURE = Path(__file__).parent / "report.png"
MODELS = {"heron-7b": 0.82, "kestrel-3b": 0.68}
"""How likely each follows an instruction."""
SIZE = {"width": 1120, "height": 1180}
QUIET = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--hide-scrollbars")


def answer(sample: Sample, model: str, share: float) -> Response:
    """Return a text that follows some of the instructions, and what it would have cost."""
    rng = Random(f"{model}/{sample.id}")
    followed = [instruction for instruction in sample.instructions if rng.random() < share]
    text = search(followed, prompt=sample.prompt, rules=sample.rules).text or "I cannot help with that."
    output = len(text) // 4
    usage = {"input": len(sample.prompt) // 4, "output": output}
    seconds = round(0.4 + output * rng.uniform(0.004, 0.012), 2)
    return Response(sample.id, 0, text, model, usage=usage, cost=output * 6e-7, seconds=seconds)


def written(folder: Path) -> Path:
    """Write two runs and their report."""
    drawing = SampleGenerator(GenerationPlan(per_task=30, seed=7), load_source("builtin", {}).articles())
    samples = list(drawing)
    questions = folder / "questions.jsonl"
    questions.write_text("".join(json.dumps(sample.to_json()) + "\n" for sample in samples), encoding="utf-8")
    for model, share in MODELS.items():
        said = (answer(sample, model, share) for sample in samples)
        path = folder / f"{model}.jsonl"
        path.write_text("".join(json.dumps(one.to_json()) + "\n" for one in said), encoding="utf-8")
        ifh("score", "--questions", questions, "--answers", path, "--out", folder / model)
    ifh("report", *(folder / model for model in MODELS), "--out", folder / "report.html")
    return folder / "report.html"


def ifh(*args: str | Path) -> None:
    """Run the command."""
    subprocess.run([sys.executable, "-m", "harness", *map(str, args)], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command


def main() -> int:
    """Write the picture."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        print("make picture needs chromium (Debian: apt-get install chromium)")
        return 1
    with TemporaryDirectory(prefix="ifh-picture-") as name, sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=list(QUIET))
        page = browser.new_page(viewport=SIZE)
        page.goto(f"{written(Path(name)).as_uri()}#show=flipped")
        page.wait_for_selector("html[data-ready]")
        page.locator(".item:has-text('2/2')").first.click()
        page.wait_for_selector(".answer .verdicts .no")
        page.locator("#samples").evaluate("it => it.scrollIntoView()")
        page.locator(".answer .verdicts .no button").first.focus()
        page.screenshot(path=PICTURE)
        browser.close()
    print(f"{PICTURE.name}: {PICTURE.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
