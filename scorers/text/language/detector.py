"""The answer of langdetect, its random draws seeded with 0: the language of a text to published verifiers."""

from __future__ import annotations

from importlib.util import find_spec
from threading import Lock
from typing import Any, NamedTuple

from ...errors import Unscorable


class _Detector(NamedTuple):
    factory: Any
    undetectable: type[Exception]


_LOADING = Lock()
_LOADED: list[_Detector] = []


def detector_name() -> str:
    """Name what `detect` asks, with its version: `langdetect-rs` where it is installed, else `langdetect`.

    Both give the same answers. Raises `Unscorable` if neither is installed.
    """
    from importlib.metadata import version

    for module, package in (("langdetect_rs", "langdetect-rs"), ("langdetect", "langdetect")):
        if find_spec(module):
            return f"{package} {version(package)}"
    raise Unscorable("no language detector is installed; install one with: pip install langdetect==1.0.9")


def detect(text: str) -> str | None:
    """Return langdetect's code for a text (its random draws seeded with 0), None where it finds no language."""
    found = probabilities(text)
    return None if found is None else found[0][0] if found else "unknown"


def probabilities(text: str) -> list[tuple[str, float]] | None:
    """Return languages with their probabilities, likeliest first; None if nothing in the text shows a language."""
    loaded = _detector()
    detector = loaded.factory.create()
    detector.append(text)
    try:
        return [(found.lang, found.prob) for found in detector.get_probabilities()]
    except loaded.undetectable:
        return None


def _detector() -> _Detector:
    """Return a detector with a seed of its own, so that no other caller's draws are seeded; loaded once."""
    with _LOADING:
        if not _LOADED:
            _LOADED.append(_load_fast() if detector_name().startswith("langdetect-rs") else _load())
    return _LOADED[0]


def _load_fast() -> _Detector:
    from langdetect_rs import PROFILES_DIRECTORY, DetectorFactory, LangDetectException

    return _seed_detector(DetectorFactory(), PROFILES_DIRECTORY, LangDetectException)


def _load() -> _Detector:
    from langdetect import DetectorFactory, LangDetectException
    from langdetect.detector_factory import PROFILES_DIRECTORY

    return _seed_detector(DetectorFactory(), PROFILES_DIRECTORY, LangDetectException)


def _seed_detector(factory: Any, profiles: str, undetectable: type[Exception]) -> _Detector:
    factory.load_profile(profiles)
    factory.set_seed(0)
    return _Detector(factory, undetectable)
