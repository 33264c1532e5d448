"""How well "in this language and nothing else" is verified, on texts labelled by hand in 12 languages.

`python -m tests.bench.languages` prints, for each half of `tests/scorers/text/languages.toml`, precision and recall of
the verdict "does not follow"; `--errors` also lists the texts of the tuning half that are judged wrongly, and
`--errors held_out` those of the other half.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

from scorers import verify

FILE = Path(__file__).parents[1] / "scorers" / "text" / "languages.toml"
HALVES = ("tuning", "held_out")


class Labelled(NamedTuple):
    language: str
    half: str
    text: str
    follows: bool


class Rates(NamedTuple):
    texts: int
    precision: float
    recall: float
    wrong: list[Labelled]


def labelled_texts() -> list[Labelled]:
    languages = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return [
        Labelled(language, half, text, label == "follows")
        for language, halves in languages.items()
        for half, labels in halves.items()
        for label, texts in labels.items()
        for text in texts
    ]


def follows(text: Labelled) -> bool:
    [verdict] = verify(text.text, [{"id": "language:response_language", "language": text.language}])
    return verdict.followed


def rates(half: str) -> Rates:
    texts = [text for text in labelled_texts() if text.half == half]
    verdicts = [(text, follows(text)) for text in texts]
    found = sum(not text.follows and not said for text, said in verdicts)
    claimed = sum(not said for _, said in verdicts)
    foreign = sum(not text.follows for text in texts)
    wrong = [text for text, said in verdicts if said is not text.follows]
    return Rates(len(texts), found / max(1, claimed), found / foreign, wrong)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--errors", nargs="?", const="tuning", choices=HALVES, help="List what is judged wrongly.")
    options = parser.parse_args()
    for half in HALVES:
        found = rates(half)
        right = found.texts - len(found.wrong)
        sys.stdout.write(
            f"{half}: {found.texts} texts, {right} right; "
            f"foreign text found with precision {found.precision:.3f}, recall {found.recall:.3f}\n"
        )
        if options.errors == half:
            for text in found.wrong:
                said = "was taken for foreign" if text.follows else "was not seen"
                sys.stdout.write(f"  {text.language}: {said}: {text.text!r}\n")


if __name__ == "__main__":
    main()
