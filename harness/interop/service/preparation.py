"""From bodies to texts to score: everything that depends on the size of a body, so it may run in a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException

from scorers import ScorersError
from scorers.rewards import parse_ground_truth
from scorers.rewards.text_score import check_readable

from .bodies import parse_object, read_model
from .schemas import ScoreRequest, VerifyRequest
from .scoring import TextToScore

if TYPE_CHECKING:
    from .schemas import ScoreItem
    from .settings import ServiceSettings

_MAX_FIELDS = 32
"""Fields of an object whose fields are all known."""


def prepare_batch(raw: bytes, settings: ServiceSettings) -> tuple[ScoreRequest, list[TextToScore | str]]:
    """Return the body of `/score`, and each item as a text to score or what is wrong with it.

    Raises `HTTPException` for what is no such body.
    """
    record = parse_object(raw)
    _check_batch_size(record, settings)
    body = read_model(ScoreRequest, record)
    return body, [_read_item(item, body, settings) for item in body.items]


def _check_batch_size(record: dict[str, Any], settings: ServiceSettings) -> None:
    """Raise `HTTPException` for what would take long to validate."""
    items = record.get("items")
    items = items if isinstance(items, list) else []
    if len(items) > settings.max_items:
        raise HTTPException(413, f"{len(items):,} items; send at most {settings.max_items:,} in one request")
    for place, item in [("body", record), *((f"items.{number}", item) for number, item in enumerate(items))]:
        if not isinstance(item, dict):
            continue
        if len(item) > _MAX_FIELDS:
            raise HTTPException(422, f"{place}: {len(item):,} fields; GET /openapi.json lists the known ones")
        _check_instructions(item, place, settings)


def _check_instructions(record: dict[str, Any], place: str, settings: ServiceSettings) -> None:
    for name in ("instruction_id_list", "kwargs"):
        value = record.get(name)
        if isinstance(value, list) and len(value) > settings.max_instructions:
            where = f"{place}.{name}" if place else name
            raise HTTPException(422, f"{where}: {_describe_excess(len(value), settings)}")


def _describe_excess(number: int, settings: ServiceSettings) -> str:
    return f"{number:,} instructions; a response may have at most {settings.max_instructions}"


def _read_item(item: ScoreItem, body: ScoreRequest, settings: ServiceSettings) -> TextToScore | str:
    ids = item.instruction_id_list
    if (ids is None) == (item.ground_truth is None):
        return "an item has either 'instruction_id_list' with 'kwargs', or 'ground_truth'"
    given = {"instruction_id_list": ids, "kwargs": item.kwargs} if ids is not None else item.ground_truth
    try:
        truth = parse_ground_truth(given)
        if len(truth.instruction_id_list) > settings.max_instructions:
            return _describe_excess(len(truth.instruction_id_list), settings)
        return TextToScore.of(
            item.response,
            truth.instruction_id_list,
            truth.kwargs,
            prompt=truth.prompt or item.prompt,
            rules=body.rules or settings.rules,
            strip_thinking=body.strip_thinking,
            is_one=truth.is_one,
        )
    except ScorersError as error:
        return str(error)


def prepare_row(raw: bytes, settings: ServiceSettings) -> tuple[dict[str, Any], bool, TextToScore]:
    """Return the body of `/verify` as it came, whether its reward is the fraction, and the text to score.

    Raises `HTTPException` for what is no such body, and for an instruction that cannot be read.
    """
    record = parse_object(raw)
    known = {name: record[name] for name in VerifyRequest.model_fields if name in record}
    nested = known.get("verifier_metadata")
    _check_instructions(known, "", settings)
    _check_instructions(nested if isinstance(nested, dict) else {}, "verifier_metadata", settings)
    body = read_model(VerifyRequest, known)
    ids, kwargs = _pick(body, "instruction_id_list"), _pick(body, "kwargs")
    if ids is None:
        raise HTTPException(422, "instruction_id_list: Field required, in verifier_metadata or at the top level")
    rules = _pick(body, "rules") or settings.rules
    try:
        check_readable(ids, kwargs, rules)
        prompt = _pick(body, "prompt") or ""
        text = TextToScore.of(_text_of(body.response.output), ids, kwargs, prompt=prompt, rules=rules)
    except ScorersError as error:
        raise HTTPException(422, str(error)) from None
    return record, _pick(body, "grading_mode") == "fraction", text


def _pick(body: VerifyRequest, name: str) -> Any:
    """Return a field of the row: that of the metadata, or of the top level where it is null or missing there."""
    value = getattr(body.verifier_metadata, name, None)
    return getattr(body, name) if value is None else value


def _text_of(output: list[Any]) -> str:
    """Return the text of the last message in a response of OpenAI's Responses API, "" if there is none."""
    for item in reversed(output):
        content = item.get("content") if isinstance(item, dict) and item.get("type", "message") == "message" else None
        if isinstance(content, str):
            return content
        if isinstance(content, list):
            texts = [part.get("text") for part in content if isinstance(part, dict)]
            return "".join(text for text in texts if isinstance(text, str))
    return ""
