"""OpenCompass's files, written from a run: predictions that it scores in mode `eval`, and their questions."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from tasks.fast_json import stream_object

from ..adapters.base import Response
from ..store.run_spec import safe_name
from .published_files import input_record, scored_text, single_turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .tables import ResponseRecord, RunTables

_IFBENCH = "ifbench"
_STEP = 4
"""Spaces a level of a document."""
_UNKNOWN_TIME = "19700101_000000"


def opencompass_files(flat: RunTables, epoch: int) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield the questions and the predictions of one epoch, in the same order, by which OpenCompass joins them."""
    for sample in flat.store.samples():
        single_turn(sample, "OpenCompass's form", system=False)
    questions, name = ("IFBench/IFBench_test", "IFBench") if _is_ifbench(flat) else ("ifeval/input_data", "IFEval")
    rows = (input_record(sample) for sample in flat.store.samples())
    yield f"data/{questions}.jsonl", (f"{json.dumps(row)}\n".encode() for row in rows)
    model = safe_name(flat.scored_run.model)
    yield f"{folder_of_time(flat)}/predictions/{model}/{name}.json", _predictions(flat, epoch)


def _predictions(flat: RunTables, epoch: int) -> Iterator[bytes]:
    """Yield the document of predictions by number, with the layout that OpenCompass writes."""
    records = ((str(number), _prediction(flat, one)) for number, one in enumerate(flat.of_epoch(epoch)))
    for piece in stream_object(records, partial(json.dumps, indent=_STEP), _STEP):
        yield piece.encode()
    yield b"\n"


def folder_of_time(flat: RunTables) -> str:
    """Return the name of OpenCompass's folder for a run: when it began."""
    try:
        return datetime.fromisoformat(flat.scored_run.manifest.started).strftime("%Y%m%d_%H%M%S")
    except ValueError:
        return _UNKNOWN_TIME


def describe_scoring(flat: RunTables, epoch: int) -> Iterator[str]:
    """Yield how OpenCompass scores these files, and which predictions are empty because there is no response."""
    lacking = sum(not isinstance(one.said, Response) for one in flat.of_epoch(epoch))
    if lacking:
        yield f"{lacking} samples without a response have an empty prediction, which OpenCompass scores as not followed"
    model = safe_name(flat.scored_run.model)
    yield (
        f"to score them there: set COMPASS_DATA_CACHE to this folder, then run: opencompass CONFIG.py -m eval "
        f"-r {folder_of_time(flat)} -w THIS_FOLDER (CONFIG.py needs a model with abbr {model!r}, which is not called)"
    )


def _is_ifbench(flat: RunTables) -> bool:
    return flat.store.samples_file.rules <= {_IFBENCH}


def _prediction(flat: RunTables, one: ResponseRecord) -> dict[str, Any]:
    text = scored_text(flat, one.said) if isinstance(one.said, Response) else ""  # null would crash it
    return {
        "origin_prompt": [{"role": "HUMAN", "prompt": one.sample.prompt}],
        "prediction": text,
        "gold": input_record(one.sample),
    }
