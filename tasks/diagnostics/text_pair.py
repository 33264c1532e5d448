"""Material: an answer and the article it is about, cut into what findings are measured on."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from scorers import Text
from scorers.text.scripts import language_by_script

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..sample import Sample

UNSPACED = ("zh", "ja")
FUNCTION_WORDS = frozenset(
    """a about above after again against all almost along already also although always am among an and another any are
    around as at away back be became because become been before behind being below between both but by can cannot could
    did do does doing done down during each either else enough even ever every few first for from get gets getting go
    goes going got had has have having he her here hers herself him himself his how however i if in inside instead into
    is it its itself just last least less like made make many may maybe me might mine more most much must my myself near
    neither never next no nobody none nor not nothing now of off often on once one only onto or other others our ours
    out outside over own per perhaps put quite rather really said same say says she should since so some someone
    something soon still such than that the their theirs them themselves then there these they this those though through
    thus till to together too toward towards two under until up upon us use very was we well went were what whatever
    when where whether which while who whom whose why will with within without would yes yet you your yours yourself
    don't didn't doesn't isn't aren't wasn't weren't can't couldn't won't wouldn't hasn't haven't hadn't shouldn't it's
    that's there's he's she's i'm you're we're they're i've you've we've they've i'll you'll we'll they'll""".split()
)
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ", "'"))
_RULE = re.compile(r"(?m)^-{5,}[ \t]*$")
_STEM = 6
_LONGEST_FORCED = 200
"""Characters up to which a parameter is words to be written; longer ones are an article or a prompt."""
_REPEATED = 20
"""Words from which on the same beginning as the prompt's is the prompt repeated."""


class TextPair:
    """What of an answer is its own, and what its article's opening says; each cut is made when first asked for."""

    def __init__(self, sample: Sample, text: str) -> None:
        self.sample = sample
        self.opening = str(sample.meta.get("opening") or "") or _between_rules(sample.prompt)
        self.demands = [instruction.demands() for instruction in sample.instructions]
        self._text = text

    @cached_property
    def raw(self) -> str:
        """The answer without what its instructions made it say twice: the repeated prompt, the second response."""
        raw = self._text
        if "json" in self.forms:
            raw = raw.replace("\\n", "\n").replace('\\"', '"')
        for prompt in filter(None, (demand.first for demand in self.demands)):
            raw = _without(raw, prompt)
        if "two responses" in self.forms:
            raw = max(raw.split("******"), key=len)
        return raw

    @cached_property
    def forms(self) -> set[str]:
        """Shapes of the whole text that are demanded."""
        return {demand.form for demand in self.demands if demand.form}

    @cached_property
    def words(self) -> list[str]:
        """Words of `raw`, in small letters; each Chinese character is one."""
        return words_of(self.raw)

    @cached_property
    def source(self) -> tuple[str, ...]:
        """Words of the opening."""
        return _source(self.opening)

    @cached_property
    def unspaced(self) -> bool:
        """Whether the opening is written without spaces."""
        return language_by_script(self.opening) in UNSPACED

    @cached_property
    def content(self) -> list[str]:
        """Words that carry content, in order."""
        return [word for word in self.words if is_content(word)]

    @cached_property
    def stems(self) -> set[str]:
        """Stems of the content words, without those that the instructions put there."""
        return {stem(word) for word in self.content if word not in self.forced}

    @cached_property
    def known(self) -> frozenset[str]:
        """Stems of the content words of the article: title, opening and the rest."""
        meta = self.sample.meta
        return _stems(" ".join((self.opening, *(str(meta.get(name) or "") for name in ("title", "rest")))))

    @cached_property
    def forced(self) -> set[str]:
        """Words in the parameters of the instructions: their number says nothing about the answer."""
        values = (instruction.to_json() for instruction in self.sample.instructions)
        return {word for each in _strings(values) if len(each) <= _LONGEST_FORCED for word in words_of(each)}

    @cached_property
    def unenglish(self) -> str:
        """Why English is not asked for, or ""."""
        if self.unspaced:
            return "only copying and leaks are checked in an article that is not in English"
        if any(demand.language not in ("", "en") for demand in self.demands):
            return "another language is asked for"
        return ""

    @cached_property
    def foreign(self) -> str:
        """Why the words of the answer cannot be checked as English, or ""."""
        if self.unenglish or not self.words:
            return self.unenglish
        function = sum(word in FUNCTION_WORDS for word in self.words) / len(self.words)
        return "the answer is not in English" if function < 0.2 and not self._looks_english() else ""

    def _looks_english(self) -> bool:
        from scorers.text.word_lists import word_list

        common = {stem(word) for word in word_list()}
        found = [stem(word) for word in self.content]
        return sum(each in common or each in self.known for each in found) >= 0.3 * max(1, len(found))


def words_of(raw: str) -> list[str]:
    """Return the words of a text in small letters, typographic apostrophes made plain."""
    plain = to_lower(raw) if raw.isascii() else ""
    # Only in ASCII is a text as long in small letters as before, so that places in it stay.
    return [plain[start:end] if plain else to_lower(raw[start:end]) for start, end in Text(raw).words]


def to_lower(word: str) -> str:
    """Return a word in small letters, typographic apostrophes made plain."""
    return word.lower() if word.isascii() else word.casefold().translate(_APOSTROPHES)


# Answers to one article come one after the other, so a small cache saves cutting its text again.
@lru_cache(maxsize=8)
def _source(opening: str) -> tuple[str, ...]:
    return tuple(words_of(opening))


@lru_cache(maxsize=8)
def _stems(article: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words_of(article) if is_content(word))


def is_content(word: str) -> bool:
    """Say whether a word carries content: three characters or more and no function word, or with a digit."""
    return (len(word) > 2 and word not in FUNCTION_WORDS) or any(map(str.isdigit, word))


def stem(word: str) -> str:
    """Return the first letters of a word, its genitive and plural left out: a stem by a crude rule.

    >>> [stem(word) for word in ("volunteers", "volunteering", "cave's", "caves", "2018")]
    ['volunt', 'volunt', 'cave', 'cave', '2018']
    """
    bare = word.removesuffix("'s")
    if len(bare) > 3 and bare.endswith("s") and not bare.endswith("ss"):
        bare = bare[:-1]
    return bare[:_STEM]


def grams(words: Sequence[str], size: int) -> list[tuple[str, ...]]:
    """Return every run of `size` words, in order."""
    return list(zip(*(words[at:] for at in range(size)), strict=False)) if size <= len(words) else []


def _between_rules(prompt: str) -> str:
    """Return what stands between the two lines of hyphens in a prompt: there LiveBench puts an article's opening."""
    parts = _RULE.split(prompt)
    return parts[1].strip() if len(parts) == 3 else ""


def _without(raw: str, prompt: str) -> str:
    spans, asked = Text(raw).words, words_of(prompt)
    said = words_of(raw)
    same = next((at for at, (a, b) in enumerate(zip(said, asked, strict=False)) if a != b), min(len(said), len(asked)))
    return raw[spans[same - 1][1] :] if same >= min(_REPEATED, len(asked)) and same else raw


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            if name != "id":
                yield from _strings(each)
    elif hasattr(value, "__iter__"):
        for each in value:
            yield from _strings(each)
