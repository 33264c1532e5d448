"""Metrics by which published sets are reported, and the set that a format belongs to.

A published set is a run file with a `[samples]` section: one file in `configs/` adds one. This module has what such a
file may name as its `headline`.
"""

from __future__ import annotations

from typing import NamedTuple

IF_SCORE = "if_score"


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
    "multiif": PublishedSet("multi-if"),
}
"""By the format of their records: for responses of other programs, and runs of other run files."""
