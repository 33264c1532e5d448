"""Questions without the text of their article, and the text put back: for articles that may not be passed on.

The opening of an article is in the prompt, and in parameters that quote it. All of these are replaced by a mark;
what is left (the instructions, the article's id) is ours to publish. With the article from its source, anyone gets the
same question back, proven by its id.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from ..article import rest_of
from ..errors import BadSample
from ..sample import SENTENCES, WITHHELD, Sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..article import Article

MARK = "[[the opening of the article]]"
_TEXTS = ("opening", "rest")
"""Entries of `meta` that are text of the article."""
_RUN = 12
"""Words in a row that must not be left: fewer may be chance, or a phrase that an instruction asks for."""


def withhold_text(sample: Sample, source: str) -> dict[str, Any]:
    """Return the record of a sample without the text of its article; raises `BadSample` if some of it would be left.

    `source` is the name of the article source that can give it back.
    """
    if sample.pictures:
        raise BadSample(
            f"sample {sample.id}: its pictures show the text of its article, so the text cannot be left out; generate "
            'a set with modality = "text"'
        )
    opening = str(sample.meta.get("opening") or "")
    record = sample.to_json()
    if not opening or MARK in json.dumps(record, ensure_ascii=False):
        raise BadSample(f"sample {sample.id}: the opening of its article is not on record, so it cannot be left out")
    meta = {name: None if name in _TEXTS else value for name, value in record["meta"].items() if name != SENTENCES}
    found: dict[str, Any] = _replace_text({**record, "meta": {}}, opening, MARK)
    left = _find_rest(json.dumps({**found, "title": meta.get("title")}, ensure_ascii=False), opening)
    if left:
        raise BadSample(f"sample {sample.id}: the words {left!r} of its article are in the question beside the opening")
    proof = {"source": source, "length": len(opening), "sha256": _digest(opening)}
    return {**found, "meta": {**meta, WITHHELD: proof}}


def restore_text(record: dict[str, Any], find: Callable[[str, str], Article]) -> Sample:
    """Return the sample of which `withhold` made `record`; `find` gives the article for a source and an id.

    Raises `BadSample` where the article has changed since, and what `find` raises.
    """
    meta = dict(record["meta"])
    proof = meta.pop(WITHHELD)
    article = find(str(proof["source"]), str(record["article_id"]))
    text = article.text.lstrip()
    opening = text[: int(proof["length"])]
    if _digest(opening) != proof["sha256"]:
        raise BadSample(
            f"sample {record['id']}: the article {article.id!r} has changed since, its opening is another; leave the "
            "sample out, or get the old text"
        )
    restored = {"opening": opening, "rest": rest_of(article.text, opening)}
    meta = {name: restored.get(name, value) for name, value in meta.items()}
    sample = Sample.from_json({**_replace_text({**record, "meta": {}}, MARK, opening), "meta": meta})
    sample.check_id()
    return sample


def _replace_text(value: Any, old: str, new: str) -> Any:
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, dict):
        return {name: _replace_text(item, old, new) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_replace_text(item, old, new) for item in value]
    return value


def _find_rest(text: str, opening: str) -> str:
    """Return a run of the opening's words that is in `text`, "" for none."""
    flat = " ".join(text.split())
    words = opening.split()
    runs = (" ".join(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1)))
    return next((run for run in runs if run in flat), "")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
