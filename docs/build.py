"""Rebuild the generated pages: `make docs`, or `python -m docs.build --check` to see whether they are fresh."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import scorers
from scorers.catalog.page import REBUILD, format_checker_page, format_index_page

DOCS = Path(__file__).parent
MEASURED = DOCS / "measured.json"
"""How many published verdicts the audited reading moves; written by `python -m docs.measure`."""


def pages() -> dict[Path, str]:
    """Return every generated page and its content."""
    checkers = [scorers.load(id) for id in scorers.ids()]
    measured = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    found = {DOCS / "rules" / "README.md": format_index_page(checkers, measured)}
    for checker in checkers:
        path = DOCS / "rules" / f"{checker.id.replace(':', '/')}.md"
        found[path] = f"{REBUILD}\n\n{format_checker_page(checker, measured)}"
    return found


def main() -> int:
    """Write the pages, or with --check say which are stale."""
    wanted = pages()
    existing = set((DOCS / "rules").rglob("*.md"))
    stale = [p for p, text in wanted.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    orphans = sorted(existing - set(wanted))
    if "--check" in sys.argv[1:]:
        for path in [*stale, *orphans]:
            print(f"stale: {path.relative_to(DOCS.parent)} (run `make docs`)")
        return 1 if stale or orphans else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
    for path in orphans:
        path.unlink()
    print(f"{len(wanted)} pages, {len(stale)} written, {len(orphans)} removed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
