"""The kinds of twins: what each changes, and its variants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scorers.errors import did_you_mean

from ...errors import CannotDraw
from ..modality import MEDIA

if TYPE_CHECKING:
    from collections.abc import Sequence

LOADS = (1, 2, 4, 8, 12)
"""Numbers of instructions of the kind `load`."""
KINDS = {
    "wording": ("brief", "formal"),
    "order": ("reversed",),
    "distractor": ("paragraph", "remark"),
    "placement": ("user", "system", "second"),
    "format": ("prose", "xml"),
    "language": ("zh",),
    "load": tuple(map(str, LOADS)),
    "length": ("double",),
    "modality": MEDIA,
}
"""Variants by kind. Of `placement`, `load` and `modality`, the variant that the base already is makes no twin."""
CHANGES = {
    "wording": "other sentences and another layout, which ask for the same",
    "order": "the instructions in reverse order",
    "distractor": "a paragraph of another article, or a remark that asks for nothing",
    "placement": "the instructions in the user turn, a system turn, or a second user turn",
    "format": "the instructions as prose or in XML instead of a list",
    "language": "request and instructions in Chinese; the response is still to be in English",
    "load": "fewer or more of the same instructions: 1, 2, 4, 8, 12",
    "length": "an opening of twice as many sentences",
    "modality": "the question as text, with its article as pictures, or as pictures wholly",
}
"""What each kind changes, in words."""
ASKS_MORE = "load"
"""The kind whose twins do not ask for the same: left out of reliable@k."""


def kind_of(twin: str) -> str:
    """Return the kind of a twin: its name up to the colon."""
    return twin.partition(":")[0]


def read_twins(written: Sequence[str]) -> tuple[str, ...]:
    """Return the twins that `[questions] twins` names, each as `kind:variant`, in the order of `KINDS`.

    Raises `CannotDraw` for an unknown kind or variant, and for a name given twice.
    """
    if isinstance(written, str):
        raise CannotDraw(f"twins must be a list of kinds ({', '.join(KINDS)}), got {written!r}")
    found: list[str] = []
    for name in written:
        kind, colon, variant = str(name).partition(":")
        if kind not in KINDS:
            raise CannotDraw(f"twins: unknown kind {kind!r}{did_you_mean(kind, KINDS)} (kinds: {', '.join(KINDS)})")
        variants = KINDS[kind]
        if colon and variant not in variants:
            named = ", ".join(f"{kind}:{known}" for known in variants)
            raise CannotDraw(f"twins: unknown variant {name!r}{did_you_mean(variant, variants)} (variants: {named})")
        added = [f"{kind}:{known}" for known in ([variant] if colon else variants)]
        if twice := next((one for one in added if one in found), None):
            raise CannotDraw(f"twins names {twice!r} twice; remove one")
        found += added
    every = [f"{kind}:{variant}" for kind, variants in KINDS.items() for variant in variants]
    return tuple(sorted(found, key=every.index))
