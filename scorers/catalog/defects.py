"""The page of published defects: what each published verifier does otherwise, and how many verdicts that moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..rule_books import published_variant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..checker import Checker

COMMAND = "python -m docs.measure FOLDER && make docs"
_FIGURES = {
    "prompt_strict": "prompt-level strict",
    "instruction_strict": "instruction-level strict",
    "prompt_loose": "prompt-level loose",
    "instruction_loose": "instruction-level loose",
}
_HEAD = "| instruction | what the published verifier does otherwise | verdicts | lost | gained | moved |"


def format_defects_page(checkers: Sequence[type[Checker]], measured: Mapping[str, Any]) -> str:
    """Return the page, one section a set of responses; `measured` is what `docs.measure` wrote."""
    parts = [
        "# Published defects, and what they move",
        "The published verifiers and the `audited` rules verify the same responses. A verdict is *lost* if only the "
        "published verifier says followed, and *gained* if only `audited` does, both in strict mode. Instructions "
        "without a changed verdict are counted below each table.",
        f"FOLDER holds the questions and responses. This command writes the page:\n\n```sh\n{COMMAND}\n```",
        "For your own responses: `ifh rules diff RUN` ([published-sets.md](published-sets.md#comparing-rule-books)).",
    ]
    for name, found in measured.items():
        parts += [f"## {name}", *_section(checkers, found)]
    return "\n\n".join(parts) + "\n"


def _section(checkers: Sequence[type[Checker]], found: Mapping[str, Any]) -> Iterator[str]:
    by_id, book = found["by_id"], found["book"]
    changed = sum(gained + lost for _, gained, lost in by_id.values())
    yield (
        f"{found['verdicts']} strict verdicts, of which {changed} change from `{book}` to `audited` "
        f"({changed / found['verdicts']:.1%})."
    )
    rows = [
        f"| {_FIGURES[name]} | {before:.2f} | {after:.2f} | {after - before:+.2f} |"
        for name, (before, after) in found.get("figures", {}).items()
        if name in _FIGURES
    ]
    yield "\n".join([f"| metric | `{book}` | `audited` | change |", "| --- | ---: | ---: | ---: |", *rows])
    moved = [checker for checker in checkers if sum(by_id.get(checker.id, (0, 0, 0))[1:])]
    moved.sort(key=lambda checker: (-sum(by_id[checker.id][1:]) / by_id[checker.id][0], checker.id))
    yield "\n".join([_HEAD, "| --- | --- | ---: | ---: | ---: | ---: |", *(_row(one, book, by_id) for one in moved)])
    same = sum(not gained + lost for _, gained, lost in by_id.values())
    yield f"No verdict of {same} other instructions changes."


def _row(checker: type[Checker], book: str, by_id: Mapping[str, Sequence[int]]) -> str:
    number, gained, lost = by_id[checker.id]
    variant = published_variant(checker, book)
    why = (variant.why if variant else "").replace("|", "\\|")
    link = f"[{checker.id}](rules/{checker.id.replace(':', '/')}.md)"
    return f"| {link} | {why} | {number} | {lost} | {gained} | {(gained + lost) / number:.1%} |"
