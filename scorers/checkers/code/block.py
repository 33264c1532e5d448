"""code:block.

Audited: at least one fenced block of the response is marked with the language (`python`, `py` and `python3` are one
language, as are `yaml` and `yml`), has at least the given number of lines that are not blank, and parses: Python by
the grammar of the Python that runs the check, JSON by RFC 8259, YAML 1.1, TOML 1.0. It is parsed, never run. A fence is
three or more backticks or tildes and has to be closed. Of all blocks together, 40,000 characters are read.
"""

from __future__ import annotations

from dataclasses import dataclass

from scorers import (
    SLOT,
    Case,
    Checker,
    Demands,
    Filler,
    Text,
    Verdict,
    cached_text,
    choice,
    format_count,
    format_lines,
    insert_block,
    integer,
)

from ...text.markdown import Fence, content, fences
from ._parse import ALIASES, LANGUAGES, LONGEST, fault

_NAMES = {"python": "Python", "json": "JSON", "yaml": "YAML", "toml": "TOML"}


@dataclass(frozen=True)
class Block(Checker):
    """Demands a fenced block of code in a given language that parses."""

    id = "code:block"
    version = 2

    language: str = choice("the language of the block, as it is marked", LANGUAGES)
    num_lines: int = integer("how many lines that are not blank the block has at least", low=1, high=200, drawn=(2, 6))

    good = [
        Case('Run this:\n```python\nx = 1\nprint(f"{x}")\n```', language="python", num_lines=2),
        Case("~~~~ Py\r\nif x:\r\n    y()\r\n~~~~", language="python", num_lines=2, why="another fence, another name"),
        Case("1. This:\n   ```yml\n   a: 1\n   ```", language="yaml", num_lines=1, why="an indented fence"),
        Case("```json\n{}}\n```\n```json\n{}\n```", language="json", num_lines=1, why="one of the blocks is enough"),
        Case("```toml\n[a]\nb = 1979-05-27\n```", language="toml", num_lines=2),
    ]
    bad = [
        Case("```python\nx = \n```", language="python", num_lines=1, why="it does not parse"),
        Case("```\nx = 1\n```", language="python", num_lines=1, why="not marked"),
        Case("```python\nx = 1", language="python", num_lines=1, why="not closed"),
        Case("```python\nx = 1\n\n```", language="python", num_lines=2, why="a blank line is not counted"),
        Case("x = 1", language="python", num_lines=1, why="no fence"),
        Case('```json\n{"a": NaN}\n```', language="json", num_lines=1, why="JSON has no NaN"),
        Case("```yaml\na: *b\n```", language="yaml", num_lines=1, why="nothing is called b"),
        Case("```toml\na = 1\na = 2\n```", language="toml", num_lines=1, why="a name twice"),
    ]

    def describe(self) -> str:
        lines = format_count(self.num_lines, "line")
        return (
            f"Include a block of valid {_NAMES[self.language]} code with at least {lines} (blank lines not counted), "
            f"fenced and marked as in ```{self.language}."
        )

    def check(self, text: Text) -> Verdict:
        found = fences(text)
        own = [block for block in found if ALIASES.get(block.language, block.language) == self.language]
        if not own:
            other = format_count(len(found), "block") + (f", marked {_marks(found)}" if found else "")
            spans = [(block.start, block.end) for block in found]
            return Verdict.of(False, f"no block marked {self.language}; {other}{format_lines(text, spans)}", spans)
        left = LONGEST
        first = ""
        for block in own:
            source = content(text.raw, block)
            left -= len(source)
            lines = sum(not line.isspace() and line != "" for line in source.splitlines())
            why = fault(self.language, source) if left >= 0 else f"beyond {LONGEST} characters, which is not read"
            place = format_lines(text, [(block.start, block.end)]).removeprefix(", ")
            if not why and lines >= self.num_lines:
                reason = f"a {self.language} block of {format_count(lines, 'line')} that parses, {place}"
                return Verdict.of(True, reason, [(block.start, block.end)])
            first = first or f"the {self.language} block {place}: {why or format_count(lines, 'line')}"
            if left < 0:
                break
        more = f"; {len(own)} such blocks" if len(own) > 1 else ""
        return Verdict.of(False, f"{first}{more}", [(block.start, block.end) for block in own])

    def demands(self) -> Demands:
        return Demands(phase="skeleton", layout=self._layout(), lines=(self._written([SLOT] * self.num_lines),))

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        filler = Filler(turn=13)
        words = [filler.word() for _ in range(self.num_lines)]
        return insert_block(draft, self._written(words), lambda repaired: self.check(cached_text(repaired)).followed)

    def _layout(self) -> tuple[str, ...]:
        # A fence around the whole answer is none of its lines: JSON may stand in one, and be the block.
        return () if self.language == "json" else ("a fenced block",)

    def _written(self, words: list[str]) -> str:
        """Return a block that parses in any case of its letters."""
        if self.language == "json":
            # Without commas, which may be forbidden.
            around = len(words) // 2
            lines = [*["["] * around, f'"{words[0]}"', *["]"] * around]
        else:
            line = {"python": '{} = "{}"', "yaml": "{}: {}", "toml": '{} = "{}"'}[self.language]
            lines = [line.format(f"{'abcdefghij'[k % 10]}{k}", word) for k, word in enumerate(words)]
        return "\n".join([f"```{self.language}", *lines, "```"])


def _marks(found: list[Fence]) -> str:
    marks = list(dict.fromkeys(block.language or "as nothing" for block in found))
    shown = [mark if len(mark) <= 20 and mark.isprintable() else f"{mark[:19]!r}" for mark in marks[:3]]
    return ", ".join([*shown, *(["and others"] if len(marks) > 3 else [])])
