"""Rebuild the tables of simplified and traditional characters: `python -m docs.han` (needs opencc, an extra of `dev`).

Simplified only: characters that opencc turns into traditional ones and that no traditional print uses (Big5 and the
forms of Taiwan and Hong Kong), or for which opencc knows a traditional form and no use of their own (体, 听).
Traditional only: characters that opencc simplifies and that GB 2312 does not hold, and a few that it only names.
What both scripts use is in neither table; words decide for some of it (`han.contexts.txt`): 皇后 is right in both
scripts, 以后 is simplified.
"""

from __future__ import annotations

import subprocess
import tempfile
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent.parent / "scorers" / "data"
IDEOGRAPHS = range(0x4E00, 0xA000)
"""The block of common ideographs; the tables hold no others."""
IN_TRADITIONAL_PRINT = "霉虱肴葱凄并痒炖羡栖昵晒洒苧沄捝揾敚蒀蒏蔂麽棁榅腽瓮"
"""Characters that opencc always converts, and that traditional print has nevertheless."""
ALSO_TRADITIONAL = "後菸"
"""Characters that GB 2312 or the converter keeps, and that no simplified print has."""
IN_SIMPLIFIED_PRINT = "昇氾龢"
"""Characters that the standard of 2013 has taken back into simplified print."""
BY_WORD = "后里干面余谷几丑松准划制只系云仆征朴致舍范表郁采辟斗筑卜尸吁么并"
"""Characters of both scripts that are simplified in some words: only words that are listed decide which."""
BUT_FOR_WORDS = "万丰党厂据极柜胜腊苹虫蜡适种确夸价冲"
"""Characters of both scripts that are simplified but for a few words."""
TRADITIONAL_BY_WORD = "乾徵瞭藉夥著"
"""The same the other way round: traditional in some words."""
TRADITIONAL_BUT_FOR_WORDS = "於"
BEFORE_PARTICLE = "看听说走跟带拿站坐笑想穿随沿朝向有意味接忙抱背等望盯围绕靠握闪拉唱哭藏开"
"""Verbs after which 著 is the particle 着 of simplified print."""
ALSO_RIGHT = ("狼藉", "蕴藉", "枕藉", "酝藉", "名著", "著名", "著称", "著作", "著述", "著书", "著者", "著录")
"""Words that are right in simplified print and in which opencc changes the character."""
_LONGEST = 3
"""Characters of the longest words that are listed."""


def tables() -> dict[str, str]:
    """Return the characters by file name, in the order of Unicode."""
    import opencc

    traditional, simplified = (opencc.OpenCC(name).convert for name in ("s2t", "t2s"))
    every = [chr(number) for number in IDEOGRAPHS]
    regional = {form for name in ("TWVariants", "HKVariants") for forms in _dictionary(name).values() for form in forms}
    forms = _dictionary("STCharacters")
    allowed = regional | set(IN_TRADITIONAL_PRINT)
    only_simplified = [
        c
        for c in every
        if traditional(c) != c == simplified(c)
        and c not in allowed
        and (not _holds("big5", c) or c not in forms.get(c, [c]))
        and c not in BY_WORD + BUT_FOR_WORDS
    ]
    only_traditional = [
        c
        for c in every
        if simplified(c) != c
        and (not _holds("gb2312", c) or c in ALSO_TRADITIONAL)
        and c not in IN_SIMPLIFIED_PRINT + TRADITIONAL_BY_WORD + TRADITIONAL_BUT_FOR_WORDS
    ]
    return {"han.simplified.txt": "".join(only_simplified), "han.traditional.txt": "".join(only_traditional)}


def pairs(only_traditional: str) -> str:
    """Return each traditional character that has one simplified form, with that form behind it."""
    forms = _dictionary("TSCharacters")
    single = ((c, forms.get(c, [c])) for c in only_traditional)
    return "".join(f"{c}{found[0]}" for c, found in single if len(found) == 1 and len(found[0]) == 1 and found != [c])


