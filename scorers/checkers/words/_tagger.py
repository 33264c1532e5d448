"""NLTK's English part-of-speech tagger, found by NLTK's own data path."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from scorers import Unscorable

_DATA = "averaged_perceptron_tagger_eng"
_MISSING = (
    f"needs NLTK's tagger data ({_DATA}), which no data folder of NLTK holds; run: ifh fetch-data, or set NLTK_DATA to "
    "a folder that has it"
)


@cache
def missing_data() -> str:
    """Return what is missing for the tagger and how to get it, "" if nothing is."""
    from nltk.data import find

    try:
        find(f"taggers/{_DATA}/")
    except LookupError:
        return _MISSING
    return ""


@cache
def _tagger() -> Any:
    from nltk.tag.perceptron import PerceptronTagger

    try:
        return PerceptronTagger(lang="eng")
    except LookupError:
        raise Unscorable(f"words:start_verb {_MISSING}") from None


@lru_cache(maxsize=8192)
def first_tag(tokens: tuple[str, ...]) -> str:
    """Return the tag of the first of `tokens`: it depends on the first three alone.

    Raises `Unscorable` where the tagger's data is missing.
    """
    return str(_tagger().tag(list(tokens))[0][1])
