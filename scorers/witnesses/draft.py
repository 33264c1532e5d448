"""write_draft: a first draft that meets the joined demands of a set of instructions.

A draft is a row of units (a few filler words each) with separators between them: blank lines, dividers, section
markers, bullets. It is built, measured, and built again with other sizes until its counts fit.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ..demands import ANY, SLOT, Range
from ..repair.filler import Filler
from ..repair.filler_zh import ChineseFiller
from ..repair.foreign_sentences import SENTENCES, in_language
from ..text.word_search import has_word
from .size import Size, first_size, is_chinese, resize

if TYPE_CHECKING:
    from ..demands import Demands

BUILDS = 6
"""Times a draft is built with other sizes."""


def write_draft(demands: Demands, turn: int = 0, *, published: bool = False) -> str:
    """Return a text with the counts and literals of `demands`; another `turn` words it otherwise.

    `published` counts words and sentences as the published verifiers do.
    """
    if demands.form == "option" and demands.option:
        return demands.option[turn % len(demands.option)]
    if demands.sentences.high is not None and demands.paragraph_words.high is not None:
        # Few sentences fit best into one paragraph, which bounds the words of them all.
        words = demands.words.meet(Range(0, demands.paragraph_words.high))
        demands = demands if words.empty else replace(demands, words=words)
    size = first_size(demands)
    text = ""
    for _ in range(BUILDS):
        text = _Build(demands, size, turn, published=published).text()
        other = resize(text, demands, size, published=published)
        if other == size:
            break
        size = other
    return text


class _Build:
    """One build of a draft."""

    def __init__(self, demands: Demands, size: Size, turn: int, *, published: bool) -> None:
        self.demands = demands
        self.published = published
        self.size = size
        self.turn = turn
        used = [word for literal in (*demands.contains, *(w for w, _ in demands.counts)) for word in literal.split()]
        scarce = [c for c, span in demands.letters if span.high is not None]
        self.chinese = is_chinese(demands)
        supply = ChineseFiller if self.chinese else Filler
        self.filler = supply((*demands.excludes, *used), (*demands.lacks, *scarce), turn)
        self.bullets = demands.bullets.low

    def text(self) -> str:
        """Return the draft."""
        demands = self.demands
        if demands.form == "json" and demands.lines:  # only a fence around the whole can stand there
            return self._fill_slots(demands.lines[0])
        units = self._units()
        body = units[: len(units) - self.bullets] if self.bullets else units
        text = self._join_units(body)
        for unit in units[len(body) :]:
            text += f"{'' if not text else chr(10)}* {unit}"
        if demands.postscript:
            text += f"\n{demands.postscript}{self.filler.space}{self.filler.sentence(3)}"
        if demands.last and self.size.merged:
            text = f"{text.rstrip(self.filler.stop)}{self.filler.space}{demands.last}"
        elif demands.last:
            text += ("\n" if self.bullets and not demands.postscript else self.filler.space) + demands.last
        if demands.first:
            runs_on = self.chinese and not (demands.title or demands.sections or text.startswith("*"))
            text = f"{demands.first}{'' if runs_on else chr(10)}{text}"
        text = {"upper": text.upper(), "lower": text.lower()}.get(demands.case, text)
        return self._wrap_text(text.strip())

    def _wrap_text(self, text: str) -> str:
        demands = self.demands
        if demands.form == "json":
            flat = " ".join(text.split())
            # A bare string is JSON too, and begins and ends with a quotation mark.
            bare = demands.quoted or demands.last or (self.chinese and demands.first)
            return json.dumps(flat if bare else {"正文" if self.chinese else "text": flat}, ensure_ascii=False)
        opening, closing = "“”" if self.chinese else '""'
        return f"{opening}{text}{closing}" if demands.quoted else text

    def _units(self) -> list[str]:
        """Return the units, bullets last, with every literal in one of them."""
        number = self.size.units + self.bullets
        own = max(self.size.words, number)
        lengths = [own // number + (i < own % number) for i in range(number)]
        extras = self._extras(number)
        if not self.chinese and self.demands.language in SENTENCES and self.demands.language != "en":
            said = zip(in_language(self.demands.language, lengths), extras, strict=True)
            units = [" ".join([*extra, sentence]) for sentence, extra in said]
        else:
            units = [self.filler.sentence(n, extra) for n, extra in zip(lengths, extras, strict=True)]
        stops = number if self.size.stops is None else self.size.stops
        return [unit if i >= number - stops else unit.rstrip(self.filler.stop) for i, unit in enumerate(units)]

    def _extras(self, number: int) -> list[list[str]]:
        """Share literals, highlights, placeholders and capitals out over the units."""
        demands = self.demands
        fixed = " ".join((demands.first, demands.last, *demands.lines)).lower()
        # A part may stand inside a word: where the word itself is forbidden, a longer one still holds it.
        parts = [f"{part}s" if part.lower() in demands.excludes else part for part in demands.parts]
        literals = [literal for literal in (*demands.contains, *parts) if literal.lower() not in fixed]
        for word, span in demands.counts:
            literals += [word] * (span.low - literals.count(word))
        literals += [f"*{self._word()}*" for _ in range(demands.highlights.low)]
        literals += [f"[{self._word()}]" for _ in range(demands.placeholders.low)]
        literals += [self._word().upper() for _ in range(demands.capitals.low)]
        literals += [character * count for character, count in self.size.padding if count]
        literals += [literal for needed, options in demands.choices for literal in self._chosen(needed, options)]
        extras: list[list[str]] = [[] for _ in range(number)]
        for i, literal in enumerate(literals):
            extras[i % number].append(literal)
        return extras

    def _chosen(self, needed: int, options: tuple[str, ...]) -> list[str]:
        """Choose `needed` options in which nothing is forbidden; another turn begins elsewhere."""
        demands = self.demands
        usable = [
            option
            for option in options
            if not any(has_word(option, word) for word in demands.excludes)
            and not any(character in option for character in demands.lacks)
            and option == {"upper": option.upper(), "lower": option.lower()}.get(demands.case, option)
        ]
        start = self.turn * needed % max(1, len(usable))
        chosen = (usable[start:] + usable[:start])[:needed]
        # In JSON, a straight quote would get a backslash before it.
        return [re.sub('^"(.*)"$', r"“\1”", option) for option in chosen] if demands.form == "json" else chosen

    def _word(self) -> str:
        return self.filler.word() or "x"

    def _join_units(self, units: list[str]) -> str:
        """Join the units that are not bullets, with blank lines, dividers, markers and the title between them."""
        demands = self.demands
        firsts = dict(demands.first_words)
        blocks = _starts(len(units), demands.blocks.low)
        parts = _starts(len(units), demands.dividers.low)
        markers = self._markers(len(units), blocks or parts, late=1 in firsts)
        half = len(units) // 2 if demands.form == "two responses" else 0
        text = ""
        for i, unit in enumerate(units):
            if i:
                divider = "\n***\n" if i in parts else "\n\n" if i in blocks else self.filler.space
                text += "\n******\n" if half and i == half else divider
            if i in blocks or not i:
                word = firsts.get(blocks.index(i) + 1 if i in blocks else 1)
                unit = f"{word[:1].upper()}{word[1:]}{self.filler.space}{unit[:1].lower()}{unit[1:]}" if word else unit  # noqa: PLW2901
            marks = [f"{marker}\n" for marker in markers.get(i, [])]
            if marks:
                text = text.rstrip(" ") + ("\n" if text and not text.endswith("\n") else "")
            text += "".join(marks) + unit
            if i == 0 and demands.title:
                text = f"{text}\n{self._title()}\n" if 1 in firsts else f"{self._title()}\n{text}"
        return text.replace("\n ", "\n")

    def _title(self) -> str:
        words = (self.filler.word("adjective") or "x").capitalize(), self._word().capitalize()
        return f"<<{self.filler.space.join(words)}>>"

    def _markers(self, number: int, paragraphs: list[int], *, late: bool) -> dict[int, list[str]]:
        """Return the section markers that stand before each unit."""
        markers: dict[int, list[str]] = {}
        forbidden = {word.lower() for word in self.demands.excludes}
        for label, span in self.demands.sections:
            for k, place in enumerate(self._places(number, span.low, paragraphs, late=late), 1):
                # Where the label is a forbidden word, it is none with its number right behind it.
                gap = "" if label.lower() in forbidden else " "
                markers.setdefault(place, []).append(f"{label}{gap}{k}".strip())
        starts = self._places(number, len(self.demands.lines), paragraphs, late=late)
        for lines, place in zip(self.demands.lines, starts, strict=True):
            markers.setdefault(place, []).append(self._fill_slots(lines))
        return markers

    def _places(self, number: int, groups: int, paragraphs: list[int], *, late: bool) -> list[int]:
        """Return the units before which markers stand: audited, each before a paragraph if any are counted."""
        if self.published or not paragraphs:
            return [min(number - 1, start + 1) if late else start for start in _starts(number, groups)]
        return [paragraphs[k * len(paragraphs) // groups] for k in range(groups)]

    def _fill_slots(self, lines: str) -> str:
        """Return the lines with words in the slots; more than one are set off, unless blank lines are counted."""
        parts = lines.split(SLOT)
        filled = "".join(part + (self._word() if i < len(parts) - 1 else "") for i, part in enumerate(parts))
        return f"{filled}\n" if "\n" in filled and (self.demands.blocks == ANY or not self.published) else filled


def _starts(units: int, groups: int) -> list[int]:
    """Return where each of `groups` groups begins when `units` units are shared out evenly."""
    return [k * units // groups for k in range(groups)] if groups else []
