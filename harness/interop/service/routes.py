"""The routes: `/score` for batches, `/verify` for NeMo Gym, and what operators read."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from .aggregate import aggregate
from .bodies import json_response, parse_object, read_body, read_model, run_by_size
from .openapi import describe_api
from .preparation import prepare_batch, prepare_row
from .schemas import AggregateRequest
from .scoring import TextToScore, verify_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from scorers.rewards import RewardResult

    from .schemas import ScoreRequest
    from .scoring import VerifiedText
    from .state import ServiceState

_LONGEST = 2000
"""Characters of an error that a result shows."""


def _state(request: Request) -> ServiceState:
    state: ServiceState = request.app.state.service
    return state


async def post_score(request: Request) -> Response:
    """Score a batch of responses."""
    state = _state(request)
    until = monotonic() + state.settings.request_seconds
    raw = await read_body(request, state.settings)
    body, prepared = await run_by_size(len(raw), prepare_batch, raw, state.settings)
    verified = await _verify(state, [one for one in prepared if isinstance(one, TextToScore)], until)
    return await run_by_size(len(raw), _answer_batch, body, prepared, verified)


def _answer_batch(
    body: ScoreRequest, prepared: Sequence[TextToScore | str], verified: Sequence[VerifiedText]
) -> Response:
    found = iter(verified)
    results: list[dict[str, Any]] = []
    for one in prepared:
        if isinstance(one, str):
            results.append({"score": None, "verdicts": [], "error": one})
            continue
        result = next(found).reduce(body.mode, "all" if one.is_one else body.reduce)
        results.append({"score": result.score, "verdicts": _format_verdicts(one.records, result), "error": ""})
    return json_response({"results": results})


async def _verify(state: ServiceState, texts: Sequence[TextToScore], until: float) -> list[VerifiedText]:
    verified = await verify_texts(state.pool, texts, until)
    state.metrics.count(verified)
    return verified


def _format_verdicts(records: Sequence[dict[str, Any]], result: RewardResult) -> list[dict[str, Any]]:
    """Return the verdicts as `InstructionVerdict` has them."""
    found = []
    for number, (record, verdict) in enumerate(zip(records, result.verdicts, strict=True)):
        if verdict is None:
            error = result.errors[number][:_LONGEST]
            found.append({"id": record["id"], "followed": None, "reason": "", "spans": [], "version": None})
            found[-1]["error"] = error
        else:
            found.append({**verdict.to_json(record["id"]), "error": ""})
            found[-1].pop("span_count", None)
    return found


async def post_verify(request: Request) -> Response:
    """Verify one response in the shape of a NeMo Gym resources server."""
    state = _state(request)
    until = monotonic() + state.settings.request_seconds
    raw = await read_body(request, state.settings)
    record, is_fraction, text = await run_by_size(len(raw), prepare_row, raw, state.settings)
    [verified] = await _verify(state, [text], until)
    return await run_by_size(len(raw), _answer_row, record, text, verified, "fraction" if is_fraction else "all")


def _answer_row(record: dict[str, Any], text: TextToScore, verified: VerifiedText, reduce: str) -> Response:
    strict, loose = verified.reduce("strict", reduce), verified.reduce("loose", reduce)
    failed = bool(strict.errors)
    answer = {
        **record,
        "reward": 0.0 if failed else strict.score,
        "follow_all_instructions": all(strict.follow_list),
        "follow_instruction_list": [bool(one) for one in strict.follow_list],
        "reward_loose": 0.0 if failed else loose.score,
        "follow_all_instructions_loose": all(loose.follow_list),
        "follow_instruction_list_loose": [bool(one) for one in loose.follow_list],
        "verdicts": _format_verdicts(text.records, strict),
        "mask_sample": failed,
        "failure_kind": "verifier_error" if failed else None,
        "failure_reason": "; ".join(strict.errors.values())[:2000] or None,
    }
    return json_response(answer)


async def post_aggregate_metrics(request: Request) -> Response:
    """Return statistics of many answers of `/verify`."""
    raw = await read_body(request, _state(request).settings)
    return await run_by_size(len(raw), _answer_aggregate, raw)


def _answer_aggregate(raw: bytes) -> Response:
    return json_response(aggregate(read_model(AggregateRequest, parse_object(raw)).verify_responses))


async def post_seed_session(request: Request) -> Response:
    """Begin a session of NeMo Gym; the service holds no state."""
    body = parse_object(await read_body(request, _state(request).settings))
    named = body.get("resources_session_id")
    return json_response({"resources_session_id": named} if isinstance(named, str) else {})


async def get_reverify_mode(request: Request) -> Response:  # noqa: ARG001  # a route's signature
    """Return that a response can be verified again at any time."""
    return Response(b'"stateless"', media_type="application/json")


async def get_health(request: Request) -> Response:  # noqa: ARG001  # as above
    """Return that the service is up."""
    return json_response({"status": "ok"})


async def get_metrics(request: Request) -> Response:
    """Return the metrics for Prometheus."""
    state = _state(request)
    return Response(state.metrics.render(state.pool), media_type="text/plain; version=0.0.4; charset=utf-8")


async def get_openapi(request: Request) -> Response:
    """Return the OpenAPI document."""
    return json_response(describe_api(needs_token=bool(_state(request).settings.token)))
