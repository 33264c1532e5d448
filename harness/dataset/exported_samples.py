"""The samples of a set as they are exported, one in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

from tasks.formats.canary import with_canary
from tasks.formats.parquet import pack, parquet
from tasks.formats.sample_file import SampleFile

from ..errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tasks.sample import Sample


class ExportedSamples(Sequence["Sample"]):
    """The samples to be written, each read and given the set's canary when it is looked at."""

    def __init__(self, samples: Sequence[Sample], known: Sequence[int], canary: str, *, with_seed: bool) -> None:
        self._samples, self._known, self._canary, self._with_seed = samples, known, canary, with_seed

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self._known)

    @overload
    def __getitem__(self, place: int) -> Sample: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Sample]: ...
    def __getitem__(self, place: int | slice) -> Sample | Sequence[Sample]:
        """Return the sample at a place."""
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        sample = with_canary(self._samples[self._known[place]], self._canary)
        if self._with_seed or "seed" not in sample.meta:  # by which the whole set could be generated again
            return sample
        return replace(sample, meta={name: value for name, value in sample.meta.items() if name != "seed"})


def has_pictures(samples: Sequence[Sample]) -> bool:
    """Return whether any of the samples has a picture."""
    if isinstance(samples, SampleFile) and not samples.has_pictures:
        return False
    return any(one.pictures for one in samples)


def parquet_chunks(records: Iterable[dict[str, Any]], samples: Iterable[Sample], *, shown: bool) -> Iterator[bytes]:
    """Return the pieces of a Parquet file of records, with the pictures of their samples if `shown`.

    The iterator raises `ConfigError` for a record that Parquet cannot hold.
    """
    both = zip(records, samples, strict=True)
    return parquet((pack(_check_whole(record), one.pictures if shown else ()) for record, one in both), shown=shown)


def _check_whole(record: dict[str, Any]) -> dict[str, Any]:
    try:
        json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ConfigError(
            f"sample {record['id']} holds half a character (a lone surrogate), which Parquet cannot hold; jsonl can"
        ) from None
    return record
