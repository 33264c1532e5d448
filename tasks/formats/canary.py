"""canary: a text in every record of a question set, by which the set is found where it should not be."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..sample import Sample

CANARY = "canary"
"""Entry of `meta`, and field of a record in other forms."""
SAYS = "ifharness canary GUID"
"""What every canary begins with."""
_TAG = "ifharness-canary-1"


def canary_of(ids: Iterable[str]) -> str:
    """Return the canary of the set of these sample ids, in any order: the same set has the same canary everywhere."""
    content = "\n".join([_TAG, *sorted(set(ids))])
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()
    return f"{SAYS} {UUID(bytes=digest[:16], version=5)}: test questions, not to be trained on"


def set_canary(samples: Sequence[Sample]) -> str:
    """Return the canary of a set: the one that all samples carry (a part of a set keeps the set's), else its own."""
    carried: set[str] = set()
    ids: list[str] = []
    for sample in samples:  # once: they may be in a file
        carried.add(str(sample.meta.get(CANARY) or ""))
        ids.append(sample.id)
    found = carried.pop() if len(carried) == 1 else ""
    return found if found.startswith(SAYS) else canary_of(ids)


def with_canary(sample: Sample, canary: str) -> Sample:
    """Return the sample with the canary in its `meta`, which leaves its id as it is."""
    return replace(sample, meta={**sample.meta, CANARY: canary})
