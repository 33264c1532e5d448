"""The samples of a set as they are exported, one in memory at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, overload

from tasks.formats.canary import with_canary
from tasks.formats.sample_file import SampleFile

if TYPE_CHECKING:
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
