"""The documentation site is built without a warning, and links to headings lead to one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "results" / "README.md", *sorted(DOCS.glob("*.md"))]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and myst make them."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_headings_lead_to_one(page):
    for target, anchor in re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            there = page.parent / target if target else page
            assert anchor in anchors(there), f"{page.name}: {target}#{anchor}"


def build(builder: str, out: Path, *pages: Path) -> list[str]:
    """Build all of docs/, or only `pages` of it, after reading all; return the warnings."""
    options = ["-q", "-b", builder, "-d", str(out.parent / "read")]
    command = [sys.executable, "-m", "sphinx", *options, str(DOCS), str(out), *map(str, pages)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()


def test_the_site_is_built_without_a_warning(tmp_path):
    """Every page is read and its links are followed; of the pages of instructions, all alike, two become HTML."""
    pytest.importorskip("sphinx", reason="the site generator comes with the extra dev")
    assert build("dummy", tmp_path / "nothing") == []
    rules = DOCS / "rules"
    pages = [*DOCS.glob("*.md"), rules / "README.md", rules / "punctuation" / "no_comma.md"]
    warnings = build("html", tmp_path / "site", *pages)
    assert [line for line in warnings if "the index will be incomplete" not in line] == []
    assert (tmp_path / "site" / "searchindex.js").stat().st_size > 10_000
    assert "ifh" in (tmp_path / "site" / "run-files.html").read_text(encoding="utf-8")
    assert (tmp_path / "site" / "rules" / "punctuation" / "no_comma.html").is_file()