def contexts() -> list[str]:
    """Return a line for each character that words decide: it, the words where it is right, and where it is not.

    Words are written in simplified characters but for the one that they decide; `*` stands for all other words.
    """
    lines = []
    for c in BY_WORD + BUT_FOR_WORDS:
        right, wrong = _simplified_words(c)
        lines.append(_line(c, right, wrong if c in BY_WORD else None))
    for c in TRADITIONAL_BY_WORD + TRADITIONAL_BUT_FOR_WORDS:
        right, wrong = _traditional_words(c)
        lines.append(_line(c, right, wrong if c in TRADITIONAL_BY_WORD else None))
    return lines


def _line(c: str, right: set[str], wrong: set[str] | None) -> str:
    return " ".join([c, *sorted(right), "|", *(["*"] if wrong is None else sorted(wrong))])


def _simplified_words(c: str) -> tuple[set[str], set[str]]:
    right: set[str] = set()
    wrong: set[str] = set()
    for word, forms in _dictionary("STPhrases").items():
        places = [at for at, other in enumerate(word) if other == c]
        if len(places) != 1 or len(word) > _LONGEST:
            continue
        stays = {form[places[0]] == c for form in forms if len(form) == len(word)}
        if len(stays) == 1:
            (right if stays == {True} else wrong).add(word)
    return _shortest(right, wrong), _shortest(wrong, right)


def _traditional_words(c: str) -> tuple[set[str], set[str]]:
    unchanged = {word: forms[0] for word, forms in _dictionary("TSPhrases").items() if c in forms[0]}
    right = {form for form in (*unchanged.values(), *ALSO_RIGHT) if c in form and len(form) <= _LONGEST + 1}
    wrong = {f"{verb}{c}" for verb in BEFORE_PARTICLE} if c == "著" else set()
    for word, forms in _dictionary("STPhrases").items():
        at = forms[0].find(c)
        if c != "著" and at >= 0 and len(forms) == 1 and len(forms[0]) == len(word) <= _LONGEST and word[at] != c:
            wrong.add(word[:at] + c + word[at + 1 :])
    return right, _shortest({word for word in wrong if not any(other in word for other in right)}, right)


def _shortest(words: set[str], others: set[str]) -> set[str]:
    """Leave out each word that holds a shorter one, unless a word of the other kind occurs in it too."""

    def within(word: str, among: set[str]) -> bool:
        cuts = ((a, b) for a in range(len(word)) for b in range(a + 2, len(word) + 1))
        return any(b - a < len(word) and word[a:b] in among for a, b in cuts)

    return {word for word in words if not within(word, words) or within(word, others)}


@cache
def _dictionary(name: str) -> dict[str, list[str]]:
    """Return one of opencc's dictionaries."""
    import opencc

    folder = Path(opencc.__file__).parent / "clib"
    with tempfile.TemporaryDirectory() as where:
        text = Path(where) / "text"
        command = [folder / "bin" / "opencc_dict", "-i", folder / "share" / "opencc" / f"{name}.ocd2", "-f", "ocd2"]
        subprocess.run([*command, "-o", text, "-t", "text"], check=True)  # noqa: S603  # opencc's own program
        lines = [line.partition("\t") for line in text.read_text(encoding="utf-8").splitlines() if "\t" in line]
    return {word: forms.split(" ") for word, _, forms in lines}


def _holds(codec: str, character: str) -> bool:
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def main() -> None:
    """Write the four files, forty characters a line where they are no words."""
    found = tables()
    found["han.pairs.txt"] = pairs(found["han.traditional.txt"])
    for name, characters in found.items():
        lines = [characters[at : at + 40] for at in range(0, len(characters), 40)]
        (DATA / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{name}: {len(characters)} characters")
    words = contexts()
    (DATA / "han.contexts.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    print(f"han.contexts.txt: {len(words)} characters")


if __name__ == "__main__":
    main()
