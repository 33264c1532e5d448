"""Article texts that may not be republished: named by licence, and the source that can give them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scorers.errors import did_you_mean
from tasks.sources import source_names

from ..errors import ConfigError
from ..sanitize import escape_control

if TYPE_CHECKING:
    from collections import Counter

    from tasks.sample import Sample


def describe_closed(closed: Counter[str], *, is_published: bool) -> str:
    """Return the error for texts that may not be republished, by licence; a published form holds prompts only."""
    named = "; ".join(f"{escape_control(licence) or 'licence unknown'} ({count})" for licence, count in closed.items())
    bare = "" if is_published else "--without-text leaves the text of all articles out; "
    return (
        f"{sum(closed.values())} samples hold article text that may not be republished, as far as is known: {named}. "
        f"Choose one: {bare}--with-text writes it, for your own use or because you may"
    )


def source_of(sample: Sample, given: str) -> str:
    """Return the name of the source that can give the article back, `given` or on record; raises `ConfigError`."""
    name = given or str(sample.meta.get("origin") or "")
    known = source_names()
    if name in known:
        return name
    if given:
        raise ConfigError(
            f"--source: there is no article source {name!r}{did_you_mean(name, known)} ({', '.join(known)})"
        )
    raise ConfigError(
        f"sample {sample.id}: which article source can give its text back is not on record (its origin: "
        f"{name or 'unknown'}); name it with --source ({', '.join(known)})"
    )
