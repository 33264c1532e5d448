"""code:block.

Audited: at least one fenced block of the response is marked with the language (`py` and `python3` mean `python`, `yml`
means `yaml`), has at least the given number of lines that are not blank, and is valid: Python that the interpreter of
the check compiles (`return` outside a function is not), JSON by RFC 8259, YAML 1.1 without repeated keys, TOML 1.0.
ifharness never runs it. A fence is three or more backticks or tildes and has to be closed. All blocks together have at
most 40,000 characters.
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
    format_asked,
    format_count,
    format_lines,
    insert_block,
    integer,
)

from ...checker import READ_AS_SEEN
from ...text.markdown import Fence, content, fences
from ._parse import ALIASES, LANGUAGES, LONGEST, fault

_NAMES = {"python": "Python", "json": "JSON", "yaml": "YAML", "toml": "TOML"}


@dataclass(frozen=True)
class Block(Checker):
    """Requires a fenced block of valid code in a given language."""

    id = "code:block"
    version = 2
    changes = (
        (
            f"{READ_AS_SEEN} Python has to compile (no `return` at top level) and YAML keys are unique: else the "
            "block is not valid code."
        ),
    )

    language: str = choice("the language that the block is marked with", LANGUAGES)
    num_lines: int = integer("the smallest number of lines that are not blank", low=1, high=200, drawn=(2, 6))

    good = [
        Case('Run this:\n```python\nx = 1\nprint(f"{x}")\n```', language="python", num_lines=2),
        Case("~~~~ Py\r\nif x:\r\n    y()\r\n~~~~", language="python", num_lines=2, why="another fence, another name"),
        Case(
            "```python\nasync def f():\n    return await g()\n```",
            language="python",
            num_lines=2,
            why="inside a function",
        ),
        Case("1. This:\n   ```yml\n   a: 1\n   ```", language="yaml", num_lines=1, why="an indented fence"),
        Case("```json\n{}}\n```\n```json\n{}\n```", language="json", num_lines=1, why="one block is enough"),
        Case("```toml\n[a]\nb = 1979-05-27\n```", language="toml", num_lines=2),
    ]
    bad = [
        Case("```python\nx = \n```", language="python", num_lines=1, why="not valid"),
        Case("```python\nreturn 5\n```", language="python", num_lines=1, why="outside a function"),
        Case("```python\nif x:\n    break\n```", language="python", num_lines=2, why="outside a loop"),
        Case("```yaml\na: 1\na: 2\n```", language="yaml", num_lines=1, why="a key twice"),
        Case("```\nx = 1\n```", language="python", num_lines=1, why="not marked"),
        Case("```python\nx = 1", language="python", num_lines=1, why="not closed"),
        Case("```python\nx = 1\n\n```", language="python", num_lines=2, why="a blank line does not count"),
        Case("x = 1", language="python", num_lines=1, why="no fence"),
        Case('```json\n{"a": NaN}\n```', language="json", num_lines=1, why="JSON has no NaN"),
        Case("```yaml\na: *b\n```", language="yaml", num_lines=1, why="an alias without its anchor"),
        Case("```toml\na = 1\na = 2\n```", language="toml", num_lines=1, why="a name twice"),
    ]

    def describe(self) -> str:
        lines = format_count(self.num_lines, "line")
        return (
            f"Include a fenced code block that opens with ```{self.language} and holds at least {lines} of valid "
            f"{_NAMES[self.language]} (blank lines do not count)."
        )

    def check(self, text: Text) -> Verdict:
        found = fences(text)
        own = [block for block in found if ALIASES.get(block.language, block.language) == self.language]
        if not own:
            return Verdict.of(False, self._missing(found), [(block.start, block.end) for block in found])
        left = LONGEST
        first = ""
        asked = format_asked("at least", self.num_lines)
        for block in own:
            source = content(text.raw, block)
            left -= len(source)
            lines = sum(not line.isspace() and line != "" for line in source.splitlines())
            why = fault(self.language, source) if left >= 0 else f"it is beyond the first {LONGEST} characters of code"
            place = format_lines(text, [(block.start, block.end)]).removeprefix(", ")
            which = f"the {_NAMES[self.language]} block {place}"
            counted = f"has {format_count(lines, 'line')}; {asked}"
            if not why and lines >= self.num_lines:
                return Verdict.of(True, f"{which} is valid and {counted}", [(block.start, block.end)])
            first = first or (f"{which} is not valid: {why}" if why else f"{which} {counted}")
            if left < 0:
                break
        more = f" (the first of {len(own)} such blocks)" if len(own) > 1 else ""
        return Verdict.of(False, f"{first}{more}", [(block.start, block.end) for block in own])

    def _missing(self, found: list[Fence]) -> str:
        reason = f"no block is marked {self.language}"
        if not found:
            return f"{reason}; the response has no closed code block"
        marked = "1 block is" if len(found) == 1 else f"{len(found)} blocks are"
        return f"{reason}; {marked} marked otherwise: {_marks(found)}"

    def demands(self) -> Demands:
        return Demands(phase="skeleton", layout=self._layout(), lines=(self._written([SLOT] * self.num_lines),))

    def repair(self, draft: str) -> str:
        if self.check(cached_text(draft)).followed:
            return draft
        filler = Filler(turn=13)
        words = [filler.word() for _ in range(self.num_lines)]
        return insert_block(draft, self._written(words), lambda repaired: self.check(cached_text(repaired)).followed)

    def _layout(self) -> tuple[str, ...]:
        # A JSON block may be the fence around a whole response in JSON, and then is none of its lines.
        return () if self.language == "json" else ("a fenced block",)

    def _written(self, words: list[str]) -> str:
        """Return a block that is valid in any case of its letters."""
        if self.language == "json":
            # Another instruction may forbid commas.
            around = len(words) // 2
            lines = [*["["] * around, f'"{words[0]}"', *["]"] * around]
        else:
            line = {"python": '{} = "{}"', "yaml": "{}: {}", "toml": '{} = "{}"'}[self.language]
            lines = [line.format(f"{'abcdefghij'[k % 10]}{k}", word) for k, word in enumerate(words)]
        return "\n".join([f"```{self.language}", *lines, "```"])


def _marks(found: list[Fence]) -> str:
    marks = list(dict.fromkeys(block.language or "no language" for block in found))
    shown = [mark if len(mark) <= 20 and mark.isprintable() else f"{mark[:19]!r}" for mark in marks[:3]]
    return ", ".join([*shown, *(["and others"] if len(marks) > 3 else [])])
