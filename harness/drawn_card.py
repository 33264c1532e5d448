"""drawn_card: the canary and the data card of samples that were just drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tasks.formats.canary import set_canary, with_canary

from .card import Card, card_text
from .drawn import by_rule

if TYPE_CHECKING:
    from tasks.generate.generator import GeneratedSet


def marked(drawn: GeneratedSet) -> GeneratedSet:
    """Return what was drawn with the set's canary in every sample."""
    canary = set_canary(drawn.samples)
    return replace(drawn, samples=[with_canary(sample, canary) for sample in drawn.samples])


def drawn_card(drawn: GeneratedSet, name: str, *, with_text: bool, with_seed: bool) -> str:
    """Return the card; each sample was kept because a witness was found, so all are proven."""
    seeds = sorted({str(sample.meta["seed"]) for sample in drawn.samples}) if with_seed else ()
    return card_text(
        Card(
            name=name,
            samples=drawn.samples,
            canary=set_canary(drawn.samples),
            audited={"proven": len(drawn.samples), "impossible": 0, "unknown": 0},
            rules="+".join(sorted({sample.rules for sample in drawn.samples})),
            gate=by_rule(drawn),
            with_text=with_text,
            seeds=seeds,
        )
    )
