"""Metrics by which published sets are reported, and the set that a format belongs to.

A published set is a run file with a `[samples]` section: one file in `configs/` adds one. This module has what such a
file may name as its `headline`. Shares of responses and of verdicts are counted in
`scoring/breakdowns/headline.py`, which also takes metrics that are computed elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

IF_SCORE = "if_score"
TURN_MEAN = "turn_mean"
"""Of Multi-IF: the plain mean over the turns of the mean of four accuracies."""


class Metric(NamedTuple):
    """A metric of `scores.json` that can be a set's headline."""

    label: str
    """Its name in words."""
    code: str
    """Its name in narrow tables."""


METRICS = {
    IF_SCORE: Metric("IF", "IF"),
    "prompt_strict": Metric("prompt-level strict", "PS"),
    "prompt_loose": Metric("prompt-level loose", "PL"),
    "instruction_strict": Metric("instruction-level strict", "IS"),
    "instruction_loose": Metric("instruction-level loose", "IL"),
    TURN_MEAN: Metric("mean of the turns", "TM"),
}
"""By their keys in `scores.json`."""


class PublishedSet(NamedTuple):
    """The published set that records of a format belong to."""

    name: str
    """That of its run file."""
    headline: str = IF_SCORE


BY_FORMAT = {
    "ifeval": PublishedSet("ifeval", "prompt_strict"),
    "ifbench": PublishedSet("ifbench", "prompt_loose"),
    "ifbench_multiturn": PublishedSet("ifbench-multiturn", "prompt_loose"),
    "livebench": PublishedSet("livebench-if"),
    "multiif": PublishedSet("multi-if", TURN_MEAN),
}
"""By the format of their records: for responses of other programs, and runs of other run files."""


def headline_of(questions: Mapping[str, Any]) -> str:
    """Return the metric that a run reports first, by what `run.json` says of its sample set."""
    known = BY_FORMAT.get(str(questions.get("format")))
    named = str(questions.get("headline") or (known.headline if known else IF_SCORE))
    return named if named in METRICS else IF_SCORE


def set_of(questions: Mapping[str, Any]) -> str:
    """Return the name of the published set of a run, "" for generated samples and unknown sets."""
    known = BY_FORMAT.get(str(questions.get("format")))
    return str(questions.get("set") or (known.name if known else ""))
